//! Where the real data are that some tests use, and what the shipped mappings make of them.
//!
//! The data are no part of the repository. They are looked for in `$KAGRAPH_SHARED_DATA`, then in `../shared/data`
//! beside the repository. A test whose folder is not there says so and passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kagraph::ingest::RowCount;
use kagraph::mapping::{Piece, TermText, profiles};

/// The folder of real data called `name`, when it is there; else the test's output says that it was left out.
pub fn folder(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os("KAGRAPH_SHARED_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = given.into_iter().chain([beside]).map(|folder| folder.join(name)).find(|folder| folder.is_dir());
    if found.is_none() {
        println!("left out: no real data {name}; set KAGRAPH_SHARED_DATA to the folder that holds it");
    }
    found
}

/// Counts of what a shipped mapping made of a folder.
#[derive(Default, Debug)]
struct Tally {
    rows: RowCount,
    n_filtered: u64,
    n_rejected_values: u64,
    /// Different things by class, by the end of its IRI.
    things: BTreeMap<String, std::collections::HashSet<String>>,
    /// Different statements by property, by the end of its IRI.
    properties: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn take(&mut self, piece: &Piece) {
        let mapped = &piece.mapped;
        self.rows += mapped.rows;
        self.n_filtered += mapped.n_filtered;
        self.n_rejected_values += mapped.n_rejected_values;
        for reject in &mapped.rejects {
            let reason = reject.reason.split(", found").next().unwrap().to_owned();
            *self.reasons.entry(reason).or_default() += 1;
        }
        for statement in &mapped.statements.statements {
            let iri = |term| match mapped.statements.resolve(term) {
                TermText::Iri(iri) => iri.to_owned(),
                other => panic!("{other:?} is no IRI"),
            };
            let end = |iri: String| iri.rsplit(['#', '/']).next().unwrap().to_owned();
            let property = end(iri(statement.predicate));
            if property == "type" {
                self.things.entry(end(iri(statement.object))).or_default().insert(iri(statement.subject));
            }
            *self.properties.entry(property).or_default() += 1;
        }
    }

    fn n(&self, class: &str) -> usize {
        self.things.get(class).map_or(0, |things| things.len())
    }
}

/// What the shipped mapping of this name makes of its folder; `None` when that is not there.
fn tally(name: &str) -> Option<Tally> {
    Some(tally_of(name, &folder(name)?))
}

fn tally_of(name: &str, folder: &Path) -> Tally {
    let mapping = profiles::recognise(folder).unwrap().expect("the folder is recognised");
    assert_eq!(mapping.source(), name);
    let plan = mapping.plan(folder).unwrap_or_else(|error| panic!("{error}"));
    let mut tally = Tally::default();
    let taken = plan.run(|piece| {
        tally.take(&piece);
        Ok::<(), std::io::Error>(())
    });
    taken.unwrap_or_else(|error| panic!("{error}"));
    assert!(tally.rows.is_complete());
    tally
}

#[test]
fn wide_world_importers_has_its_customers_contacts_and_sales() {
    let Some(tally) = tally("wide_world_importers") else { return };
    assert_eq!((tally.n("Account"), tally.n("Group"), tally.n("Employee")), (663, 2, 19));
    assert_eq!((tally.n("Person"), tally.n("Post"), tally.n("Membership")), (1065, 1065, 1065));
    assert_eq!((tally.n("Order"), tally.n("Invoice"), tally.n("Payment")), (231_412, 70_510, 26_637));
    assert_eq!((tally.n("Product"), tally.n("Concept")), (227, 5));
    assert_eq!(tally.properties["subOrganizationOf"], 402);
    assert_eq!(tally.properties["paidDate"], 97_147 - 26_637 - 84);
    // 14 addresses have a blank before the @, as published.
    assert_eq!((tally.rows.quarantined, tally.n_rejected_values), (0, 14), "{:?}", tally.reasons);
}

#[test]
fn council_spending_refuses_what_names_no_supplier_or_amount_and_reads_excel_days() {
    let Some(all) = folder("uk_council_spending") else { return };
    let two = tempfile::tempdir().unwrap();
    for file in ["london.parquet", "salford.parquet"] {
        std::fs::copy(all.join(file), two.path().join(file)).unwrap();
    }
    let tally = tally_of("uk_council_spending", two.path());
    assert_eq!(tally.rows.read, 201_955 + 109_701);
    assert_eq!(tally.n("Payment") as u64, tally.rows.mapped);
    assert_eq!(tally.n("Payment"), tally.properties["amount"]);
    assert!(tally.rows.quarantined > 240 && tally.rows.quarantined < 400, "{:?}", tally.reasons);
}

#[test]
fn ministers_have_departments_posts_and_dated_appointments() {
    let Some(tally) = tally("uk_ministers_ifg") else { return };
    assert_eq!((tally.n("Account"), tally.n("Person"), tally.n("Post"), tally.n("Membership")), (62, 869, 610, 2648));
    assert_eq!((tally.n_filtered, tally.rows.quarantined, tally.n_rejected_values), (149, 0, 0), "{:?}", tally.reasons);
}

#[test]
fn congress_memberships_are_seen_in_37_snapshots() {
    let Some(tally) = tally("us_congress_roles") else { return };
    assert_eq!((tally.n("Account"), tally.n("Person")), (243, 705));
    assert_eq!((tally.rows.read, tally.rows.quarantined, tally.n_rejected_values), (131_866, 0, 0));
    assert_eq!(tally.properties["seenOn"], 131_746);
}

#[test]
fn organograms_give_posts_holders_and_reporting_lines() {
    let Some(tally) = tally("uk_organograms") else { return };
    assert_eq!((tally.n("Account"), tally.rows.read, tally.n_filtered), (3, 6743, 46));
    assert!(tally.n("ReportingLine") > 1000 && tally.n("Membership") > 500, "{tally:?}");
    assert_eq!((tally.rows.quarantined, tally.n_rejected_values), (0, 0), "{:?}", tally.reasons);
}

#[test]
fn a_crm_export_gives_accounts_agents_opportunities_and_won_business() {
    let Some(tally) = tally("crm_maven") else { return };
    assert_eq!((tally.n("Account"), tally.n("Employee"), tally.n("Product")), (85, 41, 7));
    assert_eq!((tally.n("Opportunity"), tally.n("Order")), (8800, 4238));
    assert_eq!((tally.properties["subOrganizationOf"], tally.n("Concept")), (15, 10));
    assert_eq!((tally.rows.quarantined, tally.n_rejected_values), (0, 0), "{:?}", tally.reasons);
}

#[test]
fn online_retail_sets_rows_without_customer_aside() {
    let Some(tally) = tally("uci_online_retail") else { return };
    assert_eq!((tally.rows.read, tally.n_filtered), (541_909, 135_080));
    assert_eq!((tally.n("Account"), tally.n("Order")), (4372, 541_909 - 135_080));
    assert_eq!((tally.rows.quarantined, tally.n_rejected_values), (0, 0), "{:?}", tally.reasons);
}

#[test]
fn enron_mails_go_out_and_come_in() {
    let Some(tally) = tally("enron_igraphdata") else { return };
    assert_eq!((tally.n("Employee"), tally.n("Person"), tally.n("Post")), (184, 184, 130));
    assert_eq!((tally.rows.read, tally.n_filtered), (184 + 125_409, 125_409 - 108_825));
    assert_eq!(tally.n("Interaction"), 2 * 34_427);
    assert_eq!((tally.rows.quarantined, tally.n_rejected_values), (0, 0), "{:?}", tally.reasons);
}
