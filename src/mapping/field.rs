//! What a mapping can say of each kind of thing: which fields there are, which property each becomes, what values
//! each takes. The one place where the words of a mapping file meet the vocabulary.
//!
//! Nothing here depends on a mapping file or on data.

use std::borrow::Cow;

use oxigraph::model::{NamedNode, NamedNodeRef};

use crate::model::{BuyingRole, Function, Level};
use crate::ontology as o;

/// What values a field takes, and how they stand in the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Range {
    /// Plain text.
    Text,
    /// One day, `xsd:date`.
    Date,
    /// One day, or a year alone as `xsd:gYear`.
    DateOrYear,
    /// `xsd:decimal`.
    Decimal,
    /// `xsd:decimal` between 0 and 1; "60 %" is 0.6.
    Share,
    /// `xsd:integer`.
    Integer,
    /// `xsd:boolean`.
    Boolean,
    /// Another thing, named by the template of its id.
    Link,
    /// A whole IRI, as the value says it.
    Iri,
    /// A text that becomes a concept, shared by all sources.
    Sector,
    /// A level's name.
    Level,
    /// A function's name.
    Function,
    /// A buying role's name.
    BuyingRole,
    /// One of these words, as text.
    OneOf(&'static [&'static str]),
    /// order, invoice or payment; becomes a class.
    TransactionKind,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A legal entity identifier.
    Lei,
}

impl Range {
    /// The ranges that a mapping may ask for by name, with `as = "…"`.
    pub(in crate::mapping) const NAMED: &'static [(&'static str, Self)] = &[
        ("text", Self::Text),
        ("date", Self::Date),
        ("decimal", Self::Decimal),
        ("share", Self::Share),
        ("integer", Self::Integer),
        ("boolean", Self::Boolean),
        ("link", Self::Link),
        ("iri", Self::Iri),
        ("email", Self::Email),
        ("phone", Self::Phone),
    ];

    /// The IRI that stands for a word of this range; `Err` says what was expected.
    pub(in crate::mapping) fn iri_of(self, word: &str) -> Result<Cow<'static, str>, String> {
        let found = match self {
            Self::Level => concept("Level-", word, Level::ALL, Level::name),
            Self::Function => concept("Function-", word, Function::ALL, Function::name),
            Self::BuyingRole => concept("BuyingRole-", word, BuyingRole::ALL, BuyingRole::name),
            Self::TransactionKind => transaction_class(word),
            _ => NamedNode::new(word).ok().map(|iri| iri.into_string().into()),
        };
        found.ok_or_else(|| format!("expected {}, found \"{word}\"", self.expected()))
    }

    /// What [`Self::iri_of`] takes.
    fn expected(self) -> String {
        match self {
            Self::Level => one_of(Level::ALL, Level::name),
            Self::Function => one_of(Function::ALL, Function::name),
            Self::BuyingRole => one_of(BuyingRole::ALL, BuyingRole::name),
            Self::TransactionKind => TRANSACTION_KINDS.join(", "),
            _ => "an absolute IRI".to_owned(),
        }
    }
}

/// The kinds of transactions.
pub(in crate::mapping) const TRANSACTION_KINDS: [&str; 3] = ["order", "invoice", "payment"];

fn transaction_class(word: &str) -> Option<Cow<'static, str>> {
    let classes = [o::ORDER, o::INVOICE, o::PAYMENT];
    let at = TRANSACTION_KINDS.iter().position(|kind| *kind == word)?;
    Some(classes[at].as_str().into())
}

fn concept<T: Copy>(prefix: &str, word: &str, all: &[T], name: fn(T) -> &'static str) -> Option<Cow<'static, str>> {
    all.iter().any(|it| name(*it) == word).then(|| format!("{}{prefix}{word}", o::KA).into())
}

fn one_of<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    let names: Vec<_> = all.iter().map(|it| name(*it)).collect();
    format!("one of {}", names.join(", "))
}

/// One field of a kind.
#[derive(Clone, Copy, Debug)]
pub(in crate::mapping) struct Field {
    pub(in crate::mapping) name: &'static str,
    pub(in crate::mapping) predicate: NamedNodeRef<'static>,
    pub(in crate::mapping) range: Range,
    /// Without it the thing has no meaning and is left out, like a thing without id.
    pub(in crate::mapping) is_structural: bool,
    /// Says when something ended or was paid: not known before that day.
    pub(in crate::mapping) is_known_then: bool,
}

/// One kind of thing.
#[derive(Debug)]
pub(in crate::mapping) struct Kind {
    pub(in crate::mapping) name: &'static str,
    pub(in crate::mapping) classes: &'static [NamedNodeRef<'static>],
    pub(in crate::mapping) fields: &'static [Field],
    /// The fields that make the id, when the mapping gives none.
    pub(in crate::mapping) identity: &'static [&'static str],
    /// The link from one field's thing to another's that holds as long as nothing says that it ended.
    pub(in crate::mapping) direct: Option<(&'static str, NamedNodeRef<'static>, &'static str)>,
    /// Whether rows usually speak of the same thing again, so that repeated statements are worth finding.
    pub(in crate::mapping) repeats: bool,
}

const fn f(name: &'static str, predicate: NamedNodeRef<'static>, range: Range) -> Field {
    Field { name, predicate, range, is_structural: false, is_known_then: false }
}

const fn need(name: &'static str, predicate: NamedNodeRef<'static>) -> Field {
    Field { name, predicate, range: Range::Link, is_structural: true, is_known_then: false }
}

const fn then(name: &'static str, predicate: NamedNodeRef<'static>) -> Field {
    Field { name, predicate, range: Range::Date, is_structural: false, is_known_then: true }
}

const fn of(name: &'static str, classes: &'static [NamedNodeRef<'static>], fields: &'static [Field]) -> Kind {
    Kind { name, classes, fields, identity: &[], direct: None, repeats: true }
}

const START: Field = f("start_date", o::SCHEMA_START_DATE, Range::Date);
const END: Field = then("end_date", o::SCHEMA_END_DATE);
const SEEN_ON: Field = f("seen_on", o::SEEN_ON, Range::Date);
const ACCOUNT: Field = f("account", o::ACCOUNT_OF, Range::Link);
const NAME: Field = f("name", o::SCHEMA_NAME, Range::Text);
const PERSON_NAME: Field = f("name", o::FOAF_NAME, Range::Text);
const EMAIL: Field = f("email", o::SCHEMA_EMAIL, Range::Email);
const PHONE: Field = f("phone", o::SCHEMA_TELEPHONE, Range::Phone);
const IDENTIFIER: Field = f("identifier", o::SCHEMA_IDENTIFIER, Range::Text);
const COMPETITOR: Field = f("competitor", o::COMPETITOR_IN, Range::Link);
const PRODUCT: Field = f("product", o::PRODUCT_OF, Range::Link);
const EMPLOYEE: Field = f("employee", o::EMPLOYEE_IN, Range::Link);
const CONTACT: Field = f("contact", o::CONTACT_IN, Range::Link);
const AMOUNT: Field = f("amount", o::AMOUNT, Range::Decimal);
const DATE: Field = f("date", o::DATE, Range::Date);
const TITLE: Field = f("title", o::TITLE, Range::Text);
const LEVEL: Field = f("level", o::LEVEL, Range::Level);
const CURRENCY: Field = f("currency", o::CURRENCY, Range::Text);

/// All kinds, in the order in which messages name them.
pub(in crate::mapping) static KINDS: &[Kind] = &[
    of(
        "account",
        &[o::ACCOUNT],
        &[
            NAME,
            f("legal_name", o::SCHEMA_LEGAL_NAME, Range::Text),
            f("sector", o::SECTOR, Range::Sector),
            f("parent", o::ORG_SUB_ORGANIZATION_OF, Range::Link),
            f("group", o::ORG_SUB_ORGANIZATION_OF, Range::Link),
            f("owner", o::OWNER, Range::Link),
            f("key_account", o::IS_KEY_ACCOUNT, Range::Boolean),
            f("strategic_fit", o::STRATEGIC_FIT, Range::Share),
            f("tax_id", o::SCHEMA_TAX_ID, Range::Text),
            f("lei", o::SCHEMA_LEI_CODE, Range::Lei),
            f("duns", o::SCHEMA_DUNS, Range::Text),
            f("vat_id", o::SCHEMA_VAT_ID, Range::Text),
            f("company_number", o::COMPANY_NUMBER, Range::Text),
            IDENTIFIER,
            f("employees", o::SCHEMA_NUMBER_OF_EMPLOYEES, Range::Integer),
            f("annual_revenue", o::ANNUAL_REVENUE, Range::Decimal),
            f("credit_limit", o::CREDIT_LIMIT, Range::Decimal),
            f("country", o::SCHEMA_ADDRESS_COUNTRY, Range::Text),
            f("locality", o::SCHEMA_ADDRESS_LOCALITY, Range::Text),
            f("address", o::SCHEMA_ADDRESS, Range::Text),
            PHONE,
            EMAIL,
            f("url", o::SCHEMA_URL, Range::Text),
            f("founded", o::SCHEMA_FOUNDING_DATE, Range::DateOrYear),
            START,
            END,
        ],
    ),
    of("group", &[o::GROUP], &[NAME, IDENTIFIER, f("parent", o::ORG_SUB_ORGANIZATION_OF, Range::Link)]),
    Kind {
        identity: &["child", "parent", "start_date"],
        direct: Some(("child", o::ORG_SUB_ORGANIZATION_OF, "parent")),
        ..of(
            "ownership",
            &[o::OWNERSHIP],
            &[need("child", o::CHILD), need("parent", o::PARENT), f("share", o::SHARE, Range::Share), START, END],
        )
    },
    of("contact", &[o::FOAF_PERSON], &[PERSON_NAME, EMAIL, PHONE, ACCOUNT, IDENTIFIER]),
    of(
        "post",
        &[o::ORG_POST],
        &[
            TITLE,
            f("account", o::ORG_POST_IN, Range::Link),
            LEVEL,
            f("function", o::FUNCTION, Range::Function),
            f("buying_role", o::BUYING_ROLE, Range::BuyingRole),
            f("rank", o::RANK, Range::Integer),
            f("reports_to", o::ORG_REPORTS_TO, Range::Link),
            IDENTIFIER,
            START,
            END,
        ],
    ),
    Kind {
        identity: &["member", "post", "account", "start_date"],
        ..of(
            "membership",
            &[o::ORG_MEMBERSHIP],
            &[
                need("member", o::ORG_MEMBER),
                f("post", o::IN_POST, Range::Link),
                f("account", o::ORG_ORGANIZATION, Range::Link),
                START,
                END,
                SEEN_ON,
            ],
        )
    },
    Kind {
        identity: &["post", "superior", "line_kind", "start_date"],
        direct: Some(("post", o::ORG_REPORTS_TO, "superior")),
        ..of(
            "reporting_line",
            &[o::REPORTING_LINE],
            &[
                need("post", o::REPORTING_POST),
                need("superior", o::SUPERIOR_POST),
                f("line_kind", o::LINE_KIND, Range::OneOf(&["solid", "dotted", "influence"])),
                START,
                END,
                SEEN_ON,
            ],
        )
    },
    of(
        "employee",
        &[o::EMPLOYEE],
        &[PERSON_NAME, EMAIL, PHONE, TITLE, LEVEL, f("manager", o::MANAGER, Range::Link), IDENTIFIER, START, END],
    ),
    Kind {
        identity: &["account", "employee", "role", "start_date"],
        ..of(
            "team",
            &[o::TEAM_MEMBERSHIP],
            &[
                need("account", o::ACCOUNT_OF),
                need("employee", o::EMPLOYEE_IN),
                f("role", o::TEAM_ROLE, Range::Text),
                START,
                END,
            ],
        )
    },
    Kind {
        repeats: false,
        ..of(
            "interaction",
            &[o::INTERACTION],
            &[
                EMPLOYEE,
                CONTACT,
                ACCOUNT,
                DATE,
                f("channel", o::CHANNEL, Range::Text),
                f("inbound", o::IS_INBOUND, Range::Boolean),
            ],
        )
    },
    of(
        "product",
        &[o::SCHEMA_PRODUCT],
        &[
            NAME,
            f("category", o::SCHEMA_CATEGORY, Range::Text),
            f("price", o::SCHEMA_PRICE, Range::Decimal),
            IDENTIFIER,
        ],
    ),
    of("buying_unit", &[o::ORG_UNIT], &[NAME, f("account", o::ORG_UNIT_OF, Range::Link), IDENTIFIER]),
    Kind {
        repeats: false,
        ..of(
            "transaction",
            &[o::TRANSACTION],
            &[
                f("kind", o::RDF_TYPE, Range::TransactionKind),
                ACCOUNT,
                DATE,
                AMOUNT,
                CURRENCY,
                f("quantity", o::QUANTITY, Range::Decimal),
                f("margin", o::MARGIN, Range::Decimal),
                f("due_date", o::DUE_DATE, Range::Date),
                then("paid_date", o::PAID_DATE),
                PRODUCT,
                f("buying_unit", o::BUYING_UNIT, Range::Link),
                CONTACT,
                EMPLOYEE,
                f("part_of", o::PART_OF, Range::Link),
                IDENTIFIER,
            ],
        )
    },
    Kind {
        repeats: false,
        ..of(
            "opportunity",
            &[o::OPPORTUNITY],
            &[
                ACCOUNT,
                PRODUCT,
                EMPLOYEE,
                CONTACT,
                COMPETITOR,
                f("stage", o::STAGE, Range::Text),
                f("outcome", o::OUTCOME, Range::OneOf(&["open", "won", "lost"])),
                AMOUNT,
                CURRENCY,
                DATE,
                then("close_date", o::CLOSE_DATE),
            ],
        )
    },
    of("competitor", &[o::COMPETITOR], &[NAME, IDENTIFIER, f("url", o::SCHEMA_URL, Range::Text)]),
    Kind {
        identity: &["competitor", "account", "product", "date"],
        ..of(
            "sighting",
            &[o::COMPETITOR_SIGHTING],
            &[need("competitor", o::COMPETITOR_IN), need("account", o::ACCOUNT_OF), DATE, PRODUCT],
        )
    },
    of("thing", &[], &[]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn field(kind: &Kind, name: &str) -> Option<&'static Field> {
        kind.fields.iter().find(|field| field.name == name)
    }

    #[test]
    fn kinds_and_their_fields_are_named_once_and_identities_name_fields() {
        let names: BTreeSet<_> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        for kind in KINDS {
            let fields: BTreeSet<_> = kind.fields.iter().map(|field| field.name).collect();
            assert_eq!(fields.len(), kind.fields.len(), "{}", kind.name);
            assert!(kind.identity.iter().all(|name| field(kind, name).is_some()), "{}", kind.name);
            let direct = kind.direct.map_or(Vec::new(), |(from, _, to)| vec![from, to]);
            assert!(direct.iter().all(|name| field(kind, name).is_some_and(|it| it.is_structural)), "{}", kind.name);
        }
    }

    #[test]
    fn every_written_property_is_in_the_vocabulary() {
        let known: BTreeSet<_> =
            o::STANDARD_TERMS.iter().chain(o::KA_CLASSES).chain(o::KA_PROPERTIES).map(|term| term.as_str()).collect();
        for kind in KINDS {
            let predicates = kind.fields.iter().map(|field| field.predicate);
            assert!(predicates.chain(kind.classes.iter().copied()).all(|term| known.contains(term.as_str())));
        }
    }
}
