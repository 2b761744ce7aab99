//! VAT numbers of the EU, of Great Britain and Northern Ireland: their shape, and their check digits where they have some.
//!
//! Comes in: a number without blanks and punctuation, upper case. Leaves: whether it can be one. Whether it was ever given is
//! not known here. Bulgaria, Cyprus, Czechia, Ireland, Latvia and Lithuania, which have several sorts of numbers with checks
//! of their own, are known by shape only.
//!
//! Source: the algorithms that the European Commission and the tax offices publish for VIES.

/// Country, shortest and longest number behind it.
const SHAPES: &[(&str, usize, usize)] = &[
    ("AT", 9, 9),
    ("BE", 10, 10),
    ("BG", 9, 10),
    ("CY", 9, 9),
    ("CZ", 8, 10),
    ("DE", 9, 9),
    ("DK", 8, 8),
    ("EE", 9, 9),
    ("EL", 9, 9),
    ("ES", 9, 9),
    ("FI", 8, 8),
    ("FR", 11, 11),
    ("GB", 5, 12),
    ("HR", 11, 11),
    ("HU", 8, 8),
    ("IE", 8, 9),
    ("IT", 11, 11),
    ("LT", 9, 12),
    ("LU", 8, 8),
    ("LV", 11, 11),
    ("MT", 8, 8),
    ("NL", 12, 12),
    ("PL", 10, 10),
    ("PT", 9, 9),
    ("RO", 2, 10),
    ("SE", 12, 12),
    ("SI", 8, 8),
    ("SK", 10, 10),
    ("XI", 5, 12),
];
/// In these countries, letters may stand among the digits.
const WITH_LETTERS: &[&str] = &["AT", "CY", "ES", "FR", "GB", "IE", "NL", "XI"];

/// Whether a text has the shape of a VAT number and its check digits are right.
pub(super) fn is_valid(number: &str) -> bool {
    let Some((country, rest)) = number.split_at_checked(2).filter(|it| !it.1.is_empty()) else { return false };
    let fits = |shape: &&(&str, usize, usize)| shape.0 == country && (shape.1..=shape.2).contains(&rest.len());
    let letters = WITH_LETTERS.contains(&country);
    let is_allowed = |byte: u8| byte.is_ascii_digit() || (letters && byte.is_ascii_uppercase());
    SHAPES.iter().any(|shape| fits(&shape)) && rest.bytes().all(is_allowed) && is_checked(country, rest)
}

fn is_checked(country: &str, rest: &str) -> bool {
    let all = digits(rest);
    match country {
        "FR" => french(rest),
        "ES" => spanish(rest.as_bytes()),
        "NL" => dutch(rest),
        "GB" | "XI" => british(rest),
        "AT" => rest.strip_prefix('U').and_then(digits).is_some_and(|it| austrian(&it)),
        _ => all.is_none_or(|all| of_digits(country, &all)),
    }
}

fn of_digits(country: &str, all: &[u32]) -> bool {
    let (&last, body) = all.split_last().unwrap_or((&0, &[]));
    let number = |digits: &[u32]| digits.iter().fold(0u64, |number, digit| number * 10 + u64::from(*digit));
    match country {
        "DE" | "HR" => iso_7064_mod_11_10(all),
        "IT" => luhn(all),
        "SE" => luhn(&all[..10]) && number(&all[10..]) > 0,
        "BE" => 97 - number(&all[..8]) % 97 == number(&all[8..]),
        "LU" => number(&all[..6]) % 89 == number(&all[6..]),
        "SK" => number(all).is_multiple_of(11),
        "PL" => weighted(body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last,
        "PT" => complement_11(weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2])) % 11 % 10 == last,
        "DK" => weighted(all, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        "FI" => complement_11(weighted(body, &[7, 9, 10, 5, 8, 4, 2])) % 11 == last,
        "SI" => matches!(complement_11(weighted(body, &[8, 7, 6, 5, 4, 3, 2])), sum if sum < 11 && sum % 10 == last),
        "EL" => weighted(body, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last,
        "EE" => complement_10(weighted(body, &[3, 7, 1, 3, 7, 1, 3, 7])) == last,
        "HU" => complement_10(weighted(body, &[9, 7, 3, 1, 9, 7, 3])) == last,
        "RO" => weighted(body, &[7, 5, 3, 2, 1, 7, 5, 3, 2][9 - body.len()..]) * 10 % 11 % 10 == last,
        "MT" => u64::from(37 - weighted(&all[..6], &[3, 4, 6, 7, 8, 9]) % 37) == number(&all[6..]),
        _ => true,
    }
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn complement_10(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

/// 11 to 1: what is missing to the next multiple of eleven.
fn complement_11(sum: u32) -> u32 {
    11 - sum % 11
}

fn iso_7064_mod_11_10(digits: &[u32]) -> bool {
    let (last, body) = digits.split_last().unwrap_or((&0, &[]));
    let product = body.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + last) % 10 == 1
}

fn luhn(digits: &[u32]) -> bool {
    let value = |(at, digit): (usize, &u32)| if at % 2 == 1 { crossed(2 * digit) } else { *digit };
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

/// The sum of a number's two digits.
fn crossed(number: u32) -> u32 {
    number / 10 + number % 10
}

fn austrian(all: &[u32]) -> bool {
    let value = |(at, digit): (usize, &u32)| if at % 2 == 1 { crossed(2 * digit) } else { *digit };
    let sum: u32 = all.iter().take(7).enumerate().map(value).sum();
    all.len() == 8 && complement_10(sum + 4) == all[7]
}

/// Two digits that check the nine of the company register (SIREN); keys with letters are not checked.
fn french(rest: &str) -> bool {
    let (key, siren) = rest.split_at(2);
    match (key.parse::<u64>(), siren.parse::<u64>()) {
        (Ok(key), Ok(siren)) => key == (12 + 3 * (siren % 97)) % 97,
        (_, siren) => siren.is_ok(),
    }
}

/// Companies: a letter, seven digits, a digit or letter; persons: eight digits or X, Y, Z and seven, and a letter.
fn spanish(rest: &[u8]) -> bool {
    let (first, last) = (rest[0], rest[8]);
    let Some(middle) = std::str::from_utf8(&rest[1..8]).ok().and_then(digits) else { return false };
    if first.is_ascii_digit() || matches!(first, b'X' | b'Y' | b'Z') {
        let leading = if first.is_ascii_digit() { first - b'0' } else { first - b'X' };
        let number = middle.iter().fold(u32::from(leading), |number, digit| number * 10 + digit);
        return b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize] == last;
    }
    let value = |(at, digit): (usize, &u32)| if at % 2 == 0 { crossed(2 * digit) } else { *digit };
    let check = complement_10(middle.iter().enumerate().map(value).sum()) as u8;
    last == b'0' + check || last == b"JABCDEFGHI"[usize::from(check)]
}

/// Nine digits, B and two digits: companies by eleven, others since 2020 by MOD 97-10 over the whole number.
fn dutch(rest: &str) -> bool {
    let (Some((number, "B")), Some(branch)) = (rest.get(..10).map(|it| it.split_at(9)), rest.get(10..)) else {
        return false;
    };
    let (Some(all), Ok(branch)) = (digits(number), branch.parse::<u64>()) else { return false };
    let number = all.iter().fold(0u64, |number, digit| number * 10 + u64::from(*digit));
    // N, L and B are 23, 21 and 11
    let whole = ((2321 * 1_000_000_000 + number) * 100 + 11) * 100 + branch;
    weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == all[8] || whole % 97 == 1
}

/// Nine digits, with three more for a branch; government departments and health authorities have five letters and digits.
fn british(rest: &str) -> bool {
    if let Some(number) = rest.strip_prefix("GD").or_else(|| rest.strip_prefix("HA")) {
        return number.len() == 3 && digits(number).is_some();
    }
    let Some(all) = digits(rest).filter(|it| matches!(it.len(), 9 | 12)) else { return false };
    let sum = weighted(&all, &[8, 7, 6, 5, 4, 3, 2]) + 10 * all[7] + all[8];
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that companies print on their sites and tax offices in their leaflets.
    const REAL: &[&str] = &[
        "ATU10223006",
        "BE0417497106",
        "DE811128135",
        "DE136695976",
        "DK13585628",
        "EE100931558",
        "EL094259216",
        "ESB58378431",
        "ESA28015865",
        "ES54362315K",
        "FI20774740",
        "FR40303265045",
        "FR83404833048",
        "GB980780684",
        "HR33392005961",
        "HU12892312",
        "IT00743110157",
        "LU15027442",
        "MT11679112",
        "NL004495445B01",
        "PL8567346215",
        "PT501964843",
        "RO18547290",
        "SE123456789701",
        "SI50223054",
        "SK2022749619",
    ];

    #[test]
    fn numbers_with_right_check_digits_pass() {
        REAL.iter().for_each(|number| assert!(is_valid(number), "{number}"));
    }

    #[test]
    fn one_wrong_digit_fails_in_every_country() {
        for number in REAL {
            let (last, rest) = (number.len() - 1, number.as_bytes());
            let at = match &number[..2] {
                "NL" => last - 3,
                "SE" => last - 2,
                _ if rest[last].is_ascii_digit() => last,
                _ => last - 1,
            };
            let wrong = char::from(b'0' + (rest[at] - b'0' + 1) % 10);
            let wrong = format!("{}{wrong}{}", &number[..at], &number[at + 1..]);
            assert!(!is_valid(&wrong), "{wrong}");
        }
    }

    #[test]
    fn other_shapes_fail() {
        for number in ["", "DE", "DE12345678", "ZZ123456789", "采购", "FR1", "ATX10223006", "GB12345", "NL123456789C01"]
        {
            assert!(!is_valid(number), "{number}");
        }
    }
}
