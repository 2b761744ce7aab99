//! Amounts and days as the systems write them.
//!
//! In: euro cents and days. Out: texts. Integer arithmetic only.

use crate::model::Day;

/// `1234.50`.
pub fn with_point(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// `1.234,50`, as German systems write it.
pub fn with_comma(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", grouped(cents.abs() / 100), cents.abs() % 100)
}

/// Ten thousands of euros, `0.123450`, as Chinese systems write it.
pub fn in_ten_thousands(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", cents.abs() / 1_000_000, cents.abs() % 1_000_000)
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `31.03.2025`.
pub fn german_day(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{day:02}.{month:02}.{year:04}")
}

/// `2025年03月31日`.
pub fn chinese_day(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}年{month:02}月{day:02}日")
}

/// The day's text, or nothing.
pub fn or_empty(day: Option<Day>, text: fn(Day) -> String) -> String {
    day.map(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_the_same_in_every_system() {
        assert_eq!(with_point(-123_456_789), "-1234567.89");
        assert_eq!(with_comma(123_456_789), "1.234.567,89");
        assert_eq!(with_comma(-5), "-0,05");
        assert_eq!(in_ten_thousands(123_456_789), "123.456789");
    }
}
