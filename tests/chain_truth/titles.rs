//! Titles of Enron's people and of organograms as published, beside how a person reads them: level, function, and the
//! buying role where the title alone tells it.

use kagraph::discovery::title::{Declared, standing};

use crate::chain_truth::{Agreement, settle, share};

#[derive(serde::Deserialize)]
struct Read {
    set: String,
    title: String,
    level: String,
    function: String,
    role: String,
}

#[test]
fn titles_tell_level_function_and_buying_role_as_a_reader_takes_them() {
    let table = include_str!("../../data/evaluation/titles.csv");
    let all: Vec<Read> = csv::Reader::from_reader(table.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    for (set, name) in [("titles of enron", "enron"), ("titles of organograms", "organograms")] {
        let (mut level, mut function, mut role) = (Agreement::default(), Agreement::default(), Agreement::default());
        for it in all.iter().filter(|it| it.set == name) {
            let found = standing(&it.title, Declared::default());
            let said = [
                found.level.map_or("", |it| it.value.name()),
                found.function.map_or("", |it| it.value.name()),
                found.role.map_or("", |it| it.value.name()),
            ];
            level.judge(said[0] == it.level);
            if !it.function.is_empty() {
                function.judge(said[1] == it.function);
            }
            if !it.role.is_empty() {
                role.judge(said[2] == it.role);
            }
            if said[0] != it.level || (!it.role.is_empty() && said[2] != it.role) {
                println!("{}: {said:?}, read as {} {} {}", it.title, it.level, it.function, it.role);
            }
        }
        let measured = [
            share("level as read", &level, 0.85),
            share("function as read", &function, 0.6),
            share("buying role as read", &role, 0.6),
        ];
        settle(set, &measured);
    }
}
