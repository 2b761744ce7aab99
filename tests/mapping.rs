//! What a mapping makes of rows: values, links, refusals, filters, days, raw columns; whatever the number of threads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kagraph::ingest::{Reject, RowCount};
use kagraph::mapping::{Known, MapError, Mapping, Piece, TermText};
use proptest::prelude::*;

/// What came of a mapping, statements as `subject predicate object` without our namespaces.
#[derive(Default, PartialEq, Debug)]
struct Outcome {
    lines: Vec<String>,
    rejects: Vec<Reject>,
    rows: RowCount,
    n_filtered: u64,
    n_rejected_values: u64,
}

impl Outcome {
    fn has(&self, line: &str) -> bool {
        self.lines.iter().any(|it| it == line)
    }

    fn take(&mut self, piece: &Piece) {
        let statements = &piece.mapped.statements;
        for statement in &statements.statements {
            let [subject, predicate, object] =
                [statement.subject, statement.predicate, statement.object].map(|term| short(statements.resolve(term)));
            let known = match statement.known {
                Known::Always => String::new(),
                Known::OnLoad => " @load".to_owned(),
                Known::On(day) => format!(" @{day}"),
            };
            self.lines.push(format!("{subject} {predicate} {object}{known}"));
        }
        self.rejects.extend(piece.mapped.rejects.iter().cloned());
        self.rows += piece.mapped.rows;
        self.n_filtered += piece.mapped.n_filtered;
        self.n_rejected_values += piece.mapped.n_rejected_values;
    }
}

fn short(term: TermText<'_>) -> String {
    let name = |iri: &str| {
        let local =
            iri.strip_prefix("https://w3id.org/kagraph/id/").or_else(|| iri.strip_prefix("https://w3id.org/kagraph/"));
        local.unwrap_or_else(|| iri.rsplit(['#', '/']).next().unwrap()).replace("ns#", "")
    };
    match term {
        TermText::Iri(iri) => name(iri),
        TermText::Blank(label) => format!("_:{label}"),
        TermText::Typed(lexical, datatype) if datatype.ends_with("#string") => format!("\"{lexical}\""),
        TermText::Typed(lexical, datatype) => format!("{lexical}^{}", name(datatype)),
        TermText::Lang(lexical, language) => format!("\"{lexical}\"@{language}"),
    }
}

fn run(folder: &Path, mapping: &str) -> Result<Outcome, MapError> {
    let mapping = Mapping::parse(mapping, "test.toml")?;
    let plan = mapping.plan(folder)?;
    let mut outcome = Outcome::default();
    let counts = plan.run(|piece| {
        outcome.take(&piece);
        Ok::<(), std::io::Error>(())
    })?;
    assert_eq!(counts.len(), plan.files().len());
    assert!(outcome.rows.is_complete() && counts.iter().all(|rows| rows.is_complete()));
    Ok(outcome)
}

/// Maps one file `a.csv` with the body of a `[[file]]`.
fn mapped(csv: &str, body: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), csv).unwrap();
    fs::write(folder.path().join("b.csv"), "key,name,since\n1,one,2020-01-05\n2,two,\n").unwrap();
    let text = format!("source = 'crm'\nregion = 'GB'\n[[file]]\npath = 'a.csv'\n{body}");
    run(folder.path(), &text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn an_empty_placeholder_leaves_a_thing_or_a_link_out_and_never_names_something_else() {
    let body = "raw = false\n[[file.account]]\nid = 'account/{a}'\nparent = 'account/{b}'\n[[file.contact]]\nid = 'contact/{b}'";
    let outcome = mapped("a,b\n1,\n2,x y/z\n3,3\n,\n", body);
    assert!(outcome.has("crm/account/2 subOrganizationOf crm/account/x%20y%2Fz"));
    assert!(outcome.has("crm/account/1 type Account"));
    assert!(!outcome.lines.iter().any(|line| line.ends_with("account/") || line.contains("contact/ ")));
    assert!(!outcome.has("crm/account/3 subOrganizationOf crm/account/3"), "nothing is its own parent");
    assert_eq!((outcome.rows.mapped, outcome.rows.quarantined), (3, 1));
    assert!(outcome.rejects[0].reason.contains("id of [[file.account]]"), "{:?}", outcome.rejects);
}

#[test]
fn a_bad_value_is_refused_alone_and_a_bad_required_value_with_its_row() {
    let body = "[[file.transaction]]\nid = 't/{#row}'\nkind = 'order'\naccount = { value = 'account/{a}', required = true }\n\
                date = { value = '{d}', format = '%d/%m/%Y' }\namount = { value = '{m}', clean = ['money'], required = true }";
    let outcome = mapped("a,d,m\n1,31/01/2020,\"£1,000.50\"\n1,2020-01-31,5\n,01/01/2020,5\n1,01/01/2020,five\n", body);
    assert_eq!(outcome.rows, RowCount { read: 4, mapped: 2, quarantined: 2 });
    assert_eq!(outcome.n_rejected_values, 1);
    assert!(outcome.has("crm/t/1 date 2020-01-31^date") && outcome.has("crm/t/1 amount 1000.50^decimal"));
    assert!(outcome.has("crm/t/2 amount 5^decimal") && outcome.has("crm/t/2 type Order"));
    assert!(!outcome.lines.iter().any(|line| line.contains("/t/3") || line.contains("/t/4")));
    let places: Vec<_> = outcome.rejects.iter().map(|it| (it.row, it.column.as_deref(), it.raw.as_str())).collect();
    let expected = [(2, Some("d"), "2020-01-31"), (3, Some("a"), ",01/01/2020,5"), (4, Some("m"), "1,01/01/2020,five")];
    assert_eq!(places, expected);
    assert_eq!(outcome.rejects[0].reason, "date: expected a date like %d/%m/%Y, found \"2020-01-31\"");
}

#[test]
fn filtered_rows_count_as_mapped_and_say_so() {
    let body = "where = ['k in (x, y)', 'a is not empty']\n[[file.account]]\nid = 'account/{a}'\nwhen = 'k = x'";
    let outcome = mapped("a,k\n1,x\n2,z\n,x\n3,y\n", body);
    assert_eq!(outcome.rows, RowCount { read: 4, mapped: 4, quarantined: 0 });
    assert_eq!((outcome.n_filtered, outcome.lines.len()), (3, 1));
}

#[test]
fn lookups_find_columns_of_other_files_and_a_missing_key_is_empty_or_refuses_the_row() {
    let lookup = |missing| {
        format!(
            "raw = false\n[file.let]\nname = {{ lookup = 'b.csv', on = 'key = {{k}}', take = 'name', missing = '{missing}' }}\n\
             since = {{ lookup = 'b.csv', on = 'key = {{k}}', take = 'since', default = '1999-12-31' }}\n\
             due = {{ date = '{{since}}', plus_days = '{{k}}' }}\n\
             [[file.account]]\nid = 'account/{{a}}'\nname = '{{name}}'\nstart_date = '{{due}}'"
        )
    };
    let outcome = mapped("a,k\nx,1\ny,2\nz,9\n", &lookup("empty"));
    assert!(outcome.has("crm/account/x name \"one\"") && outcome.has("crm/account/x startDate 2020-01-06^date"));
    assert!(outcome.has("crm/account/y startDate 2000-01-02^date"));
    assert!(outcome.has("crm/account/z type Account") && outcome.rejects.is_empty());
    let outcome = mapped("a,k\nx,1\nz,9\n", &lookup("reject"));
    assert_eq!(outcome.rows.quarantined, 1);
    assert!(outcome.rejects[0].reason.contains("key \"9\""), "{:?}", outcome.rejects);
}

#[test]
fn arithmetic_is_exact_and_an_empty_operand_gives_nothing() {
    let body = "[[file.transaction]]\nid = 't/{#row}'\nkind = 'order'\namount = { multiply = ['{q}', '{p}'] }\n\
                margin = { subtract = ['{p}', '0.2'] }\nquantity = { divide = ['{q}', '3'] }";
    let outcome = mapped("q,p\n3,0.1\n-2,1e1\n,5\n1,x\n", body);
    assert!(outcome.has("crm/t/1 amount 0.3^decimal") && outcome.has("crm/t/1 margin -0.1^decimal"));
    assert!(outcome.has("crm/t/2 amount -20^decimal") && outcome.has("crm/t/4 quantity 0.3333333333^decimal"));
    assert!(!outcome.lines.iter().any(|line| line.starts_with("crm/t/3 amount")));
    assert_eq!(outcome.n_rejected_values, 2);
}

#[test]
fn a_decimal_comma_is_read_once_by_whichever_reads_the_number() {
    let body = "[[file.transaction]]\nid = 't/{#row}'\nkind = 'order'\namount = { value = '{m}', clean = ['money'], decimal = ',' }\n\
                margin = { value = '{n}', decimal = ',' }\nquantity = { multiply = ['{n}', '{n}'], decimal = ',' }";
    let outcome = mapped("m;n\n1.210,50 €;1,5\n1.5;1.5\n", &format!("read = {{ delimiter = ';' }}\n{body}"));
    for line in ["crm/t/1 amount 1210.50^decimal", "crm/t/1 margin 1.5^decimal", "crm/t/1 quantity 2.25^decimal"] {
        assert!(outcome.has(line), "{line} is not in {:#?}", outcome.lines);
    }
    assert_eq!(outcome.n_rejected_values, 3, "a point is no decimal comma");
}

#[test]
fn a_row_is_known_from_its_day_and_an_end_not_before_it_came() {
    let body = "known = '{d}'\n[[file.membership]]\nid = 'm/{a}'\nmember = 'contact/{a}'\npost = 'post/1'\nstart_date = '{d}'\n\
                end_date = '{e}'\n[[file.account]]\nid = 'account/{a}'\nknown = 'always'\nend_date = '{e}'";
    let outcome = mapped("a,d,e\n1,2010-01-01,2012-05-06\n2,,2011-01-01\n", body);
    assert!(outcome.has("crm/m/1 inPost crm/post/1 @2010-01-01"));
    assert!(outcome.has("crm/m/1 endDate 2012-05-06^date @2012-05-06"));
    assert!(
        outcome.has("crm/account/1 type Account") && outcome.has("crm/account/1 endDate 2012-05-06^date @2012-05-06")
    );
    assert!(outcome.has("crm/m/2 endDate 2011-01-01^date @load"));
}

#[test]
fn a_membership_in_many_snapshots_is_one_node_seen_on_many_days() {
    let body = "[[file.membership]]\nmember = 'contact/{p}'\npost = 'post/{t}'\nseen_on = '{s}'\n\
                [[file.reporting_line]]\npost = 'post/{t}'\nsuperior = 'post/{u}'\nseen_on = '{s}'";
    let outcome = mapped("s,p,t,u\n2020-01-01,a,x,y\n2020-02-01,a,x,y\n2020-02-01,b,x,\n", body);
    let nodes: BTreeSet<_> =
        outcome.lines.iter().filter_map(|line| line.split_once(" type Membership")).map(|(node, _)| node).collect();
    assert_eq!(nodes.len(), 2);
    let seen: BTreeSet<_> =
        outcome.lines.iter().filter(|line| line.contains("membership") && line.contains("seenOn")).collect();
    assert_eq!(seen.len(), 3);
    assert!(!outcome.lines.iter().any(|line| line.contains("reportsTo")), "a line of one day is no standing line");
}

#[test]
fn an_open_ownership_is_also_a_direct_link_and_an_ended_one_is_not() {
    let body = "[[file.ownership]]\nchild = 'account/{c}'\nparent = 'group/{p}'\nshare = '{s}'\nend_date = '{e}'";
    let outcome = mapped("c,p,s,e\n1,9,60 %,\n2,9,0.25,2019-01-01\n3,,1,\n4,9,150 %,\n", body);
    assert!(outcome.has("crm/account/1 subOrganizationOf crm/group/9"));
    assert!(!outcome.lines.iter().any(|line| line.starts_with("crm/account/2 subOrganizationOf")));
    assert!(outcome.lines.iter().any(|line| line.ends_with("share 0.6^decimal")));
    assert_eq!((outcome.rows.quarantined, outcome.n_rejected_values), (1, 1));
}

#[test]
fn unmapped_columns_stay_as_raw_statements_of_the_rows_first_thing() {
    let body = "drop = ['secret']\n[[file.account]]\nid = 'account/{a}'";
    let outcome = mapped("a,free text,secret,empty\n1,  Hello ,x,\n", body);
    assert_eq!(outcome.lines, ["crm/account/1 type Account", "crm/account/1 raw/crm/a/free%20text \"  Hello \""]);
}

#[test]
fn concepts_sectors_splits_languages_and_shared_ids_come_out_as_the_vocabulary_has_them() {
    let body = "raw = false\n[[file.post]]\nid = '/post/{a}'\nlevel = '{l}'\nfunction = 'finance'\n\
                properties = { 'schema:description' = { value = '{t}', lang = 'EN' }, 'ka:step' = { value = '{n}', as = 'integer' } }\n\
                [[file.account]]\nid = 'account/{a}'\nsector = '{s}'\nidentifier = { value = 'no {n}', split = ';' }\nfounded = '{y}'\n\
                [[file.thing]]\nid = 'https://example.org/{a}'\nclass = ['schema:Place', 'ka:Link']";
    let outcome = mapped("a,l,t,s,n,y\n1,decision,chief,Real Estate,4;;5,1999\n2,boss,,,6,2000-02-03\n", body);
    for line in [
        "post/1 level Level-decision",
        "post/1 function Function-finance",
        "post/1 description \"chief\"@en",
        "crm/account/1 sector sector/real%20estate",
        "sector/real%20estate prefLabel \"Real Estate\"",
        "crm/account/1 identifier \"no 4\"",
        "crm/account/1 identifier \"no 5\"",
        "crm/account/1 foundingDate 1999^gYear",
        "crm/account/2 foundingDate 2000-02-03^date",
        "post/2 step 6^integer",
        "1 type Place",
        "1 type Link",
    ] {
        assert!(outcome.has(line), "{line} is not in {:#?}", outcome.lines);
    }
    let reasons: Vec<_> = outcome.rejects.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons[0], "ka:step: expected a whole number, found \"4;;5\"");
    assert_eq!(reasons[1], "level: expected one of decision, management, execution, found \"boss\"");
}

#[test]
fn each_file_of_a_pattern_may_be_a_source_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["Leeds.csv", "york.csv"] {
        fs::write(folder.path().join(name), "a\n1\n").unwrap();
    }
    let text =
        "source = 'councils'\n[[file]]\npath = '*.csv'\nsource = 'uk_{#file}'\n[[file.account]]\nid = 'account/{a}'";
    let outcome = run(folder.path(), text).unwrap();
    assert_eq!(outcome.lines, ["uk_leeds/account/1 type Account", "uk_york/account/1 type Account"]);
}

#[test]
fn rdf_files_go_in_as_they_are_with_their_graphs_and_their_own_blank_nodes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.nq"), "_:x <urn:p> \"v\"@en .\n<urn:s> <urn:p> <urn:o> <urn:g> .\nbroken\n")
        .unwrap();
    fs::write(folder.path().join("b.ttl"), "_:x <urn:p> 1 .").unwrap();
    let text = "source = 'linked'\n[[file]]\npath = 'a.nq'\nknown = 'load'\n[[file]]\npath = '*.ttl'\nsource = 'other'";
    let outcome = run(folder.path(), text).unwrap();
    assert_eq!(outcome.rows, RowCount { read: 4, mapped: 3, quarantined: 1 });
    assert_eq!(outcome.rejects[0].row, 3);
    assert_eq!(outcome.lines.iter().filter(|line| line.starts_with("_:f")).count(), 2);
    assert!(outcome.lines[0].ends_with("\"v\"@en @load") && outcome.lines[2].ends_with("1^integer"));
    assert_ne!(outcome.lines[0].split(' ').next(), outcome.lines[2].split(' ').next());
    let refused = Mapping::parse(&text.replace("'load'", "'{x}'"), "t").unwrap_err().to_string();
    assert!(refused.contains("a.nq is RDF, which has no rows or columns"), "{refused}");
}

#[test]
fn every_mistake_is_named_before_a_row_is_read() {
    let text = "source = 'CRM'\nregoin = 'GB'\n[[file]]\npath = 'a.csv'\nread = { delimter = ';' }\n[[file.account]]\nid = 'account/{a'\n\
                nmae = 'x'\nkey_account = 'perhaps'\nclass = 'ka:Acount'\n[[file.post]]\nid = 'post/1'\nlevel = 'decison'\n\
                title = { value = 'x', clean = ['trimm'] }\nrank = { multiply = ['a', '2'] }\n[[file.transaction]]\nid = 't'\n";
    let message = Mapping::parse(text, "crm.toml").unwrap_err().to_string();
    for part in [
        "has 11 mistakes",
        "line 1, column 10: expected lower-case letters",
        "line 2, column 1: unknown key of a mapping \"regoin\"\n    hint: did you mean \"region\"?",
        "line 5, column",
        "delimter",
        "line 7, column 6: unpaired {",
        "line 8, column 1: unknown key of [[file.account]] \"nmae\"\n    hint: did you mean \"name\"?",
        "line 9, column 15: expected true or false, found \"perhaps\"",
        "line 10, column 9: unknown class \"Acount\"\n    hint: did you mean \"Account\"?",
        "did you mean \"decision\"?",
        "unknown cleaning rule \"trimm\"\n    hint: did you mean \"trim\"?",
        "\"a\" is no number\n    hint: write \"{a}\" for the column",
        "[[file.transaction]] has no \"kind\"",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn a_missing_file_is_named_with_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("acounts.csv"), "a\n1\n").unwrap();
    let text = "source = 'crm'\n[[file]]\npath = 'accounts.csv'\n[[file.account]]\nid = 'account/{a}'";
    let message = run(folder.path(), text).unwrap_err().to_string();
    assert!(
        message.contains("no file accounts.csv")
            && message.contains("acounts.csv\"") | message.contains("it has acounts.csv")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rows_add_up_and_the_outcome_is_the_same_at_any_number_of_threads(
        rows in proptest::collection::vec(("[0-9]{0,2}", "[a-c,\"\n]{0,3}", "(20[0-2][0-9]-0[1-9]-[0-3][0-9]|x)?"), 1..60),
        n_copies in 1..400_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines: String = rows.iter().map(|(a, b, d)| format!("{a},{},{d}\n", quoted(b))).collect();
        fs::write(folder.path().join("a.csv"), format!("a,b,d\n{}", lines.repeat(n_copies))).unwrap();
        let text = "source = 'crm'\n[[file]]\npath = 'a.csv'\nread = { delimiter = ',', quote = '\"', header = true }\n\
                    where = ['b does not contain c']\nknown = '{d}'\n[[file.account]]\nid = 'account/{a}'\nname = '{b}'\n\
                    [[file.transaction]]\nid = 't/{#row}'\nkind = 'order'\naccount = { value = 'account/{a}', required = true }\ndate = '{d}'";
        let at = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| run(folder.path(), text).unwrap())
        };
        let outcome = at(1);
        prop_assert_eq!(outcome.rows.read, (rows.len() * n_copies) as u64);
        let n_empty = rows.iter().filter(|(a, b, _)| a.is_empty() && !b.contains('c')).count();
        prop_assert_eq!(outcome.rows.quarantined, (n_empty * n_copies) as u64);
        let n_orders = outcome.lines.iter().filter(|line| line.contains(" type Order")).count();
        prop_assert_eq!(n_orders as u64, outcome.rows.mapped - outcome.n_filtered);
        let several = at(3);
        prop_assert_eq!(outcome.rejects, several.rejects);
        prop_assert_eq!(outcome.lines.iter().collect::<BTreeSet<_>>(), several.lines.iter().collect::<BTreeSet<_>>());
    }
}

#[test]
fn the_demos_own_mappings_fit_its_files_and_use_nearly_every_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mappings: Vec<_> = names.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    assert!(mappings.len() > 1);
    for path in &mappings {
        let outcome =
            run(&folder, &fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let RowCount { read, quarantined, .. } = outcome.rows;
        assert!(
            read > 0 && quarantined * 50 < read,
            "{path:?}: {quarantined} of {read} rows refused: {:?}",
            outcome.rejects.first()
        );
        assert!(outcome.n_rejected_values * 50 < read, "{path:?}: {:?}", outcome.rejects.first());
        println!("{path:?}: {:?}, {} values refused", outcome.rows, outcome.n_rejected_values);
    }
}
