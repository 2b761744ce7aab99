//! Numbers and days as people say them, in English and Chinese: money, shares, counts, changes.
//!
//! Comes in: numbers and days. Leaves: words. Never rounds what is stored, only what is said.

use crate::evidence::Bilingual;
use crate::model::Day;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as people write it.
pub fn day_in_words(day: Day) -> Bilingual {
    let (year, month, of_month) = day.ymd();
    let name = MONTHS[(month - 1).clamp(0, 11) as usize];
    Bilingual::new(format!("{of_month} {name} {year}"), format!("{year}年{month}月{of_month}日"))
}

/// An amount of money with its currency, such as `EUR 1.2 M` and `120万欧元`.
pub fn money(amount: f64, currency: Option<&str>) -> Bilingual {
    let en = match currency {
        Some(currency) => format!("{currency} {}", magnitude(amount)),
        None => magnitude(amount),
    };
    Bilingual::new(en, format!("{}{}", magnitude_zh(amount), currency.map_or_else(String::new, currency_zh)))
}

fn magnitude(amount: f64) -> String {
    let size = amount.abs();
    let scales = [(1e9, " bn"), (1e6, " M"), (1e4, " k")];
    let scale = scales.iter().find(|(unit, _)| size >= unit * 0.9995);
    scale.map_or_else(
        || grouped(amount),
        |(unit, name)| {
            let unit = if *unit == 1e4 { 1e3 } else { *unit };
            format!("{}{name}", two_digits(amount / unit))
        },
    )
}

fn magnitude_zh(amount: f64) -> String {
    let scales = [(1e8, "亿"), (1e4, "万")];
    let scale = scales.iter().find(|(unit, _)| amount.abs() >= unit * 0.9995);
    scale.map_or_else(|| grouped(amount), |(unit, name)| format!("{}{name}", two_digits(amount / unit)))
}

fn currency_zh(currency: &str) -> String {
    let known =
        [("CNY", "元"), ("EUR", "欧元"), ("USD", "美元"), ("GBP", "英镑"), ("JPY", "日元"), ("CHF", "瑞士法郎")];
    let found = known.iter().find(|(code, _)| *code == currency);
    found.map_or_else(|| format!(" {currency}"), |(_, name)| (*name).to_owned())
}

/// At least two digits that count: `1.2`, `12`, `124`.
fn two_digits(value: f64) -> String {
    if value.abs() < 9.95 { format!("{value:.1}").replace(".0", "") } else { grouped(value) }
}

/// A whole number with its thousands set apart: `12,400`.
pub fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let groups: Vec<&str> = (0..digits.len().div_ceil(3)).rev().map(|at| third(&digits, at)).collect();
    let sign = if value <= -0.5 { "-" } else { "" };
    format!("{sign}{}", groups.join(","))
}

fn third(digits: &str, from_right: usize) -> &str {
    let end = digits.len() - 3 * from_right;
    &digits[end.saturating_sub(3)..end]
}

/// A count with its noun, `1 product` or `14 products`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n as f64), if n == 1 { one } else { many })
}

/// A share in [0, 1] as a percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The same in Chinese.
pub fn percent_zh(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// How an amount stands to an earlier one: `38 % more than the year before`.
pub fn change(now: f64, before: f64, when: &Bilingual) -> Bilingual {
    compared(now, before, when, ["", ""])
}

/// The same of amounts for each month: `38 % more a month than the year before`.
pub fn monthly_change(now: f64, before: f64, when: &Bilingual) -> Bilingual {
    compared(now, before, when, [" a month", "（按月均计）"])
}

fn compared(now: f64, before: f64, when: &Bilingual, [each, each_zh]: [&str; 2]) -> Bilingual {
    let (ratio, en, zh) = (now / before, &when.en, &when.zh);
    if before <= 0.0 {
        return Bilingual::new(format!("after nothing {en}"), format!("{zh}没有采购"));
    }
    match ratio {
        r if r >= 3.0 => {
            let times = two_digits(r);
            Bilingual::new(format!("{times} times as much{each} as {en}"), format!("是{zh}的{times}倍{each_zh}"))
        }
        r if r >= 1.005 => Bilingual::new(
            format!("{} more{each} than {en}", percent(r - 1.0)),
            format!("较{zh}增长{}{each_zh}", percent_zh(r - 1.0)),
        ),
        r if r > 0.995 => Bilingual::new(format!("as much{each} as {en}"), format!("与{zh}持平{each_zh}")),
        r => Bilingual::new(
            format!("{} less{each} than {en}", percent(1.0 - r)),
            format!("较{zh}下降{}{each_zh}", percent_zh(1.0 - r)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_said_as_people_say_it() {
        assert_eq!(money(1_234_567.0, Some("EUR")), Bilingual::new("EUR 1.2 M", "123万欧元"));
        assert_eq!(money(120_000_000.0, Some("CNY")), Bilingual::new("CNY 120 M", "1.2亿元"));
        assert_eq!(money(9_876.5, None), Bilingual::new("9,876", "9,876"));
        assert_eq!(money(-340_499.0, None).en, "-340 k");
        assert_eq!(money(999_900.0, None).en, "1 M");
    }

    #[test]
    fn a_change_is_said_with_its_direction() {
        let when = Bilingual::new("the year before", "上年同期");
        assert_eq!(change(138.0, 100.0, &when).en, "38 % more than the year before");
        assert_eq!(change(62.0, 100.0, &when).zh, "较上年同期下降38%");
        assert_eq!(change(420.0, 100.0, &when).zh, "是上年同期的4.2倍");
        assert_eq!(change(5.0, 0.0, &when).en, "after nothing the year before");
        assert_eq!(change(2260.0, 100.0, &when).en, "23 times as much as the year before");
        assert_eq!(monthly_change(138.0, 100.0, &when).en, "38 % more a month than the year before");
        assert_eq!(monthly_change(350.0, 100.0, &when).en, "3.5 times as much a month as the year before");
        assert_eq!(monthly_change(350.0, 100.0, &when).zh, "是上年同期的3.5倍（按月均计）");
    }
}
