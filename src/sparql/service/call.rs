//! One call: a request read, checked, and answered.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, NamedNodeRef, Term, Variable};
use spargebra::algebra::GraphPattern;
use spargebra::term::TermPattern;

use crate::ontology;
use crate::sparql::service::arguments::Value;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::layer::{LayerSpec, Misfit, Shape, Weight};
use crate::sparql::service::registry::{ALGORITHMS, Algorithm, Kind, Parameter};
use crate::sparql::service::request::Request;
use crate::sparql::service::shown::{day, number_of, shown};
use crate::sparql::syntax::nearest;
use crate::sparql::table::shortened;

/// A request to an algorithm, checked as far as that is possible without the data.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub(super) algorithm: &'static Algorithm,
    /// Values that the text says, by parameter.
    pub(super) constants: BTreeMap<&'static str, Vec<Constant>>,
    /// Parameters whose values a variable gives.
    pub(super) variables: Vec<(&'static Parameter, String)>,
    pub(super) layers: Vec<LayerSpec>,
    /// What is asked for: column and what stands behind it.
    pub(super) asked: Vec<(usize, TermPattern)>,
    /// The pattern that gives variables their values.
    pub(super) input: GraphPattern,
    /// The graph around the call.
    pub(super) within: Option<NamedNode>,
}

/// A value that the text says; a node is a term until the data are known.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Constant {
    Value(Value),
    Node(Term),
}

impl PartialEq for Algorithm {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name.as_str())
    }
}

impl Algorithm {
    pub(super) fn shown(&self) -> String {
        shortened(self.name.as_str())
    }
}

impl Call {
    /// Whether a service of this name is one of ours, known or not.
    pub fn is_ours(name: &NamedNode) -> bool {
        name.as_str().starts_with(ontology::KA)
    }

    /// Reads the call of the algorithm `name` with `pattern` between its braces; `within` is the graph around it.
    pub fn of(name: &NamedNode, pattern: &GraphPattern, within: Option<&NamedNode>) -> Result<Self, ServiceError> {
        let algorithm = Algorithm::named(name.as_str()).ok_or_else(|| unknown_algorithm(name))?;
        let request = Request::of(pattern).map_err(|found| ServiceError::Request {
            algorithm: algorithm.shown(),
            example: example(algorithm),
            found,
        })?;
        let mut call = Self {
            algorithm,
            constants: BTreeMap::new(),
            variables: Vec::new(),
            layers: Vec::new(),
            asked: Vec::new(),
            input: request.input.clone(),
            within: within.cloned(),
        };
        for (name, value) in &request.properties {
            call.take(name, value, &request)?;
        }
        call.check()?;
        Ok(call)
    }

    /// Its name, for people.
    pub fn shown(&self) -> String {
        self.algorithm.shown()
    }

    /// The variables that its solutions bind.
    pub fn variables(&self) -> Vec<Variable> {
        let mut variables = Vec::new();
        for (_, pattern) in &self.asked {
            if let TermPattern::Variable(variable) = pattern
                && !variables.contains(variable)
            {
                variables.push(variable.clone());
            }
        }
        variables
    }

    /// The pattern that gives the request's variables their values.
    pub(in crate::sparql) fn input(&mut self) -> &mut GraphPattern {
        &mut self.input
    }

    /// Calls `visit` with every predicate, and with every class (then `true`), that the layers name.
    pub(in crate::sparql) fn for_each_name(&self, mut visit: impl FnMut(&NamedNode, bool)) {
        for layer in &self.layers {
            match &layer.shape {
                Shape::Steps { steps, .. } => steps.iter().for_each(|step| visit(&step.predicate, false)),
                Shape::Through(through) => {
                    let weight = if let Weight::Of(weight) = &through.weight { Some(weight) } else { None };
                    let predicates = [Some(&through.source), Some(&through.target), weight, through.day.as_ref()];
                    predicates.into_iter().flatten().for_each(|name| visit(name, false));
                    through.class.iter().for_each(|class| visit(class, true));
                }
                Shape::Solutions { .. } => (),
            }
        }
    }

    fn take(&mut self, name: &NamedNode, value: &TermPattern, request: &Request) -> Result<(), ServiceError> {
        if let Some(column) = self.algorithm.column(name.as_str())
            && self.algorithm.parameter(name.as_str()).is_none()
        {
            self.asked.push((column, value.clone()));
            return Ok(());
        }
        let Some(parameter) = self.algorithm.parameter(name.as_str()) else { return Err(self.unknown_property(name)) };
        if parameter.kind == Kind::Layer {
            let layer = LayerSpec::of(value, request).map_err(|misfit| self.misfit(misfit))?;
            self.layers.push(layer);
            return Ok(());
        }
        let is_given = self.constants.contains_key(parameter.name.as_str())
            || self.variables.iter().any(|(given, _)| given.name == parameter.name);
        if is_given && !parameter.is_repeated {
            return Err(self.value(parameter, "one value".to_owned(), format!("a second one, {}", shown(value))));
        }
        if let (Kind::Nodes(_), TermPattern::Variable(variable)) = (parameter.kind, value) {
            self.variables.push((parameter, variable.as_str().to_owned()));
            return Ok(());
        }
        let constant =
            constant(parameter, value).ok_or_else(|| self.value(parameter, parameter.kind.expected(), shown(value)))?;
        self.constants.entry(parameter.name.as_str()).or_default().push(constant);
        Ok(())
    }

    fn check(&self) -> Result<(), ServiceError> {
        for parameter in self.algorithm.all_parameters().filter(|parameter| parameter.kind != Kind::Layer) {
            let is_given = self.constants.contains_key(parameter.name.as_str())
                || self.variables.iter().any(|(given, _)| given.name == parameter.name);
            if parameter.kind.is_required() && !is_given {
                return Err(ServiceError::Missing {
                    algorithm: self.algorithm.shown(),
                    name: shortened(parameter.name.as_str()),
                    meaning: parameter.meaning,
                    expected: parameter.kind.expected(),
                });
            }
        }
        if self.asked.is_empty() {
            let columns = listed(self.algorithm.columns.iter().map(|column| column.name));
            return Err(ServiceError::NoResult { algorithm: self.algorithm.shown(), columns });
        }
        self.check_variables()?;
        self.check_direction()
    }

    fn check_variables(&self) -> Result<(), ServiceError> {
        let mut bound = BTreeSet::new();
        self.input.on_in_scope_variable(|variable| {
            bound.insert(variable.as_str());
        });
        let of_parameters = self.variables.iter().map(|(it, variable)| (it.name.into_owned(), variable.as_str()));
        for (name, variable) in of_parameters.chain(self.layers.iter().flat_map(LayerSpec::variables)) {
            if !bound.contains(variable) {
                let (algorithm, name) = (self.algorithm.shown(), shortened(name.as_str()));
                return Err(ServiceError::Unbound { algorithm, name, variable: variable.to_owned() });
            }
        }
        match self.variables().into_iter().find(|variable| bound.contains(variable.as_str())) {
            None => Ok(()),
            Some(variable) => Err(ServiceError::Value {
                algorithm: self.algorithm.shown(),
                name: variable.to_string(),
                expected: "a variable of its own for a result".to_owned(),
                found: "one that a pattern between the braces binds".to_owned(),
            }),
        }
    }

    fn check_direction(&self) -> Result<(), ServiceError> {
        let given = self.constants.get(ontology::DIRECTION.as_str()).and_then(|all| all.first());
        match given {
            Some(Constant::Value(Value::Choice(word))) if self.algorithm.is_undirected && *word != "both" => {
                Err(ServiceError::Value {
                    algorithm: self.algorithm.shown(),
                    name: shortened(ontology::DIRECTION.as_str()),
                    expected: "\"both\" (it is defined on undirected graphs)".to_owned(),
                    found: format!("\"{word}\""),
                })
            }
            _ => Ok(()),
        }
    }

    fn value(&self, parameter: &Parameter, expected: String, found: String) -> ServiceError {
        let (algorithm, name) = (self.algorithm.shown(), shortened(parameter.name.as_str()));
        ServiceError::Value { algorithm, name, expected, found }
    }

    /// The error of a value that stands where another kind of value is expected.
    pub(super) fn misfit(&self, misfit: Misfit) -> ServiceError {
        let Misfit { name, expected, found } = misfit;
        let (algorithm, name) = (self.algorithm.shown(), shortened(name.as_str()));
        ServiceError::Value { algorithm, name, expected: expected.to_owned(), found }
    }

    fn unknown_property(&self, name: &NamedNode) -> ServiceError {
        let parameters = self.algorithm.all_parameters().map(|parameter| parameter.name);
        let known: Vec<_> = parameters.chain(self.algorithm.columns.iter().map(|column| column.name)).collect();
        let hint = hint(name, &known, "it has");
        ServiceError::UnknownProperty { algorithm: self.algorithm.shown(), name: shortened(name.as_str()), hint }
    }
}

fn constant(parameter: &Parameter, value: &TermPattern) -> Option<Constant> {
    let read = match (parameter.kind, value) {
        (Kind::Number(_), value) => Value::Number(number_of(value)?),
        (Kind::Count(_), TermPattern::Literal(literal)) => Value::Count(literal.value().parse().ok()?),
        (Kind::Choice(words, _), TermPattern::Literal(literal)) => {
            Value::Choice(words.iter().find(|word| **word == literal.value())?)
        }
        (Kind::Day, TermPattern::Literal(literal)) => Value::Day(day(literal)?),
        (Kind::Iri, TermPattern::NamedNode(node)) => Value::Iri(node.as_str().to_owned()),
        (Kind::Nodes(_), TermPattern::NamedNode(node)) => return Some(Constant::Node(node.clone().into())),
        (Kind::Nodes(_), TermPattern::Literal(literal)) => return Some(Constant::Node(literal.clone().into())),
        _ => return None,
    };
    Some(Constant::Value(read))
}

fn unknown_algorithm(name: &NamedNode) -> ServiceError {
    let known: Vec<_> = ALGORITHMS.iter().map(|algorithm| algorithm.name).collect();
    let hint = hint(name, &known, "there are");
    ServiceError::UnknownAlgorithm { name: shortened(name.as_str()), hint }
}

/// The known name that is nearest, or all of them.
fn hint(name: &NamedNode, known: &[NamedNodeRef<'static>], all: &str) -> String {
    let names: Vec<_> = known.iter().map(|name| shortened(name.as_str())).collect();
    match nearest(&shortened(name.as_str()), names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near} ?"),
        None => format!("{all} {}", names.join(", ")),
    }
}

fn listed(names: impl Iterator<Item = NamedNodeRef<'static>>) -> String {
    names.map(|name| shortened(name.as_str())).collect::<Vec<_>>().join(", ")
}

/// A request that would do.
fn example(algorithm: &Algorithm) -> String {
    let required = algorithm.all_parameters().filter(|parameter| parameter.kind.is_required());
    let parameters = required.map(|parameter| match parameter.kind {
        Kind::Layer => "ka:layer ka:manager".to_owned(),
        _ => format!("{} …", shortened(parameter.name.as_str())),
    });
    let columns = algorithm.columns.iter().map(|column| {
        let name = shortened(column.name.as_str());
        format!("{name} ?{}", name.trim_start_matches("ka:"))
    });
    parameters.chain(columns).collect::<Vec<_>>().join(" ; ")
}
