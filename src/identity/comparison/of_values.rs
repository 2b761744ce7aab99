//! Values that are one thing: dates, numbers, postal codes, addresses of mail, one of few values.
//!
//! Comes in: two distinct values of an attribute. Leaves: how far they agree. Costs a comparison of two short texts.

use super::{Level, Outcome, Own, chance};
use crate::identity::attribute::Attribute;
use crate::identity::kind::Kind;

/// Mailboxes are made of names in some four ways: "jjones", "jay.jones", "jayj", "jones"; so often namesakes share theirs.
const OF_NAMESAKES: f32 = 0.25;

/// How two values agree.
pub(super) fn compare(attribute: &Attribute, one: u32, other: u32, own: Own) -> Outcome {
    if one == other && attribute.kind == Kind::LegalForm {
        // a form that is rare in the data is usual in the country of both names: only another one tells
        return Outcome::of(Level::Same);
    }
    if one == other {
        return Outcome { level: Level::Same, ln_u: chance(attribute, attribute.count(one), own).ln() };
    }
    let is_derived = attribute.is_derived(one) && attribute.is_derived(other);
    let (one, other) = (attribute.text(one), attribute.text(other));
    let shared = attribute.kind.part(one).filter(|part| Some(*part) == attribute.kind.part(other));
    let level = match attribute.kind {
        Kind::Date => date_level(one, other),
        Kind::Category | Kind::Generation | Kind::LegalForm => Level::Different,
        _ if is_near(one, other) => Level::Near,
        _ if shared.is_some() => Level::Part,
        _ => Level::Different,
    };
    match (level, shared) {
        (Level::Part, Some(_)) if is_derived => Outcome { level, ln_u: OF_NAMESAKES.ln() },
        (Level::Part | Level::Touch, Some(part)) if attribute.kind != Kind::Date || level == Level::Touch => {
            Outcome { level, ln_u: chance(attribute, attribute.part_count(part), own).ln() }
        }
        _ => Outcome::of(level),
    }
}

/// Dates of eight digits: one digit wrong or two exchanged, day and month exchanged; two of the three parts; the year.
fn date_level(one: &str, other: &str) -> Level {
    let (Some(ones), Some(others)) = (parts(one), parts(other)) else { return Level::Different };
    let agree = |at: usize| ones[at] == others[at];
    let is_swapped = agree(0) && ones[1] == others[2] && ones[2] == others[1];
    match [0, 1, 2].into_iter().filter(|&at| agree(at)).count() {
        _ if is_swapped || is_near(one, other) => Level::Near,
        2 => Level::Part,
        _ if agree(0) => Level::Touch,
        _ => Level::Different,
    }
}

fn parts(date: &str) -> Option<[&str; 3]> {
    Some([date.get(..4)?, date.get(4..6)?, date.get(6..)?])
}

/// Whether one letter is wrong, missing or exchanged with its neighbour; short values have no errors.
fn is_near(one: &str, other: &str) -> bool {
    one.len().min(other.len()) >= 4 && one.len().abs_diff(other.len()) <= 1 && strsim::osa_distance(one, other) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(kind: Kind, one: &str, other: &str) -> Level {
        let values = [one, other, one].map(|it| vec![it.to_owned()]).to_vec();
        compare(&Attribute::new("it", kind, values), 0, 1, Own(2.0)).level
    }

    #[test]
    fn dates_agree_by_digits_and_parts() {
        for (other, expected) in [
            ("19710524", Level::Near),
            ("19712406", Level::Near),
            ("19710601", Level::Part),
            ("19710101", Level::Touch),
            ("19350708", Level::Different),
        ] {
            assert_eq!(level(Kind::Date, "19710624", other), expected, "{other}");
        }
    }

    #[test]
    fn numbers_codes_and_mail_agree_by_letters_and_parts() {
        assert_eq!(level(Kind::Postcode, "tq138df", "tq138hu"), Level::Part);
        assert_eq!(level(Kind::Postcode, "tq138df", "tq138dg"), Level::Near);
        assert_eq!(level(Kind::Phone, "3903526553537", "3526553537"), Level::Part);
        assert_eq!(level(Kind::Email, "ann@example.org", "ann@example.com"), Level::Part);
        assert_eq!(level(Kind::Code, "12", "13"), Level::Different);
        assert_eq!(level(Kind::Category, "male", "mole"), Level::Different);
    }

    #[test]
    fn a_mailbox_that_is_made_of_the_name_says_little_more() {
        let mails = ["jjones@nord.org", "jjones@sued.org", "kit@west.org"].map(|it| vec![it.to_owned()]).to_vec();
        let mut attribute = Attribute::new("mail", Kind::Email, mails);
        let rare = compare(&attribute, 0, 1, Own(2.0));
        attribute.derive(|local, _| local == "jjones");
        let usual = compare(&attribute, 0, 1, Own(2.0));
        assert_eq!((rare.level, usual.level), (Level::Part, Level::Part));
        assert!(usual.ln_u > rare.ln_u + 2.0, "{rare:?} {usual:?}");
    }
}
