#!/usr/bin/env python3
"""Kagraph beside DuckDB, Oxigraph, NetworKit and igraph on the same data, in one run.

    python3 benches/compare.py --relations 10M --folder /tmp/compare --algorithms

needs Python 3.10, cargo and the network once: it makes a virtual environment below FOLDER with the packages that are not
there, and builds the program where that is not there. Then it makes a market of so many relations with `kagraph synth`,
loads and builds it, and gives the very same statements to the others: DuckDB gets them from the workspace's Parquet
batches as the tables of a star schema (whole numbers as keys, facts sorted as the files were), Oxigraph's RocksDB store
gets `kagraph export`. Then every query of benches/analyst is asked in turn, several times over, in warm processes: SPARQL
in `kagraph bench -` and in pyoxigraph, SQL in DuckDB with as many threads as this machine has cores. Parsing, planning and
handing over the answer (CSV, Arrow, Python objects) count.

The answers must be the same rows; decimals exactly, columns that a query declares approximate to 1e-9. Printed are
medians, ratios, their geometric mean and the greatest one. Exit code 1 when answers differ or are not there in time.

What Oxigraph takes for one query is minutes at 10M, so it is asked the queries of --oxigraph only, and not when that is
empty. --algorithms compares the graph algorithms as well, with NetworKit and igraph (benches/algorithms_compare.py).
What was made stays in FOLDER and is used again.
"""

import argparse
import csv
import datetime
import decimal
import importlib.util
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
KA = "https://w3id.org/kagraph/ns#"
PREFIXES = {
    "ka": KA,
    "id": "https://w3id.org/kagraph/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
PACKAGES = ["duckdb", "pyarrow", "pyoxigraph"]
ALGORITHM_PACKAGES = ["numpy", "scipy", "networkit", "igraph"]
POINT_QUERY = "sales_of_one_account"
DEFAULT_OXIGRAPH = "count_all,revenue_by_account,revenue_by_sector,products_by_account_after,sales_of_one_account"

# Table: class, and its columns: name, predicate, and either the SQL type of the literal, "iri" for a link that stays an
# IRI, or the table that the link leads to. Tables come before those that refer to them.
TABLES = {
    "account": ("ka:Account", [("name", "schema:name", "VARCHAR"), ("sector", "ka:sector", "iri"),
                               ("country", "schema:addressCountry", "VARCHAR"),
                               ("is_key", "ka:isKeyAccount", "BOOLEAN")]),
    "product": ("schema:Product", [("name", "schema:name", "VARCHAR"), ("category", "schema:category", "VARCHAR")]),
    "employee": ("ka:Employee", []),
    "contact": ("foaf:Person", [("email", "schema:email", "VARCHAR")]),
    "unit": ("org:OrganizationalUnit", []),
    "grouping": ("ka:Group", []),
    "post": ("org:Post", [("account", "org:postIn", "account"), ("level", "ka:level", "iri"),
                          ("function", "ka:function", "iri"), ("rank", "ka:rank", "INTEGER")]),
    "membership": ("org:Membership", [("member", "org:member", "contact"), ("post", "ka:inPost", "post"),
                                      ("account", "org:organization", "account")]),
    "meeting": ("ka:Interaction", [("employee", "ka:employee", "employee"), ("contact", "ka:contact", "contact"),
                                   ("account", "ka:account", "account"), ("date", "ka:date", "DATE"),
                                   ("channel", "ka:channel", "VARCHAR")]),
    "sale": ("ka:Order", [("account", "ka:account", "account"), ("date", "ka:date", "DATE"),
                          ("amount", "ka:amount", "DECIMAL(18,2)"), ("margin", "ka:margin", "DECIMAL(18,2)"),
                          ("quantity", "ka:quantity", "INTEGER"), ("product", "ka:product", "product"),
                          ("unit", "ka:buyingUnit", "unit")]),
    "invoice": ("ka:Invoice", [("account", "ka:account", "account"), ("date", "ka:date", "DATE"),
                               ("amount", "ka:amount", "DECIMAL(18,2)"), ("due", "ka:dueDate", "DATE"),
                               ("paid", "ka:paidDate", "DATE")]),
    "chance": ("ka:Opportunity", [("account", "ka:account", "account"), ("product", "ka:product", "product"),
                                  ("outcome", "ka:outcome", "VARCHAR"), ("amount", "ka:amount", "DECIMAL(18,2)"),
                                  ("opened", "ka:date", "DATE")]),
}
# Links as tables: name, predicate, subject column, object column, and the table that both lead to (None: IRIs).
LINKS = [("part_of", "org:subOrganizationOf", "child", "parent", None),
         ("reports_to", "org:reportsTo", "post", "superior", "post")]


def full(name):
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


class Kagraph:
    """The program, and a process of it that answers one query after the other."""

    def __init__(self, program, workspace):
        self.program, self.workspace, self.process = program, workspace, None

    def run(self, *arguments):
        subprocess.run([self.program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, answers, limit):
        answers.mkdir(exist_ok=True)
        self.answers = answers
        command = [self.program, "bench", "-", "--workspace", str(self.workspace), "--answers", str(answers),
                   "--timeout", limit]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, query):
        self.process.stdin.write(f"{query.path}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().rstrip("\n").split("\t")
        if len(line) != 5:
            sys.exit(f"kagraph bench gave no answer to {query.name}")
        return math.inf if line[4] == "timed out" else float(line[2])

    def rows(self, query):
        with open(self.answers / f"{query.name}.csv", encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            return [row for row in reader if row]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Duck:
    """The same statements as tables of a star schema."""

    def __init__(self, path, threads):
        import duckdb

        self.db = duckdb.connect(str(path))
        self.db.execute(f"SET threads = {threads}")

    def load(self, workspace):
        batches = []
        for manifest in sorted((workspace / "batches").glob("*/manifest.json")):
            batches.append((manifest.parent, json.loads(manifest.read_text())))
        self.terms(batches)
        predicates = {}
        for number, (folder, manifest) in enumerate(batches):
            for table in manifest["tables"]:
                predicates.setdefault(table["iri"], []).append((number, folder / table["file"]))
        self.tables = {}
        for at, (iri, files) in enumerate(sorted(predicates.items())):
            parts = " UNION ".join(
                f"SELECT s.id AS s, o.id AS o FROM read_parquet('{file}') t "
                f"JOIN map_{number} s ON s.term = t.subject JOIN map_{number} o ON o.term = t.object"
                for number, file in files)
            self.db.execute(f"CREATE TABLE p_{at} AS SELECT DISTINCT s, o FROM ({parts})")
            self.tables[iri] = f"p_{at}"
        self.wide()
        self.db.execute("CHECKPOINT")
        self.db.execute("ANALYZE")

    def terms(self, batches):
        files = [str(folder / "terms.parquet") for folder, _ in batches]
        self.db.execute(
            "CREATE TABLE term AS SELECT row_number() OVER () AS id, * FROM "
            f"(SELECT DISTINCT kind, value, datatype, language FROM read_parquet({files}))")
        for number, file in enumerate(files):
            self.db.execute(
                f"CREATE TABLE map_{number} AS SELECT t.term, g.id FROM read_parquet('{file}') t JOIN term g ON "
                "g.kind = t.kind AND g.value = t.value AND g.datatype IS NOT DISTINCT FROM t.datatype "
                "AND g.language IS NOT DISTINCT FROM t.language")

    def wide(self):
        union = " UNION ALL ".join(f"SELECT s, o FROM {table}" for table in self.tables.values())
        self.db.execute(f"CREATE VIEW statement AS {union}")
        kind = self.tables[full("rdf:type")]
        self.db.execute(f"CREATE TABLE class_of AS SELECT s AS thing, value AS class FROM {kind} JOIN term ON id = o")
        for name, (of_class, columns) in TABLES.items():
            parts, joins = [], []
            for at, (column, predicate, target) in enumerate(columns):
                table = self.tables.get(full(predicate))
                if table is None:
                    parts.append(f"NULL::{target if target.isupper() else 'VARCHAR'} AS {column}")
                    continue
                one = f"(SELECT s, min(o) AS o FROM {table} GROUP BY s)"
                joins.append(f"LEFT JOIN {one} l{at} ON l{at}.s = e.term")
                if target in TABLES:
                    joins.append(f"LEFT JOIN {target} d{at} ON d{at}.term = l{at}.o")
                    parts.append(f"d{at}.id AS {column}")
                else:
                    joins.append(f"LEFT JOIN term d{at} ON d{at}.id = l{at}.o")
                    kind_of = "VARCHAR" if target == "iri" else target
                    parts.append(f"CAST(d{at}.value AS {kind_of}) AS {column}")
            select = ", ".join(["CAST(row_number() OVER (ORDER BY e.iri) - 1 AS INTEGER) AS id", "e.iri", "e.term", *parts])
            things = (f"(SELECT thing AS term, value AS iri FROM class_of JOIN term ON id = thing "
                      f"WHERE class = '{full(of_class)}')")
            self.db.execute(f"CREATE TABLE {name} AS SELECT {select} FROM {things} e {' '.join(joins)} ORDER BY id")
        for name, predicate, subject, object_, target in LINKS:
            table = self.tables[full(predicate)]
            of, value = (target, "id") if target else ("term", "value")
            key = "term" if target else "id"
            self.db.execute(
                f"CREATE TABLE {name} AS SELECT a.{value} AS {subject}, b.{value} AS {object_} "
                f"FROM {table} l JOIN {of} a ON a.{key} = l.s JOIN {of} b ON b.{key} = l.o")

    def ask(self, query):
        taken, self.answer = seconds(lambda: self.db.sql(query.sql).to_arrow_table())
        return taken

    def rows(self, _query):
        return [list(row.values()) for row in self.answer.to_pylist()]


class Oxigraph:
    """The same statements in Oxigraph's own store, on RocksDB."""

    def __init__(self, path):
        import pyoxigraph

        self.rdf = pyoxigraph
        self.store = pyoxigraph.Store(str(path))

    def load(self, file):
        self.store.bulk_load(path=str(file), format=self.rdf.RdfFormat.N_TRIPLES)
        self.store.optimize()

    def ask(self, query):
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

        def answer():
            return [[None if value is None else value.value for value in row] for row in self.store.query(head + query.text)]

        taken, self.answer = seconds(answer)
        return taken

    def rows(self, _query):
        return self.answer


class Query:
    def __init__(self, path):
        self.path, self.name, self.text = path, path.stem, path.read_text()
        self.sql = path.with_suffix(".sql").read_text()
        marks = [line for line in self.text.splitlines() if line.startswith("# approximate: ")]
        self.is_approximate, self.n_rows = bool(marks), 0


def cell(value, is_approximate):
    """A value as text that is the same whoever gives it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    try:
        number = decimal.Decimal(str(value))
    except decimal.InvalidOperation:
        return str(value)
    # a quotient has as many digits as its engine likes; ten of them are compared
    if is_approximate and number != number.to_integral_value():
        return f"{float(number):.9e}"
    return format(number.normalize() + 0, "f")


def rows_of(engine, query):
    return sorted([cell(value, query.is_approximate) for value in row] for row in engine.rows(query))


def difference(expected, found):
    if len(expected) != len(found):
        return f"{len(expected)} rows and {len(found)} rows"
    pairs = [(a, b) for a, b in zip(expected, found) if a != b]
    return f"{len(pairs)} rows differ, the first: {pairs[0][0]} and {pairs[0][1]}" if pairs else None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relations", default="1M", help="size of the market, such as 10M")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("compare"), help="where everything is made; kept")
    parser.add_argument("--profile", default="release", help="cargo's profile of the program and of the algorithms' bench")
    parser.add_argument("--kagraph", type=pathlib.Path, help="the program; without it the profile's, built when missing")
    parser.add_argument("--repeat", type=int, default=5, help="how often each query is asked")
    parser.add_argument("--queries", default="", help="names to ask only, separated by commas")
    parser.add_argument("--oxigraph", default=DEFAULT_OXIGRAPH, help="names that Oxigraph is asked; empty: none; all")
    parser.add_argument("--oxigraph-repeat", type=int, default=1, help="how often Oxigraph is asked")
    parser.add_argument("--limit", default="60s", help="how long kagraph may take for a query")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of DuckDB and kagraph")
    parser.add_argument("--algorithms", action="store_true", help="the graph algorithms too, beside NetworKit and igraph")
    parser.add_argument("--scale", type=int, default=19, help="logarithm of the algorithms' number of nodes")
    return parser.parse_args()


def provide(options):
    """Goes on in an environment that has every package, and sees that the program is there."""
    packages = PACKAGES + (ALGORITHM_PACKAGES if options.algorithms else [])
    if any(importlib.util.find_spec(package) is None for package in packages):
        place = (options.folder / "venv").resolve()
        python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if pathlib.Path(sys.prefix).resolve() == place:
            sys.exit(f"pip did not bring all of {', '.join(packages)} into {place}")
        if not python.exists():
            venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        sys.exit(subprocess.run([python, *sys.argv]).returncode)
    if options.kagraph is None:
        options.kagraph = ROOT / "target" / options.profile / "kagraph"
        if not options.kagraph.exists():
            subprocess.run(["cargo", "build", "--profile", options.profile], cwd=ROOT, check=True)


def prepare(options):
    """Makes what is not there yet; returns the three engines (the last one may be missing)."""
    folder = (options.folder / options.relations).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    data, workspace = folder / "data", folder / "market.kag"
    kagraph = Kagraph(str(options.kagraph.resolve()), workspace)
    if not workspace.exists():
        kagraph.run("synth", data, "--relations", options.relations)
        taken, _ = seconds(lambda: kagraph.run("load", data, "--workspace", workspace, "--known-on", "2025-06-30"))
        print(f"kagraph load {taken:.1f} s", end=", ")
        taken, _ = seconds(lambda: kagraph.run("build", "--workspace", workspace))
        print(f"build {taken:.1f} s")
    duck = Duck(folder / "market.duckdb", options.threads)
    if not duck.db.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reports_to'").fetchall()[0][0]:
        taken, _ = seconds(lambda: duck.load(workspace))
        print(f"DuckDB tables {taken:.1f} s")
    oxigraph = None
    if options.oxigraph:
        path, triples = folder / "market.oxigraph", folder / "market.nt"
        is_new = not path.exists()
        oxigraph = Oxigraph(path)
        if is_new:
            kagraph.run("export", "--workspace", workspace, "--output", triples)
            taken, _ = seconds(lambda: oxigraph.load(triples))
            size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            print(f"Oxigraph load {taken:.1f} s, {size / max(len(oxigraph.store), 1):.0f} bytes a triple")
            triples.unlink()
    kagraph.start(folder / "answers", options.limit)
    return kagraph, duck, oxigraph


def ask_all(queries, engines, options):
    """Seconds by query and engine, asked in turn; and the queries whose answers differ."""
    kagraph, duck, oxigraph = engines
    of_oxigraph = {query.name for query in queries} if options.oxigraph == "all" else set(options.oxigraph.split(","))
    times = {query.name: {"kagraph": [], "duckdb": [], "oxigraph": []} for query in queries}
    wrong = {}
    for round_ in range(options.repeat + 1):
        for query in queries:
            asked = [("kagraph", kagraph), ("duckdb", duck)]
            if oxigraph and query.name in of_oxigraph and round_ < options.oxigraph_repeat:
                asked.append(("oxigraph", oxigraph))
            for name, engine in asked:
                if math.inf in times[query.name][name]:
                    continue
                taken = engine.ask(query)
                # the first round warms up; Oxigraph is too slow to be asked for nothing
                if round_ > 0 or name == "oxigraph" or taken == math.inf:
                    times[query.name][name].append(taken)
            if round_ == 0 and math.inf not in times[query.name]["kagraph"]:
                expected = rows_of(kagraph, query)
                query.n_rows = len(expected)
                for name, engine in asked[1:]:
                    found = difference(expected, rows_of(engine, query))
                    if found:
                        wrong.setdefault(query.name, []).append(f"kagraph and {name}: {found}")
    return times, wrong


def report(queries, times, wrong):
    print("| query | rows | kagraph s | DuckDB s | kagraph / DuckDB | Oxigraph s | Oxigraph / kagraph | answers |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    ratios, faster, too_slow = [], [], []
    for query in queries:
        of = {name: statistics.median(taken) if taken else None for name, taken in times[query.name].items()}
        ratio = of["kagraph"] / of["duckdb"]
        if ratio < math.inf:
            ratios.append(ratio)
        else:
            too_slow.append(query.name)
        oxigraph, against = "", ""
        if of["oxigraph"] is not None and ratio < math.inf:
            against = of["oxigraph"] / of["kagraph"]
            # a single account's rows are read at once by both
            if query.name != POINT_QUERY:
                faster.append(against)
            oxigraph, against = f"{of['oxigraph']:.3f}", f"{against:.0f}"
        state = "differ" if query.name in wrong else "agree" if ratio < math.inf else "none in time"
        print(f"| {query.name} | {query.n_rows} | {of['kagraph']:.4f} | {of['duckdb']:.4f} | {ratio:.2f} | {oxigraph} | {against} | {state} |")
    mean = math.exp(statistics.fmean(math.log(ratio) for ratio in ratios)) if ratios else math.nan
    print(f"\n{len(ratios)} queries: kagraph / DuckDB geometric mean {mean:.2f}, greatest {max(ratios, default=math.nan):.2f}")
    if faster:
        mean = math.exp(statistics.fmean(math.log(ratio) for ratio in faster))
        print(f"{len(faster)} queries of whole tables: Oxigraph / kagraph geometric mean {mean:.0f}, least {min(faster):.0f}")
    if too_slow:
        print(f"{len(too_slow)} queries that kagraph did not answer in time count for nothing above: {', '.join(too_slow)}")
    point = [query for query in queries if query.name == POINT_QUERY]
    if point:
        print(f"point query {statistics.median(times[POINT_QUERY]['kagraph']) * 1e3:.2f} ms")
    for name, faults in wrong.items():
        print(*(f"{name}: {fault}" for fault in faults), sep="\n")
    return bool(too_slow)


def compare_algorithms(options):
    """Whether the algorithms' answers agree; prints their ratios."""
    folder = options.folder / "graph"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, HERE / "algorithms_compare.py", folder, "--scale", options.scale]
    command += ["--threads", options.threads, "--profile", options.profile]
    print(f"\nAlgorithms on an R-MAT graph of 2^{options.scale} nodes", flush=True)
    return subprocess.run([str(word) for word in command]).returncode == 0


def main():
    options = arguments()
    provide(options)
    named = {name for name in options.queries.split(",") if name}
    queries = [Query(path) for path in sorted((HERE / "analyst").glob("*.rq"))]
    queries = [query for query in queries if not named or query.name in named]
    engines = prepare(options)
    times, wrong = ask_all(queries, engines, options)
    engines[0].close()
    is_late = report(queries, times, wrong)
    is_same = compare_algorithms(options) if options.algorithms else True
    sys.exit(1 if wrong or is_late or not is_same else 0)


if __name__ == "__main__":
    main()
