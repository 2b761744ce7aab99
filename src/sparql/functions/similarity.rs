//! How like two names are.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How like two names are, 0 to 1: the Jaro–Winkler similarity of the names as written or of their words in
/// alphabetical order, whichever is greater, so that `Berg, Ada` is `Ada Berg`.
///
/// Full and half width, upper and lower case, accents, and everything that is neither letter nor digit make no
/// difference. A name without letters and digits is like no other.
///
/// Source: Winkler: String Comparator Metrics and Enhanced Decision Rules in the Fellegi–Sunter Model of Record
/// Linkage, 1990.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let as_written = strsim::jaro_winkler(&a.join(" "), &b.join(" "));
    let sorted = |mut words: Vec<String>| {
        words.sort_unstable();
        words.join(" ")
    };
    as_written.max(strsim::jaro_winkler(&sorted(a), &sorted(b)))
}

/// The words of a name, without what makes no difference.
fn words(name: &str) -> Vec<String> {
    let folded: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_spelling_only_are_the_same() {
        for (a, b) in [
            ("Müller & Söhne GmbH", "MULLER SOHNE GMBH"),
            ("Berg, Ada", "Ada Berg"),
            ("ＡＢＣ　株式会社", "abc 株式会社"),
            ("电子有限公司", "电子有限公司"),
        ] {
            assert_eq!(similarity(a, b), 1.0, "{a} and {b}");
        }
    }

    #[test]
    fn likeness_falls_with_the_difference() {
        let close = similarity("Nordlicht Elektro GmbH", "Nordlicht Electro GmbH");
        let far = similarity("Nordlicht Elektro GmbH", "Südwind Logistik AG");
        assert!(close > 0.95 && close < 1.0 && far < 0.65, "{close} {far}");
        assert_eq!(similarity("Ada", "Ada Berg"), similarity("Ada Berg", "Ada"));
        assert_eq!((similarity("", ""), similarity("!", "a")), (0.0, 0.0));
    }
}
