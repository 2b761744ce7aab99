//! What is directly inside of a pattern or an expression of the algebra; the patterns of `EXISTS` are inside of the
//! pattern around their expression.

use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};

/// The pattern of a query, whatever its form.
pub(super) fn pattern_of(query: &mut spargebra::Query) -> &mut GraphPattern {
    use spargebra::Query::{Ask, Construct, Describe, Select};
    let (Select { pattern, .. } | Construct { pattern, .. } | Describe { pattern, .. } | Ask { pattern, .. }) = query;
    pattern
}

/// The patterns directly inside of one, in the order of the text.
pub(super) fn children(pattern: &mut GraphPattern) -> Vec<&mut GraphPattern> {
    let mut found = Vec::new();
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Values { .. } => (),
        GraphPattern::Join { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right }
        | GraphPattern::Lateral { left, right } => found.extend([&mut **left, &mut **right]),
        GraphPattern::LeftJoin { left, right, expression } => {
            found.extend([&mut **left, &mut **right]);
            expression.iter_mut().for_each(|expression| inside(expression, &mut found));
        }
        GraphPattern::Filter { expr, inner } | GraphPattern::Extend { inner, expression: expr, .. } => {
            found.push(inner);
            inside(expr, &mut found);
        }
        GraphPattern::OrderBy { inner, expression } => {
            found.push(inner);
            for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                inside(key, &mut found);
            }
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Service { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => found.push(inner),
        GraphPattern::Group { inner, aggregates, .. } => {
            found.push(inner);
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    inside(expr, &mut found);
                }
            }
        }
    }
    found
}

fn inside<'a>(expression: &'a mut Expression, found: &mut Vec<&'a mut GraphPattern>) {
    match expression {
        Expression::Exists(pattern) => found.push(pattern),
        other => parts(other).into_iter().for_each(|part| inside(part, found)),
    }
}

/// The direct parts of an expression; `EXISTS` has none.
pub(super) fn parts(expression: &mut Expression) -> Vec<&mut Expression> {
    match expression {
        Expression::NamedNode(_)
        | Expression::Literal(_)
        | Expression::Variable(_)
        | Expression::Bound(_)
        | Expression::Exists(_) => Vec::new(),
        Expression::Or(a, b)
        | Expression::And(a, b)
        | Expression::Equal(a, b)
        | Expression::SameTerm(a, b)
        | Expression::Greater(a, b)
        | Expression::GreaterOrEqual(a, b)
        | Expression::Less(a, b)
        | Expression::LessOrEqual(a, b)
        | Expression::Add(a, b)
        | Expression::Subtract(a, b)
        | Expression::Multiply(a, b)
        | Expression::Divide(a, b) => vec![&mut **a, &mut **b],
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => vec![&mut **a],
        Expression::In(a, list) => std::iter::once(&mut **a).chain(list).collect(),
        Expression::If(a, b, c) => vec![&mut **a, &mut **b, &mut **c],
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => list.iter_mut().collect(),
    }
}
