//! Which files of a data folder a mapping reads.
//!
//! Comes in: a folder and paths or patterns. Leaves: the matching files in the order of their names. Only names are
//! looked at, never contents.

use std::fs;
use std::path::Path;

use super::spec::Mapping;

/// The files below `folder` that `pattern` names, relative to it with `/`, sorted. `*` stands for any text within one
/// folder's or file's name.
pub(in crate::mapping) fn matching_files(folder: &Path, pattern: &str) -> Vec<String> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let mut found = vec![String::new()];
    let parts: Vec<&str> = pattern.split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        found = found.iter().flat_map(|before| step(folder, before, part, is_last)).collect();
    }
    found.sort();
    found
}

fn step(folder: &Path, before: &str, part: &str, is_last: bool) -> Vec<String> {
    let join = |name: &str| if before.is_empty() { name.to_owned() } else { format!("{before}/{name}") };
    let fits = |path: &str| if is_last { folder.join(path).is_file() } else { folder.join(path).is_dir() };
    let names = match part.contains('*') {
        false => vec![part.to_owned()],
        true => {
            let entries = fs::read_dir(folder.join(before)).into_iter().flatten().flatten();
            let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
            names.filter(|name| !name.starts_with('.') && is_like(name, part)).collect()
        }
    };
    names.iter().map(|name| join(name)).filter(|path| fits(path)).collect()
}

/// Whether `name` is like `pattern`, in which `*` stands for any text.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

impl Mapping {
    /// Whether `folder` has every file by which the mapping is recognised.
    pub fn fits(&self, folder: &Path) -> bool {
        !self.needed.is_empty() && self.needed.iter().all(|path| !matching_files(folder, path).is_empty())
    }

    /// The files of `folder` that the mapping loads, in their order, relative to it.
    pub fn files_in(&self, folder: &Path) -> Vec<String> {
        self.files.iter().flat_map(|file| matching_files(folder, &file.path)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_within_one_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("crm")).unwrap();
        for name in ["b.csv", "a.csv", "a.csv.gz", "crm/x.csv", "crm/.hidden.csv"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = |pattern| matching_files(folder.path(), pattern);
        assert_eq!(found("*.csv"), ["a.csv", "b.csv"]);
        assert_eq!(found("*/*.csv"), ["crm/x.csv"]);
        assert_eq!(found("a.*"), ["a.csv", "a.csv.gz"]);
        assert_eq!(found("./b.csv"), ["b.csv"]);
        assert!(found("crm").is_empty() && found("c.csv").is_empty() && found("none/*.csv").is_empty());
    }

    #[test]
    fn a_name_is_like_a_pattern_with_several_stars() {
        assert!(is_like("senior_posts.csv", "*_*.csv") && is_like("aa", "a*a") && is_like("", "*"));
        assert!(!is_like("a", "a*a") && !is_like("abc", "a*d") && !is_like("abc", "ab"));
    }
}
