//! Accounts as flat arrays: name, sector, owner, what is known about each.
//!
//! Comes in: a snapshot. Leaves: one cell an account in every array, in the order of the snapshot's ids. Never looks at
//! transactions or persons. Costs one pass over the links of each predicate, in parallel.

use oxigraph::model::{Term, TermRef};
use rayon::prelude::*;
use rust_decimal::prelude::ToPrimitive;

use crate::discovery::market::Identities;
use crate::discovery::market::column::{self, Interned, NONE};
use crate::model::Interval;
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// The place of an account in [`Accounts`]; ordered as the snapshot's ids are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountIndex(pub u32);

impl AccountIndex {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All accounts of a snapshot, one cell an account in every array.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// Ids, ascending.
    pub ids: Vec<Id>,
    /// IRIs.
    pub iris: Vec<String>,
    /// Names as people write them: `schema:name`, else `schema:legalName`, else the end of the IRI.
    pub names: Vec<String>,
    /// Place in [`Accounts::sectors`].
    pub sector: Vec<Option<u32>>,
    /// Place in [`Accounts::owners`].
    pub owner: Vec<Option<u32>>,
    /// Whether the source marks it as a key account; `None` when it does not say.
    pub is_key: Vec<Option<bool>>,
    /// How well the account fits the strategy, in [0, 1], when given.
    pub strategic_fit: Vec<Option<f64>>,
    /// Annual revenue of the account itself, when given.
    pub annual_revenue: Vec<Option<f64>>,
    /// Number of the account's own employees, when given.
    pub n_employees: Vec<Option<f64>>,
    /// Since when and until when it is a customer, when given.
    pub active: Vec<Interval>,
    /// All sectors that an account names.
    pub sectors: Vec<Named>,
    /// All employees that own an account.
    pub owners: Vec<Named>,
    /// Successor and predecessor of accounts that go on under another (`prov:wasDerivedFrom`: renamed, merged, split),
    /// sorted.
    pub derived_from: Vec<(AccountIndex, AccountIndex)>,
    /// Which records are one account, one person.
    pub identities: Identities,
}

/// Something with an id, an IRI and a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// Id in the snapshot.
    pub id: Id,
    /// IRI, or the text itself when the source gives a text.
    pub iri: String,
    /// Name, English where there are several.
    pub name: String,
    /// Chinese name, the other one where there is none.
    pub name_zh: String,
}

impl Accounts {
    /// Reads all instances of `ka:Account`, each entity that the snapshot's derived graphs name once.
    pub fn read(snapshot: &Snapshot) -> Self {
        Self::read_with(snapshot, &Identities::read(snapshot))
    }

    /// Reads all instances of `ka:Account`, each entity once.
    pub fn read_with(snapshot: &Snapshot, identities: &Identities) -> Self {
        let ids = identities.fold(column::instances(snapshot, o::ACCOUNT));
        let [sector, owner, is_key] = identities.columns(snapshot, &ids, [o::SECTOR, o::OWNER, o::IS_KEY_ACCOUNT]);
        let [fit, revenue, employees] =
            identities.columns(snapshot, &ids, [o::STRATEGIC_FIT, o::ANNUAL_REVENUE, o::SCHEMA_NUMBER_OF_EMPLOYEES]);
        let [from, to] = identities.columns(snapshot, &ids, [o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
        let (sector, sectors) = table(snapshot, &sector);
        let (owner, owners) = table(snapshot, &owner);
        let numbers = |column: &[Option<Id>]| column.iter().map(|id| number(snapshot, *id)).collect();
        let mut accounts = Self {
            iris: ids.par_iter().map(|id| snapshot.text(*id).into_owned()).collect(),
            names: names_with(snapshot, &ids, identities),
            is_key: is_key.iter().map(|id| id.and_then(|id| snapshot.boolean(id))).collect(),
            strategic_fit: numbers(&fit),
            annual_revenue: numbers(&revenue),
            n_employees: numbers(&employees),
            active: intervals(snapshot, &from, &to),
            ids,
            sector,
            owner,
            sectors,
            owners,
            derived_from: Vec::new(),
            identities: identities.clone(),
        };
        accounts.derived_from = accounts.successions(snapshot);
        accounts
    }

    fn successions(&self, snapshot: &Snapshot) -> Vec<(AccountIndex, AccountIndex)> {
        let links = snapshot.links(o::PROV_WAS_DERIVED_FROM).into_iter();
        let pairs = links.filter_map(|(later, earlier)| Some((self.index_of(later)?, self.index_of(earlier)?)));
        let mut pairs: Vec<_> = pairs.filter(|(later, earlier)| later != earlier).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All places, ascending.
    pub fn indexes(&self) -> impl ExactSizeIterator<Item = AccountIndex> + use<> {
        (0..self.ids.len() as u32).map(AccountIndex)
    }

    /// The place of the account that a record's id stands for.
    pub fn index_of(&self, id: Id) -> Option<AccountIndex> {
        self.ids.binary_search(&self.identities.main(id)).ok().map(|place| AccountIndex(place as u32))
    }

    /// The account's name.
    pub fn name(&self, account: AccountIndex) -> &str {
        &self.names[account.index()]
    }

    /// The account's IRI.
    pub fn iri(&self, account: AccountIndex) -> &str {
        &self.iris[account.index()]
    }

    /// The account's sector.
    pub fn sector_of(&self, account: AccountIndex) -> Option<&Named> {
        self.sector[account.index()].map(|place| &self.sectors[place as usize])
    }

    /// Our employee who owns the account.
    pub fn owner_of(&self, account: AccountIndex) -> Option<&Named> {
        self.owner[account.index()].map(|place| &self.owners[place as usize])
    }
}

/// A number as it takes part in a signal.
pub fn number(snapshot: &Snapshot, id: Option<Id>) -> Option<f64> {
    id.and_then(|id| snapshot.number(id)).and_then(|number| number.to_f64())
}

/// Half-open spans from two columns of days.
pub fn intervals(snapshot: &Snapshot, from: &[Option<Id>], to: &[Option<Id>]) -> Vec<Interval> {
    let day = |id: &Option<Id>| id.and_then(|id| snapshot.day(id));
    from.iter().zip(to).map(|(from, to)| Interval { from: day(from), to: day(to) }).collect()
}

/// The names of things (sorted ids): `schema:name`, `foaf:name`, `schema:legalName`, `skos:prefLabel`, `rdfs:label`,
/// whichever comes first; else the end of the IRI.
pub fn names(snapshot: &Snapshot, ids: &[Id]) -> Vec<String> {
    names_with(snapshot, ids, &Identities::default())
}

/// [`names`] of entities.
pub fn names_with(snapshot: &Snapshot, ids: &[Id], identities: &Identities) -> Vec<String> {
    let wanted = [o::SCHEMA_NAME, o::FOAF_NAME, o::SCHEMA_LEGAL_NAME, o::SKOS_PREF_LABEL, o::RDFS_LABEL];
    let found = identities.columns(snapshot, ids, wanted);
    let name = |place: usize| match found.iter().find_map(|column| column[place]) {
        Some(name) => snapshot.text(name).trim().to_owned(),
        None => end_of_iri(&snapshot.text(ids[place])),
    };
    (0..ids.len()).into_par_iter().map(name).collect()
}

/// A column of links as places in a table of named things; the table in the order of ids.
pub fn table(snapshot: &Snapshot, column: &[Option<Id>]) -> (Vec<Option<u32>>, Vec<Named>) {
    let Interned { ids, places } = Interned::new(column);
    let places = places.into_iter().map(|place| (place != NONE).then_some(place)).collect();
    (places, named(snapshot, &ids))
}

/// Names, English and Chinese, of sorted ids.
pub fn named(snapshot: &Snapshot, ids: &[Id]) -> Vec<Named> {
    let names = names(snapshot, ids);
    let describe = |(id, name): (&Id, String)| {
        let iri = snapshot.text(*id).into_owned();
        let label = |language: &str| label(snapshot, *id, language);
        let name = label("en").unwrap_or(name);
        Named { id: *id, iri, name_zh: label("zh").unwrap_or_else(|| name.clone()), name }
    };
    ids.iter().zip(names).map(describe).collect()
}

fn label(snapshot: &Snapshot, id: Id, language: &str) -> Option<String> {
    let labels = [o::SKOS_PREF_LABEL, o::SCHEMA_NAME];
    let mut found = labels.iter().flat_map(|predicate| snapshot.objects(id, *predicate));
    found.find_map(|label| match snapshot.term(label) {
        Term::Literal(literal) if literal.language() == Some(language) => Some(literal.value().to_owned()),
        _ => None,
    })
}

/// What stands after an IRI's last `/` or `#`, percent signs resolved; a text without them as it is.
pub fn end_of_iri(iri: &str) -> String {
    let end = iri.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or(iri);
    let mut bytes = Vec::with_capacity(end.len());
    let mut rest = end.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let decoded = code.filter(|_| first == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(decoded.unwrap_or(first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The id of an IRI, if the snapshot has it.
pub fn id_of_iri(snapshot: &Snapshot, iri: &str) -> Option<Id> {
    let node = oxigraph::model::NamedNodeRef::new(iri).ok()?;
    snapshot.id(TermRef::from(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_iri_is_read_as_people_wrote_it() {
        assert_eq!(end_of_iri("https://w3id.org/kagraph/id/x/account/Caf%C3%A9%20Nord"), "Café Nord");
        assert_eq!(end_of_iri("https://example.org/a#b/"), "b");
        assert_eq!(end_of_iri("100% cotton"), "100% cotton");
    }
}
