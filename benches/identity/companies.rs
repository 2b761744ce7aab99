//! Made-up companies with planted doubles, as many as wanted, to measure time and memory.
//!
//! Of the companies, [`DOUBLED`] per mille have one to three further records. A further record has a typing error in its
//! name (400 per mille), or misses its last word (150); has another legal form, another city (100), another postcode (300)
//! and no telephone number (500). First words are drawn from a quarter as many stems as there are records, 150 per mille
//! of them from few stems that many companies have; 800 per mille have a word of their trade.

use kagraph::identity::RecordTable;
use kagraph::synthetic::dice::Dice;

use crate::sets::LabelledSet;

/// Companies with doubles, per mille.
const DOUBLED: u32 = 150;
const TRADES: &[&str] = &[
    "services",
    "solutions",
    "systems",
    "group",
    "trading",
    "logistics",
    "consulting",
    "engineering",
    "foods",
    "energy",
    "media",
    "capital",
    "partners",
    "construction",
    "transport",
    "technology",
    "international",
    "industries",
    "care",
    "design",
];
const FORMS: &[&str] = &["Ltd", "Limited", "GmbH", "AG", "Inc", "LLC", "S.A.", "B.V.", "PLC", ""];
const STARTS: &[u8] = b"bcdfghklmnprstvwz";
const VOWELS: &[u8] = b"aeiou";
const N_CITIES: usize = 400;

struct Made {
    dice: Dice,
    stems: Vec<String>,
    cities: Vec<String>,
}

#[derive(Clone)]
struct Company {
    words: Vec<String>,
    form: &'static str,
    city: String,
    postcode: String,
    phone: String,
}

/// About so many records of companies.
pub fn made(n_records: usize) -> LabelledSet {
    let mut made = Made { dice: Dice::of_damage(7, 0, 0), stems: Vec::new(), cities: Vec::new() };
    made.stems = (0..n_records / 4 + 1000).map(|_| made.word()).collect();
    made.cities = (0..N_CITIES).map(|_| made.word()).collect();
    let mut set = LabelledSet { table: RecordTable::default(), truth: Vec::new() };
    set.table.begin_source("companies");
    let mut entity = 0;
    while set.table.n_records() < n_records {
        let company = made.company();
        enter(&mut set, entity, &company);
        if made.dice.chance(DOUBLED) {
            for _ in 0..*made.dice.pick(&[1, 1, 1, 2, 3]) {
                let double = made.double(&company);
                enter(&mut set, entity, &double);
            }
        }
        entity += 1;
    }
    set.table.finish();
    set
}

fn enter(set: &mut LabelledSet, entity: u32, company: &Company) {
    let name = format!("{} {}", company.words.join(" "), company.form);
    set.table.push([
        ("company_name", name.as_str()),
        ("city", &company.city),
        ("postcode", &company.postcode),
        ("phone", &company.phone),
    ]);
    set.truth.push(Some(entity));
}

impl Made {
    fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..*self.dice.pick(&[2, 3, 3, 4]) {
            word.push(char::from(*self.dice.pick(STARTS)));
            word.push(char::from(*self.dice.pick(VOWELS)));
        }
        word + *self.dice.pick(&["", "", "n", "r", "s", "x", "l"])
    }

    fn stem(&mut self) -> String {
        let n_stems = self.stems.len();
        let n = if self.dice.chance(150) { n_stems / 1000 } else { n_stems };
        self.stems[self.dice.below(n.max(1))].clone()
    }

    fn company(&mut self) -> Company {
        let mut words = vec![self.stem()];
        if self.dice.chance(300) {
            words.push(self.stem());
        }
        if self.dice.chance(800) {
            words.push((*self.dice.pick(TRADES)).to_owned());
        }
        let form = *self.dice.pick(FORMS);
        let city = self.city();
        let phone = format!("0{}", 100_000_000 + self.dice.below(900_000_000));
        let phone = if self.dice.chance(700) { phone } else { String::new() };
        Company { words, form, city, postcode: self.postcode(), phone }
    }

    fn city(&mut self) -> String {
        let at = self.dice.below(N_CITIES);
        self.cities[at].clone()
    }

    fn postcode(&mut self) -> String {
        format!("{:05}", self.dice.below(100_000))
    }

    fn double(&mut self, company: &Company) -> Company {
        let mut double = company.clone();
        let what = self.dice.below(1000);
        let n_words = double.words.len();
        match what {
            0..400 => {
                let at = self.dice.below(n_words);
                double.words[at] = self.mistyped(&company.words[at]);
            }
            400..550 if n_words > 1 => double.words.truncate(n_words - 1),
            _ => {}
        }
        double.form = *self.dice.pick(FORMS);
        if self.dice.chance(100) {
            double.city = self.city();
        }
        if self.dice.chance(300) {
            double.postcode = self.postcode();
        }
        if self.dice.chance(500) {
            double.phone.clear();
        }
        double
    }

    /// A letter left out, wrong, or written twice, or two exchanged.
    fn mistyped(&mut self, word: &str) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = 1 + self.dice.below(letters.len() - 2);
        match self.dice.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.swap(at, at + 1),
            2 => letters[at] = char::from(*self.dice.pick(STARTS)),
            _ => letters.insert(at, letters[at]),
        }
        letters.into_iter().collect()
    }
}
