//! Files and folders that are there whole or not at all.
//!
//! Everything is written under a temporary name in the folder where it is to stand, brought to the disk, and renamed;
//! then the folder is brought to the disk. After a crash at any instant the old or the new state is found, and at most
//! an entry whose name begins with [`TEMPORARY`], which the next writer removes.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::store::StoreError;
use crate::store::error::OrIo;

/// How names of unfinished things begin.
pub(in crate::store) const TEMPORARY: &str = ".tmp-";

/// A folder in the making; removed when it is dropped before [`Draft::publish`].
pub(in crate::store) struct Draft {
    path: PathBuf,
    parent: PathBuf,
    is_published: bool,
}

impl Draft {
    /// Makes an empty folder under a temporary name in `parent`.
    pub fn new(parent: &Path, name: &str) -> Result<Self, StoreError> {
        fs::create_dir_all(parent).or_io("create", parent)?;
        let path = parent.join(format!("{TEMPORARY}{}-{name}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path).or_io("remove", &path)?;
        }
        fs::create_dir(&path).or_io("create", &path)?;
        Ok(Self { path, parent: parent.to_path_buf(), is_published: false })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings all files to the disk and gives the folder its name, which must be free.
    pub fn publish(mut self, name: &str) -> Result<PathBuf, StoreError> {
        let mut entries = vec![self.path.clone()];
        entries.extend(entries_below(&self.path)?);
        entries.par_iter().try_for_each(|path| sync(path))?;
        let target = self.parent.join(name);
        fs::rename(&self.path, &target).or_io("rename", &self.path)?;
        self.is_published = true;
        sync(&self.parent)?;
        Ok(target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_published {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// All files and folders below a folder, sorted.
pub(in crate::store) fn entries_below(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                open.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The files and folders in a folder, sorted; none when it is not there.
pub(in crate::store) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let found = fs::read_dir(folder).and_then(|entries| entries.map(|it| it.map(|it| it.path())).collect());
    let mut found: Vec<PathBuf> = found.or_io("list", folder)?;
    found.sort();
    Ok(found)
}

/// Brings a file or a folder to the disk.
pub(in crate::store) fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).or_io("bring to the disk", path)
}

/// Replaces a file as a whole.
pub(in crate::store) fn replace_file(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!("{TEMPORARY}{}-{name}", std::process::id()));
    let written = File::create(&temporary).and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
    if let Err(error) = written.or_io("write", &temporary) {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    fs::rename(&temporary, path).or_io("rename", &temporary)?;
    sync(folder)
}

/// Removes what killed writers left in a folder.
pub(in crate::store) fn remove_strays(folder: &Path) -> Result<(), StoreError> {
    let is_stray = |path: &PathBuf| path.file_name().is_some_and(|it| it.to_string_lossy().starts_with(TEMPORARY));
    for path in entries(folder)?.into_iter().filter(is_stray) {
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.or_io("remove", &path)?;
    }
    Ok(())
}

/// The text of a file; nothing when there is none.
pub(in crate::store) fn read_text(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(StoreError::damaged(path, "save it as UTF-8", "text in another encoding"))
        }
        read => read.map(Some).or_io("read", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_folder_leaves_nothing_and_a_stray_is_removed() {
        let home = tempfile::tempdir().unwrap();
        let draft = Draft::new(home.path(), "x").unwrap();
        fs::write(draft.path().join("file"), "1").unwrap();
        let path = draft.path().to_path_buf();
        drop(draft);
        assert!(!path.exists());
        std::mem::forget(Draft::new(home.path(), "y").unwrap());
        let kept = Draft::new(home.path(), "z").unwrap().publish("z").unwrap();
        remove_strays(home.path()).unwrap();
        assert_eq!(entries(home.path()).unwrap(), [kept]);
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("CURRENT");
        for content in ["one", "two"] {
            replace_file(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(entries(home.path()).unwrap(), [path]);
    }
}
