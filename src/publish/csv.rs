//! Tables as CSV: UTF-8 with a byte order mark, so that Excel reads Chinese, and no cell that a spreadsheet would run as a
//! formula.

use crate::publish::PublishError;
use crate::publish::table::{Cell, Table};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A table's file.
pub fn table_csv(table: &Table) -> Result<Vec<u8>, PublishError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(&table.head)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| neutralised(&shown(cell))))?;
    }
    writer.into_inner().map_err(|error| PublishError::Serialise(error.to_string().into()))
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number, digits) => format!("{number:.digits$}"),
        Cell::Day(day) => day.to_string(),
        Cell::Truth(truth) => truth.to_string(),
    }
}

/// The cell with an apostrophe before it when a spreadsheet would take it for a formula. Plain numbers stay numbers.
fn neutralised(cell: &str) -> String {
    let starts_formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    if starts_formula && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::case::InForce;
    use crate::publish::table::candidates;

    #[test]
    fn a_cell_that_would_run_as_a_formula_is_neutralised() {
        for cell in ["=1+1", "+SUM(A1)", "-cmd|'/c calc'!A0", "@x", " =1", "\t=1"] {
            assert!(neutralised(cell).starts_with('\''), "{cell}");
        }
        for cell in ["-12.50", "Northgate", "", "+5"] {
            assert_eq!(neutralised(cell), cell);
        }
    }

    #[test]
    fn a_table_begins_with_a_byte_order_mark_and_its_head() {
        let bytes = table_csv(&candidates(&[], &InForce::default())).unwrap();
        assert!(String::from_utf8(bytes).unwrap().starts_with("\u{feff}rank,account,"));
    }
}
