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

/// Whether the part of an e-mail address before the `@` is made of a name's words and initials: "jjones" and "jay.jones" are,
/// for Jay Jones. Who has the name is likely to have the same at every provider, so it says nothing that the name does not.
pub fn is_made_of(local: &str, name: &[&str]) -> bool {
    let letters: String = local.chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect();
    letters.len() >= SHORTEST_MAILBOX && is_spelt_by(&letters, name, 0)
}

/// A mailbox of fewer letters, as "jj", could be anybody's.
const SHORTEST_MAILBOX: usize = 3;

/// Whether words or their initials, each used once, spell the letters; `used` has a bit for each word.
fn is_spelt_by(letters: &str, name: &[&str], used: u32) -> bool {
    let free = || name.iter().enumerate().take(8).filter(|(at, _)| used & (1 << at) == 0);
    let rest =
        |part: &str, at: usize| letters.strip_prefix(part).is_some_and(|rest| is_spelt_by(rest, name, used | 1 << at));
    letters.is_empty()
        || free().any(|(at, word)| rest(word, at) || word.get(..1).is_some_and(|initial| rest(initial, at)))
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

    #[test]
    fn mailboxes_are_made_of_names() {
        let is_made = |local: &str| is_made_of(local, &["jay", "m", "jones"]);
        for local in ["jjones", "jay.jones", "jones_jay", "jaymjones", "jones", "j-m-jones"] {
            assert!(is_made(local), "{local}");
        }
        for local in ["jjones84", "sales", "jj", "jonesy", "jayjay"] {
            assert!(!is_made(local), "{local}");
        }
    }
}
