//! Aggregates beyond the standard ones: median, percentiles, standard deviation.
//!
//! | call | returns |
//! |---|---|
//! | `ka:median(?x)` | the value in the middle, or the mean of the two there |
//! | `ka:percentile5(?x)`, `10`, `25`, `75`, `90`, `95`, `99` | where that part of the values lies below, interpolated between neighbours |
//! | `ka:standardDeviation(?x)` | of a sample (n − 1), `xsd:double`; unbound for fewer than two values |
//!
//! Percentiles are those of SQL's `PERCENTILE_CONT`: of n values in order, place 1 + p · (n − 1). Integers and decimals
//! give an exact `xsd:decimal`; one double or float among them gives an `xsd:double`. As with `SUM`, a value that is no
//! number, or no value at all, leaves the result unbound. The parser takes no `DISTINCT` in aggregates beyond the
//! standard; a sub-select with `DISTINCT` does it.
//!
//! ```sparql
//! SELECT ?sector (ka:median(?amount) AS ?typical) (ka:percentile90(?amount) AS ?large)
//! WHERE { ?order a ka:Order ; ka:amount ?amount ; ka:account/ka:sector ?sector }
//! GROUP BY ?sector
//! ```

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNodeRef, Term};
use oxigraph::sparql::{AggregateFunctionAccumulator, SparqlEvaluator};
use oxsdatatypes::{Decimal, Double};
use spareval::ExpressionTerm;
use spargebra::SparqlParser;

use crate::ontology;

/// What an aggregate computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statistic {
    /// The value below which so many hundredths of the values lie.
    Percentile(u8),
    /// The standard deviation of a sample.
    StandardDeviation,
}

/// The statistic with this name.
pub(in crate::sparql) fn find(name: NamedNodeRef<'_>) -> Option<Statistic> {
    AGGREGATES.iter().find(|(known, _)| *known == name).map(|(_, statistic)| *statistic)
}

/// All aggregates of ours.
pub const AGGREGATES: &[(NamedNodeRef<'static>, Statistic)] = &[
    (ontology::MEDIAN, Statistic::Percentile(50)),
    (ontology::PERCENTILE_5, Statistic::Percentile(5)),
    (ontology::PERCENTILE_10, Statistic::Percentile(10)),
    (ontology::PERCENTILE_25, Statistic::Percentile(25)),
    (ontology::PERCENTILE_75, Statistic::Percentile(75)),
    (ontology::PERCENTILE_90, Statistic::Percentile(90)),
    (ontology::PERCENTILE_95, Statistic::Percentile(95)),
    (ontology::PERCENTILE_99, Statistic::Percentile(99)),
    (ontology::STANDARD_DEVIATION, Statistic::StandardDeviation),
];

/// The parser that takes our aggregates for aggregates.
pub(in crate::sparql) fn declare(parser: SparqlParser) -> SparqlParser {
    AGGREGATES.iter().fold(parser, |parser, (name, _)| parser.with_custom_aggregate_function(name.into_owned()))
}

/// The evaluator with all aggregates of ours.
pub(super) fn register(evaluator: SparqlEvaluator) -> SparqlEvaluator {
    AGGREGATES.iter().fold(evaluator, |evaluator, (name, statistic)| {
        let fresh = || -> Box<dyn AggregateFunctionAccumulator + Send + Sync> { Box::new(Values::of(*statistic)) };
        evaluator.with_custom_aggregate_function(name.into_owned(), fresh)
    })
}

/// The numbers of one group.
pub struct Values {
    statistic: Statistic,
    decimals: Vec<Decimal>,
    doubles: Vec<Double>,
    is_error: bool,
}

impl Values {
    /// No numbers yet.
    pub fn of(statistic: Statistic) -> Self {
        Self { statistic, decimals: Vec::new(), doubles: Vec::new(), is_error: false }
    }

    /// Adds a value; one that is no number leaves no result.
    pub fn add(&mut self, value: &ExpressionTerm) {
        match value {
            ExpressionTerm::IntegerLiteral(value) => self.decimals.push((*value).into()),
            ExpressionTerm::DecimalLiteral(value) => self.decimals.push(*value),
            ExpressionTerm::DoubleLiteral(value) => self.doubles.push(*value),
            ExpressionTerm::FloatLiteral(value) => self.doubles.push((*value).into()),
            _ => self.is_error = true,
        }
    }

    /// The statistic of all values; nothing where there is none.
    pub fn value(&mut self) -> Option<Term> {
        match self.statistic {
            Statistic::Percentile(_) if self.is_error || self.decimals.len() + self.doubles.len() == 0 => None,
            Statistic::Percentile(hundredths) if self.doubles.is_empty() => {
                Some(decimal_term(self.decimal_percentile(hundredths)?))
            }
            Statistic::Percentile(hundredths) => {
                let mut doubles = self.all_doubles();
                doubles.sort_unstable_by(f64::total_cmp);
                let (below, hundredths_above) = place(hundredths, doubles.len());
                let (lower, upper) = (doubles[below], doubles[(below + 1).min(doubles.len() - 1)]);
                let value = if hundredths_above == 0 {
                    lower
                } else {
                    lower + (upper - lower) * f64::from(hundredths_above) / 100.0
                };
                Some(Literal::from(value).into())
            }
            Statistic::StandardDeviation if self.is_error => None,
            Statistic::StandardDeviation => Some(Literal::from(deviation(&self.all_doubles())?).into()),
        }
    }

    fn all_doubles(&self) -> Vec<f64> {
        let decimals = self.decimals.iter().map(|value| f64::from(Double::from(*value)));
        decimals.chain(self.doubles.iter().map(|value| f64::from(*value))).collect()
    }

    /// Exact as far as a decimal goes (18 places).
    fn decimal_percentile(&mut self, hundredths: u8) -> Option<Decimal> {
        self.decimals.sort_unstable();
        let (below, hundredths_above) = place(hundredths, self.decimals.len());
        let lower = self.decimals[below];
        if hundredths_above == 0 {
            return Some(lower);
        }
        let between = self.decimals[below + 1].checked_sub(lower)?;
        let part = between.checked_mul(Decimal::from(hundredths_above))?.checked_div(Decimal::from(100))?;
        lower.checked_add(part)
    }
}

impl AggregateFunctionAccumulator for Values {
    fn accumulate(&mut self, element: Term) {
        self.add(&element.into());
    }

    fn finish(&mut self) -> Option<Term> {
        self.value()
    }
}

/// The place of a percentile among n values: the value before it, and how many hundredths of the way to the next.
fn place(hundredths: u8, n: usize) -> (usize, u8) {
    let scaled = usize::from(hundredths) * (n - 1);
    (scaled / 100, (scaled % 100) as u8)
}

/// In two passes, in ascending order, so that the bits do not depend on the order of the solutions.
fn deviation(values: &[f64]) -> Option<f64> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let squares: f64 = sorted.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some((squares / (n - 1) as f64).sqrt())
}

fn decimal_term(value: Decimal) -> Term {
    Literal::new_typed_literal(value.to_string(), xsd::DECIMAL).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(statistic: Statistic, values: &[&str]) -> String {
        let mut all = Values::of(statistic);
        for value in values {
            let datatype = if value.contains('e') {
                xsd::DOUBLE
            } else if value.contains('.') {
                xsd::DECIMAL
            } else {
                xsd::INTEGER
            };
            let is_number = value.parse::<f64>().is_ok();
            let literal = if is_number { Literal::new_typed_literal(*value, datatype) } else { Literal::from(*value) };
            all.accumulate(literal.into());
        }
        all.finish().map_or_else(String::new, |term| term.to_string().replace("http://www.w3.org/2001/XMLSchema#", ""))
    }

    #[test]
    fn a_percentile_lies_between_its_neighbours() {
        let median = Statistic::Percentile(50);
        assert_eq!(of(median, &["3", "1", "2"]), "\"2\"^^<decimal>");
        assert_eq!(of(median, &["0.1", "0.2"]), "\"0.15\"^^<decimal>");
        assert_eq!(of(median, &["7"]), "\"7\"^^<decimal>");
        assert_eq!(of(Statistic::Percentile(90), &["1", "2", "3", "4", "5"]), "\"4.6\"^^<decimal>");
        assert_eq!(of(Statistic::Percentile(25), &["1e0", "2", "4.0"]), "\"1.5\"^^<double>");
    }

    #[test]
    fn what_is_no_number_leaves_the_result_unbound() {
        assert_eq!(of(Statistic::Percentile(50), &["1", "x"]), "");
        assert_eq!(of(Statistic::Percentile(50), &[]), "");
        assert_eq!(of(Statistic::StandardDeviation, &["1"]), "");
        assert_eq!(of(Statistic::StandardDeviation, &["1", "2", "x"]), "");
    }

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(of(Statistic::StandardDeviation, &["1", "2", "3", "4"]), "\"1.2909944487358056\"^^<double>");
        assert_eq!(of(Statistic::StandardDeviation, &["3", "4", "1", "2"]), "\"1.2909944487358056\"^^<double>");
    }
}
