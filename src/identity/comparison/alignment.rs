//! Which words of one organisation's name stand for which of another's.
//!
//! Comes in: the words of two names. Leaves: links between them, and what each has of its own. Words pair when they are
//! equal, when one name writes together what the other writes apart ("pre school"), when one is the initials of some of the
//! other's ("lb", "london borough"), when one is Chinese syllables that are heard as the other ("xi men zi", "siemens"), and when they differ by as little as typing errors, plurals, abbreviations and initials
//! do. What is hardly evidence alone counts only beside words that pair already. Costs the product of the two lengths.

use crate::identity::normalize::pinyin::is_syllable;
use crate::identity::words::{Word, Words, has_digit, sound};

/// Words written together, and letters of an abbreviation, at most.
const LONGEST_RUN: usize = 5;
/// A list of fewer words is not cut off at the end of a field.
const SHORTEST_CUT: usize = 3;
/// Letters that are cut off a word that is otherwise written together, at most.
const CUT: usize = 3;
/// A misspelt word is so many times rarer than the right one, or stands once.
const RARE: f32 = 20.0;
/// Consonants in which a Chinese name and a Latin one are heard as one, at least.
const FEWEST_HEARD: usize = 3;
/// Initials that stand for a whole name, at least.
const FEWEST_INITIALS: usize = 4;

/// Words that stand for each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    /// Where in the one name.
    pub one: usize,
    /// Where in the other.
    pub other: usize,
    /// The words, one pair for each word of a run.
    pub pairs: Vec<(Word, Word)>,
    /// Whether the letters are equal.
    pub is_exact: bool,
}

/// How two names pair.
pub(super) struct Alignment<'a> {
    words: &'a Words,
    names: [&'a [Word]; 2],
    is_linked: [Vec<bool>; 2],
    /// The links, in the order of the one name.
    pub links: Vec<Link>,
}

impl<'a> Alignment<'a> {
    /// Pairs the words of two names.
    pub fn of(words: &'a Words, one: &'a [Word], other: &'a [Word]) -> Self {
        let is_linked = [vec![false; one.len()], vec![false; other.len()]];
        let mut alignment = Self { words, names: [one, other], is_linked, links: Vec::new() };
        alignment.link_equal();
        if alignment.is_open(0) && alignment.is_open(1) {
            for side in [0, 1] {
                alignment.link_runs(side);
            }
            // what is alike beside words that are alike themselves pairs in the second turn
            alignment.link_alike();
            alignment.link_alike();
        }
        alignment.links.sort_unstable_by_key(|link| link.one);
        alignment
    }

    /// What a side has that the other has not.
    pub fn own(&self, side: usize) -> impl Iterator<Item = Word> + '_ {
        self.names[side].iter().zip(&self.is_linked[side]).filter(|(_, is_linked)| !**is_linked).map(|(&word, _)| word)
    }

    /// Whether a side has something of its own.
    pub fn is_open(&self, side: usize) -> bool {
        self.is_linked[side].iter().any(|is_linked| !is_linked)
    }

    /// Whether a side's first word is its own.
    pub fn begins_apart(&self, side: usize) -> bool {
        self.is_linked[side].first() == Some(&false)
    }

    /// Whether all links are of equal letters.
    pub fn is_exact(&self) -> bool {
        self.links.iter().all(|link| link.is_exact)
    }

    /// Whether what pairs stands in one order in both.
    pub fn is_in_order(&self) -> bool {
        self.links.is_sorted_by_key(|link| link.other)
    }

    fn link(&mut self, at: [usize; 2], lengths: [usize; 2], pairs: Vec<(Word, Word)>, is_exact: bool) {
        for side in [0, 1] {
            self.is_linked[side][at[side]..at[side] + lengths[side]].fill(true);
        }
        self.links.push(Link { one: at[0], other: at[1], pairs, is_exact });
    }

    fn link_equal(&mut self) {
        for (at, &word) in self.names[0].iter().enumerate() {
            let found = self.names[1].iter().zip(&self.is_linked[1]).position(|(&it, &linked)| it == word && !linked);
            if let Some(found) = found {
                self.link([at, found], [1, 1], vec![(word, word)], true);
            }
        }
    }

    /// Links some words of a side that follow each other with one word of the other side: written together, or initials.
    fn link_runs(&mut self, side: usize) {
        let (long, short) = (self.names[side], self.names[1 - side]);
        for (at, &whole) in short.iter().enumerate() {
            if self.is_linked[1 - side][at] {
                continue;
            }
            let is_last = at + 1 == short.len() && short.len() >= SHORTEST_CUT;
            let found = self.runs(side).find_map(|(from, length)| {
                let run = &long[from..from + length];
                let is_end = from + length == long.len() && is_last;
                self.is_run(run, whole, is_end).map(|is_exact| (from, length, is_exact))
            });
            if let Some((from, length, is_exact)) = found {
                let pairs = long[from..from + length].iter();
                let pairs = pairs.map(|&part| if side == 0 { (part, whole) } else { (whole, part) }).collect();
                match side {
                    0 => self.link([from, at], [length, 1], pairs, is_exact),
                    _ => self.link([at, from], [1, length], pairs, is_exact),
                }
            }
        }
    }

    /// Runs of two and more words of a side that are not linked yet.
    fn runs(&self, side: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let free = &self.is_linked[side];
        (0..free.len()).flat_map(move |from| {
            let longest = free[from..].iter().take(LONGEST_RUN).take_while(|is_linked| !**is_linked).count();
            (2..=longest).map(move |length| (from, length))
        })
    }

    /// Whether a run is written together as a word (true), or so but for a cut end, or has it as initials (false).
    fn is_run(&self, run: &[Word], whole: Word, is_end: bool) -> Option<bool> {
        let whole = self.words.text(whole);
        let mut rest = whole;
        for (at, &part) in run.iter().enumerate() {
            let part = self.words.text(part);
            rest = match rest.strip_prefix(part) {
                Some(behind) => behind,
                None if is_end && at + 1 == run.len() && !rest.is_empty() && part.starts_with(rest) => {
                    return Some(false);
                }
                None => return (self.has_initials(run, whole) || self.is_heard(run, whole)).then_some(false),
            };
        }
        match rest.len() {
            0 => Some(true),
            1..=CUT if is_end => Some(false),
            _ => None,
        }
    }

    /// Whether a run of Chinese syllables is heard as a word: "xi men zi" as "siemens".
    fn is_heard(&self, run: &[Word], whole: &str) -> bool {
        let parts = || run.iter().map(|&part| self.words.text(part));
        if !parts().all(is_syllable) {
            return false;
        }
        let heard = sound(&parts().collect::<String>());
        heard.len() >= FEWEST_HEARD && heard == sound(whole)
    }

    /// Initials say little alone: they are those of a part of the name, or there are many.
    fn has_initials(&self, run: &[Word], whole: &str) -> bool {
        whole.len() == run.len()
            && (whole.len() >= FEWEST_INITIALS || !self.links.is_empty())
            && !has_digit(whole)
            && run
                .iter()
                .zip(whole.bytes())
                .all(|(&word, letter)| self.words.text(word).as_bytes().first() == Some(&letter))
    }

    fn link_alike(&mut self) {
        let [ones, others] = self.names;
        for (one, &word) in ones.iter().enumerate() {
            if self.is_linked[0][one] {
                continue;
            }
            let found = (0..others.len()).find(|&other| !self.is_linked[1][other] && self.is_alike(one, other));
            if let Some(other) = found {
                self.link([one, other], [1, 1], vec![(word, others[other])], false);
            }
        }
    }

    fn is_alike(&self, one: usize, other: usize) -> bool {
        let texts = [self.words.text(self.names[0][one]), self.words.text(self.names[1][other])];
        let (short, long) = if texts[0].len() <= texts[1].len() { (texts[0], texts[1]) } else { (texts[1], texts[0]) };
        if has_digit(short) || has_digit(long) {
            return false;
        }
        let is_beside = self.is_beside(one, other);
        let is_end = [(0, one), (1, other)].iter().any(|&(side, at)| {
            let length = self.names[side].len();
            at + 1 == length && length >= SHORTEST_CUT
        });
        (self.is_rare(one, other) && is_misspelt(short, long, is_beside))
            || is_plural(short, long)
            || (is_beside && is_abbreviation(short, long, one == 0 || other == 0))
            || (is_end && short.len() >= 2 && is_beside && long.starts_with(short))
    }

    /// Whether one of two words is as rare beside the other as errors are.
    fn is_rare(&self, one: usize, other: usize) -> bool {
        let counts = [self.names[0][one], self.names[1][other]].map(|word| self.words.count(word));
        let (rare, usual) = (counts[0].min(counts[1]), counts[0].max(counts[1]));
        rare <= 1.0 || rare * RARE <= usual
    }

    /// Whether two words stand at the same place: both first, both last, or beside words that pair.
    fn is_beside(&self, one: usize, other: usize) -> bool {
        let is_pair = |one: usize, other: usize| self.links.iter().any(|it| it.one == one && it.other == other);
        let is_edge = (one == 0 && other == 0) || (one + 1 == self.names[0].len() && other + 1 == self.names[1].len());
        !self.links.is_empty()
            && (is_edge || (one > 0 && other > 0 && is_pair(one - 1, other - 1)) || is_pair(one + 1, other + 1))
    }
}

fn is_plural(short: &str, long: &str) -> bool {
    short.len() >= 3 && long.strip_suffix('s') == Some(short)
}

/// Whether two words differ by as few letters as typing errors do: one of five, two of nine and of seven at the same place. Two
/// errors leave the first letter as it is.
fn is_misspelt(short: &str, long: &str, is_beside: bool) -> bool {
    let two = if is_beside { 7 } else { 9 };
    let begins_alike = short.as_bytes().first() == long.as_bytes().first();
    let allowed = usize::from(short.len() >= 5) + usize::from(short.len() >= two && begins_alike);
    allowed > 0 && long.len() - short.len() <= allowed && strsim::osa_distance(short, long) <= allowed
}

/// Whether a word abbreviates another: its first letter, its beginning, or at least its consonants in order. The first word of a
/// name is what it is called by, and not abbreviated but to its initial.
fn is_abbreviation(short: &str, long: &str, is_first: bool) -> bool {
    let is_beginning = long.starts_with(short) && (short.len() == 1 || (short.len() >= 3 && !is_first));
    let mut letters = long.bytes();
    let is_part = short.bytes().all(|letter| letters.any(|it| it == letter));
    let begins_alike = short.as_bytes().first() == long.as_bytes().first();
    is_beginning || (short.len() >= 4 && begins_alike && is_part && consonants(short).eq(consonants(long)))
}

fn consonants(word: &str) -> impl Iterator<Item = u8> + '_ {
    word.bytes().filter(|letter| !b"aeiouy".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(one: &str, other: &str) -> (String, bool) {
        let mut words = Words::read(&[one.into(), other.into()]);
        words.weigh(&[1.0, 1.0]);
        let (ones, others) = (words.of(0).to_vec(), words.of(1).to_vec());
        let alignment = Alignment::of(&words, &ones, &others);
        let own = [0, 1].map(|side| alignment.own(side).map(|word| words.text(word)).collect::<Vec<_>>().join(" "));
        (own.join("|"), alignment.is_exact())
    }

    #[test]
    fn words_written_apart_pair_exactly() {
        for (one, other) in [
            ("holly bank trust", "hollybank trust"),
            ("retrofitworks", "retrofit works"),
            ("i can charity", "ican charity"),
            ("vanderbilt", "van der bilt"),
            ("aj gallagher", "a j gallagher"),
        ] {
            assert_eq!(own(one, other), ("|".to_owned(), true), "{one} / {other}");
        }
    }

    #[test]
    fn abbreviations_plurals_errors_and_initials_pair_at_their_place() {
        for (one, other) in [
            ("theo davies son", "theo davies sons"),
            ("aecom infrastructure env", "aecom infrastructure environment"),
            ("havilland information srvcs", "havilland information services"),
            ("pellon lunch club", "pellon luncheon club"),
            ("steeton eastburn parishcouncil", "steeton eastburn parish counci"),
            ("gerald simmons healthcare", "gerald simonds healthcare"),
            ("l riley", "lynda riley"),
            ("aj gallagher", "arthur j gallagher"),
            ("lb southwark", "london borough southwark"),
            ("univrsl exports", "universal export"),
        ] {
            assert_eq!(own(one, other), ("|".to_owned(), false), "{one} / {other}");
        }
    }

    #[test]
    fn other_words_do_not_pair() {
        for (one, other, expected) in [
            ("arco", "arcola", "arco|arcola"),
            ("met consultants", "metis consultants", "met|metis"),
            ("borough brent", "borough barnet", "brent|barnet"),
            ("pennine plus", "pennine playgrounds", "plus|playgrounds"),
            ("holycroft academy", "lilycroft academy", "holycroft|lilycroft"),
            ("fund 8", "fund 9", "8|9"),
            ("xi men zi china", "samson china", "xi men zi|samson"),
            ("siemens", "siemens healthcare", "|healthcare"),
            ("bowling club", "swimming club", "bowling|swimming"),
        ] {
            assert_eq!(own(one, other).0, expected, "{one} / {other}");
        }
    }
}
