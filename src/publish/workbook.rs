//! Tables as an Excel workbook: a sheet a table, numbers and days as such, heads that stay and filter.
//!
//! Text is written as text, so that nothing in it runs as a formula. Nothing depends on the clock.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::model::Day;
use crate::publish::PublishError;
use crate::publish::table::{Cell, Table};

/// Characters that a column shows of its texts at most; longer ones are wrapped.
const WIDEST: usize = 60;
/// Characters that Excel takes in a cell.
const MOST_CHARACTERS: usize = 32_767;

/// A workbook with all tables, as it was on a day.
pub fn workbook(tables: &[Table], as_of: Day) -> Result<Vec<u8>, PublishError> {
    built(tables, as_of).map_err(|error| PublishError::Serialise(Box::new(error)))
}

fn built(tables: &[Table], as_of: Day) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&date(as_of)?));
    for table in tables {
        fill(workbook.add_worksheet(), table)?;
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_align(FormatAlign::Top);
    sheet.set_name(table.name)?;
    for (column, name) in (0u16..).zip(&table.head) {
        sheet.write_string_with_format(0, column, *name, &head)?;
        let cells = table.rows.iter().map(|row| width(&row[usize::from(column)]));
        let widest = cells.max().unwrap_or(0).max(name.len() + 3).min(WIDEST);
        sheet.set_column_width(column, widest as f64)?;
    }
    for (row, cells) in (1u32..).zip(&table.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            write(sheet, row, column, cell)?;
        }
    }
    sheet.set_freeze_panes(1, 2)?;
    if !table.rows.is_empty() {
        sheet.autofilter(0, 0, table.rows.len() as u32, table.head.len() as u16 - 1)?;
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    let top = Format::new().set_align(FormatAlign::Top);
    match cell {
        Cell::Empty => sheet.write_blank(row, column, &top)?,
        Cell::Text(text) => {
            let text: String = text.chars().take(MOST_CHARACTERS).collect();
            sheet.write_string_with_format(row, column, text, &top.set_text_wrap())?
        }
        Cell::Number(number, digits) => {
            let format = match digits {
                0 => "#,##0".to_owned(),
                digits => format!("#,##0.{}", "0".repeat(*digits)),
            };
            sheet.write_number_with_format(row, column, *number, &top.set_num_format(format))?
        }
        Cell::Day(day) => {
            sheet.write_datetime_with_format(row, column, date(*day)?, &top.set_num_format("yyyy-mm-dd"))?
        }
        Cell::Truth(truth) => sheet.write_boolean_with_format(row, column, *truth, &top)?,
    };
    Ok(())
}

fn date(day: Day) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, day) = day.ymd();
    ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or_default(), month as u8, day as u8)
}

/// Characters of a cell; those of Chinese are twice as wide.
fn width(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.chars().map(|letter| if letter < '\u{2E80}' { 1 } else { 2 }).sum::<usize>() + 1,
        _ => 12,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    fn table() -> Table {
        let day = Day::from_ymd(2025, 6, 30).unwrap();
        let rows = vec![
            vec![Cell::Text("=1+1 西门子".to_owned()), Cell::Number(1234.5, 2), Cell::Day(day), Cell::Truth(true)],
            vec![Cell::Text("x".repeat(40_000)), Cell::Empty, Cell::Day(day), Cell::Truth(false)],
        ];
        Table { name: "candidates", head: vec!["account", "spend_12m", "as_of", "is_group"], rows }
    }

    #[test]
    fn a_sheet_has_numbers_days_and_text_that_is_no_formula() {
        let bytes = workbook(&[table()], Day::from_ymd(2025, 6, 30).unwrap()).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["candidates"]);
        let sheet = book.worksheet_range("candidates").unwrap();
        let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap();
        assert_eq!(cell(0, 1), Data::String("spend_12m".to_owned()));
        assert_eq!(cell(1, 0), Data::String("=1+1 西门子".to_owned()));
        assert_eq!(cell(1, 1), Data::Float(1234.5));
        assert_eq!(cell(1, 3), Data::Bool(true));
        let Data::DateTime(date) = cell(1, 2) else { panic!("no day") };
        assert_eq!(date.as_f64(), 45_838.0);
        assert!(matches!(cell(2, 0), Data::String(text) if text.len() == MOST_CHARACTERS));
        assert!(book.worksheet_formula("candidates").unwrap().is_empty());
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        let day = Day::from_ymd(2025, 6, 30).unwrap();
        assert_eq!(workbook(&[table()], day).unwrap(), workbook(&[table()], day).unwrap());
    }
}
