//! Any text to plain words.
//!
//! Comes in: a text in any script. Leaves: words of lower-case letters and digits of ASCII. Full-width forms, accents and
//! punctuation go; other scripts are transliterated, Chinese characters to their Pinyin, each a word of its own (so that
//! simplified and traditional characters agree). Costs some hundred nanoseconds a word.

use unicode_normalization::UnicodeNormalization;

/// The words of a text.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Words::default();
    if text.is_ascii() {
        words.read(text.chars());
    } else {
        words.read(text.nfkc());
    }
    words.finish()
}

/// Whether a character is a Chinese one.
pub fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

#[derive(Default)]
struct Words {
    done: Vec<String>,
    open: String,
}

impl Words {
    fn read(&mut self, chars: impl Iterator<Item = char>) {
        for c in chars {
            match c {
                'a'..='z' | '0'..='9' => self.open.push(c),
                'A'..='Z' => self.open.push(c.to_ascii_lowercase()),
                '\'' | '’' | '`' | 'ʼ' => {}
                '&' | '+' => self.take_whole("and"),
                _ if c.is_ascii() => self.close(c == '.'),
                _ if is_han(c) => self.take_whole(deunicode::deunicode_char(c).unwrap_or_default()),
                _ => self.transliterate(c),
            }
        }
    }

    fn transliterate(&mut self, c: char) {
        let plain = deunicode::deunicode_char(c).unwrap_or_default();
        if !c.is_alphanumeric() && !plain.chars().any(char::is_alphanumeric) {
            if !c.is_alphabetic() && plain != "'" {
                self.close(false);
            }
            return;
        }
        let letters = plain.chars().filter(char::is_ascii_alphanumeric);
        self.open.extend(letters.map(|c| c.to_ascii_lowercase()));
    }

    fn take_whole(&mut self, word: &str) {
        self.close(false);
        self.open.extend(word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        self.close(false);
    }

    /// Ends a word. Single letters with dots between them are one word: "A.B.C." and "p.l.c.".
    fn close(&mut self, is_dotted: bool) {
        let last = self.open.rsplit('.').next().unwrap_or_default();
        if is_dotted && last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            self.open.push('.');
        } else {
            self.finish_word();
        }
    }

    /// "a.b.c" is one word, "j.smith" are two.
    fn finish_word(&mut self) {
        let word = std::mem::take(&mut self.open);
        let (letters, last) = match word.rsplit_once('.') {
            Some((letters, last)) if last.len() > 1 => (letters, last),
            _ => (word.as_str(), ""),
        };
        let parts = [letters.replace('.', ""), last.to_owned()];
        self.done.extend(parts.into_iter().filter(|part| !part.is_empty()));
    }

    fn finish(mut self) -> Vec<String> {
        self.finish_word();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_accents_scripts_and_punctuation_make_no_difference() {
        for (text, expected) in [
            ("  Société  Générale, S.A. ", "societe generale sa"),
            ("A.B.C. Company", "abc company"),
            ("J.Smith", "j smith"),
            ("O'Neil & Sons", "oneil and sons"),
            ("ＡＢＣ　株式会社", "abc zhu shi hui she"),
            ("西門子", "xi men zi"),
            ("西门子", "xi men zi"),
            ("Газпром", "gazprom"),
            ("Müller-Straße 5", "muller strasse 5"),
            ("St. Mary's", "st marys"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
