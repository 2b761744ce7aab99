//! The words of an attribute's values: how many records have each, which values have it, how many have all of some.
//!
//! Comes in: values as lists of words and how many records have each value. Leaves: frequencies. Costs memory linear in the
//! words of all values.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

/// A word's number.
pub type Word = u32;

/// Values read of the rarest word's list before the rest is extrapolated.
const N_VALUES_READ: usize = 128;
/// Words this long and longer may have one letter wrong, as in most spelling correction.
const SHORTEST_MISSPELT: usize = 4;

/// Words of the values of one attribute.
#[derive(Clone, Debug, Default)]
pub struct Words {
    texts: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, Word>,
    starts: Vec<u32>,
    words: Vec<Word>,
    /// For each word, the values that have it.
    value_starts: Vec<u32>,
    values: Vec<u32>,
    /// For each value, how many records have it.
    weights: Vec<f32>,
    /// For each word, how many records have it.
    counts: Vec<f32>,
    /// For each word, how many records have a word that differs by one letter at most.
    near: Vec<f32>,
    /// For each word, others that can be forms of one with it, sorted; empty where nobody has said so.
    forms: Vec<Vec<Word>>,
    /// For each first letter, how many records have a word with it.
    beginning: Vec<f32>,
    /// Like `value_starts` and `values`, without values that stand for no record; none when all stand for some.
    counted: Option<(Vec<u32>, Vec<u32>)>,
}

impl Words {
    /// Takes values apart at blanks.
    pub fn read(values: &[Box<str>]) -> Self {
        let mut words = Self { starts: vec![0], ..Self::default() };
        for value in values {
            for text in value.split(' ').filter(|it| !it.is_empty()) {
                let word = words.number(text);
                words.words.push(word);
            }
            words.starts.push(u32::try_from(words.words.len()).unwrap_or(u32::MAX));
        }
        words.invert(values.len());
        words
    }

    /// Takes words as forms of one that share what they can stand for: "bob" and "rob" for "robert".
    pub fn group(&mut self, stands_for: impl Fn(&str) -> BTreeSet<String>) {
        let mut by_full: FxHashMap<String, Vec<Word>> = FxHashMap::default();
        let full_forms: Vec<BTreeSet<String>> = self.texts.iter().map(|text| stands_for(text)).collect();
        for (word, full) in (0..).zip(&full_forms) {
            full.iter().for_each(|full| by_full.entry(full.clone()).or_default().push(word));
        }
        let forms = |full: &BTreeSet<String>| full.iter().flat_map(|it| &by_full[it]).copied().collect::<BTreeSet<_>>();
        self.forms = full_forms.iter().map(|full| forms(full).into_iter().collect()).collect();
    }

    /// All words that agree as nearly as the two do: the word, forms of either where they are forms of one, or both.
    pub fn as_near(&self, (one, other): (Word, Word)) -> Vec<Word> {
        let forms = |word: Word| self.forms.get(word as usize).map_or(&[][..], Vec::as_slice);
        match () {
            () if one == other => vec![one],
            () if forms(one).binary_search(&other).is_ok() => {
                let mut all: Vec<Word> = forms(one).iter().chain(forms(other)).copied().collect();
                all.sort_unstable();
                all.dedup();
                all
            }
            () => vec![one, other],
        }
    }

    fn number(&mut self, text: &str) -> Word {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = Word::try_from(self.texts.len()).unwrap_or(Word::MAX);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    fn invert(&mut self, n_values: usize) {
        let mut pairs: Vec<(Word, u32)> = Vec::with_capacity(self.words.len());
        for value in 0..n_values {
            let value = u32::try_from(value).unwrap_or(u32::MAX);
            pairs.extend(self.of(value).iter().map(|&word| (word, value)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        self.value_starts = vec![0; self.texts.len() + 1];
        pairs.iter().for_each(|(word, _)| self.value_starts[*word as usize + 1] += 1);
        (0..self.texts.len()).for_each(|at| self.value_starts[at + 1] += self.value_starts[at]);
        self.values = pairs.into_iter().map(|(_, value)| value).collect();
    }

    /// Counts words anew, a value standing for so many records.
    pub fn weigh(&mut self, weights: &[f32]) {
        self.weights = weights.to_vec();
        self.counts =
            (0..self.n_words()).map(|word| self.having(word).iter().map(|&it| weights[it as usize]).sum()).collect();
        self.near = self.near_counts();
        self.beginning = vec![0.0; 256];
        for (text, count) in self.texts.iter().zip(&self.counts) {
            text.bytes().next().into_iter().for_each(|letter| self.beginning[usize::from(letter)] += count);
        }
        self.counted = self.without_uncounted();
    }

    /// For each word the records that have it or a word one letter away, by deleting a letter of each (Mor and Fraenkel).
    fn near_counts(&self) -> Vec<f32> {
        let mut forms: Vec<(u64, Word)> = Vec::new();
        for word in 0..self.n_words() {
            let text = self.text(word);
            if text.len() >= SHORTEST_MISSPELT && !has_digit(text) && self.count(word) > 0.0 {
                forms.extend(deletions(text).map(|form| (form, word)));
            }
        }
        forms.sort_unstable();
        forms.dedup();
        let mut near: Vec<Vec<Word>> = vec![Vec::new(); self.texts.len()];
        for group in forms.chunk_by(|one, other| one.0 == other.0).filter(|group| (2..=64).contains(&group.len())) {
            for (_, word) in group {
                near[*word as usize].extend(group.iter().map(|(_, other)| *other).filter(|other| other != word));
            }
        }
        let sum = |(word, mut others): (usize, Vec<Word>)| {
            others.sort_unstable();
            others.dedup();
            self.counts[word] + others.iter().map(|&other| self.counts[other as usize]).sum::<f32>()
        };
        near.into_iter().enumerate().map(sum).collect()
    }

    /// How many different words there are.
    pub fn n_words(&self) -> Word {
        Word::try_from(self.texts.len()).unwrap_or(Word::MAX)
    }

    /// The words of a value, in order.
    pub fn of(&self, value: u32) -> &[Word] {
        &self.words[self.starts[value as usize] as usize..self.starts[value as usize + 1] as usize]
    }

    /// The word's letters.
    pub fn text(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }

    /// How many records have the word.
    pub fn count(&self, word: Word) -> f32 {
        self.counts[word as usize]
    }

    /// How many records have the word or one that differs by a letter.
    pub fn near_count(&self, word: Word) -> f32 {
        self.near[word as usize]
    }

    /// How many records have a word that begins with the letter; a record with two such words counts twice.
    pub fn n_beginning(&self, letter: u8) -> f32 {
        self.beginning.get(usize::from(letter)).copied().unwrap_or_default()
    }

    fn having(&self, word: Word) -> &[u32] {
        &self.values[self.value_starts[word as usize] as usize..self.value_starts[word as usize + 1] as usize]
    }

    /// The values that have a word and are counted.
    fn counted(&self, word: Word) -> &[u32] {
        match &self.counted {
            Some((starts, values)) => &values[starts[word as usize] as usize..starts[word as usize + 1] as usize],
            None => self.having(word),
        }
    }

    /// Leaves out values that stand for no record; none when all stand for some.
    fn without_uncounted(&self) -> Option<(Vec<u32>, Vec<u32>)> {
        let is_counted = |value: &&u32| self.weights[**value as usize] > 0.0;
        let is_needed = self.weights.iter().any(|weight| *weight <= 0.0);
        is_needed.then(|| {
            let (mut starts, mut values) = (vec![0], Vec::new());
            for word in 0..self.n_words() {
                values.extend(self.having(word).iter().filter(is_counted));
                starts.push(u32::try_from(values.len()).unwrap_or(u32::MAX));
            }
            (starts, values)
        })
    }

    /// For each prefix of the lists of words, rarest first, how many records have one word of each of its lists. Exact up to
    /// `N_VALUES_READ` values of the rarest list, extrapolated from as many beyond.
    pub fn n_having_prefixes(&self, lists: &[Vec<Word>]) -> Vec<f32> {
        let Some(rarest) = lists.first() else { return Vec::new() };
        let n_values = rarest.iter().map(|word| self.counted(*word).len()).sum::<usize>();
        let step = (n_values / N_VALUES_READ).max(1);
        let mut sums = vec![0.0; lists.len()];
        for &value in rarest.iter().flat_map(|word| self.counted(*word)).step_by(step) {
            let words = self.of(value);
            let has = |list: &&Vec<Word>| list.iter().any(|word| words.contains(word));
            let n_had = lists.iter().take_while(has).count();
            sums[..n_had].iter_mut().for_each(|sum| *sum += self.weights[value as usize]);
        }
        sums.iter_mut().for_each(|sum| *sum *= step as f32);
        sums
    }
}

/// Whether a word has a digit: such words are numbers, and another digit is another number.
pub fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn deletions(text: &str) -> impl Iterator<Item = u64> {
    let whole = std::iter::once(hash(text.bytes()));
    let without =
        |left_out: usize| hash(text.bytes().enumerate().filter(move |(at, _)| *at != left_out).map(|(_, it)| it));
    whole.chain((0..text.len()).map(without))
}

/// FNV-1a, the same on every machine.
pub fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Consonants of a [`sound`] at most.
pub const MOST_HEARD: usize = 5;

/// The first letter and the consonants behind it, alike ones as one letter, at most five (after Soundex).
pub fn sound(word: &str) -> Vec<u8> {
    let class = |byte: u8| match byte {
        b'b' | b'p' | b'f' | b'v' | b'w' => b'b',
        b'c' | b'k' | b'q' | b'g' | b'j' | b's' | b'x' | b'z' => b'c',
        b'd' | b't' => b'd',
        b'm' | b'n' => b'm',
        b'l' | b'r' => byte,
        _ => b'a',
    };
    let mut sound: Vec<u8> = Vec::with_capacity(5);
    let mut last = 0;
    for (at, byte) in word.bytes().enumerate() {
        let letter = class(byte);
        if at == 0 || (letter != b'a' && letter != last) {
            sound.push(letter);
        }
        last = letter;
    }
    sound.truncate(MOST_HEARD);
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(values: &[&str]) -> Words {
        let texts: Vec<Box<str>> = values.iter().map(|&it| it.into()).collect();
        let mut words = Words::read(&texts);
        words.weigh(&vec![1.0; values.len()]);
        words
    }

    #[test]
    fn records_are_counted_that_have_all_words() {
        let words = words(&["st marys school", "st johns school", "st marys church", "marys school"]);
        let number = |text: &str| words.numbers[text];
        let all = |texts: &[&str]| {
            let lists: Vec<_> = texts.iter().map(|text| vec![number(text)]).collect();
            *words.n_having_prefixes(&lists).last().unwrap()
        };
        assert_eq!(words.count(number("st")), 3.0);
        assert_eq!(all(&["st", "school"]), 2.0);
        assert_eq!(all(&["st", "marys", "school"]), 1.0);
        let alike = [vec![number("marys"), number("johns")], vec![number("school")]];
        assert_eq!(words.n_having_prefixes(&alike), [4.0, 3.0]);
    }

    #[test]
    fn words_one_letter_away_are_counted_with_a_word() {
        let words = words(&["thomas", "rhomas", "thomass", "thmas", "thomasine", "john"]);
        assert_eq!(words.near_count(words.numbers["thomas"]), 4.0);
        assert_eq!(words.near_count(words.numbers["john"]), 1.0);
    }

    #[test]
    fn words_that_sound_alike_share_a_key() {
        for (one, other) in
            [("thompson", "tompson"), ("mohamed", "muhammed"), ("klempski", "klempsky"), ("garsky", "garski")]
        {
            assert_eq!(sound(one), sound(other), "{one} {other}");
        }
        assert_ne!(sound("marys"), sound("johns"));
    }
}
