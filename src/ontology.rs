//! Every class and property IRI that kagraph writes or reads, once. `data/ontology.ttl` describes our own ones with
//! English and Chinese labels; a test holds both together.
//!
//! Own terms have the prefix `ka:`; everything that a standard vocabulary has is taken from there
//! (W3C ORG, FOAF, schema.org, PROV-O, SKOS).

use oxigraph::model::NamedNodeRef;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The namespace of our own terms.
pub const KA: &str = "https://w3id.org/kagraph/ns#";
/// The description of all our own terms, with labels and comments, in Turtle.
pub const DOCUMENT: &str = include_str!("../data/ontology.ttl");
/// The namespace of things: accounts, contacts, transactions.
pub const ID: &str = "https://w3id.org/kagraph/id/";
/// The namespace of graphs: one a source, and the derived ones.
pub const GRAPH: &str = "https://w3id.org/kagraph/graph/";
/// The namespace of source rows, as evidence names them: batch, file, row.
pub const BATCH: &str = "https://w3id.org/kagraph/batch/";
/// The namespace of raw columns, which no mapping claimed: source, file, column.
pub const RAW: &str = "https://w3id.org/kagraph/raw/";

/// The function by which Oxigraph's evaluator sorts before it sorts by value; no part of the vocabulary.
pub(crate) const ORDER_CLASS: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("https://w3id.org/kagraph/internal#orderClass");

/// Prefixes that every query and every Turtle file of ours may use without declaring them.
pub const PREFIXES: &[(&str, &str)] = &[
    ("ka", KA),
    ("id", ID),
    ("graph", GRAPH),
    ("batch", BATCH),
    ("raw", RAW),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("schema", "https://schema.org/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("time", "http://www.w3.org/2006/time#"),
    ("sh", "http://www.w3.org/ns/shacl#"),
    ("void", "http://rdfs.org/ns/void#"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
];

macro_rules! terms {
    ($list:ident: $($name:ident = $iri:literal),+ $(,)?) => {
        $(
            #[doc = concat!("`", $iri, "`")]
            pub const $name: NamedNodeRef<'static> = NamedNodeRef::new_unchecked($iri);
        )+
        /// All of this group.
        pub const $list: &[NamedNodeRef<'static>] = &[$($name),+];
    };
}

terms! { STANDARD_TERMS:
    RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label",
    SKOS_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept",
    SKOS_PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel",
    SKOS_ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel",
    FOAF_PERSON = "http://xmlns.com/foaf/0.1/Person",
    FOAF_NAME = "http://xmlns.com/foaf/0.1/name",
    ORG_UNIT = "http://www.w3.org/ns/org#OrganizationalUnit",
    ORG_UNIT_OF = "http://www.w3.org/ns/org#unitOf",
    ORG_POST = "http://www.w3.org/ns/org#Post",
    ORG_POST_IN = "http://www.w3.org/ns/org#postIn",
    ORG_MEMBERSHIP = "http://www.w3.org/ns/org#Membership",
    ORG_MEMBER = "http://www.w3.org/ns/org#member",
    ORG_ORGANIZATION = "http://www.w3.org/ns/org#organization",
    ORG_REPORTS_TO = "http://www.w3.org/ns/org#reportsTo",
    ORG_SUB_ORGANIZATION_OF = "http://www.w3.org/ns/org#subOrganizationOf",
    SCHEMA_PRODUCT = "https://schema.org/Product",
    SCHEMA_NAME = "https://schema.org/name",
    SCHEMA_LEGAL_NAME = "https://schema.org/legalName",
    SCHEMA_EMAIL = "https://schema.org/email",
    SCHEMA_TELEPHONE = "https://schema.org/telephone",
    SCHEMA_URL = "https://schema.org/url",
    SCHEMA_ADDRESS = "https://schema.org/address",
    SCHEMA_ADDRESS_COUNTRY = "https://schema.org/addressCountry",
    SCHEMA_ADDRESS_LOCALITY = "https://schema.org/addressLocality",
    SCHEMA_LEI_CODE = "https://schema.org/leiCode",
    SCHEMA_TAX_ID = "https://schema.org/taxID",
    SCHEMA_DUNS = "https://schema.org/duns",
    SCHEMA_VAT_ID = "https://schema.org/vatID",
    SCHEMA_IDENTIFIER = "https://schema.org/identifier",
    SCHEMA_CATEGORY = "https://schema.org/category",
    SCHEMA_PRICE = "https://schema.org/price",
    SCHEMA_FOUNDING_DATE = "https://schema.org/foundingDate",
    SCHEMA_NUMBER_OF_EMPLOYEES = "https://schema.org/numberOfEmployees",
    SCHEMA_START_DATE = "https://schema.org/startDate",
    SCHEMA_END_DATE = "https://schema.org/endDate",
    PROV_ENTITY = "http://www.w3.org/ns/prov#Entity",
    PROV_ACTIVITY = "http://www.w3.org/ns/prov#Activity",
    PROV_USED = "http://www.w3.org/ns/prov#used",
    PROV_WAS_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom",
    PROV_WAS_GENERATED_BY = "http://www.w3.org/ns/prov#wasGeneratedBy",
    PROV_VALUE = "http://www.w3.org/ns/prov#value",
    SH_INVERSE_PATH = "http://www.w3.org/ns/shacl#inversePath",
}

terms! { DESCRIPTION_TERMS:
    RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment",
    SD_SERVICE = "http://www.w3.org/ns/sparql-service-description#Service",
    SD_SUPPORTED_LANGUAGE = "http://www.w3.org/ns/sparql-service-description#supportedLanguage",
    SD_SPARQL11_QUERY = "http://www.w3.org/ns/sparql-service-description#SPARQL11Query",
    SD_RESULT_FORMAT = "http://www.w3.org/ns/sparql-service-description#resultFormat",
    SD_FEATURE_OF = "http://www.w3.org/ns/sparql-service-description#feature",
    SD_FEATURE = "http://www.w3.org/ns/sparql-service-description#Feature",
    SD_UNION_DEFAULT_GRAPH = "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph",
    SD_EXTENSION_FUNCTION = "http://www.w3.org/ns/sparql-service-description#extensionFunction",
    SD_FUNCTION = "http://www.w3.org/ns/sparql-service-description#Function",
    SD_EXTENSION_AGGREGATE = "http://www.w3.org/ns/sparql-service-description#extensionAggregate",
    SD_AGGREGATE = "http://www.w3.org/ns/sparql-service-description#Aggregate",
    SD_DEFAULT_DATASET = "http://www.w3.org/ns/sparql-service-description#defaultDataset",
    SD_DATASET = "http://www.w3.org/ns/sparql-service-description#Dataset",
    SD_DEFAULT_GRAPH = "http://www.w3.org/ns/sparql-service-description#defaultGraph",
    SD_NAMED_GRAPH = "http://www.w3.org/ns/sparql-service-description#namedGraph",
    SD_NAME = "http://www.w3.org/ns/sparql-service-description#name",
    SD_GRAPH_OF = "http://www.w3.org/ns/sparql-service-description#graph",
    SD_GRAPH = "http://www.w3.org/ns/sparql-service-description#Graph",
    VOID_TRIPLES = "http://rdfs.org/ns/void#triples",
    VOID_ENTITIES = "http://rdfs.org/ns/void#entities",
    VOID_PROPERTY_PARTITION = "http://rdfs.org/ns/void#propertyPartition",
    VOID_PROPERTY = "http://rdfs.org/ns/void#property",
    VOID_CLASS_PARTITION = "http://rdfs.org/ns/void#classPartition",
    VOID_CLASS = "http://rdfs.org/ns/void#class",
    SH_PARAMETER_OF = "http://www.w3.org/ns/shacl#parameter",
    SH_PARAMETER = "http://www.w3.org/ns/shacl#Parameter",
    SH_PATH = "http://www.w3.org/ns/shacl#path",
    SH_DATATYPE = "http://www.w3.org/ns/shacl#datatype",
    SH_NODE_KIND = "http://www.w3.org/ns/shacl#nodeKind",
    SH_IRI = "http://www.w3.org/ns/shacl#IRI",
    SH_OPTIONAL = "http://www.w3.org/ns/shacl#optional",
    SH_MAX_COUNT = "http://www.w3.org/ns/shacl#maxCount",
    SH_DEFAULT_VALUE = "http://www.w3.org/ns/shacl#defaultValue",
    SH_DESCRIPTION = "http://www.w3.org/ns/shacl#description",
    SKOS_EXAMPLE = "http://www.w3.org/2004/02/skos/core#example",
}

terms! { KA_CLASSES:
    ACCOUNT = "https://w3id.org/kagraph/ns#Account",
    GROUP = "https://w3id.org/kagraph/ns#Group",
    OWNERSHIP = "https://w3id.org/kagraph/ns#Ownership",
    EMPLOYEE = "https://w3id.org/kagraph/ns#Employee",
    TEAM_MEMBERSHIP = "https://w3id.org/kagraph/ns#TeamMembership",
    REPORTING_LINE = "https://w3id.org/kagraph/ns#ReportingLine",
    INTERACTION = "https://w3id.org/kagraph/ns#Interaction",
    TRANSACTION = "https://w3id.org/kagraph/ns#Transaction",
    ORDER = "https://w3id.org/kagraph/ns#Order",
    INVOICE = "https://w3id.org/kagraph/ns#Invoice",
    PAYMENT = "https://w3id.org/kagraph/ns#Payment",
    OPPORTUNITY = "https://w3id.org/kagraph/ns#Opportunity",
    COMPETITOR = "https://w3id.org/kagraph/ns#Competitor",
    COMPETITOR_SIGHTING = "https://w3id.org/kagraph/ns#CompetitorSighting",
    CANDIDATE = "https://w3id.org/kagraph/ns#Candidate",
    CHAIN_CHANGE = "https://w3id.org/kagraph/ns#ChainChange",
    COVERAGE_GAP = "https://w3id.org/kagraph/ns#CoverageGap",
    RISK = "https://w3id.org/kagraph/ns#Risk",
    CASE = "https://w3id.org/kagraph/ns#Case",
    VISIT = "https://w3id.org/kagraph/ns#Visit",
    TIE = "https://w3id.org/kagraph/ns#Tie",
    INTRODUCTION = "https://w3id.org/kagraph/ns#Introduction",
    EVIDENCE = "https://w3id.org/kagraph/ns#Evidence",
    MATCH = "https://w3id.org/kagraph/ns#Match",
    ENTITY = "https://w3id.org/kagraph/ns#Entity",
    DECISION_CHAIN = "https://w3id.org/kagraph/ns#DecisionChain",
    LINK = "https://w3id.org/kagraph/ns#Link",
}

terms! { KA_PROPERTIES:
    ACCOUNT_OF = "https://w3id.org/kagraph/ns#account",
    SECTOR = "https://w3id.org/kagraph/ns#sector",
    OWNER = "https://w3id.org/kagraph/ns#owner",
    IS_KEY_ACCOUNT = "https://w3id.org/kagraph/ns#isKeyAccount",
    IS_OFF_LIMITS = "https://w3id.org/kagraph/ns#isOffLimits",
    STRATEGIC_FIT = "https://w3id.org/kagraph/ns#strategicFit",
    ANNUAL_REVENUE = "https://w3id.org/kagraph/ns#annualRevenue",
    CREDIT_LIMIT = "https://w3id.org/kagraph/ns#creditLimit",
    CHILD = "https://w3id.org/kagraph/ns#child",
    PARENT = "https://w3id.org/kagraph/ns#parent",
    SHARE = "https://w3id.org/kagraph/ns#share",
    TEAM_ROLE = "https://w3id.org/kagraph/ns#teamRole",
    MANAGER = "https://w3id.org/kagraph/ns#manager",
    TITLE = "https://w3id.org/kagraph/ns#title",
    LEVEL = "https://w3id.org/kagraph/ns#level",
    FUNCTION = "https://w3id.org/kagraph/ns#function",
    BUYING_ROLE = "https://w3id.org/kagraph/ns#buyingRole",
    RANK = "https://w3id.org/kagraph/ns#rank",
    IN_POST = "https://w3id.org/kagraph/ns#inPost",
    SEEN_ON = "https://w3id.org/kagraph/ns#seenOn",
    REPORTING_POST = "https://w3id.org/kagraph/ns#reportingPost",
    SUPERIOR_POST = "https://w3id.org/kagraph/ns#superiorPost",
    LINE_KIND = "https://w3id.org/kagraph/ns#lineKind",
    EMPLOYEE_IN = "https://w3id.org/kagraph/ns#employee",
    CONTACT_IN = "https://w3id.org/kagraph/ns#contact",
    CHANNEL = "https://w3id.org/kagraph/ns#channel",
    IS_INBOUND = "https://w3id.org/kagraph/ns#isInbound",
    DATE = "https://w3id.org/kagraph/ns#date",
    DUE_DATE = "https://w3id.org/kagraph/ns#dueDate",
    PAID_DATE = "https://w3id.org/kagraph/ns#paidDate",
    CLOSE_DATE = "https://w3id.org/kagraph/ns#closeDate",
    AMOUNT = "https://w3id.org/kagraph/ns#amount",
    CURRENCY = "https://w3id.org/kagraph/ns#currency",
    QUANTITY = "https://w3id.org/kagraph/ns#quantity",
    MARGIN = "https://w3id.org/kagraph/ns#margin",
    PRODUCT_OF = "https://w3id.org/kagraph/ns#product",
    BUYING_UNIT = "https://w3id.org/kagraph/ns#buyingUnit",
    PART_OF = "https://w3id.org/kagraph/ns#partOf",
    STAGE = "https://w3id.org/kagraph/ns#stage",
    OUTCOME = "https://w3id.org/kagraph/ns#outcome",
    COMPETITOR_IN = "https://w3id.org/kagraph/ns#competitor",
    ULTIMATE_PARENT = "https://w3id.org/kagraph/ns#ultimateParent",
    ABC_CLASS = "https://w3id.org/kagraph/ns#abcClass",
    QUADRANT = "https://w3id.org/kagraph/ns#quadrant",
    SCORE = "https://w3id.org/kagraph/ns#score",
    RANK_IN_LIST = "https://w3id.org/kagraph/ns#rankInList",
    FINDING_ID = "https://w3id.org/kagraph/ns#findingId",
    SENTENCE = "https://w3id.org/kagraph/ns#sentence",
    NEXT_STEP = "https://w3id.org/kagraph/ns#nextStep",
    SUBJECT_OF = "https://w3id.org/kagraph/ns#about",
    CHANGE_KIND = "https://w3id.org/kagraph/ns#changeKind",
    GAP_KIND = "https://w3id.org/kagraph/ns#gapKind",
    HEALTH = "https://w3id.org/kagraph/ns#health",
    INDICATOR = "https://w3id.org/kagraph/ns#indicator",
    FIRST_SEEN = "https://w3id.org/kagraph/ns#firstSeen",
    FINDING_IN = "https://w3id.org/kagraph/ns#finding",
    CLOSES = "https://w3id.org/kagraph/ns#closes",
    STATUS = "https://w3id.org/kagraph/ns#status",
    NEWS = "https://w3id.org/kagraph/ns#news",
    DECIDED_BECAUSE = "https://w3id.org/kagraph/ns#decidedBecause",
    EVIDENCE_OF = "https://w3id.org/kagraph/ns#evidence",
    CONTRIBUTION = "https://w3id.org/kagraph/ns#contribution",
    WEIGHT = "https://w3id.org/kagraph/ns#weight",
    SIGNAL = "https://w3id.org/kagraph/ns#signal",
    STRENGTH = "https://w3id.org/kagraph/ns#strength",
    STEP = "https://w3id.org/kagraph/ns#step",
    AS_OF = "https://w3id.org/kagraph/ns#asOf",
    EARLIEST = "https://w3id.org/kagraph/ns#earliest",
    LATEST = "https://w3id.org/kagraph/ns#latest",
    POST_BEFORE = "https://w3id.org/kagraph/ns#postBefore",
    POST_AFTER = "https://w3id.org/kagraph/ns#postAfter",
    ACCOUNT_BEFORE = "https://w3id.org/kagraph/ns#accountBefore",
    HAS_INTRODUCTION = "https://w3id.org/kagraph/ns#introduction",
    PERSON_IN_STEP = "https://w3id.org/kagraph/ns#person",
    MATCHED = "https://w3id.org/kagraph/ns#matched",
    PROBABILITY = "https://w3id.org/kagraph/ns#probability",
    TAKEN_AS = "https://w3id.org/kagraph/ns#takenAs",
    ENTITY_OF = "https://w3id.org/kagraph/ns#entity",
    MAIN_RECORD = "https://w3id.org/kagraph/ns#mainRecord",
    BEST_RANK = "https://w3id.org/kagraph/ns#bestRank",
    WORST_RANK = "https://w3id.org/kagraph/ns#worstRank",
    CHECK_FIRST = "https://w3id.org/kagraph/ns#checkFirst",
    COMPANY_NUMBER = "https://w3id.org/kagraph/ns#companyNumber",
    WALLET = "https://w3id.org/kagraph/ns#wallet",
    HEAD_ROOM = "https://w3id.org/kagraph/ns#headRoom",
    N_PEERS = "https://w3id.org/kagraph/ns#peers",
    PEERS_BY = "https://w3id.org/kagraph/ns#peersBy",
    EXPECTED_MONTHS = "https://w3id.org/kagraph/ns#expectedMonths",
    EXPECTED_SPEND = "https://w3id.org/kagraph/ns#expectedSpend",
    EXPECTED_SPEND_LOW = "https://w3id.org/kagraph/ns#expectedSpendLow",
    EXPECTED_SPEND_HIGH = "https://w3id.org/kagraph/ns#expectedSpendHigh",
    MONTHS_TO_KEY = "https://w3id.org/kagraph/ns#monthsToKey",
    MONTHS_TO_KEY_AT_BEST = "https://w3id.org/kagraph/ns#monthsToKeyAtBest",
    OUTLOOK = "https://w3id.org/kagraph/ns#outlook",
    OFFER = "https://w3id.org/kagraph/ns#offer",
    LOOK_ALIKE = "https://w3id.org/kagraph/ns#lookAlike",
    ABC_CLASS_BEFORE = "https://w3id.org/kagraph/ns#abcClassBefore",
    QUADRANT_BEFORE = "https://w3id.org/kagraph/ns#quadrantBefore",
    REVENUE_SHARE = "https://w3id.org/kagraph/ns#revenueShare",
    DEPENDENCY_INDEX = "https://w3id.org/kagraph/ns#dependencyIndex",
}

terms! { KA_FUNCTIONS:
    ORIGIN = "https://w3id.org/kagraph/ns#origin",
    DAYS_BETWEEN = "https://w3id.org/kagraph/ns#daysBetween",
    MONTHS_BETWEEN = "https://w3id.org/kagraph/ns#monthsBetween",
    YEAR_MONTH = "https://w3id.org/kagraph/ns#yearMonth",
    DECAY = "https://w3id.org/kagraph/ns#decay",
    QUARTER = "https://w3id.org/kagraph/ns#quarter",
    WEEK_START = "https://w3id.org/kagraph/ns#weekStart",
    MONTH_START = "https://w3id.org/kagraph/ns#monthStart",
    SIMILARITY = "https://w3id.org/kagraph/ns#similarity",
}

terms! { KA_AGGREGATES:
    MEDIAN = "https://w3id.org/kagraph/ns#median",
    PERCENTILE_5 = "https://w3id.org/kagraph/ns#percentile5",
    PERCENTILE_10 = "https://w3id.org/kagraph/ns#percentile10",
    PERCENTILE_25 = "https://w3id.org/kagraph/ns#percentile25",
    PERCENTILE_75 = "https://w3id.org/kagraph/ns#percentile75",
    PERCENTILE_90 = "https://w3id.org/kagraph/ns#percentile90",
    PERCENTILE_95 = "https://w3id.org/kagraph/ns#percentile95",
    PERCENTILE_99 = "https://w3id.org/kagraph/ns#percentile99",
    STANDARD_DEVIATION = "https://w3id.org/kagraph/ns#standardDeviation",
}

terms! { KA_SERVICES:
    PAGERANK = "https://w3id.org/kagraph/ns#pagerank",
    DEGREE = "https://w3id.org/kagraph/ns#degree",
    COMPONENTS = "https://w3id.org/kagraph/ns#components",
    STRONG_COMPONENTS = "https://w3id.org/kagraph/ns#strongComponents",
    CORE_NUMBERS = "https://w3id.org/kagraph/ns#coreNumbers",
    BRIDGES = "https://w3id.org/kagraph/ns#bridges",
    ARTICULATION_POINTS = "https://w3id.org/kagraph/ns#articulationPoints",
    DOMINATORS = "https://w3id.org/kagraph/ns#dominators",
    SHORTEST_PATHS = "https://w3id.org/kagraph/ns#shortestPaths",
    PATHS = "https://w3id.org/kagraph/ns#paths",
    LEIDEN = "https://w3id.org/kagraph/ns#leiden",
    LABEL_PROPAGATION = "https://w3id.org/kagraph/ns#labelPropagation",
    BETWEENNESS = "https://w3id.org/kagraph/ns#betweenness",
    CLOSENESS = "https://w3id.org/kagraph/ns#closeness",
    CLUSTERING = "https://w3id.org/kagraph/ns#clustering",
    SIMILAR_NODES = "https://w3id.org/kagraph/ns#similarNodes",
    EMBEDDINGS = "https://w3id.org/kagraph/ns#embeddings",
    NEAREST_NODES = "https://w3id.org/kagraph/ns#nearestNodes",
    PERSONAL_RANKS = "https://w3id.org/kagraph/ns#personalRanks",
    SET_COVER = "https://w3id.org/kagraph/ns#setCover",
}

terms! { KA_REQUEST:
    RESULT = "https://w3id.org/kagraph/ns#result",
    LAYER = "https://w3id.org/kagraph/ns#layer",
    DIRECTION = "https://w3id.org/kagraph/ns#direction",
    PARALLEL = "https://w3id.org/kagraph/ns#parallel",
    HALF_LIFE_DAYS = "https://w3id.org/kagraph/ns#halfLifeDays",
    NODE_CLASS = "https://w3id.org/kagraph/ns#nodeClass",
    IN_GRAPH = "https://w3id.org/kagraph/ns#graph",
    SOURCE = "https://w3id.org/kagraph/ns#source",
    TARGET = "https://w3id.org/kagraph/ns#target",
    DAY = "https://w3id.org/kagraph/ns#day",
    FACTOR = "https://w3id.org/kagraph/ns#factor",
    PATH = "https://w3id.org/kagraph/ns#path",
    SEED = "https://w3id.org/kagraph/ns#seed",
    DAMPING = "https://w3id.org/kagraph/ns#damping",
    TOLERANCE = "https://w3id.org/kagraph/ns#tolerance",
    ITERATIONS = "https://w3id.org/kagraph/ns#iterations",
    K = "https://w3id.org/kagraph/ns#k",
    COST_OF_LINK = "https://w3id.org/kagraph/ns#linkCost",
    MAX_COST = "https://w3id.org/kagraph/ns#maxCost",
    NODE = "https://w3id.org/kagraph/ns#node",
    OTHER = "https://w3id.org/kagraph/ns#other",
    LINKS_OUT = "https://w3id.org/kagraph/ns#linksOut",
    LINKS_IN = "https://w3id.org/kagraph/ns#linksIn",
    COMPONENT = "https://w3id.org/kagraph/ns#component",
    SIZE = "https://w3id.org/kagraph/ns#size",
    CORE = "https://w3id.org/kagraph/ns#core",
    DOMINATOR = "https://w3id.org/kagraph/ns#dominator",
    COST = "https://w3id.org/kagraph/ns#cost",
    COMMUNITY = "https://w3id.org/kagraph/ns#community",
    RESOLUTION = "https://w3id.org/kagraph/ns#resolution",
    RANDOM_SEED = "https://w3id.org/kagraph/ns#randomSeed",
    SAMPLES = "https://w3id.org/kagraph/ns#samples",
    HARMONIC = "https://w3id.org/kagraph/ns#harmonic",
    TRIANGLES = "https://w3id.org/kagraph/ns#triangles",
    MEASURE = "https://w3id.org/kagraph/ns#measure",
    THRESHOLD = "https://w3id.org/kagraph/ns#threshold",
    DIMENSION = "https://w3id.org/kagraph/ns#dimension",
    VALUE = "https://w3id.org/kagraph/ns#value",
    VECTOR_LENGTH = "https://w3id.org/kagraph/ns#vectorLength",
    GAIN = "https://w3id.org/kagraph/ns#gain",
    MAX_DEGREE = "https://w3id.org/kagraph/ns#maxDegree",
}

/// What stands as it is in the path of an IRI; the rest is percent-encoded as UTF-8.
const KEPT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The IRI of a source row, as evidence names it: `batch:<hash>/<file>#row=<n>`.
pub fn row_iri(batch: &str, file: &str, row: u64) -> String {
    format!("{BATCH}{batch}/{}#row={row}", utf8_percent_encode(file, KEPT_IN_PATH))
}

/// The IRI of a finding, from its stable id.
pub fn finding_iri(id: &str) -> String {
    format!("{ID}finding/{id}")
}

/// The IRI of a case, from its stable id.
pub fn case_iri(id: &str) -> String {
    format!("{ID}case/{id}")
}

/// The IRI of a planned visit, from its stable id.
pub fn visit_iri(id: &str) -> String {
    format!("{ID}visit/{id}")
}

/// The IRI of a match, from its stable id.
pub fn match_iri(id: &str) -> String {
    format!("{ID}match/{id}")
}

/// The IRI of an entity, from its stable id.
pub fn entity_iri(id: &str) -> String {
    format!("{ID}entity/{id}")
}

/// The IRI of a record of a source, from its key.
pub fn record_iri(key: &str) -> String {
    format!("{ID}record/{}", utf8_percent_encode(key, KEPT_IN_PATH))
}

/// The IRI of a run, from its id.
pub fn run_iri(id: &str) -> String {
    format!("{ID}run/{id}")
}

/// The IRI of a snapshot, from its content hash.
pub fn snapshot_iri(hash: &str) -> String {
    format!("{ID}snapshot/{hash}")
}

/// The IRI of a named graph: a source's, or a derived one such as `findings`.
pub fn graph_iri(name: &str) -> String {
    format!("{GRAPH}{}", utf8_percent_encode(name, KEPT_IN_PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_terms_are_in_our_namespace_and_named_once() {
        let lists = [KA_CLASSES, KA_PROPERTIES, KA_FUNCTIONS, KA_AGGREGATES, KA_SERVICES, KA_REQUEST];
        let mut iris: Vec<_> = lists.into_iter().flatten().map(|term| term.as_str()).collect();
        assert!(iris.iter().all(|iri| iri.starts_with(KA)));
        let n_terms = iris.len();
        iris.sort_unstable();
        iris.dedup();
        assert_eq!(iris.len(), n_terms);
    }
}
