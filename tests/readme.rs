//! README is executed: every `sh` block runs in a fresh folder, one after the other, with `kagraph` on the path, and
//! where a `text` block follows, it is what the command prints.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command;

/// Lines that are about building the program, which the test suite itself has done.
const NOT_RUN: &[&str] = &["git clone", "cd kagraph", "cargo test", "cargo build", "cargo install", "cargo bench"];

struct Block<'a> {
    line: usize,
    language: &'a str,
    text: String,
}

fn blocks(readme: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (at, line) in readme.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some(Block { line: at + 1, language, text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of README is not closed");
    blocks
}

fn script(block: &Block<'_>) -> String {
    let run = |line: &&str| !NOT_RUN.iter().any(|start| line.starts_with(start));
    let lines: Vec<_> = block.text.lines().filter(run).collect();
    lines.join("\n").replace("cargo run --release -- ", "kagraph ")
}

fn execute(script: &str, folder: &Path, line: usize) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kagraph"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-eu", "-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "README line {line}:\n{script}\n{stdout}\n{stderr}");
    stdout.into_owned()
}

fn lines_of(text: &str) -> Vec<&str> {
    text.trim().lines().map(str::trim_end).collect()
}

#[test]
fn every_command_of_the_readme_runs_and_prints_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    command::copy(&root.join("data"), &folder.path().join("data"));
    let blocks = blocks(&readme);
    let mut n_run = 0;
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "sh") {
        let printed = execute(&script(block), folder.path(), block.line);
        n_run += 1;
        if let Some(shown) = blocks.get(at + 1).filter(|next| next.language == "text") {
            assert_eq!(lines_of(&printed), lines_of(&shown.text), "README line {}", shown.line);
        }
    }
    assert!(n_run > 5, "README shows too few commands: {n_run}");
}
