//! Ministers as an export would give them: who stands in which post at the beginning and the middle of each year, without
//! any day; once with ids, once with nothing but the names of persons as they were then.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use kagraph::mapping::Mapping;
use kagraph::model::Day;

use crate::chain_truth::ministers::{Files, Sums, days, difference_of_names, told};
use crate::chain_truth::{Side, settle, snapshot_with};
use crate::real_data::folder;

const MAPPING: &str = r#"
source = "charts"
title = "Half-yearly charts"

[[file]]
path = "organisation_link.csv"
known = "{link_start_date}"
raw = false

[[file.account]]
id = "account/{successor_organisation_id}"
properties = { "prov:wasDerivedFrom" = { value = "account/{predecessor_organisation_id}", as = "link" } }

[[file]]
path = "charts.csv"
known = "{day}"
raw = false

[[file.account]]
id = "account/{department}"

[[file.contact]]
id = "contact/{holder}"
name = "{name}"

[[file.post]]
id = "post/{post}"
title = "{title}"
account = "account/{department}"
rank = "{rank}"

[[file.membership]]
member = "contact/{holder}"
post = "post/{post}"
account = "account/{department}"
seen_on = "{day}"
"#;

impl Files {
    /// A person's name on a day.
    fn name_on(&self, person: &str, day: Day) -> &str {
        let own = self.names.iter().filter(|it| it.id == person);
        let is_then = |it: &&crate::chain_truth::ministers::NameRow| {
            it.start_date.is_none_or(|start| start <= day) && it.end_date.is_none_or(|end| day < end)
        };
        &own.clone().find(is_then).or_else(|| own.clone().next()).unwrap().display_name
    }

    /// The charts of the days as one table; persons by their ids or by their names.
    fn charts(&self, days: &[Day], by_name: bool) -> String {
        let mut text = "day,department,post,title,rank,holder,name\n".to_owned();
        for day in days {
            for it in self.held_on(*day) {
                let (post, name) = (&self.posts[&it.post_id], self.name_on(&it.person_id, *day));
                let holder = if by_name { name } else { &it.person_id };
                let (title, rank) = (post.display_name.replace('"', "'"), &post.rank_equivalence_value);
                writeln!(text, "{day},{},{},\"{title}\",{rank},\"{holder}\",\"{name}\"", post.organisation_id, post.id)
                    .unwrap();
            }
        }
        text
    }
}

fn sums(folder: &Path, files: &Files, by_name: bool) -> Sums {
    let days = days(1979, 6);
    let charts = tempfile::tempdir().unwrap();
    std::fs::write(charts.path().join("charts.csv"), files.charts(&days, by_name)).unwrap();
    std::fs::copy(folder.join("organisation_link.csv"), charts.path().join("organisation_link.csv")).unwrap();
    let snapshot = snapshot_with(&Mapping::parse(MAPPING, "charts").unwrap(), charts.path());
    let ids: BTreeMap<&str, &str> = files.names.iter().map(|it| (it.display_name.as_str(), it.id.as_str())).collect();
    let mut sums = Sums::default();
    for window in days.windows(2) {
        let side = Side::on(&snapshot, window[1]);
        let key = |who: u32| {
            let own = side.person(who);
            ids.get(own.as_str()).map_or(own.clone(), |id| (*id).to_owned())
        };
        let changes = side.changes(window[0]);
        let found = told(&side, &changes, window[0], &key);
        let trivial = difference_of_names(files, window[0], window[1]);
        sums.add(&files.events(window[0], window[1]), &found, &trivial);
        sums.check_days(files, &side, &changes, window[0], &key);
    }
    sums
}

#[test]
fn half_yearly_charts_without_days_tell_who_came_and_went_and_between_which_days() {
    let Some(folder) = folder("uk_ministers_ifg") else { return };
    let files = Files::read(&folder);
    let by_id = sums(&folder, &files, false).lines("ministers in half-yearly charts", 0.97, 0.91);
    settle("ministers in half-yearly charts", &by_id);
    let by_name = sums(&folder, &files, true).lines("ministers in half-yearly charts of names", 0.8, 0.8);
    settle("ministers in half-yearly charts of names", &by_name);
}
