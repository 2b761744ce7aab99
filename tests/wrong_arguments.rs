//! What people type wrong: refused before anything is made, with what to do next.

use crate::command::{WorkFolder, stderr};

/// A shop with two customers and some orders.
fn shop() -> WorkFolder {
    let folder = WorkFolder::new();
    std::fs::create_dir(folder.path("shop")).unwrap();
    std::fs::write(folder.path("shop/customers.csv"), "no,name\n1,Acme\n2,Brix\n").unwrap();
    std::fs::write(folder.path("shop/orders.csv"), "id,no,day,sum\n1,1,2024-01-05,10\n2,2,2025-02-03,20\n").unwrap();
    let mapping = r#"
source = "shop"

[[file]]
path = "customers.csv"

[[file.account]]
id = "account/{no}"
name = "{name}"

[[file]]
path = "orders.csv"
known = { value = "{day}" }

[[file.transaction]]
id = "order/{id}"
kind = "order"
account = "account/{no}"
date = { value = "{day}" }
amount = { value = "{sum}", clean = ["money"] }
"#;
    std::fs::write(folder.path("shop/shop.toml"), mapping).unwrap();
    folder
}

#[test]
fn a_run_whose_mapping_is_refused_leaves_no_workspace() {
    let folder = shop();
    std::fs::write(folder.path("wrong.toml"), "source = \"shop\"\n[[file]]\npth = \"customers.csv\"\n").unwrap();
    for command in ["run", "load", "backtest"] {
        let (code, message) = folder.failure(&[command, "shop", "--mapping", "wrong.toml"]);
        assert!(code == 2 && message.contains("did you mean \"path\""), "{command}: {message}");
        assert!(!folder.path("shop.kag").exists(), "{command}");
    }
}

#[test]
fn what_goes_with_a_data_folder_is_refused_for_a_workspace() {
    let folder = shop();
    folder.stdout(&["run", "shop"]);
    let (code, message) = folder.failure(&["run", "shop.kag", "--mapping", "shop/shop.toml"]);
    assert!(code == 2 && message.contains("--mapping goes with a data folder"), "{message}");
    let (code, message) = folder.failure(&["run", "nowhere"]);
    assert!(code == 2 && message.contains("nowhere is not a folder") && message.contains("hint: "), "{message}");
}

#[test]
fn a_backtest_cannot_ask_after_the_data() {
    let folder = shop();
    let (code, message) = folder.failure(&["backtest", "shop", "--cut", "2031-01-01"]);
    assert!(code == 2 && message.contains("--cut 2031-01-01: the data end on 2025-02-03"), "{message}");
}

#[test]
fn a_review_of_nothing_is_no_failure() {
    let folder = shop();
    folder.stdout(&["run", "shop"]);
    let shown = folder.kagraph(&["review", "shop.kag"]);
    assert!(shown.status.success() && shown.stdout.is_empty(), "{shown:?}");
    assert!(stderr(&shown).contains("nothing to review"), "{}", stderr(&shown));
}

#[test]
fn settings_that_fit_nothing_in_the_data_are_told() {
    let folder = shop();
    let settings = "[discovery.market]\ncurrency = \"XYZ\"\n[discovery.candidate]\nown_accounts = [\"Akme\"]\n";
    std::fs::write(folder.path("mine.toml"), settings).unwrap();
    let mapping = std::fs::read_to_string(folder.path("shop/shop.toml")).unwrap();
    std::fs::write(folder.path("shop/shop.toml"), mapping + "currency = \"EUR\"\n").unwrap();
    let shown = folder.stdout(&["run", "shop", "--settings", "mine.toml"]);
    assert!(shown.contains("no transaction is in XYZ") && shown.contains("own_accounts names \"Akme\""), "{shown}");
}

#[test]
fn a_day_outside_the_data_is_told() {
    let folder = shop();
    let shown = folder.stdout(&["run", "shop", "--as-of", "2031-01-01"]);
    assert!(shown.contains("the last activity in the data is of 2025-02-03"), "{shown}");
    let shown = folder.stdout(&["run", "shop", "--as-of", "2001-01-01"]);
    assert!(shown.contains("nothing in the data has a date up to 2001-01-01"), "{shown}");
    assert!(!folder.stdout(&["run", "shop"]).contains("may be missing"), "a day within the data needs no note");
}
