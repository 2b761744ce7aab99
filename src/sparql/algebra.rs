//! The patterns directly inside of a pattern of the algebra, also those of `EXISTS` in its expressions.

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
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => (),
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => {
            inside(a, found);
            inside(b, found);
        }
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => inside(a, found),
        E::In(a, list) => {
            inside(a, found);
            list.iter_mut().for_each(|it| inside(it, found));
        }
        E::Exists(pattern) => found.push(pattern),
        E::If(a, b, c) => [a, b, c].into_iter().for_each(|it| inside(it, found)),
        E::Coalesce(list) | E::FunctionCall(_, list) => list.iter_mut().for_each(|it| inside(it, found)),
    }
}
