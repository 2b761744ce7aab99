//! The accounts, contacts and employees of a snapshot as tables of records.
//!
//! Comes in: a snapshot of all systems. Leaves: a table a sort of thing, a record each node, with the systems that know it.
//! Nodes to which several systems give one id are one record already. Never interprets a value. Costs one pass over the
//! links of each predicate.

use std::collections::BTreeMap;

use oxigraph::model::NamedNodeRef;

use crate::discovery::market::{column, names};
use crate::identity::RecordTable;
use crate::identity::kind::Kind;
use crate::identity::record_table::{Column, source_bit};
use crate::identity::schema::Kinds;
use crate::ontology as o;
use crate::store::{GraphPattern, Id, Snapshot};

/// A sort of thing that is resolved for itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sort {
    /// Companies.
    Accounts,
    /// Their people.
    Contacts,
    /// Our people.
    Employees,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accounts, Self::Contacts, Self::Employees];

    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Employees => "employees",
        }
    }

    fn class(self) -> NamedNodeRef<'static> {
        match self {
            Self::Accounts => o::ACCOUNT,
            Self::Contacts => o::FOAF_PERSON,
            Self::Employees => o::EMPLOYEE,
        }
    }

    /// What is compared: the columns' names, kinds and properties. Registers' numbers are known by the name.
    pub(super) fn columns(self) -> &'static [(&'static str, Kind, NamedNodeRef<'static>)] {
        match self {
            Self::Accounts => ACCOUNT_COLUMNS,
            Self::Contacts | Self::Employees => PERSON_COLUMNS,
        }
    }
}

const ACCOUNT_COLUMNS: &[(&str, Kind, NamedNodeRef<'static>)] = &[
    ("name", Kind::OrganisationName, o::SCHEMA_NAME),
    ("legal name", Kind::OrganisationName, o::SCHEMA_LEGAL_NAME),
    ("lei", Kind::Identifier, o::SCHEMA_LEI_CODE),
    ("duns", Kind::Identifier, o::SCHEMA_DUNS),
    ("vat", Kind::Identifier, o::SCHEMA_VAT_ID),
    ("tax id", Kind::Identifier, o::SCHEMA_TAX_ID),
    ("company number", Kind::Identifier, o::COMPANY_NUMBER),
    ("country", Kind::Category, o::SCHEMA_ADDRESS_COUNTRY),
    ("city", Kind::Place, o::SCHEMA_ADDRESS_LOCALITY),
    ("address", Kind::WholeAddress, o::SCHEMA_ADDRESS),
    ("phone", Kind::Phone, o::SCHEMA_TELEPHONE),
    ("email", Kind::Email, o::SCHEMA_EMAIL),
    ("founded", Kind::Date, o::SCHEMA_FOUNDING_DATE),
];

const PERSON_COLUMNS: &[(&str, Kind, NamedNodeRef<'static>)] = &[
    ("name", Kind::PersonName, o::FOAF_NAME),
    ("email", Kind::Email, o::SCHEMA_EMAIL),
    ("phone", Kind::Phone, o::SCHEMA_TELEPHONE),
    ("employer", Kind::Category, o::ACCOUNT_OF),
];

/// The records of one sort.
pub struct Population {
    /// Which.
    pub sort: Sort,
    /// The records' ids, sorted; a record's place is its place here.
    pub ids: Vec<Id>,
    /// Their IRIs.
    pub iris: Vec<String>,
    /// What they say.
    pub table: RecordTable,
    /// What the columns hold.
    pub kinds: Kinds,
}

impl Population {
    /// Reads the records of a sort; employees are no contacts.
    pub fn read(snapshot: &Snapshot, sort: Sort, precedence: &[String]) -> Self {
        let mut known: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        let class = snapshot.id(sort.class().into());
        let typed = |class| {
            let rdf_type = snapshot.id(o::RDF_TYPE.into());
            snapshot.scan(None, rdf_type, Some(class), GraphPattern::AnyNamed)
        };
        for quad in class.into_iter().flat_map(typed) {
            known.entry(quad.subject).or_default().extend(quad.graph);
        }
        if sort == Sort::Contacts {
            column::instances(snapshot, o::EMPLOYEE).iter().for_each(|id| drop(known.remove(id)));
        }
        let ids: Vec<Id> = known.keys().copied().collect();
        let sources = sources(snapshot, known.values().flatten().copied(), precedence);
        let places: BTreeMap<Id, usize> = sources.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        let mut table = RecordTable { sources: sources.into_iter().map(|it| it.1).collect(), ..RecordTable::default() };
        for graphs in known.values() {
            let known_by = graphs.iter().map(|graph| places[graph]);
            table.source.push(known_by.clone().min().unwrap_or_default() as u16);
            table.known_by.push(known_by.fold(0, |bits, place| bits | source_bit(place)));
        }
        table.columns = columns(snapshot, sort, &ids);
        let kinds = sort.columns().iter().map(|(name, kind, _)| ((*name).to_owned(), *kind)).collect();
        let iris = ids.iter().map(|id| snapshot.text(*id).into_owned()).collect();
        Self { sort, ids, iris, table, kinds }
    }

    /// The record with an IRI, whole or with the prefix `id:`, or the only one with a name.
    pub fn find(&self, snapshot: &Snapshot, wanted: &str) -> Option<u32> {
        let whole = wanted.strip_prefix("id:").map(|rest| format!("{}{rest}", o::ID));
        let iri = whole.as_deref().unwrap_or(wanted);
        let by_iri = self.iris.iter().position(|it| it == iri);
        let found = by_iri.or_else(|| {
            let names = names(snapshot, &self.ids);
            let mut named = names.iter().enumerate().filter(|(_, name)| *name == wanted).map(|it| it.0);
            named.next().filter(|_| named.next().is_none())
        });
        found.and_then(|place| u32::try_from(place).ok())
    }

    /// Whether some two records are known by different systems only, so that they can be one without any of the systems
    /// being wrong.
    pub fn is_of_several_systems(&self) -> bool {
        let mut sets = self.table.known_by.clone();
        sets.sort_unstable();
        sets.dedup();
        sets.iter().any(|one| sets.iter().any(|other| one & other == 0 && one != other))
    }
}

/// Source graphs with their names, those of `precedence` first, the others by name.
fn sources(snapshot: &Snapshot, graphs: impl Iterator<Item = Id>, precedence: &[String]) -> Vec<(Id, String)> {
    let prefix = o::graph_iri("");
    let name = |id: Id| {
        let iri = snapshot.text(id).into_owned();
        iri.strip_prefix(&prefix).map_or_else(|| iri.clone(), str::to_owned)
    };
    let mut sources: Vec<Id> = graphs.collect();
    sources.sort_unstable();
    sources.dedup();
    let mut named: Vec<(Id, String)> = sources.into_iter().map(|id| (id, name(id))).collect();
    let rank = |name: &str| precedence.iter().position(|it| it == name).unwrap_or(precedence.len());
    named.sort_by(|one, other| (rank(&one.1), &one.1).cmp(&(rank(&other.1), &other.1)));
    named
}

fn columns(snapshot: &Snapshot, sort: Sort, ids: &[Id]) -> Vec<Column> {
    let column = |(name, _, predicate): &(&str, Kind, NamedNodeRef<'static>)| {
        let mut objects = column::Column::read(snapshot, ids, *predicate).objects;
        if *predicate == o::ACCOUNT_OF {
            add_employers(snapshot, ids, &mut objects);
        }
        let cell = |object: Option<Id>| object.map(|id| snapshot.text(id).trim().into()).unwrap_or_default();
        Column { name: (*name).to_owned(), cells: objects.into_iter().map(cell).collect() }
    };
    let columns = sort.columns().iter().map(column);
    columns.filter(|column| column.cells.iter().any(|cell| !cell.is_empty())).collect()
}

/// Who names no account works where the membership with the smallest id puts them.
fn add_employers(snapshot: &Snapshot, persons: &[Id], employers: &mut [Option<Id>]) {
    let memberships = column::instances(snapshot, o::ORG_MEMBERSHIP);
    let [member, post, account] =
        column::columns(snapshot, &memberships, [o::ORG_MEMBER, o::IN_POST, o::ORG_ORGANIZATION]);
    let account_of_post: BTreeMap<Id, Id> = snapshot.links(o::ORG_POST_IN).into_iter().collect();
    for place in 0..memberships.len() {
        let account = account[place].or_else(|| account_of_post.get(&post[place]?).copied());
        if let Some(Ok(person)) = member[place].map(|person| persons.binary_search(&person)) {
            employers[person] = employers[person].or(account);
        }
    }
}
