//! Sources that are exported again: as a whole, or only what is new.

use crate::command::{WorkFolder, stderr};

const MAPPING: &str = r#"
source = "shop"
export = "full"

[[file]]
path = "customers.csv"

[[file.account]]
id = "account/{no}"
name = "{name}"
"#;

const NAMES: &str = "SELECT ?name { ?a a ka:Account ; schema:name ?name } ORDER BY ?name";

struct Shop(WorkFolder);

impl Shop {
    fn new(mapping: &str) -> Self {
        let folder = WorkFolder::new();
        std::fs::create_dir(folder.path("shop")).unwrap();
        std::fs::write(folder.path("shop/shop.toml"), mapping).unwrap();
        Self(folder)
    }

    /// The names of all accounts after one more night.
    fn night(&self, customers: &str) -> String {
        std::fs::write(self.0.path("shop/customers.csv"), format!("no,name\n{customers}")).unwrap();
        self.0.stdout(&["load", "shop", "--workspace", "w.kag"]);
        self.0.stdout(&["build", "--workspace", "w.kag"]);
        let answer = self.0.stdout(&["query", "--workspace", "w.kag", "--format", "csv", NAMES]);
        answer.lines().skip(1).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn a_full_export_replaces_the_one_before() {
    let shop = Shop::new(MAPPING);
    assert_eq!(shop.night("1,Acme\n2,Brix\n"), "Acme Brix");
    assert_eq!(shop.night("1,Acme Ltd\n3,Corvo\n"), "Acme Ltd Corvo");
    assert_eq!(shop.night("1,Acme\n2,Brix\n"), "Acme Brix", "an older export that comes back counts again");
    let info = shop.0.stdout(&["info", "--workspace", "w.kag"]);
    assert_eq!(info.matches("replaced by a newer export").count(), 1, "{info}");
}

#[test]
fn additions_stand_beside_what_was_loaded_before() {
    let shop = Shop::new(&MAPPING.replace("full", "additions"));
    assert_eq!(shop.night("1,Acme\n2,Brix\n"), "Acme Brix");
    assert_eq!(shop.night("3,Corvo\n"), "Acme Brix Corvo");
}

#[test]
fn a_file_that_changed_is_told_because_its_old_content_still_counts() {
    let shop = Shop::new(&MAPPING.replace("full", "additions"));
    shop.night("1,Acme\n");
    std::fs::write(shop.0.path("shop/customers.csv"), "no,name\n1,Acme Ltd\n").unwrap();
    let told = stderr(&shop.0.kagraph(&["load", "shop", "--workspace", "w.kag"]));
    assert!(told.contains("customers.csv was loaded before with other content"), "{told}");
    assert!(told.contains("export = \"full\""), "{told}");
}

#[test]
fn the_same_files_read_with_another_mapping_count_once() {
    let additions = MAPPING.replace("full", "additions");
    let shop = Shop::new(&additions);
    assert_eq!(shop.night("1,Acme\n"), "Acme");
    std::fs::write(shop.0.path("shop/shop.toml"), additions.replace("\"{name}\"", "\"{name} Ltd\"")).unwrap();
    assert_eq!(shop.night("1,Acme\n"), "Acme Ltd");
    std::fs::write(shop.0.path("shop/shop.toml"), additions).unwrap();
    assert_eq!(shop.night("1,Acme\n"), "Acme", "the older reading counts again");
}

#[test]
fn what_is_added_to_a_full_export_counts_until_the_next_one() {
    let shop = Shop::new(MAPPING);
    assert_eq!(shop.night("1,Acme\n"), "Acme");
    std::fs::write(shop.0.path("shop/shop.toml"), MAPPING.replace("full", "additions")).unwrap();
    assert_eq!(shop.night("2,Brix\n"), "Acme Brix");
    std::fs::write(shop.0.path("shop/shop.toml"), MAPPING).unwrap();
    assert_eq!(shop.night("3,Corvo\n"), "Corvo");
}

#[test]
fn an_unknown_kind_of_export_is_refused_with_what_there_is() {
    let shop = Shop::new(&MAPPING.replace("\"full\"", "\"ful\""));
    std::fs::write(shop.0.path("shop/customers.csv"), "no,name\n1,Acme\n").unwrap();
    let (code, message) = shop.0.failure(&["load", "shop", "--workspace", "w.kag"]);
    assert!(code != 0 && message.contains("line 3") && message.contains("did you mean \"full\""), "{message}");
}
