//! Where the marks of an account's charts stand: who sits where, how ties went, what was bought.
//!
//! Comes in: portraits. Leaves: coordinates in units of their SVG view boxes, for the report's template. Never decides what
//! is shown. Costs a pass over each portrait.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::discovery::portrait::{Portrait, Seat, SpendCourse, TieCourse};
use crate::discovery::wording::money;
use crate::evidence::Bilingual;

/// A box of an organisation chart.
const BOX: [f64; 2] = [172.0, 62.0];
/// Between two boxes side by side, and between two rows.
const GAP: [f64; 2] = [18.0, 26.0];
/// So many posts without anybody below stand in one column.
const COLUMN: usize = 3;
/// More posts of an account are not drawn.
const MOST_SEATS: usize = 40;
/// Letters of a box's line; Chinese ones count two.
const LINE_LETTERS: usize = 25;
/// Width and height of the drawing area of lines and bars.
const AREA: [f64; 2] = [420.0, 150.0];

/// An account's charts.
#[derive(Debug, Serialize)]
pub struct AccountCharts<'a> {
    name: &'a str,
    completeness_percent: f64,
    chart: Option<OrgChart<'a>>,
    ties: Option<TieChart<'a>>,
    spend: Option<SpendChart>,
}

/// Boxes and the lines between them.
#[derive(Debug, Serialize)]
struct OrgChart<'a> {
    width: f64,
    height: f64,
    boxes: Vec<SeatBox<'a>>,
    lines: Vec<String>,
    n_left_out: usize,
}

#[derive(Debug, Serialize)]
struct SeatBox<'a> {
    x: f64,
    y: f64,
    title: String,
    holder: String,
    seat: &'a Seat,
}

#[derive(Debug, Serialize)]
struct TieChart<'a> {
    width: f64,
    height: f64,
    lines: Vec<TieLine<'a>>,
    from: String,
    until: String,
}

#[derive(Debug, Serialize)]
struct TieLine<'a> {
    employee: &'a str,
    contact: &'a str,
    today: f64,
    points: String,
}

#[derive(Debug, Serialize)]
struct SpendChart {
    width: f64,
    height: f64,
    bars: Vec<Bar>,
    expected: Option<ExpectedBar>,
    bar_width: f64,
    greatest: Bilingual,
}

#[derive(Debug, Serialize)]
struct Bar {
    x: f64,
    y: f64,
    height: f64,
    label: String,
    said: Bilingual,
}

#[derive(Debug, Serialize)]
struct ExpectedBar {
    bar: Bar,
    low_y: f64,
    high_y: f64,
    low: Bilingual,
    high: Bilingual,
}

/// The charts of portraits, in their order.
pub fn account_charts(portraits: &[Portrait]) -> Vec<AccountCharts<'_>> {
    let is_empty = |it: &Portrait| it.chart.is_empty() && it.ties.is_empty() && it.spend.is_none();
    portraits.iter().filter(|it| !is_empty(it)).map(charts_of).collect()
}

fn charts_of(portrait: &Portrait) -> AccountCharts<'_> {
    AccountCharts {
        name: &portrait.account.name,
        completeness_percent: 100.0 * portrait.completeness,
        chart: org_chart(&portrait.chart),
        ties: tie_chart(&portrait.ties),
        spend: portrait.spend.as_ref().map(spend_chart),
    }
}

fn org_chart(seats: &[Seat]) -> Option<OrgChart<'_>> {
    let shown = &seats[..seats.len().min(MOST_SEATS)];
    let mut layout = Layout::new(shown);
    layout.below(None, 0);
    let places = layout.places;
    let boxes: Vec<SeatBox<'_>> = places
        .iter()
        .map(|(seat, [x, y])| SeatBox {
            x: *x,
            y: *y,
            title: shortened(&shown[*seat].title),
            holder: shortened(&shown[*seat].holders.join(", ")),
            seat: &shown[*seat],
        })
        .collect();
    let most = |of: fn(&SeatBox<'_>) -> f64, size: f64| boxes.iter().map(of).fold(0.0, f64::max) + size;
    let (width, height) = (most(|it| it.x, BOX[0]), most(|it| it.y, BOX[1]));
    let n_left_out = seats.len() - shown.len();
    (!boxes.is_empty()).then_some(OrgChart { width, height, boxes, lines: layout.lines, n_left_out })
}

/// Puts boxes from the top down: who has people below gets a column of their own, who has none stands in shared ones.
struct Layout {
    children: BTreeMap<Option<usize>, Vec<usize>>,
    places: BTreeMap<usize, [f64; 2]>,
    lines: Vec<String>,
    /// Columns used so far.
    n_columns: usize,
}

impl Layout {
    fn new(seats: &[Seat]) -> Self {
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for place in 0..seats.len() {
            children.entry(superior(seats, place)).or_default().push(place);
        }
        Self { children, places: BTreeMap::new(), lines: Vec::new(), n_columns: 0 }
    }

    fn x_of(column: usize) -> f64 {
        column as f64 * (BOX[0] + GAP[0])
    }

    /// Places everything below a seat; returns the middle of what it took.
    fn below(&mut self, above: Option<usize>, row: usize) -> f64 {
        let first = self.n_columns;
        let children = self.children.get(&above).cloned().unwrap_or_default();
        let y = row as f64 * (BOX[1] + GAP[1]);
        let (heads, leaves): (Vec<usize>, Vec<usize>) =
            children.into_iter().partition(|child| self.children.contains_key(&Some(*child)));
        for head in heads {
            let middle = self.below(Some(head), row + 1);
            self.places.insert(head, [middle - BOX[0] / 2.0, y]);
        }
        for column in leaves.chunks(COLUMN) {
            let x = Self::x_of(self.n_columns);
            self.n_columns += 1;
            for (at, leaf) in column.iter().enumerate() {
                self.places.insert(*leaf, [x, y + at as f64 * (BOX[1] + 8.0)]);
            }
        }
        let middle = (Self::x_of(first) + Self::x_of(self.n_columns.max(first + 1) - 1) + BOX[0]) / 2.0;
        if above.is_some() {
            self.connect(above, middle, y);
        }
        middle
    }

    /// The lines from a seat, whose middle is given, down to those below it.
    fn connect(&mut self, above: Option<usize>, middle: f64, y: f64) {
        let (top, half) = (y - GAP[1], y - GAP[1] / 2.0);
        for child in self.children.get(&above).into_iter().flatten() {
            let Some([x, child_y]) = self.places.get(child).copied() else { continue };
            let end = if child_y <= y {
                let centre = x + BOX[0] / 2.0;
                format!("{centre:.1},{half:.1} {centre:.1},{child_y:.1}")
            } else {
                // further down in a column of several
                let (side, level) = (x - GAP[0] / 2.0, child_y + BOX[1] / 2.0);
                format!("{side:.1},{half:.1} {side:.1},{level:.1} {x:.1},{level:.1}")
            };
            self.lines.push(format!("{middle:.1},{top:.1} {middle:.1},{half:.1} {end}"));
        }
    }
}

/// The post above a seat; none where the lines lead back to it.
fn superior(seats: &[Seat], place: usize) -> Option<usize> {
    let above = |place: usize| seats[place].superior.filter(|above| *above < seats.len());
    let mut next = above(place);
    let mut n_steps = 0;
    while let Some(at) = next {
        n_steps += 1;
        if at == place || n_steps > seats.len() {
            return None;
        }
        next = above(at);
    }
    above(place)
}

/// A line of a box, cut where it is too long.
fn shortened(text: &str) -> String {
    let width = |letter: char| if letter < '\u{2e80}' { 1 } else { 2 };
    if text.chars().map(width).sum::<usize>() <= LINE_LETTERS {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|letter| {
        used += width(*letter);
        used <= LINE_LETTERS
    });
    format!("{}…", kept.collect::<String>().trim_end())
}

fn tie_chart(ties: &[TieCourse]) -> Option<TieChart<'_>> {
    let course = &ties.first()?.course;
    let [width, height] = AREA;
    let x = |at: usize| width * at as f64 / (course.len().max(2) - 1) as f64;
    let line = |tie: &TieCourse| {
        let points = tie.course.iter().enumerate().map(|(at, it)| format!("{:.1},{:.1}", x(at), height * (1.0 - it.1)));
        points.collect::<Vec<_>>().join(" ")
    };
    let lines = ties.iter().map(|tie| TieLine {
        employee: &tie.employee.name,
        contact: &tie.contact.name,
        today: tie.course.last().map_or(0.0, |it| it.1),
        points: line(tie),
    });
    let month = |at: Option<&(crate::model::Day, f64)>| at.map_or(String::new(), |it| it.0.to_string()[..7].to_owned());
    Some(TieChart { width, height, lines: lines.collect(), from: month(course.first()), until: month(course.last()) })
}

fn spend_chart(course: &SpendCourse) -> SpendChart {
    let [width, height] = AREA;
    let greatest = course.quarters.iter().map(|it| it.spend).chain(course.expected.map(|it| it.high));
    let greatest = greatest.fold(1.0, f64::max);
    let step = width / (course.quarters.len() + 1) as f64;
    let y = |amount: f64| height * (1.0 - amount.max(0.0) / greatest);
    let said = |amount| money(amount, course.currency.as_deref());
    let bar = |at: usize, amount: f64, label: String| Bar {
        x: step * (at as f64 + 0.1),
        y: y(amount),
        height: height - y(amount),
        label,
        said: said(amount),
    };
    let quarters = course.quarters.iter().enumerate();
    let expected = course.expected.map(|it| ExpectedBar {
        bar: bar(course.quarters.len(), it.middle, String::new()),
        low_y: y(it.low),
        high_y: y(it.high),
        low: said(it.low),
        high: said(it.high),
    });
    SpendChart {
        width,
        height,
        bars: quarters.map(|(at, it)| bar(at, it.spend, it.until.to_string()[2..7].to_owned())).collect(),
        expected,
        bar_width: step * 0.8,
        greatest: said(greatest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::portrait::Coverage;

    fn seat(title: &str, superior: Option<usize>) -> Seat {
        Seat {
            title: title.to_owned(),
            holders: vec!["Li".to_owned()],
            coverage: Coverage::Unknown,
            known_by: None,
            strength: 0.0,
            superior,
            signs: false,
        }
    }

    #[test]
    fn no_two_boxes_lie_on_each_other_and_everybody_stands_below_who_is_above_them() {
        // a head with two managers, the first with five clerks, the second with one manager and their clerk
        let above = [None, Some(0), Some(0), Some(1), Some(1), Some(1), Some(1), Some(1), Some(2), Some(8)];
        let seats: Vec<Seat> = above.iter().map(|it| seat("x", *it)).collect();
        let chart = org_chart(&seats).unwrap();
        assert_eq!((chart.boxes.len(), chart.lines.len()), (10, 9));
        for (at, one) in chart.boxes.iter().enumerate() {
            assert!(one.x >= 0.0 && one.x + BOX[0] <= chart.width && one.y + BOX[1] <= chart.height);
            for other in &chart.boxes[..at] {
                let apart = (one.x - other.x).abs() >= BOX[0] || (one.y - other.y).abs() >= BOX[1];
                assert!(apart, "{:?} {:?}", (one.x, one.y), (other.x, other.y));
            }
        }
        for (place, above) in above.iter().enumerate() {
            if let Some(above) = above {
                assert!(chart.boxes[place].y > chart.boxes[*above].y);
            }
        }
    }

    #[test]
    fn lines_that_lead_in_a_circle_and_posts_without_lines_are_drawn_all_the_same() {
        let circle = [seat("a", Some(1)), seat("b", Some(0)), seat("c", Some(0))];
        assert_eq!(org_chart(&circle).unwrap().boxes.len(), 3);
        let loose: Vec<Seat> = (0..50).map(|_| seat("x", None)).collect();
        let chart = org_chart(&loose).unwrap();
        assert_eq!((chart.boxes.len(), chart.lines.len(), chart.n_left_out), (MOST_SEATS, 0, 10));
        assert!(org_chart(&[]).is_none());
    }

    #[test]
    fn a_long_title_is_cut_and_chinese_letters_count_twice() {
        assert_eq!(shortened("Chief Executive Officer"), "Chief Executive Officer");
        assert_eq!(shortened("Director of Procurement and Logistics"), "Director of Procurement…");
        assert_eq!(shortened(&"总".repeat(20)), format!("{}…", "总".repeat(12)));
    }
}
