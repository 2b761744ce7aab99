//! Numbers that registers give: equal ones make records one entity, different ones keep them two.
//!
//! Comes in: for each record the numbers that it carries, and what people have decided. Leaves: pairs that are one, also
//! by way of others, and every link that could not be made because it would bring together what must stay two. Never
//! believes a number without its check digit or shape, nor one that is a row of equal digits. Costs a sort of the numbers.
//!
//! People's decisions come first, then numbers in the order of [`Register`]. A link is made when nothing stands between
//! the two entities that it would make one; otherwise it is reported and left out, the rest goes on.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::identity::decisions::Decisions;
use crate::identity::kind::{self, Kind};
use crate::identity::record_table::{Column, RecordTable};
use crate::identity::training::Pair;
use crate::mapping::registration;

/// Who gives the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Register {
    /// Legal entity identifier, ISO 17442.
    Lei,
    /// 统一社会信用代码, GB 32100.
    CreditCode,
    /// D-U-N-S; a company with several sites has several.
    Duns,
    /// VAT number; a company that is registered in several countries has several.
    Vat,
    /// The number of a national company register; means something only together with the country.
    CompanyNumber,
}

impl Register {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lei => "LEI",
            Self::CreditCode => "统一社会信用代码",
            Self::Duns => "D-U-N-S number",
            Self::Vat => "VAT number",
            Self::CompanyNumber => "company number",
        }
    }

    /// The register that a column's header names, its words being given in lower case.
    pub fn of_header(words: &[String]) -> Option<Self> {
        let has = |word: &str| words.iter().any(|it| it == word || (!word.is_ascii() && it.contains(word)));
        match () {
            () if has("lei") => Some(Self::Lei),
            () if has("uscc") || has("信用代码") => Some(Self::CreditCode),
            () if has("duns") => Some(Self::Duns),
            () if has("vat") || (has("tax") && (has("id") || has("number"))) => Some(Self::Vat),
            () if (has("company") || has("registration") || has("charity")) && (has("number") || has("no")) => {
                Some(Self::CompanyNumber)
            }
            () => None,
        }
    }

    /// The number in one spelling with where it counts, when the text is one; `country` is that of the record, if known.
    pub fn read(self, text: &str, country: &str) -> Option<Number> {
        let (register, scope, number) = match self {
            Self::Lei => (self, String::new(), registration::lei(text).ok()?),
            Self::CreditCode => (self, String::new(), registration::uscc(text).ok()?),
            Self::Duns => (self, String::new(), registration::duns(text).ok()?),
            // Chinese companies give their credit code where others give a tax number.
            Self::Vat => match registration::uscc(text) {
                Ok(code) => (Self::CreditCode, String::new(), code),
                Err(_) => {
                    let number = registration::vat(text).ok()?;
                    (self, number[..2].to_owned(), number)
                }
            },
            Self::CompanyNumber => (self, country.to_lowercase(), company_number(text)?),
        };
        (!is_filler(&number)).then_some(Number { register, scope, number })
    }
}

/// A number as one register gave it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Number {
    /// Who gave it.
    pub register: Register,
    /// Within what it tells entities apart: a country, or empty for the world.
    pub scope: String,
    /// The number in one spelling.
    pub number: String,
}

impl Number {
    /// Whether an entity has no more than one of this register and scope.
    fn is_exclusive(&self) -> bool {
        match self.register {
            Register::Lei | Register::CreditCode | Register::Vat => true,
            Register::CompanyNumber => !self.scope.is_empty(),
            Register::Duns => false,
        }
    }
}

/// Letters and digits, at least five, with a digit among them.
fn company_number(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (number.chars().count() >= 5 && number.chars().any(|c| c.is_ascii_digit())).then_some(number)
}

/// What people type where a number is asked for and they have none.
fn is_filler(number: &str) -> bool {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    let is_row_of = |step: u8| digits.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(step));
    number.len() == digits.len() && (is_row_of(0) || is_row_of(1))
}

/// The numbers of all records.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    /// For each record the places of its numbers in `numbers`, sorted.
    of_record: FxHashMap<u32, Vec<u32>>,
    /// All numbers, sorted.
    numbers: Vec<Number>,
}

/// A link that was not made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Blocked {
    /// The two records.
    pub pair: Pair,
    /// What says that they are one.
    pub because: String,
    /// What stands against it.
    pub against: String,
}

/// Two records that are one, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Certain {
    /// The two records.
    pub pair: Pair,
    /// What says that they are one.
    pub because: String,
}

/// What is one for certain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links {
    /// Pairs that are one, sorted, each once; what they make together has nothing against it.
    pub together: Vec<Certain>,
    /// Links that were left out.
    pub blocked: Vec<Blocked>,
}

impl Trusted {
    /// Of records with their numbers.
    pub fn new(mut found: Vec<(u32, Number)>) -> Self {
        found.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
        found.dedup();
        let mut trusted = Self::default();
        for (record, number) in found {
            if trusted.numbers.last() != Some(&number) {
                trusted.numbers.push(number);
            }
            trusted.of_record.entry(record).or_default().push(trusted.numbers.len() as u32 - 1);
        }
        trusted
    }

    /// The numbers in a table: of columns that name a register, and of those that hold numbers with check digits.
    pub fn of_table(table: &RecordTable) -> Self {
        let header = |column: &Column| kind::header_words(&column.name);
        let is_country = |column: &&Column| header(column).iter().any(|it| it == "country" || it.contains("国家"));
        let country = table.columns.iter().find(is_country);
        let mut found = Vec::new();
        for column in &table.columns {
            let registers = match Register::of_header(&header(column)) {
                Some(register) => vec![register],
                None if kind::guess(column) == Kind::Registration => vec![Register::Lei, Register::CreditCode],
                None => continue,
            };
            for (record, cell) in column.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let country = country.map_or("", |country| &*country.cells[record]);
                let number = registers.iter().find_map(|register| register.read(cell, country));
                found.extend(number.map(|number| (record as u32, number)));
            }
        }
        Self::new(found)
    }

    /// The numbers of a record.
    pub fn of(&self, record: u32) -> impl Iterator<Item = &Number> {
        self.of_record.get(&record).into_iter().flatten().map(|&place| &self.numbers[place as usize])
    }

    /// Two numbers of one register that one entity cannot both have, when the two records carry such.
    pub fn contradiction(&self, one: u32, other: u32) -> Option<(&Number, &Number)> {
        let (ones, others) = (self.of_record.get(&one)?, self.of_record.get(&other)?);
        contradiction(&self.numbers, ones.iter().copied(), others.iter().copied())
    }

    /// Whether the two records carry numbers that one entity cannot both have.
    pub fn is_contradiction(&self, one: u32, other: u32) -> bool {
        self.contradiction(one, other).is_some()
    }

    /// What numbers and decisions say for certain.
    pub fn links(&self, decisions: &Decisions) -> Links {
        let mut joined = Joined::new(self, decisions);
        for &pair in &decisions.together {
            joined.link(pair, "a decision that they are the same".to_owned(), true);
        }
        for (number, records) in self.records_by_number() {
            let because = || format!("the same {} {}", number.register.name(), number.number);
            records.windows(2).for_each(|pair| joined.link((pair[0], pair[1]), because(), false));
        }
        let mut links = joined.links;
        links.together.sort_by_key(|it| it.pair);
        links.together.dedup_by_key(|it| it.pair);
        links
    }

    fn records_by_number(&self) -> BTreeMap<&Number, Vec<u32>> {
        let mut carried: BTreeMap<&Number, Vec<u32>> = BTreeMap::new();
        for (&record, places) in &self.of_record {
            places.iter().for_each(|&place| carried.entry(&self.numbers[place as usize]).or_default().push(record));
        }
        carried.values_mut().for_each(|records| records.sort_unstable());
        carried
    }
}

/// The first numbers of one register and scope that differ while no number of it is shared.
fn contradiction(
    numbers: &[Number],
    ones: impl Iterator<Item = u32> + Clone,
    others: impl Iterator<Item = u32> + Clone,
) -> Option<(&Number, &Number)> {
    let is_one_register = |a: &Number, b: &Number| (a.register, &a.scope) == (b.register, &b.scope);
    for one in ones.clone() {
        let number = &numbers[one as usize];
        let differing = others.clone().find(|&it| is_one_register(&numbers[it as usize], number) && it != one);
        let Some(differing) = differing.filter(|_| number.is_exclusive()) else { continue };
        let mut shared = ones.clone().filter(|it| is_one_register(&numbers[*it as usize], number));
        if !shared.any(|it| others.clone().any(|other| other == it)) {
            return Some((number, &numbers[differing as usize]));
        }
    }
    None
}

/// Entities as they grow.
struct Joined<'a> {
    trusted: &'a Trusted,
    roots: FxHashMap<u32, u32>,
    numbers: FxHashMap<u32, BTreeSet<u32>>,
    members: FxHashMap<u32, Vec<u32>>,
    /// For each record those that people keep apart from it.
    apart: FxHashMap<u32, Vec<u32>>,
    links: Links,
}

impl<'a> Joined<'a> {
    fn new(trusted: &'a Trusted, decisions: &Decisions) -> Self {
        let mut apart: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for &(one, other) in &decisions.apart {
            apart.entry(one).or_default().push(other);
            apart.entry(other).or_default().push(one);
        }
        apart.values_mut().for_each(|others| others.sort_unstable());
        let (roots, numbers, members) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        Self { trusted, roots, numbers, members, apart, links: Links::default() }
    }

    fn root(&mut self, record: u32) -> u32 {
        let root = *self.roots.entry(record).or_insert(record);
        if root == record && !self.members.contains_key(&record) {
            let numbers = self.trusted.of_record.get(&record).into_iter().flatten().copied();
            self.numbers.insert(record, numbers.collect());
            self.members.insert(record, vec![record]);
        }
        root
    }

    fn link(&mut self, pair: Pair, because: String, is_decision: bool) {
        let (one, other) = (self.root(pair.0), self.root(pair.1));
        if one == other {
            self.links.together.push(Certain { pair, because });
            return;
        }
        let against = self.kept_apart(one, other).or_else(|| (!is_decision).then(|| self.numbers_apart(one, other))?);
        match against {
            Some(against) => self.links.blocked.push(Blocked { pair, because, against }),
            None => {
                self.links.together.push(Certain { pair, because });
                self.join(one, other);
            }
        }
    }

    fn kept_apart(&self, one: u32, other: u32) -> Option<String> {
        let enemies = self.members[&one].iter().filter_map(|record| self.apart.get(record)).flatten();
        let is_kept = enemies.into_iter().any(|enemy| self.roots.get(enemy).copied().unwrap_or(*enemy) == other);
        is_kept.then(|| "a decision that they are not the same".to_owned())
    }

    fn numbers_apart(&self, one: u32, other: u32) -> Option<String> {
        let of = |root: u32| self.numbers[&root].iter().copied();
        let (a, b) = contradiction(&self.trusted.numbers, of(one), of(other))?;
        Some(format!("different {}: {} and {}", a.register.name(), a.number, b.number))
    }

    fn join(&mut self, one: u32, other: u32) {
        let (keep, gone) =
            if self.members[&one].len() >= self.members[&other].len() { (one, other) } else { (other, one) };
        let moved = self.members.remove(&gone).unwrap_or_default();
        self.roots.extend(moved.iter().map(|&record| (record, keep)));
        self.members.entry(keep).or_default().extend(moved);
        let numbers = self.numbers.remove(&gone).unwrap_or_default();
        self.numbers.entry(keep).or_default().extend(numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEI: [&str; 2] = ["5493001KJTIIGC8Y1R12", "7LTWFZYICNSX8D621K86"];
    const CODE: &str = "91350100M000100Y43";

    fn pairs(links: &Links) -> Vec<Pair> {
        links.together.iter().map(|it| it.pair).collect()
    }

    fn number(register: Register, text: &str) -> Number {
        register.read(text, "DE").unwrap_or_else(|| panic!("{text} is no {}", register.name()))
    }

    #[test]
    fn numbers_are_read_by_their_shape_and_fillers_are_not() {
        assert_eq!(number(Register::Vat, "DE 811.128.135").number, "DE811128135");
        assert_eq!(number(Register::Vat, CODE).register, Register::CreditCode);
        assert_eq!(number(Register::CompanyNumber, "HRB 12345").scope, "de");
        for (register, text) in [
            (Register::Duns, "000000000"),
            (Register::Duns, "123456789"),
            (Register::Lei, "5493001KJTIIGC8Y1R13"),
            (Register::CompanyNumber, "none"),
        ] {
            assert_eq!(register.read(text, ""), None, "{text}");
        }
    }

    #[test]
    fn headers_name_registers() {
        let of = |words: &[&str]| Register::of_header(&words.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["lei", "code"]), Some(Register::Lei));
        assert_eq!(of(&["统一社会信用代码"]), Some(Register::CreditCode));
        assert_eq!(of(&["tax", "id"]), Some(Register::Vat));
        assert_eq!(of(&["company", "number"]), Some(Register::CompanyNumber));
        assert_eq!(of(&["company", "name"]), None);
    }

    #[test]
    fn equal_numbers_are_one_also_by_way_of_others() {
        let trusted = Trusted::new(vec![
            (0, number(Register::Lei, LEI[0])),
            (1, number(Register::Lei, LEI[0])),
            (1, number(Register::Duns, "804735132")),
            (2, number(Register::Duns, "804735132")),
        ]);
        let links = trusted.links(&Decisions::default());
        assert_eq!(pairs(&links), [(0, 1), (1, 2)]);
        assert_eq!(links.together[0].because, format!("the same LEI {}", LEI[0]));
    }

    #[test]
    fn a_link_that_brings_different_numbers_together_is_blocked_and_reported() {
        let trusted = Trusted::new(vec![
            (0, number(Register::Lei, LEI[0])),
            (0, number(Register::Duns, "804735132")),
            (1, number(Register::Duns, "804735132")),
            (1, number(Register::Vat, "DE811128135")),
            (2, number(Register::Vat, "DE811128135")),
            (2, number(Register::Lei, LEI[1])),
        ]);
        let links = trusted.links(&Decisions::default());
        assert_eq!(pairs(&links), [(0, 1)]);
        assert_eq!(links.blocked[0].pair, (1, 2));
        assert!(links.blocked[0].against.starts_with("different LEI: "), "{:?}", links.blocked);
        assert!(trusted.is_contradiction(0, 2) && !trusted.is_contradiction(0, 1));
    }

    #[test]
    fn decisions_are_stronger_than_numbers() {
        let ids = vec![(0, number(Register::Lei, LEI[0])), (1, number(Register::Lei, LEI[0]))];
        let apart = Decisions { apart: [(0, 1)].into_iter().collect(), ..Decisions::default() };
        let links = Trusted::new(ids).links(&apart);
        assert!(links.together.is_empty());
        assert_eq!(links.blocked[0].against, "a decision that they are not the same");
        let ids = vec![(0, number(Register::Lei, LEI[0])), (1, number(Register::Lei, LEI[1]))];
        let same = Decisions { together: vec![(0, 1)], ..Decisions::default() };
        assert_eq!(pairs(&Trusted::new(ids).links(&same)), [(0, 1)]);
    }
}
