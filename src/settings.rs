//! One TOML file for every stage's settings. `data/settings.toml` holds the defaults; a user's file states only what
//! differs, and a key that the defaults do not have is refused with its line.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::discovery;
use crate::pipeline::{IdentitySettings, LoadSettings};

/// The defaults, as shipped.
pub const DEFAULTS: &str = include_str!("../data/settings.toml");

/// How like a known key an unknown one must be to be suggested, 0 to 1.
const LIKENESS_TO_SUGGEST: f64 = 0.6;

/// Every stage's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How data are loaded.
    pub load: LoadSettings,
    /// How records of several systems become one company or person.
    pub identity: IdentitySettings,
    /// How findings are made.
    pub discovery: discovery::Settings,
    /// How lists of the past are compared with what followed.
    pub backtest: crate::evaluation::backtest::Settings,
}

/// Why settings are refused.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not TOML, or a value has the wrong type.
    #[error("cannot read settings from {name}: {message}")]
    Malformed {
        /// The file's name.
        name: String,
        /// Line, column and what was expected.
        message: String,
    },
    /// A key that no stage knows.
    #[error("{name}, line {line}: unknown setting {key}{hint}")]
    UnknownKey {
        /// The file's name.
        name: String,
        /// 1-based line.
        line: usize,
        /// The key with the tables around it.
        key: String,
        /// What may have been meant.
        hint: String,
    },
    /// A number that means nothing.
    #[error("{name}, line {line}: {key} is {found}, expected {}", range(*.least, *.greatest))]
    OutOfRange {
        /// The file's name.
        name: String,
        /// 1-based line.
        line: usize,
        /// The key with the tables around it.
        key: String,
        /// What stands there.
        found: String,
        /// The least number that is taken.
        least: f64,
        /// The greatest number that is taken.
        greatest: f64,
    },
}

impl Settings {
    /// The defaults, overlaid with a user's file (name and text) if there is one.
    pub fn load(user: Option<(&str, &str)>) -> Result<Self, SettingsError> {
        let mut merged = table("the defaults", DEFAULTS)?;
        let name = user.map_or("the defaults", |(name, _)| name);
        if let Some((name, text)) = user {
            let known = merged.clone();
            check_keys(name, text, &known)?;
            overlay(&mut merged, table(name, text)?);
        }
        merged.try_into().map_err(|error: toml::de::Error| malformed(name, &error))
    }

    /// A hash of the settings in force, hexadecimal: the same for the same defaults and the same user's file.
    pub fn hash(user: Option<(&str, &str)>) -> Result<String, SettingsError> {
        let mut merged = table("the defaults", DEFAULTS)?;
        if let Some((name, text)) = user {
            overlay(&mut merged, table(name, text)?);
        }
        Ok(blake3::hash(merged.to_string().as_bytes()).to_hex().to_string())
    }
}

fn range(least: f64, greatest: f64) -> String {
    if greatest < f64::MAX {
        format!("a number from {least} to {greatest}")
    } else {
        format!("a number from {least} on")
    }
}

fn table(name: &str, text: &str) -> Result<toml::Table, SettingsError> {
    toml::from_str(text).map_err(|error| malformed(name, &error))
}

fn malformed(name: &str, error: &toml::de::Error) -> SettingsError {
    SettingsError::Malformed { name: name.to_owned(), message: error.to_string().trim_end().to_owned() }
}

fn overlay(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(value)) => overlay(inner, value),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

fn check_keys(name: &str, text: &str, known: &toml::Table) -> Result<(), SettingsError> {
    let parsed = DeTable::parse(text).map_err(|error| malformed(name, &error))?;
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    if let Some((at, key, hint)) = unknown_key(parsed.get_ref(), known, "") {
        return Err(SettingsError::UnknownKey { name: name.to_owned(), line: line(at), key, hint });
    }
    check_numbers(parsed.get_ref(), known, "", &|key, (least, greatest), at| {
        let found = text[at.clone()].to_owned();
        let is_fine = found.replace('_', "").parse().is_ok_and(|number: f64| number >= least && number <= greatest);
        let (name, line) = (name.to_owned(), line(at.start));
        if is_fine { Ok(()) } else { Err(SettingsError::OutOfRange { name, line, key, found, least, greatest }) }
    })
}

/// Between which numbers a setting means something, as far as its name and its default tell: no number is negative, spans
/// of time end within a century, and where the default is a fraction of one, so is every other value, but for weights that
/// count beside each other.
fn range_of(name: &str, path: &str, default: &toml::Value) -> (f64, f64) {
    const CENTURY: (f64, f64) = (1200.0, 36_525.0);
    let least = if name.starts_with("minimum_") || name.contains("gap_") { 0.0 } else { 1.0 };
    match name.rsplit('_').next().unwrap_or(name) {
        "share" | "damping" => return (0.0, 1.0),
        "months" => return (least, CENTURY.0),
        "days" => return (least, CENTURY.1),
        _ => {}
    }
    let is_weight = path == "discovery.candidate.weights";
    match default {
        toml::Value::Float(default) if *default < 1.0 && !is_weight => (0.0, 1.0),
        _ => (0.0, f64::MAX),
    }
}

type Judge<'a> = dyn Fn(String, (f64, f64), std::ops::Range<usize>) -> Result<(), SettingsError> + 'a;

fn check_numbers(table: &DeTable<'_>, known: &toml::Table, path: &str, judge: &Judge<'_>) -> Result<(), SettingsError> {
    table.iter().try_for_each(|(key, value)| {
        let name: &str = key.get_ref();
        let whole = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match (value.get_ref(), known.get(name)) {
            (DeValue::Table(inner), Some(toml::Value::Table(known))) => check_numbers(inner, known, &whole, judge),
            (DeValue::Integer(_) | DeValue::Float(_), Some(default)) => {
                judge(whole, range_of(name, path, default), value.span())
            }
            _ => Ok(()),
        }
    })
}

/// The first key that `known` lacks: its byte offset, its path and a hint.
fn unknown_key(table: &DeTable<'_>, known: &toml::Table, path: &str) -> Option<(usize, String, String)> {
    let mut keys: Vec<(&Spanned<_>, &Spanned<DeValue<'_>>)> = table.iter().collect();
    keys.sort_by_key(|(key, _)| key.span().start);
    keys.into_iter().find_map(|(key, value)| {
        let name: &str = key.get_ref();
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match (known.get(name), value.get_ref()) {
            (None, _) => Some((key.span().start, path, suggestion(name, known))),
            (Some(toml::Value::Table(known)), DeValue::Table(inner)) => unknown_key(inner, known, &path),
            _ => None,
        }
    })
}

fn suggestion(name: &str, known: &toml::Table) -> String {
    let likeness = |key: &String| strsim::jaro_winkler(key, name);
    let best = known.keys().max_by(|a, b| likeness(a).total_cmp(&likeness(b)).then_with(|| b.cmp(a)));
    match best.filter(|key| likeness(key) >= LIKENESS_TO_SUGGEST) {
        Some(key) => format!("\nhint: did you mean {key}?"),
        None => format!("\nhint: known here: {}", known.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete() {
        Settings::load(None).unwrap();
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_a_suggestion() {
        let text = "# mine\n[discovery]\n[discovery.candidat]\nx = 1\n";
        let message = Settings::load(Some(("my.toml", text))).unwrap_err().to_string();
        assert!(message.starts_with("my.toml, line 3: unknown setting discovery.candidat"), "{message}");
        assert!(message.contains("hint: "), "{message}");
    }

    #[test]
    fn numbers_that_mean_nothing_are_refused_with_their_line() {
        let of = |text: &str| Settings::load(Some(("my.toml", text))).map(|_| ()).map_err(|error| error.to_string());
        let signals = |line: &str| of(&format!("[discovery.candidate.signals]\n{line}\n"));
        let expected =
            "my.toml, line 2: discovery.candidate.signals.window_months is 0, expected a number from 1 to 1200";
        assert_eq!(signals("window_months = 0").unwrap_err(), expected);
        assert!(signals("damping = 2.0").unwrap_err().contains("from 0 to 1"));
        assert!(of("[discovery]\nchain_change = { window_days = -90 }\n").is_err());
        assert!(of("[identity]\nmerge_from = 2\n").unwrap_err().contains("from 0 to 1"));
        assert!(of("[discovery.candidate.weights]\nspend = -1\n").unwrap_err().contains("from 0 on"));
        assert_eq!(of("[discovery.candidate.weights]\nspend = 30\n"), Ok(()));
        assert_eq!(signals("window_months = 6\ndamping = 0.9"), Ok(()));
    }

    #[test]
    fn the_shipped_settings_are_in_their_ranges() {
        let known = table("the defaults", DEFAULTS).unwrap();
        check_keys("the defaults", DEFAULTS, &known).unwrap();
    }

    #[test]
    fn the_hash_tells_different_settings_apart() {
        let text = "[discovery.x]\ny = 1\n";
        assert_eq!(Settings::hash(None).unwrap(), Settings::hash(None).unwrap());
        assert_ne!(Settings::hash(None).unwrap(), Settings::hash(Some(("a", text))).unwrap());
    }
}
