//! Which mappings belong to a data folder: its own `*.toml` files, or the shipped profile that fits.

use std::fs;
use std::path::{Path, PathBuf};

use crate::mapping::{Mapping, MappingError, profiles};

/// Why no mapping can be had.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// A mapping file cannot be read.
    #[error("cannot read the mapping {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A mapping is wrong.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The name is neither a file nor a shipped profile.
    #[error("there is no mapping file and no shipped profile {name}\nhint: shipped profiles are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The folder has no mapping and fits no shipped profile.
    #[error(
        "{folder} has no mapping (*.toml) and fits none of the shipped profiles ({known})\n\
         hint: write a mapping beside the data, or name one with --mapping; `kagraph profiles` shows the shipped ones",
        folder = folder.display()
    )]
    NoneFits {
        /// The data folder.
        folder: PathBuf,
        /// What there is.
        known: String,
    },
}

/// The mappings for a data folder, in the order of their names: those that are named (files or shipped profiles), else
/// all `*.toml` files in the folder itself, else the shipped profile that the folder fits.
pub fn mappings_of(folder: &Path, named: &[String]) -> Result<Vec<Mapping>, SourcesError> {
    if !named.is_empty() {
        return named.iter().map(|name| mapping_named(name)).collect();
    }
    let own = toml_files(folder)?;
    if !own.is_empty() {
        return own.iter().map(|path| mapping_file(path)).collect();
    }
    let fitting = profiles::recognise(folder)?;
    let none = || SourcesError::NoneFits { folder: folder.to_path_buf(), known: known() };
    Ok(vec![fitting.ok_or_else(none)?])
}

fn mapping_named(name: &str) -> Result<Mapping, SourcesError> {
    if Path::new(name).is_file() {
        return mapping_file(Path::new(name));
    }
    let unknown = || SourcesError::Unknown { name: name.to_owned(), known: known() };
    Ok(profiles::named(name).ok_or_else(unknown)??)
}

fn mapping_file(path: &Path) -> Result<Mapping, SourcesError> {
    let unreadable = |source| SourcesError::Unreadable { path: path.to_path_buf(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Ok(Mapping::parse(&text, &name)?)
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, SourcesError> {
    let unreadable = |source| SourcesError::Unreadable { path: folder.to_path_buf(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn known() -> String {
    profiles::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
