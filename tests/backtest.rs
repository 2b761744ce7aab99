//! The backtest: facts after the day do not change what was known on it, who climbs is found, and the table has
//! a row for every ranker and day.

use std::fmt::Write;

use kagraph::discovery::candidate::{self, Candidates, Introductions};
use kagraph::discovery::case::Decided;
use kagraph::discovery::market;
use kagraph::evaluation::backtest::{self, Backtest, Ranker};
use kagraph::mapping::{Known, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::ontology as o;
use kagraph::settings::Settings;
use kagraph::store::{Part, Snapshot};

/// A market of orders: account, day, amount.
#[derive(Default)]
struct Market {
    chunk: Statements,
    n_orders: usize,
}

impl Market {
    fn say(&mut self, subject: &str, predicate: &str, object: TermText<'_>) {
        let subject = self.chunk.term(TermText::Iri(subject));
        let predicate = self.chunk.term(TermText::Iri(predicate));
        let object = self.chunk.term(object);
        let row = self.chunk.statements.len() as u64 + 1;
        self.chunk.statements.push(Statement { subject, predicate, object, graph: None, row, known: Known::Always });
    }

    fn account(&mut self, account: usize) {
        self.say(&iri("account", account), o::RDF_TYPE.as_str(), TermText::Iri(o::ACCOUNT.as_str()));
    }

    fn order(&mut self, account: usize, day: Day, amount: f64) {
        let order = iri("order", self.n_orders);
        self.n_orders += 1;
        self.say(&order, o::RDF_TYPE.as_str(), TermText::Iri(o::ORDER.as_str()));
        self.say(&order, o::ACCOUNT_OF.as_str(), TermText::Iri(&iri("account", account)));
        self.say(&order, o::DATE.as_str(), TermText::Typed(&day.to_string(), XSD_DATE));
        self.say(&order, o::AMOUNT.as_str(), TermText::Typed(&format!("{amount:.2}"), XSD_DECIMAL));
    }

    fn snapshot(&self) -> Snapshot {
        let graph = o::graph_iri("trial");
        let part = Part { graph: &graph, file: "trial", statements: &self.chunk };
        Snapshot::from_statements(&[part], Day::MIN).unwrap()
    }
}

const XSD_DATE: &str = "http://www.w3.org/2001/XMLSchema#date";
const XSD_DECIMAL: &str = "http://www.w3.org/2001/XMLSchema#decimal";
const N_ACCOUNTS: usize = 240;
const N_MONTHS: i32 = 60;

fn iri(kind: &str, n: usize) -> String {
    format!("https://example.org/{kind}/{n:06}")
}

fn first_day() -> Day {
    "2018-01-15".parse().unwrap()
}

/// A number in [0, 1) that looks random.
fn chance(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Accounts that climb: each at times doubles its pace a quarter before it reaches the top.
fn climbing(n_months: i32) -> Market {
    let mut market = Market::default();
    for account in 0..N_ACCOUNTS {
        market.account(account);
        let begins = (chance(account as u64) * 70.0) as i32 - 10;
        for month in 0..n_months {
            let is_high = month >= begins && month < begins + 16;
            let noise = 0.5 + chance((account * 1000 + month as usize) as u64 ^ 77);
            let amount = if is_high { 1000.0 } else { 100.0 } * noise;
            market.order(account, first_day().plus_months(month), amount);
        }
    }
    market
}

/// Every account alike; each order at random.
fn random() -> Market {
    let mut market = Market::default();
    for account in 0..N_ACCOUNTS {
        market.account(account);
        for month in 0..N_MONTHS {
            let amount = 2000.0 * chance((account * 7919 + month as usize) as u64);
            market.order(account, first_day().plus_months(month), amount);
        }
    }
    market
}

fn settings() -> Settings {
    let mut settings = Settings::load(None).unwrap();
    settings.discovery.candidate.ranker.trees.trees = 30;
    settings.discovery.candidate.ranker.most_days = 24;
    settings.backtest.resamples = 200;
    settings
}

fn asked(market: &Market, cuts: &[Day]) -> Backtest {
    let (snapshot, settings) = (market.snapshot(), settings());
    let last = first_day().plus_months(N_MONTHS - 1);
    backtest::run(&snapshot, cuts, last, &settings.backtest, &settings.discovery)
}

#[test]
fn facts_after_the_day_do_not_change_the_list() {
    let cut = first_day().plus_months(43);
    let (whole, cut_off) = (climbing(N_MONTHS), climbing(44));
    let mut other = climbing(44);
    for account in 0..N_ACCOUNTS + 20 {
        other.account(account);
        other.order(account, cut + 1 + (account % 300) as i32, 9_000.0 * chance(account as u64 ^ 5));
    }
    let scores = |market: &Market| {
        let question = asked(market, &[cut]).questions.swap_remove(0);
        assert!(question.probabilities.is_ok(), "{:?}", question.probabilities.err());
        (question.keys, question.scores)
    };
    let known = scores(&cut_off);
    assert_eq!(scores(&whole), known);
    assert_eq!(scores(&other), known);
}

#[test]
fn who_climbs_is_found() {
    let cuts = [31, 37, 43, 47].map(|months| first_day().plus_months(months));
    let climbing = asked(&climbing(N_MONTHS), &cuts);
    let of = |asked: &Backtest, ranker| asked.results.iter().find(|it| it.ranker == ranker).unwrap().clone();
    let learned = of(&climbing, Ranker::Learned);
    assert!(learned.above_random.is_above_zero(), "{learned:?}");
    assert!(backtest::text(&climbing).contains("Better than chance: learned"), "{}", backtest::text(&climbing));
}

#[test]
fn random_sales_are_called_random_and_one_who_knows_is_not() {
    let cuts = [35, 47].map(|months| first_day().plus_months(months));
    let said = backtest::text(&asked(&random(), &cuts));
    assert!(said.contains("No order does better than chance"), "{said}");
    // the same sales, but what an account buys at one time it buys at all times, more or less
    let mut steady = Market::default();
    for account in 0..N_ACCOUNTS {
        steady.account(account);
        for month in 0..N_MONTHS {
            let usual = 2000.0 * chance(account as u64 ^ 99);
            let amount = usual * (0.4 + 1.2 * chance((account * 7919 + month as usize) as u64));
            steady.order(account, first_day().plus_months(month), amount);
        }
    }
    let said = backtest::text(&asked(&steady, &cuts));
    assert!(said.contains("Better than chance:") && said.contains("spend_12m"), "{said}");
}

#[test]
fn the_table_has_a_row_for_every_ranker_and_day() {
    let asked = asked(&climbing(N_MONTHS), &[first_day().plus_months(40)]);
    let table = backtest::csv(&asked, "trial");
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let n_columns = rows.headers().unwrap().len();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2 * Ranker::ALL.len());
    assert!(rows.iter().all(|row| row.len() == n_columns));
    let mut names = String::new();
    rows.iter().filter(|row| &row[1] == "mean").for_each(|row| write!(names, "{} ", &row[3]).unwrap());
    assert_eq!(names, "learned scorecard spend_12m spend_3m recency_frequency lifetime_value random ");
}

/// Candidates as of the last day, with decisions and so many rows of the past for each.
fn listed(market: &Market, decisions: &str) -> Candidates {
    let mut settings = settings().discovery;
    settings.candidate.most = 500;
    // what is rejected comes back at once, so that its score can be seen
    settings.candidate.rejected_months = 0;
    let last = first_day().plus_months(N_MONTHS - 1);
    let market = market::Market::read(&market.snapshot(), last, &settings.market);
    let decided = Decided::read(&format!("one,other,decision\n{decisions}")).unwrap();
    candidate::find(&market, &settings.candidate, &Introductions::default(), &decided)
}

#[test]
fn what_people_accept_and_reject_moves_the_learned_scores_of_it_and_of_those_alike() {
    let market = climbing(N_MONTHS);
    let before = listed(&market, "");
    assert!(before.notes.iter().any(|note| note.en.contains("learned from")), "{:?}", before.notes);
    let day = first_day().plus_months(N_MONTHS - 1);
    let n = before.findings.len();
    // every second of the best third is rejected, or every second of the last third accepted
    let line = |at: usize, verdict: &str| format!("{},{day},{verdict}\n", before.findings[at].id);
    let rejected: String = (0..n / 3).step_by(2).map(|at| line(at, "rejected")).collect();
    let accepted: String = (2 * n / 3..n).step_by(2).map(|at| line(at, "accepted")).collect();
    let score = |found: &Candidates, ids: &[&str]| -> f64 {
        let of = |id: &&str| found.findings.iter().find(|it| it.id == *id).unwrap().score.value();
        ids.iter().map(of).sum::<f64>() / ids.len() as f64
    };
    let ids = |from: usize, until: usize| -> Vec<&str> {
        (from..until).step_by(2).map(|at| before.findings[at].id.as_str()).collect()
    };
    let after = listed(&market, &rejected);
    assert!(after.notes.iter().any(|note| note.en.contains("decisions about candidates")), "{:?}", after.notes);
    for ids in [ids(0, n / 3), ids(1, n / 3)] {
        assert!(score(&after, &ids) < score(&before, &ids), "{} {}", score(&after, &ids), score(&before, &ids));
    }
    let after = listed(&market, &accepted);
    for ids in [ids(2 * n / 3, n), ids(2 * n / 3 + 1, n)] {
        assert!(score(&after, &ids) > score(&before, &ids), "{} {}", score(&after, &ids), score(&before, &ids));
    }
}
