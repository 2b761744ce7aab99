//! Values that are words: names of persons, addresses, places.
//!
//! Comes in: two distinct values of an attribute. Leaves: how far they agree. Words are paired, equal ones first, then
//! those that differ by typing errors, short forms, initials, abbreviations, a missing blank. What counts is information
//! (the logarithm of how few records have a word): sharing "Zwiesel" and not "GmbH" is much, the other way round nothing.

use super::{Level, Outcome, Own, chance};
use crate::identity::attribute::Attribute;
use crate::identity::kind::Kind;
use crate::identity::person_name;
use crate::identity::words::{MOST_HEARD, Word, has_digit, sound};

/// An abbreviation by leaving out the end has so many letters: shorter ones begin too many words.
const SHORTEST_ABBREVIATION: usize = 4;
/// Names of organisations are chosen so that they differ: of so many that chance would give the same whole name, one has it.
pub(super) const CHOSEN_APART: f32 = 20.0;
/// Words looked at of a value; names have fewer.
const MOST_WORDS: usize = 24;
/// Share of a value's information that may be unshared for [`Level::Within`]: a usual word beside a rare one.
const LITTLE: f32 = 0.4;
/// Share of both values' information that is shared for [`Level::Overlap`].
const MOST: f32 = 0.6;

/// For how many records the chance of a word anywhere stands among those that have the words before.
const BACK_OFF: f32 = 2.0;

/// How the words of two values pair.
#[derive(Default)]
struct Pairing {
    pairs: Vec<(Word, Word)>,
    is_exact: bool,
    left: Vec<Word>,
    right: Vec<Word>,
}

/// How two values agree.
pub(super) fn compare(attribute: &Attribute, one: u32, other: u32, own: Own) -> Outcome {
    let words = &attribute.words;
    let ones = most_words(words.of(one));
    if one == other {
        let mut pairs: Vec<_> = ones.iter().map(|&word| (word, word)).collect();
        return outcome(attribute, Level::Same, &mut pairs, own);
    }
    let mut pairing = pair(attribute, ones, most_words(words.of(other)));
    if pairing.pairs.is_empty() {
        return Outcome::of(Level::Different);
    }
    outcome(attribute, level(attribute, &pairing), &mut pairing.pairs, own)
}

/// The words of a value that are looked at.
pub(super) fn most_words(words: &[Word]) -> &[Word] {
    &words[..words.len().min(MOST_WORDS)]
}

fn outcome(attribute: &Attribute, level: Level, pairs: &mut [(Word, Word)], own: Own) -> Outcome {
    Outcome { level, ln_u: ln_chance(attribute, pairs, own) }
}

fn pair(attribute: &Attribute, ones: &[Word], others: &[Word]) -> Pairing {
    let mut pairing = Pairing { is_exact: true, right: others.to_vec(), ..Pairing::default() };
    for &word in ones {
        match pairing.right.iter().position(|&it| it == word) {
            Some(at) => {
                pairing.right.remove(at);
                pairing.pairs.push((word, word));
            }
            None => pairing.left.push(word),
        }
    }
    if !pairing.left.is_empty() && !pairing.right.is_empty() {
        pair_glued(attribute, &mut pairing);
        let lasts = [ones, others].map(|words| words.last().copied().unwrap_or_default());
        pair_alike(attribute, &mut pairing, lasts);
    }
    pairing
}

/// Pairs what is left of both by typing errors and short forms, the first that fits.
fn pair_alike(attribute: &Attribute, pairing: &mut Pairing, lasts: [Word; 2]) {
    let mut left = std::mem::take(&mut pairing.left);
    left.retain(|&word| {
        let text = attribute.words.text(word);
        let is_cut = |short: Word, long: Word| lasts.contains(&short) && is_beginning(attribute, short, long);
        let is_found = |&it: &Word| {
            is_alike(attribute.kind, text, attribute.words.text(it)) || is_cut(word, it) || is_cut(it, word)
        };
        let found = pairing.right.iter().position(is_found);
        if let Some(at) = found {
            pairing.pairs.push((word, pairing.right.remove(at)));
            pairing.is_exact = false;
        }
        found.is_none()
    });
    pairing.left = left;
}

/// Pairs two words of one side with one of the other that is both written together.
fn pair_glued(attribute: &Attribute, pairing: &mut Pairing) {
    let mut pairs = std::mem::take(&mut pairing.pairs);
    let glued = glue(attribute, &mut pairing.left, &mut pairing.right, &mut pairs)
        | glue(attribute, &mut pairing.right, &mut pairing.left, &mut pairs);
    pairing.is_exact &= !glued;
    pairing.pairs = pairs;
}

fn glue(attribute: &Attribute, long: &mut Vec<Word>, short: &mut Vec<Word>, pairs: &mut Vec<(Word, Word)>) -> bool {
    let text = |word: Word| attribute.words.text(word);
    let n_pairs = pairs.len();
    let mut at = 0;
    while at + 1 < long.len() {
        let (first, second) = (long[at], long[at + 1]);
        let is_whole = |&word: &Word| {
            let whole = text(word);
            whole.len() == text(first).len() + text(second).len()
                && whole.strip_prefix(text(first)).is_some_and(|rest| rest == text(second))
        };
        match short.iter().position(is_whole) {
            Some(found) => {
                let whole = short.remove(found);
                long.drain(at..at + 2);
                let rarer = if attribute.words.count(first) < attribute.words.count(second) { first } else { second };
                pairs.push((rarer, whole));
            }
            None => at += 1,
        }
    }
    pairs.len() > n_pairs
}

fn is_alike(kind: Kind, one: &str, other: &str) -> bool {
    if has_digit(one) || has_digit(other) {
        return false;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let is_short_form = match kind {
        Kind::PersonName => person_name::is_initial(short, long) || person_name::is_short_form(one, other),
        _ => false,
    };
    is_short_form || is_misspelt(short, long) || (kind == Kind::PersonName && sounds_alike(short, long))
}

/// Whether two names of persons are heard as one: the consonants are those of the other and few letters differ, or there
/// are many consonants, or one is written without vowels as Arabic and Hebrew are.
fn sounds_alike(short: &str, long: &str) -> bool {
    let is_heard = sound(short);
    if short.len() < 3 || is_heard != sound(long) {
        return false;
    }
    let is_abjad = |word: &str| !word.bytes().any(|byte| b"aeiou".contains(&byte));
    let n_heard = is_heard.len();
    let is_close = short.len() >= 4 && strsim::osa_distance(short, long) <= short.len() / 2;
    is_close || n_heard >= MOST_HEARD || (n_heard >= 3 && (is_abjad(short) || is_abjad(long)))
}

/// Whether one word is the other cut off, as the last word of a long name is.
fn is_beginning(attribute: &Attribute, short: Word, long: Word) -> bool {
    let (short, long) = (attribute.words.text(short), attribute.words.text(long));
    attribute.kind != Kind::PersonName
        && short.len() >= SHORTEST_ABBREVIATION
        && !has_digit(short)
        && long.starts_with(short)
}

/// Whether two words differ by as few letters as typing errors do: one of four, two of seven.
fn is_misspelt(short: &str, long: &str) -> bool {
    let allowed = usize::from(short.len() >= 4) + usize::from(short.len() >= 7);
    long.len() - short.len() <= allowed && allowed > 0 && strsim::osa_distance(short, long) <= allowed
}

/// How much a word tells, in nats.
pub(super) fn information(attribute: &Attribute, word: Word) -> f32 {
    ((attribute.n_filled() + 1.0) / (attribute.words.count(word) + 0.5)).ln().max(0.05)
}

fn level(attribute: &Attribute, pairing: &Pairing) -> Level {
    let sum = |words: &mut dyn Iterator<Item = Word>| words.map(|word| information(attribute, word)).sum::<f32>();
    let left = sum(&mut pairing.left.iter().copied());
    let right = sum(&mut pairing.right.iter().copied());
    let left_share = left / (left + sum(&mut pairing.pairs.iter().map(|pair| pair.0)));
    let right_share = right / (right + sum(&mut pairing.pairs.iter().map(|pair| pair.1)));
    let is_within = pairing.left.is_empty() || pairing.right.is_empty();
    match () {
        () if pairing.left.is_empty() && pairing.right.is_empty() && pairing.is_exact => Level::Same,
        () if pairing.left.is_empty() && pairing.right.is_empty() => Level::Near,
        () if is_within && left_share.max(right_share) <= LITTLE => Level::Within,
        () if is_within => Level::Part,
        () if 1.0 - (left_share + right_share) / 2.0 >= MOST => Level::Overlap,
        () => Level::Touch,
    }
}

/// The chance that somebody else's value has these words, or words as near to them, in nats.
///
/// Word by word from the rarest on: how many of those that have the words before have this one too. What only the two have
/// that are compared is unseen; its chance is then that of the word anywhere (backing off, as in language models).
pub(super) fn ln_chance(attribute: &Attribute, pairs: &mut [(Word, Word)], own: Own) -> f32 {
    let words = &attribute.words;
    let initial = |word: Word| words.text(word).bytes().next().filter(|_| words.text(word).len() == 1);
    let near = |(one, other): (Word, Word)| match initial(one).or_else(|| initial(other)) {
        _ if one == other => words.count(one),
        Some(letter) => words.n_beginning(letter),
        None => {
            let as_near = words.as_near((one, other)).iter().map(|it| words.count(*it)).sum::<f32>();
            words.near_count(one).max(words.near_count(other)).max(as_near)
        }
    };
    pairs.sort_unstable_by(|one, other| near(*one).total_cmp(&near(*other)).then_with(|| one.cmp(other)));
    let lists: Vec<Vec<Word>> = pairs.iter().map(|pair| words.as_near(*pair)).collect();
    let counts = words.n_having_prefixes(&lists);
    let mut ln_chance = 0.0;
    let mut before = 0.0;
    for (at, (&pair, &count)) in pairs.iter().zip(&counts).enumerate() {
        let (count, anywhere) = ((count - own.0).max(0.0), near(pair));
        ln_chance += match at {
            0 => chance(attribute, anywhere, own).ln(),
            _ => ((count + BACK_OFF * chance(attribute, anywhere, own)) / (before + BACK_OFF)).min(1.0).ln(),
        };
        before = count;
    }
    ln_chance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare_among(kind: Kind, one: &str, other: &str, rest: &[&str]) -> Outcome {
        let values = [one, other].iter().chain(rest).map(|it| vec![(*it).to_owned()]).collect();
        let attribute = Attribute::new("name", kind, values);
        compare(&attribute, attribute.of(0)[0], attribute.of(1)[0], Own(2.0))
    }

    #[test]
    fn levels_of_names() {
        for (one, other, expected) in [
            ("ann marie lee", "lee ann marie", Level::Same),
            ("ann lee", "bob smith", Level::Different),
            ("robert lee", "bob lee", Level::Near),
            ("r lee", "robert lee", Level::Near),
            ("thomas chudleigh", "rhomas chydleigh", Level::Near),
            ("pridhamstreet", "pridham street", Level::Near),
            ("ann lee", "lee", Level::Part),
            ("ann lee", "lee smith", Level::Touch),
            ("ann marie jane lee", "ann marie jane smith", Level::Overlap),
        ] {
            assert_eq!(compare_among(Kind::PersonName, one, other, &["x y", "z"]).level, expected, "{one} / {other}");
        }
    }

    #[test]
    fn a_usual_word_more_is_little_and_a_rare_one_is_much() {
        let usual = ["marie a", "marie b", "z"];
        assert_eq!(compare_among(Kind::PersonName, "ann marie lee", "ann lee", &usual).level, Level::Within);
        assert_eq!(compare_among(Kind::PersonName, "ann marie lee", "ann lee", &["x y", "z"]).level, Level::Part);
    }

    #[test]
    fn sharing_rare_words_is_less_likely_than_sharing_usual_ones() {
        let rest = ["smith a", "smith b", "smith c", "smith d", "smith e"];
        let rare = compare_among(Kind::PersonName, "zwiesel p", "zwiesel q", &rest);
        let usual = compare_among(Kind::PersonName, "smith p", "smith q", &rest);
        assert!(rare.ln_u < usual.ln_u - 1.0, "{rare:?} {usual:?}");
    }

    #[test]
    fn other_short_forms_of_a_name_make_it_usual() {
        let with = |rest: &[&str]| compare_among(Kind::PersonName, "robbie smith", "robert smith", rest).ln_u;
        let unheard = with(&["ann smith", "eve smith", "joe smith", "kim smith"]);
        let usual = with(&["bob smith", "bob smith", "joe smith", "kim smith"]);
        assert!(usual > unheard + 1.0, "{usual} {unheard}");
    }
}
