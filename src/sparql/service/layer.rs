//! What a request says of one layer of links.
//!
//! | behind `ka:layer` | links |
//! |---|---|
//! | `ka:manager` | from each subject to each object of the predicate |
//! | `[ sh:inversePath ka:manager ]` | from object to subject |
//! | `( ka:inPost org:reportsTo )` | along the steps, one after the other, each a predicate or an inverse |
//! | `[ ka:source ka:account ; ka:target ka:product ]` | one for each node that has both: from its account to its product |
//! | `[ ka:source ?a ; ka:target ?b ]` | one for each solution of the pattern between the braces |
//!
//! The last two take `ka:weight` (a predicate of the link's node, a variable, or `"count"`), `ka:day` and, the first of
//! them, `a` (the class of the link's nodes). `[ ka:path … ]` names a predicate or path; every description takes
//! `ka:factor`.

use oxigraph::model::NamedNode;
use oxigraph::model::vocab::rdf;
use spargebra::term::TermPattern;

use crate::ontology;
use crate::sparql::service::request::{Property, Request};
use crate::sparql::service::shown::{number_of, shown};

/// Links of one kind, as the request describes them.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct LayerSpec {
    /// Where the links come from.
    pub shape: Shape,
    /// A factor on every weight.
    pub factor: f64,
}

/// Where links come from.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Shape {
    /// Along predicates.
    Steps { steps: Vec<Step>, is_counted: bool },
    /// Through nodes that have a source and a target.
    Through(Through),
    /// One for each solution; the places of variables.
    Solutions { source: String, target: String, weight: Weight<String>, day: Option<String> },
}

/// Links that run through nodes of their own.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Through {
    pub source: NamedNode,
    pub target: NamedNode,
    pub weight: Weight<NamedNode>,
    pub day: Option<NamedNode>,
    pub class: Option<NamedNode>,
}

/// What a link weighs.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Weight<T> {
    /// Links have no weights; several between the same nodes are one.
    None,
    /// Each weighs 1; several between the same nodes weigh more.
    Count,
    /// The number that stands there.
    Of(T),
}

/// One step along a predicate.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Step {
    pub predicate: NamedNode,
    pub is_inverse: bool,
}

/// What stands where something else is expected.
pub(super) struct Misfit {
    pub name: NamedNode,
    pub expected: &'static str,
    pub found: String,
}

const DESCRIPTION: &str = "ka:path, or ka:source and ka:target";

impl LayerSpec {
    /// Reads what stands behind `ka:layer`.
    pub fn of(term: &TermPattern, request: &Request) -> Result<Self, Misfit> {
        let properties = request.of_node(term);
        let is_path = properties.iter().all(|(name, _)| is_path_property(name));
        if is_path {
            let steps = steps(term, request)?;
            return Ok(Self { shape: Shape::Steps { steps, is_counted: false }, factor: 1.0 });
        }
        let description = Description::of(properties)?;
        let factor = description.factor()?;
        Ok(Self { shape: description.shape(request)?, factor })
    }

    /// The variables that the layer needs.
    pub fn variables(&self) -> Vec<(NamedNode, &str)> {
        let Shape::Solutions { source, target, weight, day } = &self.shape else { return Vec::new() };
        let weight = if let Weight::Of(weight) = weight { Some(weight) } else { None };
        let named = [
            (ontology::SOURCE, Some(source)),
            (ontology::TARGET, Some(target)),
            (ontology::WEIGHT, weight),
            (ontology::DAY, day.as_ref()),
        ];
        named.into_iter().filter_map(|(name, variable)| Some((name.into_owned(), variable?.as_str()))).collect()
    }
}

fn is_path_property(name: &NamedNode) -> bool {
    [ontology::SH_INVERSE_PATH, rdf::FIRST, rdf::REST].contains(&name.as_ref())
}

/// The steps of a predicate, an inverse or a list of them.
fn steps(term: &TermPattern, request: &Request) -> Result<Vec<Step>, Misfit> {
    let mut steps = Vec::new();
    let mut at = term;
    while let Some(first) = value(request.of_node(at), rdf::FIRST) {
        steps.push(step(first, request)?);
        match value(request.of_node(at), rdf::REST) {
            Some(rest) if !matches!(rest, TermPattern::NamedNode(end) if end.as_ref() == rdf::NIL) => at = rest,
            _ => return Ok(steps),
        }
    }
    Ok(vec![step(term, request)?])
}

fn step(term: &TermPattern, request: &Request) -> Result<Step, Misfit> {
    let (inner, is_inverse) = match value(request.of_node(term), ontology::SH_INVERSE_PATH) {
        Some(inner) => (inner, true),
        None => (term, false),
    };
    match inner {
        TermPattern::NamedNode(predicate) => Ok(Step { predicate: predicate.clone(), is_inverse }),
        other => {
            Err(misfit(ontology::LAYER.into_owned(), "a predicate, [ sh:inversePath … ] or a list of them", other))
        }
    }
}

fn value<'a>(properties: &'a [Property], name: oxigraph::model::NamedNodeRef<'_>) -> Option<&'a TermPattern> {
    properties.iter().find(|(found, _)| found.as_ref() == name).map(|(_, value)| value)
}

fn misfit(name: NamedNode, expected: &'static str, found: &TermPattern) -> Misfit {
    Misfit { name, expected, found: shown(found) }
}

/// The properties of a layer that is described, each at most once.
#[derive(Default)]
struct Description<'a> {
    path: Option<&'a TermPattern>,
    source: Option<&'a TermPattern>,
    target: Option<&'a TermPattern>,
    weight: Option<&'a TermPattern>,
    day: Option<&'a TermPattern>,
    class: Option<&'a TermPattern>,
    factor: Option<&'a TermPattern>,
}

impl<'a> Description<'a> {
    fn of(properties: &'a [Property]) -> Result<Self, Misfit> {
        let mut all = Self::default();
        for (name, value) in properties {
            let place = match name.as_ref() {
                ontology::PATH => &mut all.path,
                ontology::SOURCE => &mut all.source,
                ontology::TARGET => &mut all.target,
                ontology::WEIGHT => &mut all.weight,
                ontology::DAY => &mut all.day,
                ontology::FACTOR => &mut all.factor,
                ontology::RDF_TYPE => &mut all.class,
                _ => {
                    let expected = "ka:path, ka:source, ka:target, ka:weight, ka:day, ka:factor or a class as properties of a layer";
                    let found = shown(&name.clone().into());
                    return Err(Misfit { name: ontology::LAYER.into_owned(), expected, found });
                }
            };
            if place.replace(value).is_some() {
                return Err(misfit(name.clone(), "one value", value));
            }
        }
        Ok(all)
    }

    fn factor(&self) -> Result<f64, Misfit> {
        let Some(term) = self.factor else { return Ok(1.0) };
        number_of(term).ok_or_else(|| misfit(ontology::FACTOR.into_owned(), "a number", term))
    }

    fn shape(&self, request: &Request) -> Result<Shape, Misfit> {
        match (self.path, self.source, self.target) {
            (Some(path), None, None) => self.along(path, request),
            (None, Some(TermPattern::NamedNode(source)), Some(TermPattern::NamedNode(target))) => {
                Ok(Shape::Through(Through {
                    source: source.clone(),
                    target: target.clone(),
                    weight: weight(self.weight, |term| predicate(ontology::WEIGHT, term))?,
                    day: self.day.map(|term| predicate(ontology::DAY, term)).transpose()?,
                    class: self.class.map(|term| predicate(ontology::RDF_TYPE, term)).transpose()?,
                }))
            }
            (None, Some(TermPattern::Variable(source)), Some(TermPattern::Variable(target))) => {
                self.refuse(self.class, ontology::RDF_TYPE, "no class beside variables")?;
                Ok(Shape::Solutions {
                    source: source.as_str().to_owned(),
                    target: target.as_str().to_owned(),
                    weight: weight(self.weight, |term| variable(ontology::WEIGHT, term))?,
                    day: self.day.map(|term| variable(ontology::DAY, term)).transpose()?,
                })
            }
            (None, Some(source), Some(_)) => Err(misfit(
                ontology::SOURCE.into_owned(),
                "both ka:source and ka:target predicates, or both variables",
                source,
            )),
            _ => Err(Misfit {
                name: ontology::LAYER.into_owned(),
                expected: DESCRIPTION,
                found: "a description with less or more".to_owned(),
            }),
        }
    }

    fn along(&self, path: &TermPattern, request: &Request) -> Result<Shape, Misfit> {
        let expected = "no day, class or predicate of a weight beside ka:path (a link along predicates has no node)";
        self.refuse(self.day, ontology::DAY, expected)?;
        self.refuse(self.class, ontology::RDF_TYPE, expected)?;
        let counted = weight(self.weight, |term| Err::<(), _>(misfit(ontology::WEIGHT.into_owned(), expected, term)))?;
        Ok(Shape::Steps { steps: steps(path, request)?, is_counted: counted == Weight::Count })
    }

    fn refuse(
        &self,
        value: Option<&TermPattern>,
        name: oxigraph::model::NamedNodeRef<'_>,
        expected: &'static str,
    ) -> Result<(), Misfit> {
        value.map_or(Ok(()), |value| Err(misfit(name.into_owned(), expected, value)))
    }
}

fn weight<T>(
    term: Option<&TermPattern>,
    of: impl FnOnce(&TermPattern) -> Result<T, Misfit>,
) -> Result<Weight<T>, Misfit> {
    match term {
        None => Ok(Weight::None),
        Some(TermPattern::Literal(literal)) if literal.value() == "count" => Ok(Weight::Count),
        Some(term) => of(term).map(Weight::Of),
    }
}

fn predicate(name: oxigraph::model::NamedNodeRef<'_>, term: &TermPattern) -> Result<NamedNode, Misfit> {
    match term {
        TermPattern::NamedNode(predicate) => Ok(predicate.clone()),
        other => Err(misfit(name.into_owned(), "an IRI, as ka:source and ka:target are", other)),
    }
}

fn variable(name: oxigraph::model::NamedNodeRef<'_>, term: &TermPattern) -> Result<String, Misfit> {
    match term {
        TermPattern::Variable(variable) => Ok(variable.as_str().to_owned()),
        other => Err(misfit(name.into_owned(), "a variable, as ka:source and ka:target are", other)),
    }
}
