//! The same input gives the same bytes: at 1, 2 and 8 threads, and when it is run again.

use crate::command::{WorkFolder, contents, demo};

/// Everything in a workspace but the journal, which tells wall-clock times.
fn workspace(folder: &WorkFolder, name: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = contents(&folder.path(name));
    files.retain(|(name, _)| name != "journal.ndjson" && name != "lock");
    files
}

fn assert_same(left: &[(String, Vec<u8>)], right: &[(String, Vec<u8>)]) {
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(left), names(right));
    for ((name, left), (_, right)) in left.iter().zip(right) {
        assert!(left == right, "{name} differs");
    }
}

#[test]
fn every_file_of_a_workspace_is_the_same_at_1_2_and_8_threads() {
    let folder = WorkFolder::new();
    let demo = demo();
    let run = |threads: &str| {
        std::fs::create_dir(folder.path(threads)).unwrap();
        let workspace = format!("{threads}/w.kag");
        let known = ["--known-on", "2026-06-30", "--threads", threads, "--workspace", &workspace];
        folder.stdout(&[&["run", demo.as_str()], known.as_slice()].concat())
    };
    let summaries = ["1", "2", "8"].map(run);
    assert!(summaries.iter().all(|summary| *summary == summaries[0]));
    let one = workspace(&folder, "1/w.kag");
    assert!(one.iter().any(|(name, _)| name.ends_with("candidates.csv")));
    assert!(one.iter().any(|(name, _)| name.ends_with("report.html")));
    assert_same(&one, &workspace(&folder, "2/w.kag"));
    assert_same(&one, &workspace(&folder, "8/w.kag"));
}

#[test]
fn a_run_that_is_repeated_changes_nothing() {
    let folder = WorkFolder::new();
    let demo = demo();
    let arguments = ["run", demo.as_str(), "--workspace", "a.kag", "--known-on", "2026-06-30"];
    folder.stdout(&arguments);
    let before = workspace(&folder, "a.kag");
    folder.stdout(&arguments);
    assert_same(&before, &workspace(&folder, "a.kag"));
    folder.stdout(&["run", "a.kag"]);
    assert_same(&before, &workspace(&folder, "a.kag"));
}
