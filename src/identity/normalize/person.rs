//! Names of persons as words.
//!
//! Comes in: a name as written. Leaves: its words in Latin letters without honours, in order; Chinese names as the Pinyin
//! of each character. Short forms of given names stay as they are: whether "bob" is "robert" is for the comparison.

use super::fold;
use crate::identity::person_name::PersonName;

/// The words of a name without honours, ranks and letters after it.
pub fn words(text: &str) -> Vec<String> {
    let name = PersonName::read(text);
    name.words().iter().flat_map(|word| fold::words(word)).collect()
}

/// Which of those who have one name: junior, senior, the second; empty where the name does not say.
pub fn generation(text: &str) -> &'static str {
    let words = fold::words(text);
    let mut marks = words.iter().skip(1).filter_map(|word| match word.as_str() {
        "sr" | "senior" => Some("senior"),
        "jr" | "junior" => Some("junior"),
        "i" => Some("1"),
        "ii" => Some("2"),
        "iii" => Some("3"),
        "iv" => Some("4"),
        _ => None,
    });
    marks.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_honours_and_commas_make_no_difference() {
        for (text, expected) in [
            ("王杰", "wang jie"),
            ("Wang, Jie", "jie wang"),
            ("Сергей Лавров", "sergei lavrov"),
            ("Dr José García CBE", "jose garcia"),
            ("Smith Sr, Robert", "robert smith"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }
}
