//! Calls of functions, one row at a time.
//!
//! Comes in: the values of the arguments. Leaves: the function's, `None` where SPARQL has an error. Functions that
//! queries often call on many rows are written here; all others are left to spareval itself, which is asked for the
//! one function with the arguments put in place of variables, and so costs about a microsecond more.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNodeRef, Term, Variable};
use oxsdatatypes::{Double, Float};
use regex::{Regex, RegexBuilder};
use spareval::{ExpressionTerm as Value, QueryEvaluator};
use spargebra::algebra::Function;
use sparopt::algebra::Expression;

use super::{arithmetic, text};
use crate::sparql::functions::{self, Call as OurCall};
use crate::sparql::vector::Terms;

/// The evaluator's own limit on the size of a compiled pattern.
const PATTERN_SIZE_LIMIT: usize = 1_000_000;

/// A function that is ready to be called.
pub(super) enum Call {
    /// A standard function that is written here.
    Own(Function),
    /// `REGEX` with a constant pattern.
    Matches(Regex),
    /// `REPLACE` with a constant pattern.
    Replaces(Regex),
    /// `xsd:double`: not asked, since the text of NaN does not keep its sign.
    Double,
    /// `xsd:float`, likewise.
    Float,
    /// A function of ours.
    Ours(OurCall),
    /// The evaluator's own, asked with the arguments in place of these variables.
    Asked { evaluator: QueryEvaluator, expression: Box<Expression>, arguments: Vec<Variable> },
}

impl Call {
    /// The call of a function with so many arguments, of which these are constant; nothing when the function is
    /// unknown, gives something else each time, or depends on a base that the query declares.
    pub fn of(function: &Function, constants: &[Option<&Literal>], terms: &Terms) -> Option<Self> {
        use Function as F;
        match function {
            F::Iri if !terms.has_base() => asked(function, constants.len()),
            F::Iri | F::BNode | F::Rand | F::Now | F::Uuid | F::StrUuid => None,
            F::Custom(name) if functions::find(name.as_ref(), terms.snapshot()).is_some() => {
                functions::find(name.as_ref(), terms.snapshot()).map(Self::Ours)
            }
            F::Custom(name) if !is_cast(name.as_ref()) || constants.len() != 1 => None,
            F::Custom(name) if *name == xsd::DOUBLE => Some(Self::Double),
            F::Custom(name) if *name == xsd::FLOAT => Some(Self::Float),
            F::Regex => {
                constant_pattern(&constants[1..]).map(Self::Matches).or_else(|| asked(function, constants.len()))
            }
            F::Replace => {
                let pattern = constants[1..].iter().copied().enumerate().filter(|(at, _)| *at != 1);
                let pattern: Vec<_> = pattern.map(|(_, constant)| constant).collect();
                constant_pattern(&pattern).map(Self::Replaces).or_else(|| asked(function, constants.len()))
            }
            _ if is_own(function) => Some(Self::Own(function.clone())),
            _ => asked(function, constants.len()),
        }
    }

    /// `ABS`, `CEIL`, `FLOOR` or `ROUND`, which numbers need not leave their ids for.
    pub fn rounding(&self) -> Option<&Function> {
        match self {
            Self::Own(function @ (Function::Abs | Function::Ceil | Function::Floor | Function::Round)) => {
                Some(function)
            }
            _ => None,
        }
    }

    /// The value of the call.
    pub fn value(&self, arguments: &mut dyn Iterator<Item = Option<Value>>) -> Option<Value> {
        match self {
            Self::Own(Function::Concat) => text::concat(arguments),
            Self::Own(function) => own(function, arguments),
            Self::Matches(pattern) => {
                let (subject, _) = text::text(arguments.next()??)?;
                Some(pattern.is_match(&subject).into())
            }
            Self::Replaces(pattern) => {
                let (subject, language) = text::text(arguments.next()??)?;
                let replacement = text::plain(arguments.nth(1)??)?;
                let replaced = pattern.replace_all(&subject, &replacement).into_owned();
                Some(text::literal(replaced, language))
            }
            Self::Double => double(arguments.next()??).map(Value::DoubleLiteral),
            Self::Float => float(arguments.next()??).map(Value::FloatLiteral),
            Self::Ours(call) => {
                let arguments: Option<Vec<_>> = arguments.map(|value| value.map(Term::from)).collect();
                call(&arguments?).map(Value::from)
            }
            Self::Asked { evaluator, expression, arguments: variables } => {
                let terms: Option<Vec<_>> = arguments.map(|value| value.map(Term::from)).collect();
                evaluator.evaluate_expression(expression, variables.iter().zip(terms?)).map(Value::from)
            }
        }
    }
}

fn is_own(function: &Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Str
            | F::Lang
            | F::Concat
            | F::SubStr
            | F::StrLen
            | F::UCase
            | F::LCase
            | F::Contains
            | F::StrStarts
            | F::StrEnds
            | F::StrBefore
            | F::StrAfter
            | F::Year
            | F::Month
            | F::Day
            | F::IsIri
            | F::IsBlank
            | F::IsLiteral
            | F::IsNumeric
            | F::Abs
            | F::Ceil
            | F::Floor
            | F::Round
    )
}

fn own(function: &Function, arguments: &mut dyn Iterator<Item = Option<Value>>) -> Option<Value> {
    use Function as F;
    let first = arguments.next()??;
    let mut next = || arguments.next();
    match function {
        F::Str => text::spelling(first).map(Value::StringLiteral),
        F::Lang => text::language(first),
        F::SubStr => {
            let start = next()??;
            let length = match next() {
                Some(length) => Some(length?),
                None => None,
            };
            text::part(first, start, length)
        }
        F::StrLen => text::length(first),
        F::UCase => text::recase(first, str::to_uppercase),
        F::LCase => text::recase(first, str::to_lowercase),
        F::Contains => text::test(first, next()??, |whole, part| whole.contains(part)),
        F::StrStarts => text::test(first, next()??, |whole, part| whole.starts_with(part)),
        F::StrEnds => text::test(first, next()??, |whole, part| whole.ends_with(part)),
        F::StrBefore => text::before(first, next()??),
        F::StrAfter => text::after(first, next()??),
        F::Year | F::Month | F::Day => calendar(function, &first).map(|number| Value::IntegerLiteral(number.into())),
        F::IsIri => Some(matches!(first, Value::NamedNode(_)).into()),
        F::IsBlank => Some(matches!(first, Value::BlankNode(_)).into()),
        F::IsLiteral => Some((!matches!(first, Value::NamedNode(_) | Value::BlankNode(_))).into()),
        F::IsNumeric => Some(is_number(&first).into()),
        F::Abs | F::Ceil | F::Floor | F::Round => arithmetic::rounded(function, &first),
        _ => None,
    }
}

fn double(value: Value) -> Option<Double> {
    match value {
        Value::DoubleLiteral(value) => Some(value),
        Value::FloatLiteral(value) => Some(value.into()),
        Value::IntegerLiteral(value) => Some(value.into()),
        Value::DecimalLiteral(value) => Some(value.into()),
        Value::BooleanLiteral(value) => Some(value.into()),
        Value::StringLiteral(value) => value.parse().ok(),
        _ => None,
    }
}

fn float(value: Value) -> Option<Float> {
    match value {
        Value::FloatLiteral(value) => Some(value),
        Value::DoubleLiteral(value) => Some(value.into()),
        Value::IntegerLiteral(value) => Some(value.into()),
        Value::DecimalLiteral(value) => Some(value.into()),
        Value::BooleanLiteral(value) => Some(value.into()),
        Value::StringLiteral(value) => value.parse().ok(),
        _ => None,
    }
}

fn is_number(value: &Value) -> bool {
    matches!(
        value,
        Value::IntegerLiteral(_) | Value::DecimalLiteral(_) | Value::FloatLiteral(_) | Value::DoubleLiteral(_)
    )
}

fn calendar(function: &Function, value: &Value) -> Option<i64> {
    Some(match (function, value) {
        (Function::Year, Value::DateTimeLiteral(value)) => value.year(),
        (Function::Year, Value::DateLiteral(value)) => value.year(),
        (Function::Year, Value::GYearMonthLiteral(value)) => value.year(),
        (Function::Year, Value::GYearLiteral(value)) => value.year(),
        (Function::Month, Value::DateTimeLiteral(value)) => value.month().into(),
        (Function::Month, Value::DateLiteral(value)) => value.month().into(),
        (Function::Month, Value::GYearMonthLiteral(value)) => value.month().into(),
        (Function::Month, Value::GMonthDayLiteral(value)) => value.month().into(),
        (Function::Month, Value::GMonthLiteral(value)) => value.month().into(),
        (Function::Day, Value::DateTimeLiteral(value)) => value.day().into(),
        (Function::Day, Value::DateLiteral(value)) => value.day().into(),
        (Function::Day, Value::GMonthDayLiteral(value)) => value.day().into(),
        (Function::Day, Value::GDayLiteral(value)) => value.day().into(),
        _ => return None,
    })
}

fn asked(function: &Function, n_arguments: usize) -> Option<Call> {
    let names = (0..n_arguments).map(|at| Variable::new_unchecked(format!("argument{at}")));
    let arguments: Vec<_> = names.collect();
    let in_place = arguments.iter().cloned().map(Expression::from).collect();
    let expression = Box::new(Expression::FunctionCall(function.clone(), in_place));
    Some(Call::Asked { evaluator: QueryEvaluator::new(), expression, arguments })
}

/// The datatypes that the evaluator casts to; but for `xsd:gMonthDay`, whose 29th of February it writes and does not read.
fn is_cast(name: NamedNodeRef<'_>) -> bool {
    [
        xsd::STRING,
        xsd::BOOLEAN,
        xsd::DOUBLE,
        xsd::FLOAT,
        xsd::INTEGER,
        xsd::DECIMAL,
        xsd::DATE,
        xsd::TIME,
        xsd::DATE_TIME,
        xsd::DURATION,
        xsd::YEAR_MONTH_DURATION,
        xsd::DAY_TIME_DURATION,
        xsd::G_YEAR,
        xsd::G_YEAR_MONTH,
        xsd::G_MONTH,
        xsd::G_DAY,
    ]
    .contains(&name)
}

/// The compiled pattern and flags, when both are constant plain strings and the pattern is one.
fn constant_pattern(pattern_and_flags: &[Option<&Literal>]) -> Option<Regex> {
    let mut plain = pattern_and_flags.iter().map(|constant| constant.filter(|it| it.datatype() == xsd::STRING));
    let pattern = plain.next()??.value();
    match plain.next() {
        Some(flags) => compile(pattern, flags?.value()),
        None => compile(pattern, ""),
    }
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    let escaped = flags.contains('q').then(|| regex::escape(pattern));
    let mut builder = RegexBuilder::new(escaped.as_deref().unwrap_or(pattern));
    builder.size_limit(PATTERN_SIZE_LIMIT);
    for flag in flags.chars() {
        match flag {
            's' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'i' => builder.case_insensitive(true),
            'x' => builder.ignore_whitespace(true),
            'q' => &mut builder,
            _ => return None,
        };
    }
    builder.build().ok()
}
