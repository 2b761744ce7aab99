//! Where the marks of the report's charts stand, in units of their SVG view boxes.

use serde::Serialize;

use crate::publish::AccountPoint;

/// Width and height of a chart's drawing area.
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 300.0;
/// At most so many points are drawn on the Pareto line; a longer list is thinned evenly.
const MAX_LINE_POINTS: usize = 200;
/// At most so many accounts are drawn in the matrix, the greatest spend first.
const MAX_MATRIX_POINTS: usize = 400;

/// The Pareto chart: accounts by falling spend against their cumulated share.
#[derive(Debug, Serialize)]
pub struct Pareto {
    width: f64,
    height: f64,
    /// SVG polyline points.
    line: String,
    /// How many accounts have spend.
    n_accounts: usize,
    /// Accounts of class A, B, C, and the share of spend that each class makes, in percent.
    classes: Vec<ParetoClass>,
}

#[derive(Debug, Serialize)]
struct ParetoClass {
    name: char,
    n_accounts: usize,
    share_percent: f64,
    x_end: f64,
}

/// The matrix: value against strategic importance.
#[derive(Debug, Serialize)]
pub struct Matrix {
    width: f64,
    height: f64,
    points: Vec<MatrixPoint>,
    counts: Vec<(String, usize)>,
}

#[derive(Debug, Serialize)]
struct MatrixPoint {
    x: f64,
    y: f64,
    radius: f64,
    name: String,
    quadrant: String,
    is_key: bool,
}

/// The Pareto chart of accounts that stand in the order of falling spend; `None` without any spend.
pub fn pareto(accounts: &[AccountPoint]) -> Option<Pareto> {
    let spending: Vec<_> = accounts.iter().filter(|account| account.spend_12m > 0.0).collect();
    let total: f64 = spending.iter().map(|account| account.spend_12m).sum();
    if spending.is_empty() || total <= 0.0 {
        return None;
    }
    let x = |n: usize| WIDTH * n as f64 / spending.len() as f64;
    let step = spending.len().div_ceil(MAX_LINE_POINTS);
    let mut cumulated = 0.0;
    let mut line = format!("0,{HEIGHT}");
    for (at, account) in spending.iter().enumerate() {
        cumulated += account.spend_12m;
        if (at + 1) % step == 0 || at + 1 == spending.len() {
            line.push_str(&format!(" {:.1},{:.1}", x(at + 1), HEIGHT * (1.0 - cumulated / total)));
        }
    }
    let classes = "ABC".chars().scan(0, |before, name| {
        let of_class = spending.iter().filter(|account| account.abc_class == name);
        let (n_accounts, spend) = of_class.fold((0, 0.0), |(n, sum), account| (n + 1, sum + account.spend_12m));
        *before += n_accounts;
        Some(ParetoClass { name, n_accounts, share_percent: 100.0 * spend / total, x_end: x(*before) })
    });
    Some(Pareto { width: WIDTH, height: HEIGHT, line, n_accounts: spending.len(), classes: classes.collect() })
}

/// The matrix of accounts that stand in the order of falling spend; `None` without accounts.
pub fn matrix(accounts: &[AccountPoint]) -> Option<Matrix> {
    let greatest = accounts.first()?.spend_12m.max(1.0);
    let point = |account: &AccountPoint| MatrixPoint {
        x: WIDTH * account.value,
        y: HEIGHT * (1.0 - account.strategic),
        radius: 3.0 + 11.0 * (account.spend_12m.max(0.0) / greatest).sqrt(),
        name: account.name.clone(),
        quadrant: account.quadrant.clone(),
        is_key: account.is_key,
    };
    let points = accounts.iter().take(MAX_MATRIX_POINTS).map(point).collect();
    let counts = ["strategic", "lighthouse", "profit", "ordinary"].into_iter().map(|quadrant| {
        let n_accounts = accounts.iter().filter(|account| account.quadrant == quadrant).count();
        (quadrant.to_owned(), n_accounts)
    });
    Some(Matrix { width: WIDTH, height: HEIGHT, points, counts: counts.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(spend_12m: f64, abc_class: char) -> AccountPoint {
        let quadrant = "profit".to_owned();
        AccountPoint { name: "N".into(), spend_12m, value: 0.5, strategic: 0.5, quadrant, abc_class, is_key: false }
    }

    #[test]
    fn the_pareto_line_ends_at_the_whole_and_the_classes_add_up() {
        let chart = pareto(&[account(80.0, 'A'), account(15.0, 'B'), account(5.0, 'C'), account(-3.0, 'C')]).unwrap();
        assert!(chart.line.ends_with(" 520.0,0.0"), "{}", chart.line);
        assert_eq!(chart.n_accounts, 3);
        let shares: Vec<_> = chart.classes.iter().map(|class| class.share_percent.round()).collect();
        assert_eq!(shares, [80.0, 15.0, 5.0]);
    }

    #[test]
    fn nothing_is_drawn_without_spend() {
        assert!(pareto(&[account(0.0, 'C')]).is_none());
        assert!(matrix(&[]).is_none());
    }
}
