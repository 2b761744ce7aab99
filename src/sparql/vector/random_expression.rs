//! Random expressions and aggregates, as text.

use super::random_data::{Dice, Kind, literal, node};

const COMPARISONS: &[&str] = &["=", "!=", "<", "<=", ">", ">="];
const PATTERNS: &[&str] =
    &["\"a\"", "\"^A\", \"i\"", "\"b.\", \"s\"", "\"a.c\", \"q\"", "\"(\"", "?t", "?t, \"i\"", "\"[ab]+\""];
const CASTS: &[&str] = &[
    "string",
    "boolean",
    "double",
    "float",
    "integer",
    "decimal",
    "date",
    "dateTime",
    "time",
    "duration",
    "dayTimeDuration",
    "yearMonthDuration",
    "gYear",
    "gYearMonth",
    "gMonth",
    "gDay",
    "gMonthDay",
];
const FAMILIAR: &[&str] = &["en", "fr", "de-CH", "*", "en-gb"];

/// The variables that an expression may name, with the kind of their values.
pub struct Scope<'a> {
    pub dice: &'a mut Dice,
    pub variables: &'a [(&'a str, Kind)],
}

impl Scope<'_> {
    fn variable(&mut self, kind: Kind) -> String {
        let fitting: Vec<_> = self.variables.iter().filter(|(_, its)| *its == kind).collect();
        let name = match fitting.len() {
            0 => self.dice.pick(self.variables).0,
            n if self.dice.chance(80) => fitting[self.dice.below(n)].0,
            _ => self.dice.pick(self.variables).0,
        };
        format!("?{name}")
    }

    fn leaf(&mut self, kind: Kind) -> String {
        match self.dice.below(10) {
            0..=5 => self.variable(kind),
            6 if kind == Kind::Node || kind == Kind::Any => node(self.dice).to_string(),
            6 => ["1", "2.5", "true", "\"a\"", "-1", "1e0", "10"][self.dice.below(7)].to_owned(),
            _ => literal(self.dice, kind).to_string(),
        }
    }

    /// An expression that mostly gives values of one kind.
    pub fn expression(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.dice.chance(15) {
            return self.leaf(kind);
        }
        if self.dice.chance(8) {
            return self.choice(kind, depth - 1);
        }
        match kind {
            Kind::Number | Kind::Amount => self.number(depth - 1),
            Kind::Time => self.time(depth - 1),
            Kind::Text => self.text(depth - 1),
            Kind::Truth => self.truth(depth - 1),
            Kind::Node => self.leaf(kind),
            Kind::Any => {
                let kind = self.dice.pick(&[Kind::Number, Kind::Time, Kind::Text, Kind::Truth]);
                self.expression(kind, depth)
            }
        }
    }

    fn choice(&mut self, kind: Kind, depth: usize) -> String {
        let (one, other) = (self.expression(kind, depth), self.expression(kind, depth));
        match self.dice.below(3) {
            0 => format!("COALESCE({one}, {other})"),
            1 => format!("COALESCE({one}, {other}, {})", self.leaf(kind)),
            _ => format!("IF({}, {one}, {other})", self.truth(depth)),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        let number = self.expression(Kind::Number, depth);
        match self.dice.below(24) {
            0..=7 => {
                let sign = self.dice.pick(&["+", "-", "*", "/"]);
                format!("({number} {sign} {})", self.expression(Kind::Number, depth))
            }
            8 => format!("(- {number})"),
            9 => format!("(+ {number})"),
            10..=13 => format!("{}({number})", self.dice.pick(&["ABS", "CEIL", "FLOOR", "ROUND"])),
            14 => format!("STRLEN({})", self.expression(Kind::Text, depth)),
            15..=17 => {
                let part = self.dice.pick(&["YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS"]);
                format!("{part}({})", self.expression(Kind::Time, depth))
            }
            18 => {
                let name = self.dice.pick(&["daysBetween", "monthsBetween"]);
                format!("ka:{name}({}, {})", self.expression(Kind::Time, depth), self.expression(Kind::Time, depth))
            }
            19 => {
                let (then, now) = (self.expression(Kind::Time, depth), self.leaf(Kind::Time));
                format!("ka:decay({then}, {now}, {number})")
            }
            20 => format!("xsd:{}({})", self.dice.pick(CASTS), self.expression(Kind::Text, depth)),
            _ => format!("xsd:{}({number})", self.dice.pick(&["double", "float", "integer", "decimal"])),
        }
    }

    fn time(&mut self, depth: usize) -> String {
        let time = self.expression(Kind::Time, depth);
        match self.dice.below(8) {
            0..=2 => {
                let sign = self.dice.pick(&["+", "-"]);
                format!("({time} {sign} {})", self.expression(Kind::Time, depth))
            }
            3 => format!("TIMEZONE({time})"),
            4 => format!("ADJUST({time}, {})", self.expression(Kind::Time, depth)),
            5 => format!("(- {time})"),
            6 => format!("xsd:{}({})", self.dice.pick(&CASTS[6..]), self.expression(Kind::Text, depth)),
            _ => format!("xsd:{}({time})", self.dice.pick(&CASTS[6..])),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let text = self.expression(Kind::Text, depth);
        match self.dice.below(24) {
            21 => format!("STR(IRI({text}))"),
            22 => format!("STR(IRI(CONCAT(\"https://e.org/\", {text})))"),
            0..=1 => format!("UCASE({text})"),
            2..=3 => format!("LCASE({text})"),
            4 => format!("CONCAT({text}, {}, {})", self.expression(Kind::Text, depth), self.leaf(Kind::Text)),
            5 => format!("SUBSTR({text}, {})", self.leaf(Kind::Number)),
            6 => format!("SUBSTR({text}, {}, {})", self.leaf(Kind::Number), self.leaf(Kind::Number)),
            7..=8 => format!("STRBEFORE({text}, {})", self.leaf(Kind::Text)),
            9 => format!("STRAFTER({text}, {})", self.leaf(Kind::Text)),
            10 => format!("REPLACE({text}, {}, {})", self.pattern_alone(), self.leaf(Kind::Text)),
            11 => format!("REPLACE({text}, {}, \"$0x\", \"i\")", self.pattern_alone()),
            12 => format!("STR({})", self.expression(Kind::Any, depth)),
            13 => format!("LANG({})", self.leaf(Kind::Any)),
            14 => format!("STR(DATATYPE({}))", self.expression(Kind::Any, depth)),
            15 => format!("ka:yearMonth({})", self.expression(Kind::Time, depth)),
            16 => format!("TZ({})", self.expression(Kind::Time, depth)),
            17 => format!("{}({text})", self.dice.pick(&["MD5", "SHA1", "SHA256", "SHA384", "SHA512"])),
            18 => format!("STRLANG({text}, \"{}\")", self.dice.pick(FAMILIAR)),
            19 => format!("STRDT({text}, xsd:{})", self.dice.pick(CASTS)),
            20 => format!("ENCODE_FOR_URI({text})"),
            _ => format!("xsd:string({})", self.expression(Kind::Any, depth)),
        }
    }

    fn pattern_alone(&mut self) -> String {
        let pattern = self.dice.pick(PATTERNS);
        pattern.split(',').next().unwrap_or(pattern).to_owned()
    }

    fn truth(&mut self, depth: usize) -> String {
        match self.dice.below(31) {
            0..=8 => {
                let kind = self.dice.pick(&[Kind::Number, Kind::Number, Kind::Time, Kind::Text, Kind::Any]);
                let sign = self.dice.pick(COMPARISONS);
                format!("({} {sign} {})", self.expression(kind, depth), self.expression(kind, depth))
            }
            9..=12 => {
                let kind = self.dice.pick(&[Kind::Number, Kind::Time, Kind::Text, Kind::Any]);
                let sign = self.dice.pick(COMPARISONS);
                format!("({} {sign} {})", self.variable(kind), literal(self.dice, kind))
            }
            13..=14 => format!("({} && {})", self.truth(depth / 2), self.truth(depth / 2)),
            15..=16 => format!("({} || {})", self.truth(depth / 2), self.truth(depth / 2)),
            17..=18 => format!("(! {})", self.expression(Kind::Truth, depth)),
            19 => format!("BOUND({})", self.variable(Kind::Any)),
            20 => format!("sameTerm({}, {})", self.expression(Kind::Any, depth), self.expression(Kind::Any, depth)),
            21..=22 => self.membership(depth),
            23 => format!("REGEX({}, {})", self.expression(Kind::Text, depth), self.pattern()),
            24..=25 => {
                let test = self.dice.pick(&["CONTAINS", "STRSTARTS", "STRENDS"]);
                format!("{test}({}, {})", self.expression(Kind::Text, depth), self.leaf(Kind::Text))
            }
            26 => format!("LANGMATCHES(LANG({}), \"{}\")", self.leaf(Kind::Text), self.dice.pick(FAMILIAR)),
            27 => {
                let test = self.dice.pick(&["isIRI", "isBlank", "isLiteral", "isNumeric"]);
                format!("{test}({})", self.expression(Kind::Any, depth))
            }
            28 => format!("xsd:boolean({})", self.expression(Kind::Any, depth)),
            29 => format!("({} {} NOW())", self.expression(Kind::Time, depth), self.dice.pick(COMPARISONS)),
            _ => self.expression(Kind::Any, depth),
        }
    }

    fn pattern(&mut self) -> String {
        let pattern = self.dice.pick(PATTERNS);
        let variable = self.variable(Kind::Text);
        pattern.replace("?t", &variable)
    }

    fn membership(&mut self, depth: usize) -> String {
        let kind = self.dice.pick(&[Kind::Number, Kind::Text, Kind::Node, Kind::Any]);
        let item = self.expression(kind, depth);
        let list: Vec<_> = (0..self.dice.below(4)).map(|_| self.leaf(kind)).collect();
        let sign = self.dice.pick(&["IN", "IN", "NOT IN"]);
        format!("({item} {sign} ({}))", list.join(", "))
    }

    /// An aggregate whose result does not depend on the order of the rows where all values are of one kind.
    pub fn aggregate(&mut self, depth: usize) -> String {
        let distinct = if self.dice.chance(30) { "DISTINCT " } else { "" };
        match self.dice.below(10) {
            0 => "COUNT(*)".to_owned(),
            1..=3 => format!("COUNT({distinct}{})", self.expression(Kind::Any, depth)),
            4..=5 => format!("SUM({distinct}{})", self.expression(Kind::Number, depth)),
            6 => format!("AVG({distinct}{})", self.expression(Kind::Number, depth)),
            7 => format!("MIN({distinct}{})", self.expression(Kind::Any, depth)),
            8 => format!("MAX({distinct}{})", self.expression(Kind::Any, depth)),
            _ => format!("SAMPLE({distinct}{})", self.expression(Kind::Any, depth)),
        }
    }
}
