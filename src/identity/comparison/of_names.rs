//! Names of organisations.
//!
//! Comes in: two distinct names without legal forms. Leaves: how far they agree. Names tell by their distinctive words: what
//! says how large an organisation is, or that it serves ("group", "uk", "services"), may be missing; another trade, another
//! place, another number is another organisation of the group.

use super::alignment::Alignment;
use super::of_words::{CHOSEN_APART, information, ln_chance, most_words};
use super::{Level, Outcome, Own, chance};
use crate::identity::attribute::Attribute;
use crate::identity::normalize::organisation::{is_number, is_of_another, is_weak_word};
use crate::identity::words::{Word, Words};

/// Share of a name's information that may be unshared for [`Level::Within`]: one word beside two or three as rare.
const LITTLE: f32 = 0.4;
/// Distinctive words that a name shares before a further one of the other is little: "Siemens" is not "Siemens Healthcare".
/// One more where a word is only alike.
const FEWEST_SHARED: usize = 2;
/// Letters of a name for one that is mistyped.
const LETTERS_AN_ERROR: usize = 8;
/// Share of both names' information that is shared for [`Level::Overlap`].
const MOST: f32 = 0.6;

/// How two names agree.
pub(super) fn compare(attribute: &Attribute, one: u32, other: u32, own: Own) -> Outcome {
    let words = &attribute.words;
    let ones = most_words(words.of(one));
    if one == other {
        let mut pairs: Vec<_> = ones.iter().map(|&word| (word, word)).collect();
        return same(attribute, Level::Same, attribute.count(one), &mut pairs, own);
    }
    let alignment = Alignment::of(words, ones, most_words(words.of(other)));
    if alignment.links.is_empty() {
        return Outcome::of(Level::Different);
    }
    let mut pairs: Vec<(Word, Word)> = alignment.links.iter().flat_map(|link| &link.pairs).copied().collect();
    if !is_core(attribute, &alignment) {
        return Outcome { level: level(attribute, &alignment), ln_u: ln_chance(attribute, &mut pairs, own) };
    }
    let is_whole = !alignment.is_open(0) && !alignment.is_open(1);
    let is_strong = |pair: &(Word, Word)| !is_weak_word(words.text(pair.0));
    match (is_whole, alignment.is_exact()) {
        (true, true) => {
            let count = attribute.count(one).max(attribute.count(other)).max(own.0);
            same(attribute, Level::Same, count, &mut pairs, own)
        }
        (true, false) => Outcome { level: Level::Near, ln_u: ln_chance(attribute, &mut pairs, own) },
        (false, is_exact) if pairs.iter().any(is_strong) => {
            let apart = if is_exact { CHOSEN_APART.ln() } else { 0.0 };
            Outcome { level: Level::Within, ln_u: ln_chance(attribute, &mut pairs, own) - apart }
        }
        (false, _) => Outcome { level: level(attribute, &alignment), ln_u: ln_chance(attribute, &mut pairs, own) },
    }
}

/// Whether the names differ by nothing but words that say little.
fn is_core(attribute: &Attribute, alignment: &Alignment<'_>) -> bool {
    let text = |word: Word| attribute.words.text(word);
    let is_weak = |side: usize| alignment.own(side).all(|word| is_weak_word(text(word)));
    let has_number = |side: usize| alignment.own(side).any(|word| is_number(text(word)));
    alignment.is_in_order() && is_weak(0) && is_weak(1) && !(has_number(0) && has_number(1))
}

/// The same whole name: how many have it, and not how many have its words.
fn same(attribute: &Attribute, level: Level, count: f32, pairs: &mut [(Word, Word)], own: Own) -> Outcome {
    let whole = chance(attribute, count, own).ln().min(ln_chance(attribute, pairs, own));
    Outcome { level, ln_u: whole - CHOSEN_APART.ln() }
}

fn level(attribute: &Attribute, alignment: &Alignment<'_>) -> Level {
    let words = &attribute.words;
    let sum = |words: &mut dyn Iterator<Item = Word>| words.map(|word| information(attribute, word)).sum::<f32>();
    let shared = |at: usize| {
        let pairs = alignment.links.iter().flat_map(|link| &link.pairs);
        sum(&mut pairs.map(|pair| if at == 0 { pair.0 } else { pair.1 }))
    };
    let share = |at: usize| {
        let own = sum(&mut alignment.own(at));
        own / (own + shared(at))
    };
    let (left, right) = (share(0), share(1));
    let is_within = !alignment.is_open(0) || !alignment.is_open(1);
    match () {
        () if is_within && left.max(right) <= LITTLE && is_little(words, alignment) => Level::Within,
        () if is_within && tells_apart(words, alignment) => Level::Overlap,
        () if is_within || is_mistyped(words, alignment) => Level::Part,
        () if 1.0 - (left + right) / 2.0 >= MOST => Level::Overlap,
        () => Level::Touch,
    }
}

/// Whether what each name has of its own differs by no more than one letter in eight of the name: a mistyped name, or one of
/// two that are alike; numbers are no letters.
fn is_mistyped(words: &Words, alignment: &Alignment<'_>) -> bool {
    let own = |side: usize| alignment.own(side).map(|word| words.text(word)).collect::<String>();
    let has_number = |side: usize| alignment.own(side).any(|word| is_number(words.text(word)));
    let shared =
        alignment.links.iter().flat_map(|link| &link.pairs).map(|pair| words.text(pair.0).len()).sum::<usize>();
    let (one, other) = (own(0), own(1));
    let allowed = (shared + one.len().max(other.len())) / LETTERS_AN_ERROR;
    !has_number(0)
        && !has_number(1)
        && one.len().abs_diff(other.len()) <= allowed
        && strsim::osa_distance(&one, &other) <= allowed
}

/// Whether a further word of one name can be left out: the rest is the same, begins alike, and tells enough without it, and the
/// word is none that tells companies of a group apart.
fn is_little(words: &Words, alignment: &Alignment<'_>) -> bool {
    let n_shared = alignment.links.iter().filter(|link| !is_weak_word(words.text(link.pairs[0].0))).count();
    let fewest = if alignment.is_exact() { FEWEST_SHARED } else { FEWEST_SHARED + 1 };
    alignment.is_in_order()
        && n_shared >= fewest
        && !alignment.begins_apart(0)
        && !alignment.begins_apart(1)
        && !tells_apart(words, alignment)
}

/// Whether a further word is another number, country or branch of a group's business: another company with all the rest in
/// common.
fn tells_apart(words: &Words, alignment: &Alignment<'_>) -> bool {
    let mut own = [0, 1].into_iter().flat_map(|side| alignment.own(side)).map(|word| words.text(word));
    own.any(|word| is_number(word) || is_of_another(word))
}

/// A name by which to count entities before anything is known of them: without words that say little, if others are left.
pub(super) fn core(words: &Words, value: u32) -> Vec<Word> {
    let all = words.of(value);
    let strong: Vec<Word> = all.iter().copied().filter(|&word| !is_weak_word(words.text(word))).collect();
    if strong.is_empty() { all.to_vec() } else { strong }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::kind::Kind;

    #[test]
    fn a_further_country_number_or_branch_is_another_company_and_another_word_is_little() {
        let level = |one: &str, other: &str| {
            let values = [one, other, "madrid y", "madrid z"].map(|it| vec![it.to_owned()]).to_vec();
            let attribute = Attribute::new("name", Kind::OrganisationName, values);
            compare(&attribute, attribute.of(0)[0], attribute.of(1)[0], Own(2.0)).level
        };
        for other in ["banco santander mexico", "banco santander trading", "banco santander 2"] {
            assert_eq!(level("banco santander", other), Level::Overlap, "{other}");
        }
        assert_eq!(level("banco santander madrid", "banco santander"), Level::Within);
    }
}
