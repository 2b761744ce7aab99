//! Syllables of Pinyin, to know a Chinese name among Latin ones.
//!
//! Comes in: a word of ASCII letters. Leaves: whether it is a syllable of Standard Chinese without its tone. Some English words
//! are, such as "men" and "long". Costs a look through some forty endings.

const INITIALS: [&str; 23] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y",
    "w",
];
const FINALS: [&str; 35] = [
    "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "i", "ia", "ian", "iang", "iao", "ie", "in", "ing",
    "iong", "iu", "o", "ong", "ou", "u", "ua", "uai", "uan", "uang", "ue", "ui", "un", "uo", "v", "ve", "uen",
];

/// Whether a word is a syllable.
pub fn is_syllable(word: &str) -> bool {
    let initial = INITIALS.iter().find(|initial| word.starts_with(**initial)).map_or(0, |initial| initial.len());
    FINALS.contains(&&word[initial..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_words() {
        for word in ["xi", "men", "zi", "hua", "wei", "zhuang", "er", "ang", "lv", "xiong"] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["siemens", "bank", "", "st", "group", "zh", "xin1"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
