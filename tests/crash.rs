//! A run that is killed at any instant leaves the old state or the new one, and the next command works.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::command::{WorkFolder, stderr};

const N_KILLS: u64 = 50;
const COUNT: &str = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }";

fn synth(folder: &WorkFolder, name: &str, seed: &str) {
    folder.stdout(&["synth", name, "--seed", seed, "--accounts", "60", "--months", "24"]);
}

fn count(folder: &WorkFolder) -> String {
    folder.stdout(&["query", "--workspace", "w.kag", "--format", "csv", COUNT])
}

fn load_and_build(folder: &WorkFolder, data: &str) {
    folder.stdout(&["run", data, "--workspace", "w.kag", "--known-on", "2026-06-30"]);
}

/// A small generator of delays; the seed is printed, so that a failure can be repeated.
struct Delays(u64);

impl Delays {
    fn next_below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        limit.mul_f64((self.0 % 10_000) as f64 / 10_000.0)
    }
}

#[test]
fn a_run_killed_at_any_instant_leaves_the_old_or_the_new_state() {
    let folder = WorkFolder::new();
    synth(&folder, "first", "1");
    synth(&folder, "second", "2");
    load_and_build(&folder, "first");
    let old = count(&folder);
    copy(&folder, "w.kag", "old.kag");
    let started = Instant::now();
    load_and_build(&folder, "second");
    let whole = started.elapsed();
    let new = count(&folder);
    assert_ne!(old, new);

    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    println!("seed of the delays: {seed}");
    let mut delays = Delays(seed);
    let (mut n_old, mut n_new) = (0, 0);
    for _ in 0..N_KILLS {
        std::fs::remove_dir_all(folder.path("w.kag")).unwrap();
        copy(&folder, "old.kag", "w.kag");
        let mut child = folder.start(&["run", "second", "--workspace", "w.kag", "--known-on", "2026-06-30"]);
        std::thread::sleep(delays.next_below(whole));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = count(&folder);
        assert!(found == old || found == new, "found {found}, neither {old} nor {new}");
        if found == old {
            n_old += 1
        } else {
            n_new += 1
        }
        let info = folder.kagraph(&["info", "--workspace", "w.kag"]);
        assert!(info.status.success(), "{}", stderr(&info));
    }
    println!("{n_old} times the old state, {n_new} times the new one");
    load_and_build(&folder, "second");
    assert_eq!(count(&folder), new);
}

fn copy(folder: &WorkFolder, from: &str, to: &str) {
    crate::command::copy(&folder.path(from), &folder.path(to));
}

#[test]
fn a_second_writer_is_told_who_holds_the_workspace() {
    let folder = WorkFolder::new();
    synth(&folder, "first", "1");
    load_and_build(&folder, "first");
    let lock = std::fs::OpenOptions::new().write(true).open(folder.path("w.kag/lock")).unwrap();
    lock.lock().unwrap();
    let (code, message) = folder.failure(&["build", "--workspace", "w.kag"]);
    assert_eq!(code, 2, "{message}");
    assert!(message.contains("is being written to"), "{message}");
    count(&folder);
}

/// A small file system that is taken down with the test.
struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

fn mounted(path: std::path::PathBuf, n_bytes: u64) -> Option<Mounted> {
    std::fs::create_dir(&path).unwrap();
    let size = format!("size={n_bytes}");
    let mount = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).output();
    mount.is_ok_and(|output| output.status.success()).then_some(Mounted(path))
}

#[test]
fn a_full_disk_is_named_and_leaves_the_old_state_usable() {
    let folder = WorkFolder::new();
    synth(&folder, "first", "1");
    synth(&folder, "second", "2");
    load_and_build(&folder, "first");
    let old = count(&folder);
    let files = crate::command::contents(&folder.path("w.kag"));
    let n_bytes: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64 + 4096).sum();
    let Some(small) = mounted(folder.path("small"), n_bytes + (1 << 20)) else {
        println!("not run: no right to mount a small file system here");
        return;
    };
    copy(&folder, "w.kag", "small/w.kag");
    let (code, message) = folder.failure(&["run", "second", "--workspace", "small/w.kag", "--known-on", "2026-06-30"]);
    assert!(message.contains("no space left"), "{message}");
    assert_eq!(code, 1);
    let found = folder.stdout(&["query", "--workspace", "small/w.kag", "--format", "csv", COUNT]);
    assert_eq!(found, old);
    drop(small);
}
