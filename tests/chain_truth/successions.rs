//! Departments that are renamed, merged and split: nobody leaves them who only goes along.

use std::collections::BTreeSet;

use kagraph::discovery::chain_change::ChangeKind;

use crate::chain_truth::ministers::Files;
use crate::chain_truth::{Agreement, Side, lines, settle, snapshot_of};
use crate::real_data::folder;

#[test]
fn a_renamed_or_merged_department_is_one_change_and_nobody_leaves_who_goes_along() {
    let Some(folder) = folder("uk_ministers_ifg") else { return };
    let files = Files::read(&folder);
    let snapshot = snapshot_of(&folder);
    let (mut pairs, mut trivial, mut said_to_leave) = (Agreement::default(), Agreement::default(), 0);
    for window in super::ministers::days(1979, 1).windows(2) {
        let carried = files.events(window[0], window[1]).carried;
        if carried.is_empty() {
            continue;
        }
        let side = Side::on(&snapshot, window[1]);
        let changes = side.changes(window[0]);
        let expected: BTreeSet<_> = carried.iter().map(|it| (it.1.clone(), it.2.clone())).collect();
        let succeeded = changes.iter().filter(|it| it.kind == ChangeKind::AccountSucceeded);
        let found: BTreeSet<_> =
            succeeded.map(|it| (side.account(it.account_before.unwrap()), side.account(it.account))).collect();
        pairs.add(&expected, &found, "succession");
        trivial.add_quietly(&expected, &BTreeSet::new());
        let comes_and_goes = changes.iter().filter(|it| {
            let kinds = [ChangeKind::Left, ChangeKind::PostVacant, ChangeKind::PostGone, ChangeKind::Joined];
            kinds.contains(&it.kind)
        });
        let stays: BTreeSet<_> = carried.iter().flat_map(|it| [(&it.0, &it.1), (&it.0, &it.2)]).collect();
        said_to_leave += comes_and_goes
            .filter(|it| it.person.is_some_and(|who| stays.contains(&(&side.person(who), &side.account(it.account)))))
            .count();
    }
    assert_eq!(said_to_leave, 0, "who only went along neither leaves nor joins");
    settle(
        "ministers' departments by month",
        &lines("ministers' departments by month", "goes on as another", &pairs, Some(&trivial), 0.97),
    );
}
