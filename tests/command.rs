//! The `kagraph` program in a work folder of its own: what the command tests share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder that goes away with the test.
pub struct WorkFolder {
    folder: tempfile::TempDir,
}

impl WorkFolder {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `kagraph` here.
    pub fn kagraph(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts `kagraph` here without waiting.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// What `kagraph` prints here; it must succeed.
    pub fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.kagraph(arguments);
        assert!(output.status.success(), "kagraph {arguments:?}\n{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `kagraph` says on stderr when it fails, and its exit code.
    pub fn failure(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.kagraph(arguments);
        assert!(!output.status.success(), "kagraph {arguments:?} went through");
        (output.status.code().unwrap(), stderr(&output))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kagraph"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

/// The error output as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file below a folder with its content, by its name inside the folder.
pub fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    for (name, bytes) in contents(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The committed demo.
pub fn demo() -> String {
    format!("{}/data/demo", env!("CARGO_MANIFEST_DIR"))
}
