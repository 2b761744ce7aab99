//! What stands before the rows: a line that names the separator, and the names of the columns.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::IngestError;
use super::sniff::Given;
use super::window::Window;

/// The columns of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Header {
    /// Their names, unique and not empty.
    pub(super) columns: Arc<[String]>,
    /// Names that had to be changed for that: (in the file, here).
    pub(super) renamed: Vec<(String, String)>,
}

impl Header {
    /// Names are taken without white space around them; an empty one becomes `column_N`, the second `name` `name_2`.
    pub(super) fn new(names: Vec<String>) -> Self {
        let are_given = names.iter().any(|name| !name.is_empty());
        let mut used: BTreeSet<String> = BTreeSet::new();
        let (mut columns, mut renamed) = (Vec::new(), Vec::new());
        let originals: BTreeSet<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        for (at, name) in names.into_iter().enumerate() {
            let unique = unique_name(name.trim(), at, &used, &originals);
            if are_given && unique != name.trim() {
                renamed.push((name, unique.clone()));
            }
            used.insert(unique.clone());
            columns.push(unique);
        }
        Self { columns: columns.into(), renamed }
    }
}

fn unique_name(name: &str, at: usize, used: &BTreeSet<String>, originals: &BTreeSet<String>) -> String {
    if !name.is_empty() && !used.contains(name) {
        return name.to_owned();
    }
    let (stem, first) = if name.is_empty() { ("column", at + 1) } else { (name, 2) };
    let mut number = first;
    loop {
        let tried = format!("{stem}_{number}");
        if !used.contains(&tried) && !originals.contains(&tried) {
            return tried;
        }
        number += 1;
    }
}

/// Takes away the line `sep=;`, which Excel writes and reads, and minds what it says.
pub(super) fn separator_line<'a>(window: &mut Window, given: Given<'a>) -> Result<Given<'a>, IngestError> {
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator, b'\r' | b'\n', ..] = *window.unread() else {
        return Ok(given);
    };
    window.skip_line()?;
    Ok(Given { delimiter: given.delimiter.or(Some(separator)), ..given })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_unique_and_none_stays_empty() {
        let header = Header::new(["a", " b ", "a", "", "a_2", "a"].map(String::from).to_vec());
        assert_eq!(*header.columns, ["a", "b", "a_3", "column_4", "a_2", "a_4"].map(String::from));
        let renamed = [("a", "a_3"), ("", "column_4"), ("a", "a_4")].map(|(from, to)| (from.into(), to.into()));
        assert_eq!(header.renamed, renamed);
    }

    #[test]
    fn columns_without_names_are_numbered_and_not_reported() {
        let header = Header::new(vec![String::new(); 2]);
        assert_eq!(*header.columns, ["column_1", "column_2"].map(String::from));
        assert_eq!(header.renamed, []);
    }
}
