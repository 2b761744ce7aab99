//! What goes wrong in files: ragged rows, bad dates and numbers, broken bytes, stray spaces, rows said twice.
//!
//! In: the cells of a row and what can go wrong in its table. Out: the row as bytes with at most one defect, and which.
//! Constant cost a row.

use crate::synthetic::dice::Dice;

/// What can go wrong in a table.
#[derive(Clone, Copy, Default, Debug)]
pub struct Damage {
    /// Number of the table's own dice; 0 means that nothing goes wrong.
    pub table: u64,
    /// Columns with dates.
    pub dates: &'static [usize],
    /// Columns with numbers.
    pub numbers: &'static [usize],
    /// Columns with text that can get stray spaces.
    pub texts: &'static [usize],
    /// Columns in which a byte can break.
    pub bytes: &'static [usize],
    /// Whether whole rows stay readable: master data, on which others hang.
    pub is_master: bool,
}

/// One defect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Defect {
    /// A cell too few or too many.
    Ragged,
    /// No such date, in the column.
    BadDate(usize),
    /// No number, in the column.
    BadNumber(usize),
    /// A byte that the encoding does not have, in the column.
    BrokenByte(usize),
    /// Spaces around the value, in the column.
    StraySpaces(usize),
    /// The row comes twice.
    Twice,
}

impl Defect {
    /// As the truth names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ragged => "ragged-row",
            Self::BadDate(_) => "bad-date",
            Self::BadNumber(_) => "bad-number",
            Self::BrokenByte(_) => "broken-bytes",
            Self::StraySpaces(_) => "stray-spaces",
            Self::Twice => "duplicate-row",
        }
    }

    /// What loading should do about it.
    pub fn expected(self) -> &'static str {
        match self {
            Self::StraySpaces(_) => "cleaned",
            Self::Twice => "said twice",
            _ => "refused",
        }
    }

    /// The column, when it is about one.
    pub fn column(self) -> Option<usize> {
        match self {
            Self::BadDate(at) | Self::BadNumber(at) | Self::BrokenByte(at) | Self::StraySpaces(at) => Some(at),
            Self::Ragged | Self::Twice => None,
        }
    }
}

impl Damage {
    /// Whether, and which defect, row `row` gets.
    pub fn defect(&self, seed: u64, row: u64, permille: u32) -> Option<Defect> {
        if self.table == 0 {
            return None;
        }
        let mut dice = Dice::of_damage(seed, self.table, row);
        dice.chance(permille).then(|| self.choose(&mut dice))
    }

    fn choose(&self, dice: &mut Dice) -> Defect {
        let mut possible = if self.is_master { vec![Defect::Twice] } else { vec![Defect::Ragged, Defect::Twice] };
        let mut offer = |columns: &'static [usize], defect: fn(usize) -> Defect| {
            if !columns.is_empty() {
                possible.push(defect(*dice.pick(columns)));
            }
        };
        offer(self.dates, Defect::BadDate);
        offer(self.numbers, Defect::BadNumber);
        offer(self.texts, Defect::StraySpaces);
        offer(self.bytes, Defect::BrokenByte);
        *dice.pick(&possible)
    }
}

/// Changes the cells as the defect says; broken bytes and doubled rows are the table's work.
pub fn damage_cells(cells: &mut Vec<String>, defect: Defect, row: u64) {
    let choice = row as usize % 3;
    match defect {
        Defect::Ragged if row.is_multiple_of(2) => {
            cells.pop();
        }
        Defect::Ragged => cells.push("?".to_owned()),
        Defect::BadDate(at) => ["31.02.2024", "n/a", "2024-13-45"][choice].clone_into(&mut cells[at]),
        Defect::BadNumber(at) => ["12,3x", "#REF!", "k.A."][choice].clone_into(&mut cells[at]),
        Defect::StraySpaces(at) => cells[at] = format!("  {} ", cells[at]),
        Defect::BrokenByte(_) | Defect::Twice => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAMAGE: Damage = Damage { table: 1, dates: &[0], numbers: &[1], texts: &[2], bytes: &[2], is_master: false };

    #[test]
    fn a_table_gets_every_defect_at_about_the_stated_rate() {
        let defects: Vec<_> = (0..100_000).filter_map(|row| DAMAGE.defect(7, row, 12)).collect();
        assert!((1_000..1_400).contains(&defects.len()), "{}", defects.len());
        let names: std::collections::BTreeSet<_> = defects.iter().map(|it| it.name()).collect();
        assert_eq!(names.len(), 6);
    }

    #[test]
    fn a_table_without_dice_stays_whole() {
        assert!((0..10_000).all(|row| Damage::default().defect(7, row, 500).is_none()));
    }
}
