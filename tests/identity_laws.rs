//! What holds of identity whatever the records: decisions win, ids stay, batches give what a whole gives.

use std::collections::{BTreeMap, BTreeSet};

use kagraph::identity::decisions::Decisions;
use kagraph::identity::stable_ids::{Fate, carry_over};
use kagraph::identity::{Learnt, RecordTable, Resolution, Settings};
use proptest::collection::vec;
use proptest::prelude::*;

const NAMES: [&str; 6] = [
    "Zwiesel Optik",
    "Nordhaus Maschinenbau",
    "Talheim Logistik",
    "Bergmann Sohn",
    "Lindauer Papier",
    "Hafenkontor Stein",
];
const FORMS: [&str; 4] = ["", " GmbH", " AG", " Group"];
const TOWNS: [&str; 4] = ["Ulm", "Kiel", "Lindau", ""];

/// One record: a name, a legal form, a town and the end of a telephone number.
type Said = (usize, usize, usize, u32);

fn said() -> impl Strategy<Value = Said> {
    (0..NAMES.len(), 0..FORMS.len(), 0..TOWNS.len(), 0u32..8)
}

fn table(records: &[Said]) -> (RecordTable, Vec<String>) {
    let mut table = RecordTable::default();
    for (source, own) in records.chunks(records.len().div_ceil(2).max(1)).enumerate() {
        table.begin_source(&format!("s{source}"));
        for (at, &(name, form, town, phone)) in own.iter().enumerate() {
            let (id, name) = (format!("{at}"), format!("{}{}", NAMES[name], FORMS[form]));
            let phone = if phone == 0 { String::new() } else { format!("+49 731 10{phone}0") };
            table.push([("id", id.as_str()), ("company_name", &name), ("city", TOWNS[town]), ("phone", &phone)]);
        }
    }
    table.finish();
    let keys = table.keys();
    (table, keys)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_always_win(
        records in vec(said(), 6..14),
        decided in vec((0usize..14, 0usize..14, any::<bool>()), 0..8),
    ) {
        let (table, keys) = table(&records);
        let rows = decided.iter().map(|&(one, other, is_same)| (one % keys.len(), other % keys.len(), is_same));
        let rows: Vec<_> = rows.filter(|(one, other, _)| one != other).collect();
        let lines = rows.iter().map(|(one, other, is_same)| {
            format!("{},{},{}\n", keys[*one], keys[*other], if *is_same { "same" } else { "not same" })
        });
        let text = std::iter::once("one,other,decision\n".to_owned()).chain(lines).collect::<String>();
        let decisions = Decisions::read(&text, &keys).unwrap();
        let resolution = Resolution::of(&table, &Settings { decisions: decisions.clone(), ..Settings::default() });
        let is_one = |pair: (u32, u32)| {
            resolution.entities[pair.0 as usize] == resolution.entities[pair.1 as usize]
        };
        for &pair in &decisions.apart {
            prop_assert!(!is_one(pair), "{pair:?} is kept apart by people");
        }
        let blocked: BTreeSet<_> = resolution.blocked.iter().map(|it| it.pair).collect();
        for &pair in &decisions.together {
            prop_assert!(is_one(pair) || blocked.contains(&pair), "{pair:?} is one by people's word");
        }
        if decisions.apart.is_empty() {
            prop_assert!(blocked.is_empty());
        }
    }

    #[test]
    fn a_batch_gives_what_comparing_all_pairs_gives(records in vec(said(), 8..20), n_new in 1usize..6, more in 0usize..4) {
        let n_old = records.len() - n_new;
        let whole = table(&records);
        let old: Vec<u32> = (0..n_old as u32).collect();
        let (first, first_keys) = (whole.0.in_order(&old), whole.1[..n_old].to_vec());
        let settings = Settings::default();
        let learnt = Learnt::of(&Resolution::of(&first, &settings), &first, &first_keys);
        let order = learnt.order(&whole.0, &whole.1);
        prop_assert_eq!(order.as_ref().map(Vec::len), Some(records.len()));
        let mut at = n_old;
        let mut learnt = learnt;
        while at < records.len() {
            at = (at + 1 + more).min(records.len());
            let upto: Vec<u32> = (0..at as u32).collect();
            let part = whole.0.in_order(&upto);
            let batch = Resolution::of_batch(&part, &settings, &learnt);
            let all = Resolution::of_all(&part, &settings, &learnt);
            prop_assert_eq!(batch.is_some(), all.is_some());
            let (Some(batch), Some(all)) = (batch, all) else { break };
            prop_assert_eq!(&batch.entities, &all.entities);
            prop_assert_eq!(&batch.scored, &all.scored);
            learnt = Learnt::of(&batch, &part, &whole.1[..at]);
        }
    }

    #[test]
    fn ids_stay_and_every_old_one_has_a_fate(before in vec(0usize..6, 1..16), after in vec(0usize..6, 1..16)) {
        let keys: Vec<String> = (0..before.len().max(after.len())).map(|at| format!("r{at}")).collect();
        let old_ids: Vec<String> = before.iter().map(|group| format!("e{group}")).collect();
        let had: BTreeMap<&str, &str> = keys.iter().zip(&old_ids).map(|(key, id)| (key.as_str(), id.as_str())).collect();
        let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        after.iter().zip(&keys).for_each(|(group, key)| groups.entry(*group).or_default().push(key));
        let groups: Vec<Vec<&str>> = groups.into_values().collect();
        let (ids, changes) = carry_over(&groups, &had);
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), groups.len());
        for (group, id) in groups.iter().zip(&ids) {
            let old: BTreeSet<_> = group.iter().filter_map(|key| had.get(key)).collect();
            let is_whole = old.len() == 1 && old.iter().all(|&&old| had.iter().filter(|(_, it)| **it == old).all(|(key, _)| group.contains(key)));
            prop_assert!(!is_whole || old.contains(&id.as_str()), "{group:?} has all of {old:?} and is called {id}");
        }
        let told: BTreeSet<&str> = changes.iter().map(|it| it.old.as_str()).collect();
        prop_assert_eq!(told, had.values().copied().collect::<BTreeSet<_>>());
        for change in &changes {
            prop_assert_eq!(change.fate == Fate::Gone, change.new.is_empty());
            prop_assert!(change.new.is_empty() || ids.contains(&change.new));
        }
    }
}
