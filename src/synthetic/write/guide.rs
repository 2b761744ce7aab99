//! The mappings and the README beside the data.
//!
//! In: settings and what was written. Out: one TOML a source system, README.md. The mappings are the same for every
//! market.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::synthetic::write::Written;
use crate::synthetic::write::table::create_file;
use crate::synthetic::{Settings, SyntheticError};

const MAPPINGS: &[(&str, &str)] = &[
    ("crm.toml", include_str!("../../../data/synthetic/crm.toml")),
    ("erp.toml", include_str!("../../../data/synthetic/erp.toml")),
    ("china.toml", include_str!("../../../data/synthetic/china.toml")),
    ("orgchart.toml", include_str!("../../../data/synthetic/orgchart.toml")),
    ("ownership.toml", include_str!("../../../data/synthetic/ownership.toml")),
];

/// Writes the mappings and the README.
pub fn write(settings: &Settings, folder: &Path, written: &Written) -> Result<(), SyntheticError> {
    for (path, text) in MAPPINGS {
        put(folder, path, text)?;
    }
    put(folder, "README.md", &readme(settings, written))
}

fn put(folder: &Path, path: &str, text: &str) -> Result<(), SyntheticError> {
    let mut out = create_file(folder, path)?;
    let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    done.map_err(|source| SyntheticError::Write { path: path.to_owned(), source })
}

fn readme(settings: &Settings, written: &Written) -> String {
    let Settings { seed, accounts, months, until, defects, .. } = *settings;
    let size = settings.relations.map_or(format!("--accounts {accounts}"), |it| format!("--relations {it}"));
    let command = format!(
        "kagraph synth FOLDER --seed {seed} {size} --months {months} --employees {} --until {until} \
         --defects {defects}",
        settings.n_employees()
    );
    let mut text = include_str!("../../../data/synthetic/README.md").replace("COMMAND", &command);
    for (mark, rows) in [("PLANTED", &written.planted), ("DEFECTS", &written.defects), ("ROWS", &written.rows)] {
        text = text.replace(mark, &table(rows));
    }
    text.replace("UNTIL", &until.to_string())
}

fn table(rows: &[(String, u64)]) -> String {
    rows.iter().fold(String::new(), |mut text, (what, n)| {
        let _ = writeln!(text, "| {what} | {n} |");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_names_the_command_and_every_plant() {
        let written = Written { planted: vec![("change: joined".to_owned(), 3)], ..Written::default() };
        let text = readme(&Settings::default(), &written);
        assert!(text.contains("--seed 7 --accounts 120 --months 30 --employees 14 --until 2025-06-30 --defects 12"));
        assert!(text.contains("| change: joined | 3 |"));
    }
}
