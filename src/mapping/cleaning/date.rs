//! Texts to days: ISO 8601, strptime formats tried in turn, Excel serial numbers.
//!
//! Comes in: one cell. Leaves: a [`Day`], or what was expected. A time of day is cut off. Never guesses a format: which
//! of day and month stands first is for the mapping to say. ISO days cost some nanoseconds, other formats some hundred.

use jiff::fmt::strtime;

use crate::model::Day;

/// Two-digit years up to this one are in the 2000s unless the mapping says otherwise, as in POSIX.
const POSIX_PIVOT: i16 = 68;
/// Excel's day 0 for serials from 61 on; the days before count from one later, since Excel has a 29 February 1900.
const EXCEL_DAY_0: (i16, i8, i8) = (1899, 12, 30);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Format {
    Iso,
    Excel,
    Strptime(String),
}

/// How the days of one field are written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct DateReader {
    formats: Vec<Format>,
    pivot: i16,
}

impl Default for DateReader {
    fn default() -> Self {
        Self { formats: vec![Format::Iso], pivot: POSIX_PIVOT }
    }
}

impl DateReader {
    /// From the formats as a mapping names them; `Err` names the format that says no whole day.
    pub(in crate::mapping) fn new(formats: &[String], pivot: Option<i16>) -> Result<Self, String> {
        let formats = formats.iter().map(|format| Format::new(format)).collect::<Result<Vec<_>, _>>()?;
        let formats = if formats.is_empty() { vec![Format::Iso] } else { formats };
        Ok(Self { formats, pivot: pivot.unwrap_or(POSIX_PIVOT) })
    }

    /// The day that `text` writes in the first format that fits.
    pub(in crate::mapping) fn read(&self, text: &str) -> Result<Day, String> {
        let found = self.formats.iter().find_map(|format| format.read(text, self.pivot));
        found.ok_or_else(|| format!("expected a date like {}, found \"{text}\"", self.expected()))
    }

    fn expected(&self) -> String {
        let names = self.formats.iter().map(|format| match format {
            Format::Iso => "2026-03-31",
            Format::Excel => "46112 (Excel)",
            Format::Strptime(format) => format,
        });
        names.collect::<Vec<_>>().join(" or ")
    }
}

impl Format {
    fn new(name: &str) -> Result<Self, String> {
        match name {
            "iso" | "%Y-%m-%d" => return Ok(Self::Iso),
            "excel" => return Ok(Self::Excel),
            _ => {}
        }
        let sample = jiff::civil::date(2026, 3, 31);
        let written = strtime::format(name, sample.at(13, 45, 10, 0)).map_err(|error| error.to_string())?;
        let read = strtime::parse(name, &written).and_then(|parts| parts.to_date());
        match read {
            Ok(day) if day == sample => Ok(Self::Strptime(name.to_owned())),
            _ => Err(format!("the date format \"{name}\" does not say day, month and year")),
        }
    }

    fn read(&self, text: &str, pivot: i16) -> Option<Day> {
        match self {
            Self::Iso => iso(text),
            Self::Excel => excel(text),
            Self::Strptime(format) => {
                let date = strtime::parse(format, text).and_then(|parts| parts.to_date()).ok()?;
                let century = if date.year().rem_euclid(100) <= pivot { 2000 } else { 1900 };
                let year = if format.contains("%y") { century + date.year().rem_euclid(100) } else { date.year() };
                Day::from_ymd(year, date.month(), date.day())
            }
        }
    }
}

/// `2026-03-31`, also with a time behind `T` or a blank.
fn iso(text: &str) -> Option<Day> {
    let bytes = text.as_bytes();
    let tail_is_time = match bytes.get(10) {
        None => true,
        Some(b'T' | b't' | b' ') => bytes.get(11).is_some_and(u8::is_ascii_digit),
        Some(_) => false,
    };
    let well_formed = bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && tail_is_time;
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().try_fold(0i16, |sum, byte| {
            let digit = byte.is_ascii_digit().then(|| i16::from(byte - b'0'))?;
            sum.checked_mul(10)?.checked_add(digit)
        })
    };
    let (year, month, day) = well_formed.then(|| Some((number(0..4)?, number(5..7)?, number(8..10)?)))??;
    Day::from_ymd(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// An Excel serial number of the 1900 system; the time behind the decimal point is cut off.
fn excel(text: &str) -> Option<Day> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let serial: i32 = (digits(whole) && digits(fraction)).then(|| whole.parse().ok())??;
    let day_0 = Day::from_ymd(EXCEL_DAY_0.0, EXCEL_DAY_0.1, EXCEL_DAY_0.2)?;
    match serial {
        1..=59 => Some(day_0 + (serial + 1)),
        61..=2_958_465 => Some(day_0 + serial),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(formats: &[&str], text: &str) -> Option<String> {
        let formats: Vec<_> = formats.iter().map(|&it| it.to_owned()).collect();
        DateReader::new(&formats, None).unwrap().read(text).ok().map(|day| day.to_string())
    }

    #[test]
    fn formats_are_tried_in_turn() {
        let formats = ["%d/%m/%Y", "%d %b %Y", "iso", "excel"];
        let cases = [
            ("31/12/2015", "2015-12-31"),
            ("1 Feb 2016", "2016-02-01"),
            ("2016-02-29 08:26:00", "2016-02-29"),
            ("2016-02-29T08:26:00Z", "2016-02-29"),
            ("42032.00", "2015-01-28"),
            ("42341.42936", "2015-12-03"),
            ("1", "1900-01-01"),
        ];
        for (text, day) in cases {
            assert_eq!(read(&formats, text).as_deref(), Some(day), "{text}");
        }
        for text in ["Updated", "31/02/2015", "2016-13-01", "2016-02-29x", "60", "-5", "1e3", "", "٤٢"] {
            assert_eq!(read(&formats, text), None, "{text}");
        }
    }

    #[test]
    fn chinese_dates_are_a_format_like_any_other() {
        assert_eq!(read(&["%Y年%m月%d日"], "2021年3月5日").as_deref(), Some("2021-03-05"));
    }

    #[test]
    fn the_pivot_says_which_century_a_two_digit_year_is_in() {
        let reader = DateReader::new(&["%d.%m.%y".to_owned()], Some(30)).unwrap();
        assert_eq!(reader.read("01.02.30").unwrap().to_string(), "2030-02-01");
        assert_eq!(reader.read("01.02.31").unwrap().to_string(), "1931-02-01");
    }

    #[test]
    fn a_format_that_does_not_say_the_day_is_refused() {
        for format in ["%Y-%m", "%H:%M", "%Q%Q", "day"] {
            assert!(DateReader::new(&[format.to_owned()], None).is_err(), "{format}");
        }
    }

    #[test]
    fn the_reason_names_what_was_expected_and_found() {
        let reason = DateReader::new(&["iso".into(), "excel".into()], None).unwrap().read("Updated").unwrap_err();
        assert_eq!(reason, "expected a date like 2026-03-31 or 46112 (Excel), found \"Updated\"");
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_in_every_format(days in -40_000..60_000_i32) {
            let day = Day::from_days(days).unwrap();
            let (year, month, day_of_month) = day.ymd();
            let iso = day.to_string();
            let european = format!("{day_of_month}/{month}/{year}");
            prop_assert_eq!(read(&["iso"], &iso), Some(iso.clone()));
            prop_assert_eq!(read(&["%d/%m/%Y"], &european), Some(iso));
        }
    }
}
