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
