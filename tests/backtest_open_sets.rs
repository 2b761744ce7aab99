//! The backtest on data that nobody here made: `data/evaluation/backtest.csv` is what the program says of them, so that a
//! change of ranking is seen as a change of this file.
//!
//! `KAGRAPH_BLESS=1 cargo test --release --test suite open_sets -- --ignored` writes it anew; the difference is to be read
//! before it is committed. Without the data nothing is proven, and the output says so.

use std::path::Path;

use super::command::WorkFolder;
use super::real_data::folder;

/// A set: its name in the table, its folder, the one file of it that counts, and further arguments.
struct Set {
    name: &'static str,
    folder: &'static str,
    file: Option<&'static str>,
    settings: &'static str,
    arguments: &'static [&'static str],
}

/// A body of `uk_council_spending`: each is a market of its own.
const fn body(name: &'static str, file: &'static str) -> Set {
    Set { name, folder: "uk_council_spending", file: Some(file), settings: "", arguments: &[] }
}

const CUT: &[&str] = &["--cut", "2011-08-31"];

const SETS: &[Set] = &[
    body("gateshead", "gateshead.parquet"),
    body("calderdale", "calderdale.parquet"),
    body("salford", "salford.parquet"),
    body("london", "london.parquet"),
    Set { name: "online_retail", folder: "uci_online_retail", file: None, settings: "", arguments: CUT },
    Set {
        name: "online_retail_gross",
        folder: "uci_online_retail",
        file: None,
        settings: "[discovery.candidate.ranker]\ntier_of = \"known\"\nreturns = \"ignored\"\n",
        arguments: CUT,
    },
    Set { name: "wide_world_importers", folder: "wide_world_importers", file: None, settings: "", arguments: &[] },
];

/// Average precision may differ by so much from one machine's logarithm to another's.
const NEAR: f64 = 0.002;

/// What the program says of a set: of its ranking, of its warnings, and in words; `None` when its folder is not there.
fn asked(set: &Set) -> Option<[String; 5]> {
    let data = folder(set.folder)?;
    let work = WorkFolder::new();
    let [alone, settings] = ["data", "settings.toml"].map(|it| work.path(it));
    let tables = TABLES.map(|it| work.path(it));
    let data = match set.file {
        Some(file) => {
            std::fs::create_dir(&alone).unwrap();
            std::fs::copy(data.join(file), alone.join(file)).unwrap();
            alone
        }
        None => data,
    };
    std::fs::write(&settings, set.settings).unwrap();
    let [data, settings] = [&data, &settings].map(|path| path.to_str().unwrap().to_owned());
    let written = tables.clone().map(|path| path.to_str().unwrap().to_owned());
    let mut arguments = vec!["backtest", &data, "--workspace", "w.kag", "--settings", &settings, "--name", set.name];
    arguments.extend(["--mapping", set.folder]);
    let options = ["--csv", "--warnings", "--forecasts", "--offers"];
    options.iter().zip(&written).for_each(|(option, path)| arguments.extend([option, path.as_str()]));
    arguments.extend(set.arguments);
    let said = work.stdout(&arguments);
    let [table, warnings, forecasts, offers] = tables.map(|path| std::fs::read_to_string(path).unwrap());
    Some([table, warnings, forecasts, offers, said])
}

const TABLES: [&str; 4] = ["backtest.csv", "warnings.csv", "forecasts.csv", "offers.csv"];

fn committed(table: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/evaluation").join(table)
}

/// Set, day, ranker and average precision of every row.
fn rows(table: &str) -> Vec<([String; 3], f64)> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = |row: csv::StringRecord| ([0, 1, 3].map(|at| row[at].to_owned()), row[6].parse().unwrap());
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn assert_committed(set: &Set, [table, others @ ..]: [&str; 4]) {
    for (name, made) in TABLES[1..].iter().zip(others) {
        let told = std::fs::read_to_string(committed(name)).unwrap();
        let told: Vec<&str> = told.lines().filter(|line| line.split(',').next() == Some(set.name)).collect();
        assert_eq!(told, made.lines().skip(1).collect::<Vec<_>>(), "{} in {name}; see the file's head", set.name);
    }
    let committed = rows(&std::fs::read_to_string(committed(TABLES[0])).unwrap());
    let committed: Vec<_> = committed.into_iter().filter(|row| row.0[0] == set.name).collect();
    let made = rows(table);
    assert_eq!(committed.len(), made.len(), "{}", set.name);
    for ((key, before), (made_key, now)) in committed.iter().zip(&made) {
        assert_eq!(key, made_key);
        assert!((before - now).abs() < NEAR, "{key:?}: {before} is committed, {now} is found; see the file's head");
    }
}

/// The mean average precision of a ranker.
fn mean(table: &str, set: &str, ranker: &str) -> f64 {
    let found = rows(table).into_iter().find(|(key, _)| key.iter().eq([set, "mean", ranker]));
    found.unwrap().1
}

#[test]
fn small_open_sets_are_what_is_committed_and_random_sales_are_called_random() {
    for set in &SETS[4..] {
        let Some([table, warnings, forecasts, offers, said]) = asked(set) else { return };
        assert_committed(set, [&table, &warnings, &forecasts, &offers]);
        assert_eq!(said.contains("No order does better than chance"), set.name == "wide_world_importers", "{said}");
    }
}

#[test]
#[ignore = "minutes; see the file's head"]
fn open_sets_are_what_is_committed() {
    let mut whole = TABLES.map(|_| String::new());
    let is_blessing = std::env::var_os("KAGRAPH_BLESS").is_some();
    for set in SETS {
        let Some([table, warnings, forecasts, offers, said]) = asked(set) else { return };
        println!("{}\n{said}", set.name);
        if !is_blessing {
            assert_committed(set, [&table, &warnings, &forecasts, &offers]);
        }
        for (whole, table) in whole.iter_mut().zip([&table, &warnings, &forecasts, &offers]) {
            whole.push_str(if whole.is_empty() { table } else { table.split_once('\n').unwrap().1 });
        }
    }
    if is_blessing {
        TABLES.iter().zip(whole).for_each(|(name, table)| std::fs::write(committed(name), table).unwrap());
    }
}

/// LightGBM with its defaults on the same days of the same bodies, its 55 columns read from earlier days only
/// (`data/evaluation/README.md`).
const LIGHTGBM: [(&str, f64); 4] = [("gateshead", 0.196), ("calderdale", 0.213), ("salford", 0.194), ("london", 0.197)];

#[test]
fn the_committed_numbers_are_better_than_spend_and_than_lightgbm() {
    let table = std::fs::read_to_string(committed(TABLES[0])).unwrap();
    let learned = LIGHTGBM.map(|(body, _)| mean(&table, body, "learned"));
    assert!(learned.iter().sum::<f64>() / 4.0 >= 0.25, "{learned:?}");
    for ((body, lightgbm), learned) in LIGHTGBM.iter().zip(learned) {
        assert!(learned > *lightgbm && learned > mean(&table, body, "spend_12m"), "{body}: {learned}");
    }
}
