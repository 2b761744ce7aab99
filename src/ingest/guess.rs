//! Which encoding a sample of bytes is in.
//!
//! UTF-8 when it is valid, or when what is broken is rare. Otherwise GB18030, when the bytes stand in pairs as Chinese
//! names do, which a few names in a file of plain text must be enough to tell; otherwise what `chardetng` says.
//! Never looks at the content's meaning. Costs a few passes over the sample.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The encoding of `sample`, which ends the file when `is_last`; `None` when it is plain ASCII.
pub(super) fn encoding_of(sample: &[u8], is_last: bool) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return Some(encoding);
    }
    if let Some(encoding) = utf_16(sample) {
        return Some(encoding);
    }
    if sample.is_ascii() {
        return None;
    }
    Some(if is_mostly_utf_8(sample, is_last) { UTF_8 } else { legacy(sample, is_last) })
}

/// UTF-16 without a byte order mark: every other byte of the plain text in it is zero.
fn utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    memchr::memchr(0, sample)?;
    let (mut n_little, mut n_big) = (0, 0);
    for pair in sample.chunks_exact(2) {
        n_little += usize::from(pair[1] == 0 && is_plain(pair[0]));
        n_big += usize::from(pair[0] == 0 && is_plain(pair[1]));
    }
    let enough = (sample.len() / 2 / 20).max(2);
    match (n_little, n_big) {
        (little, big) if little > enough && little > 3 * big => Some(UTF_16LE),
        (little, big) if big > enough && big > 3 * little => Some(UTF_16BE),
        _ => None,
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E)
}

/// Whether valid sequences outnumber broken ones by far. In other encodings, few sequences are valid by accident.
fn is_mostly_utf_8(sample: &[u8], is_last: bool) -> bool {
    let (mut n_valid, mut n_broken) = (0, 0);
    let mut rest = sample;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => return n_valid + n_sequences(text) >= 8 * n_broken,
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                n_valid += n_sequences(std::str::from_utf8(valid).unwrap_or_default());
                match error.error_len() {
                    Some(length) => rest = &after[length..],
                    None => rest = &[],
                }
                n_broken += usize::from(error.error_len().is_some() || is_last);
            }
        }
    }
}

fn n_sequences(text: &str) -> usize {
    text.bytes().filter(|byte| *byte >= 0xC2).count()
}

fn legacy(sample: &[u8], is_last: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, is_last);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let pairs = Pairs::count(sample);
    match guess.name() {
        "EUC-JP" | "EUC-KR" | "Big5" if pairs.n_hanzi + pairs.n_other > 200 => guess,
        "GBK" | "gb18030" => GB18030,
        _ if pairs.are_chinese() => GB18030,
        "EUC-JP" | "EUC-KR" | "Big5" | "Shift_JIS" if pairs.n_broken == 0 => guess,
        name if name.starts_with("windows-125") && !has_letters(sample) => WINDOWS_1252,
        name if NOT_LATIN.contains(&name) && has_mixed_words(sample) => WINDOWS_1252,
        name if name.starts_with("windows-") || name.starts_with("ISO-8859-") || name.starts_with("KOI8") => guess,
        _ => WINDOWS_1252,
    }
}

/// Whether there is a letter in one of the Windows encodings, and not only signs: £, dashes, curly quotes.
fn has_letters(sample: &[u8]) -> bool {
    sample.iter().any(|byte| *byte >= 0xC0)
}

/// Encodings of Cyrillic, Greek, Hebrew, Arabic and Thai, whose words have no Latin letters in them.
const NOT_LATIN: &[&str] = &[
    "windows-1251",
    "windows-1253",
    "windows-1255",
    "windows-1256",
    "windows-874",
    "ISO-8859-5",
    "ISO-8859-6",
    "ISO-8859-7",
    "ISO-8859-8",
    "ISO-8859-8-I",
    "KOI8-R",
    "KOI8-U",
];

/// Whether most words with letters beyond ASCII have plain letters too, as accented Latin has.
fn has_mixed_words(sample: &[u8]) -> bool {
    let words = sample.split(|byte| !byte.is_ascii_alphabetic() && *byte < 0xC0);
    let (mut n_mixed, mut n_other) = (0, 0);
    for word in words.filter(|word| !word.is_ascii()) {
        let is_mixed = word.iter().any(u8::is_ascii_alphabetic);
        (n_mixed, n_other) = if is_mixed { (n_mixed + 1, n_other) } else { (n_mixed, n_other + 1) };
    }
    n_mixed > n_other
}

/// How a sample looks when it is read as GB18030.
#[derive(Default)]
struct Pairs {
    /// Two bytes that are a hanzi of GB 2312, as nearly all in names are.
    n_hanzi: usize,
    /// Other valid characters: rare hanzi, full-width signs.
    n_other: usize,
    /// Bytes that make no character.
    n_broken: usize,
}

impl Pairs {
    fn count(sample: &[u8]) -> Self {
        let mut pairs = Self::default();
        let mut at = 0;
        while let Some(skipped) = sample[at..].iter().position(|byte| *byte >= 0x80) {
            at += skipped;
            at += pairs.enter(&sample[at..]);
        }
        pairs
    }

    /// Enters the character at the beginning of `bytes` and returns its length.
    fn enter(&mut self, bytes: &[u8]) -> usize {
        match bytes {
            [0xB0..=0xF7, 0xA1..=0xFE, ..] => (self.n_hanzi += 1, 2).1,
            [0xA1..=0xA3, 0xA1..=0xFE, ..] => 2,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => (self.n_other += 1, 2).1,
            [0x81..=0xFE, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => (self.n_other += 1, 4).1,
            [_] => 1,
            _ => (self.n_broken += 1, 1).1,
        }
    }

    /// Single accented letters among plain ones make broken or rare pairs, and words of other scripts are as often of
    /// odd length as not.
    fn are_chinese(&self) -> bool {
        self.n_hanzi >= 2 && self.n_hanzi > 4 * self.n_other && self.n_hanzi > 16 * self.n_broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(text: &str, encoding: &'static Encoding) -> Option<&'static str> {
        let (bytes, _, had_errors) = encoding.encode(text);
        assert!(!had_errors, "{text} is not in {}", encoding.name());
        encoding_of(&bytes, true).map(Encoding::name)
    }

    #[test]
    fn letters_of_another_script_stand_in_words_of_their_own() {
        let latin = "id,name\n0,Aééééé Ltd\n1,Xéaé & Söhne\n2,Zaéé SA\n";
        assert_eq!(name_of(latin, WINDOWS_1252), Some("windows-1252"));
        let russian = "id,name\n0,Общество Ромашка Ltd\n1,Торговый дом Север\n2,Завод имени Кирова\n";
        assert_eq!(name_of(russian, encoding_rs::WINDOWS_1251), Some("windows-1251"));
    }

    #[test]
    fn a_few_chinese_names_in_a_plain_file_are_enough() {
        let plain = "id,name,city\n1,Acme Ltd,London\n".repeat(5_000);
        for name in ["北京科技有限公司", "张伟", "上海贸易(集团)股份有限公司", "财务总监", "朱镕基,采购部经理"]
        {
            assert_eq!(name_of(&format!("{plain}2,{name},x\n"), GB18030), Some("gb18030"), "{name}");
            assert_eq!(name_of(&format!("{plain}2,{name},x\n"), UTF_8), Some("UTF-8"), "{name}");
        }
        assert_eq!(name_of(&plain, UTF_8), None);
    }

    #[test]
    fn accented_letters_are_windows_1252_and_not_chinese() {
        let plain = "id,name,city\n1,Acme Ltd,London\n".repeat(500);
        let names = ["Müller & Söhne", "Café René", "Société Générale", "Peña Ñuñoa", "Crème brûlée", "£12 – “quoted”"];
        for name in names {
            assert_eq!(name_of(&format!("{plain}2,{name},x\n"), WINDOWS_1252), Some("windows-1252"), "{name}");
            assert_eq!(name_of(&format!("{plain}2,{name},x\n"), UTF_8), Some("UTF-8"), "{name}");
        }
        assert_eq!(name_of(&format!("{plain}2,{}\n", names.join(",")), WINDOWS_1252), Some("windows-1252"));
    }

    #[test]
    fn russian_is_not_taken_for_chinese() {
        let text = "имя,город\nАкционерное общество Заря,Москва\nИванов Пётр Сергеевич,Нижний Новгород\n".repeat(3);
        assert_eq!(name_of(&text, encoding_rs::WINDOWS_1251), Some("windows-1251"));
    }

    #[test]
    fn utf_16_is_told_by_its_zeros_without_a_mark() {
        let text = "编号,名称\n1,一一中文公司\n2,上海\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(encoding_of(&little, true), Some(UTF_16LE));
        assert_eq!(encoding_of(&big, true), Some(UTF_16BE));
        assert_eq!(encoding_of(b"a,b\n1,\0\n", true), None);
    }

    #[test]
    fn one_broken_sequence_among_many_leaves_it_utf_8() {
        let mut bytes = "naïve,Zoë,中文\n".repeat(10).into_bytes();
        bytes.extend_from_slice(b"bad \xFF\n");
        assert_eq!(encoding_of(&bytes, true), Some(UTF_8));
        assert_eq!(encoding_of(&"中".as_bytes()[..2], false), Some(UTF_8));
    }
}
