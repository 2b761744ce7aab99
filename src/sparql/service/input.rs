//! The part of a pattern that some variables stand in.
//!
//! The pattern beside a request may give values to several parameters. What gives seeds must not multiply the links, so
//! each parameter sees only the parts that are joined with its own variables through shared ones.

use std::collections::BTreeSet;

use oxigraph::model::Variable;
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

/// The join of all parts that share variables, directly or through others, with the given ones.
pub(super) fn connected(pattern: &GraphPattern, variables: &[Variable]) -> GraphPattern {
    let mut rest = Vec::new();
    split(pattern, &mut rest);
    let mut names: BTreeSet<String> = variables.iter().map(ToString::to_string).collect();
    let mut joined: Option<GraphPattern> = None;
    while let Some(at) = rest.iter().position(|part| !part.names.is_disjoint(&names)) {
        let part = rest.remove(at);
        names.extend(part.names);
        joined = Some(match (joined, part.pattern) {
            (None, pattern) => pattern,
            (Some(GraphPattern::Bgp { mut patterns }), GraphPattern::Bgp { patterns: more }) => {
                patterns.extend(more);
                GraphPattern::Bgp { patterns }
            }
            (Some(left), right) => GraphPattern::Join { left: Box::new(left), right: Box::new(right) },
        });
    }
    joined.unwrap_or_default()
}

/// A part that solutions have to fit, with its variables and, of a triple, its blank nodes.
struct Part {
    pattern: GraphPattern,
    names: BTreeSet<String>,
}

fn split(pattern: &GraphPattern, parts: &mut Vec<Part>) {
    match pattern {
        GraphPattern::Join { left, right } => {
            split(left, parts);
            split(right, parts);
        }
        GraphPattern::Bgp { patterns } => parts.extend(patterns.iter().map(|triple| Part {
            names: names(triple),
            pattern: GraphPattern::Bgp { patterns: vec![triple.clone()] },
        })),
        other => {
            let mut names = BTreeSet::new();
            other.on_in_scope_variable(|variable| {
                names.insert(variable.to_string());
            });
            if let GraphPattern::Path { subject, object, .. } = other {
                names.extend([subject, object].into_iter().filter_map(name));
            }
            parts.push(Part { pattern: other.clone(), names });
        }
    }
}

fn names(triple: &TriplePattern) -> BTreeSet<String> {
    let predicate =
        if let NamedNodePattern::Variable(variable) = &triple.predicate { Some(variable.to_string()) } else { None };
    [&triple.subject, &triple.object].into_iter().filter_map(name).chain(predicate).collect()
}

fn name(term: &TermPattern) -> Option<String> {
    match term {
        TermPattern::Variable(variable) => Some(variable.to_string()),
        TermPattern::BlankNode(node) => Some(node.to_string()),
        TermPattern::NamedNode(_) | TermPattern::Literal(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, variable: &str) -> String {
        let query = crate::sparql::syntax::parser().parse_query(&format!("ASK {{ {text} }}")).unwrap();
        let spargebra::Query::Ask { pattern: GraphPattern::Project { inner, .. }, .. } = query else { panic!("asks") };
        connected(&inner, &[Variable::new(variable).unwrap()]).to_string()
    }

    #[test]
    fn a_variable_sees_only_what_is_joined_with_it() {
        let text = "?s ka:owner ?e . ?a ka:child/ka:parent ?b . VALUES ?s { ka:x } ?e ka:manager ?m FILTER(1 < 2)";
        let whole = part(text, "s");
        assert!(whole.contains("FILTER") && whole.contains("#child"), "a filter holds the pattern together: {whole}");
        let text = text.replace("FILTER(1 < 2)", "");
        let seeds = part(&text, "s");
        assert!(seeds.contains("VALUES") && seeds.contains("#manager") && !seeds.contains("#child"), "{seeds}");
        let links = part(&text, "a");
        assert!(links.contains("#child") && links.contains("#parent") && !links.contains("VALUES"), "{links}");
        assert_eq!(part(&text, "z"), "");
    }
}
