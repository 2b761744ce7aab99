//! The lines of `decisions.csv`: what people decided about records and about findings, as they wrote it.
//!
//! Comes in: the file's text with the columns one, other, decision and, where people give one, reason. Leaves: its lines in
//! their order, each with the number at which it stands. Knows every word that may stand there, so that the two who act on
//! decisions, [`crate::identity::decisions`] about records and [`crate::discovery::case`] about findings, read one
//! language. Never drops what it does not understand. Costs a look at each line.

use csv::StringRecord;

use crate::model::Day;

/// One line with a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecisionLine {
    /// Where it begins in the file, the header being line 1.
    pub line: u64,
    /// A record's key, or the id of a finding or case.
    pub one: String,
    /// The other record's key; of a finding the day that stands in its place.
    pub other: String,
    /// What is decided.
    pub word: Word,
    /// Why, in people's words; empty when they did not say.
    pub reason: String,
}

/// What people can decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// Two records are one.
    Same,
    /// Two records are two.
    NotSame,
    /// Somebody took the finding on, on this day where they say so.
    Accepted(Option<Day>),
    /// The finding is none, said on this day where they say so.
    Rejected(Option<Day>),
    /// The finding comes back on this day.
    Snoozed(Day),
}

/// Why decisions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// A line is no decision.
    #[error(
        "decisions.csv, line {line}, column decision: expected \"same\" or \"not same\" of two records, or \"accepted\", \
         \"rejected\" or \"snoozed\" of a finding, found \"{found}\"\n\
         hint: write one of these, or remove the line"
    )]
    Unknown {
        /// The line, the header being the first.
        line: u64,
        /// What stands there.
        found: String,
    },
    /// A line says `snoozed`, but not until when.
    #[error(
        "decisions.csv, line {line}, column other: expected the day on which {one} comes back, found \"{found}\"\n\
         hint: write a day such as 2026-03-31"
    )]
    Until {
        /// The line, the header being the first.
        line: u64,
        /// What is snoozed.
        one: String,
        /// What stands there.
        found: String,
    },
    /// A line says `accepted` or `rejected`, but what stands beside is no day.
    #[error(
        "decisions.csv, line {line}, column other: expected nothing, or the day on which {one} was decided, found \"{found}\"\n\
         hint: write a day such as 2026-03-31, or leave it empty"
    )]
    On {
        /// The line, the header being the first.
        line: u64,
        /// What was decided.
        one: String,
        /// What stands there.
        found: String,
    },
    /// A line is no row of the file.
    #[error(
        "decisions.csv, line {line}: expected the columns one, other and decision\nhint: the first line names them"
    )]
    Row {
        /// The line, the header being the first.
        line: u64,
        /// What is wrong with it.
        #[source]
        source: csv::Error,
    },
}

#[derive(serde::Deserialize)]
struct Row {
    one: String,
    other: String,
    decision: String,
    #[serde(default)]
    reason: String,
}

/// The lines of `decisions.csv`. A line whose decision is still empty is none, so that a list for review can be filled bit
/// by bit.
///
/// # Errors
/// When a line is not understood: what people say is never dropped in silence.
pub fn decision_lines(text: &str) -> Result<Vec<DecisionLine>, DecisionError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|source| DecisionError::Row { line: 1, source })?.clone();
    let lines = reader.records().map(|record| decision_line(record, &head, text));
    lines.filter_map(Result::transpose).collect()
}

fn decision_line(
    record: Result<StringRecord, csv::Error>,
    head: &StringRecord,
    text: &str,
) -> Result<Option<DecisionLine>, DecisionError> {
    let record = record.map_err(|source| DecisionError::Row { line: line_of(source.position(), text), source })?;
    let line = line_of(record.position(), text);
    let row: Row = record.deserialize(Some(head)).map_err(|source| DecisionError::Row { line, source })?;
    let word = match row.decision.as_str() {
        "" => return Ok(None),
        "same" => Word::Same,
        "not same" => Word::NotSame,
        "accepted" => Word::Accepted(day_said(line, &row)?),
        "rejected" => Word::Rejected(day_said(line, &row)?),
        "snoozed" => match row.other.parse() {
            Ok(day) => Word::Snoozed(day),
            Err(_) => return Err(DecisionError::Until { line, one: row.one, found: row.other }),
        },
        found => return Err(DecisionError::Unknown { line, found: found.to_owned() }),
    };
    Ok(Some(DecisionLine { line, one: row.one, other: row.other, word, reason: row.reason }))
}

/// The day on which a finding was decided, where it is given.
fn day_said(line: u64, row: &Row) -> Result<Option<Day>, DecisionError> {
    let is_said = !row.other.is_empty();
    let wrong = |_| DecisionError::On { line, one: row.one.clone(), found: row.other.clone() };
    is_said.then(|| row.other.parse().map_err(wrong)).transpose()
}

/// The line at which a record begins; its position is that of the empty lines before it, which the reader passes over.
fn line_of(position: Option<&csv::Position>, text: &str) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let passed = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + passed.filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_with_the_line_at_which_it_stands() {
        let text = "\u{feff}one,other,decision,reason\n a , b ,same,\"two\nlines\"\na,c,not same,\n\nc,d,,\n\
                    risk-1,,accepted,mine\ngap-1,2026-03-31,rejected,\nmove-1,2026-03-31,snoozed,on leave\n";
        let lines = decision_lines(text).unwrap();
        let until = Day::from_ymd(2026, 3, 31).unwrap();
        let expected = [
            (2, "a", Word::Same, "two\nlines"),
            (4, "a", Word::NotSame, ""),
            (7, "risk-1", Word::Accepted(None), "mine"),
            (8, "gap-1", Word::Rejected(Some(until)), ""),
            (9, "move-1", Word::Snoozed(until), "on leave"),
        ];
        let found: Vec<_> = lines.iter().map(|it| (it.line, it.one.as_str(), it.word, it.reason.as_str())).collect();
        assert_eq!(found, expected);
        assert_eq!(lines[0].other, "b");
    }

    #[test]
    fn the_reason_may_be_left_out_and_an_empty_file_holds_none() {
        assert_eq!(decision_lines("one,other,decision\nrisk-1,,rejected\n").unwrap().len(), 1);
        assert_eq!(decision_lines("").unwrap(), []);
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line() {
        let refused = |rows: &str| decision_lines(&format!("one,other,decision\n{rows}\n")).unwrap_err().to_string();
        let text = "decisions.csv, line 2, column decision: expected \"same\" or \"not same\" of two records, or \"accepted\", \
                    \"rejected\" or \"snoozed\" of a finding, found \"perhaps\"";
        assert!(refused("a,b,perhaps").starts_with(text));
        assert!(
            refused("a,b,same\n\nrisk-a,soon,snoozed").starts_with("decisions.csv, line 4, column other: expected the")
        );
        assert!(
            refused("risk-a,yes,rejected")
                .starts_with("decisions.csv, line 2, column other: expected nothing, or the day")
        );
        assert!(refused("a,b").starts_with("decisions.csv, line 2: expected the columns one, other and decision"));
        let refused = decision_lines("one;other;decision\na;b;same\n").unwrap_err().to_string();
        assert!(refused.starts_with("decisions.csv, line 2: expected the columns"), "{refused}");
    }
}
