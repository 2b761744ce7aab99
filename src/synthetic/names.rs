//! Made-up names of companies and persons, and the ways in which the same person gets written differently.
//!
//! In: throws of the dice. Out: texts. Never a name taken from data. Constant cost.

use crate::synthetic::dice::Dice;
use crate::synthetic::words::{
    CHINA, COUNTRIES, Country, ROOT_ENDS, ROOT_ENDS_ZH, ROOT_STARTS, ROOT_STARTS_ZH, Sector,
};

/// The names of a company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountName {
    /// As people write it, without legal form.
    pub short: String,
    /// As the register writes it.
    pub legal: String,
}

/// The name of company number `number`; roots repeat only after all of them have been used.
pub fn company(dice: &mut Dice, number: u32, country: usize, sector: &Sector) -> AccountName {
    let legal_form = dice.pick(COUNTRIES[country].legal_forms);
    if country == CHINA {
        let city = dice.pick(COUNTRIES[country].cities);
        let short = format!("{city}{}{}", root_zh(number), dice.pick(sector.words_zh));
        return AccountName { legal: format!("{short}{legal_form}"), short };
    }
    let words = if COUNTRIES[country].code == "DE" { sector.words_de } else { sector.words };
    let short = format!("{} {}", roots(number), dice.pick(words));
    AccountName { legal: format!("{short} {legal_form}"), short }
}

/// The name of a group, from the same roots as its ultimate parent.
pub fn group(number: u32, country: usize) -> String {
    if country == CHINA { format!("{}集团", root_zh(number)) } else { format!("{} Group", root(number)) }
}

/// One root, and where all have been used, another one behind it.
fn roots(number: u32) -> String {
    let again = number / (ROOT_STARTS.len() * ROOT_ENDS.len()) as u32;
    if again == 0 { root(number) } else { format!("{} {}", root(number), root(number / 7 + again)) }
}

/// Number of the root that company `number` gets: consecutive companies get roots that look unlike.
fn root(number: u32) -> String {
    let n_roots = (ROOT_STARTS.len() * ROOT_ENDS.len()) as u64;
    let at = (u64::from(number) * 379 + 91) % n_roots;
    let (start, end) = (at as usize / ROOT_ENDS.len(), at as usize % ROOT_ENDS.len());
    format!("{}{}", ROOT_STARTS[start], ROOT_ENDS[end])
}

fn root_zh(number: u32) -> String {
    let n_roots = (ROOT_STARTS_ZH.len() * ROOT_ENDS_ZH.len()) as u64;
    let at = (u64::from(number) * 171 + 53) % n_roots;
    let (start, end) = (at as usize / ROOT_ENDS_ZH.len(), at as usize % ROOT_ENDS_ZH.len());
    format!("{}{}", ROOT_STARTS_ZH[start], ROOT_ENDS_ZH[end])
}

/// A person's name, given name and family name.
pub fn person(dice: &mut Dice, country: usize) -> (&'static str, &'static str) {
    let Country { given, family, .. } = COUNTRIES[country];
    (*dice.pick(given), *dice.pick(family))
}

/// The full name as people write it in the country.
pub fn full(given: &str, family: &str, country: usize) -> String {
    if country == CHINA { format!("{family}{given}") } else { format!("{given} {family}") }
}

/// The same person written differently: with a middle initial, with umlauts spelled out, family name first, with a
/// doubled letter; a Chinese name with a space.
pub fn variant(dice: &mut Dice, given: &str, family: &str, country: usize) -> String {
    if country == CHINA {
        return format!("{family} {given}");
    }
    let plain = plain_letters(family);
    match dice.below(3) {
        _ if plain != family => format!("{given} {plain}"),
        0 => format!("{given} {}. {family}", dice.pick(&["A", "J", "M", "R"])),
        1 => format!("{}, {given}", family.to_uppercase()),
        _ => format!("{given} {}", doubled_letter(family)),
    }
}

/// German and French letters as they are typed without their keys.
fn plain_letters(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'ä' => "ae".to_owned(),
            'ö' => "oe".to_owned(),
            'ü' => "ue".to_owned(),
            'é' | 'è' | 'ë' => "e".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// With the fourth letter twice: a slip of the finger.
fn doubled_letter(name: &str) -> String {
    let slip = |(at, letter): (usize, char)| if at == 3 { vec![letter, letter] } else { vec![letter] };
    name.chars().enumerate().flat_map(slip).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::synthetic::dice::Part;
    use crate::synthetic::words::SECTORS;

    #[test]
    fn roots_repeat_only_after_all_have_been_used() {
        let roots: BTreeSet<_> = (0..600).map(root).collect();
        assert_eq!(roots.len(), 600);
        let roots: BTreeSet<_> = (0..400).map(root_zh).collect();
        assert_eq!(roots.len(), 400);
    }

    #[test]
    fn a_variant_is_written_differently_and_still_the_same_person() {
        let mut dice = Dice::of(1, Part::Person, 0);
        for country in 0..COUNTRIES.len() {
            for _ in 0..100 {
                let (given, family) = person(&mut dice, country);
                assert_ne!(variant(&mut dice, given, family, country), full(given, family, country));
            }
        }
    }

    #[test]
    fn chinese_companies_are_written_in_chinese_with_their_legal_form() {
        let mut dice = Dice::of(1, Part::Company, 0);
        let name = company(&mut dice, 5, CHINA, &SECTORS[0]);
        assert!(name.legal.ends_with("公司"));
        assert!(name.legal.starts_with(&name.short));
    }
}
