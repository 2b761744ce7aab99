//! Graph algorithms callable from a query: `SERVICE ka:pagerank { … }`.
//!
//! Comes in: a request between the braces, a snapshot. Leaves: solutions, joined with the rest of the query as any other
//! pattern's. Never changes the snapshot, never asks other machines. Costs: what the links cost to read, the graph to
//! make, the algorithm to run; the same call on the same data is computed once in a process.
//!
//! ```sparql
//! SELECT ?name ?rank {
//!   SERVICE ka:pagerank {
//!     [] ka:layer [ a ka:Order ; ka:source ka:account ; ka:target ka:product ; ka:weight ka:amount ; ka:day ka:date ] ;
//!        ka:direction "both" ; ka:halfLifeDays 365 ;
//!        ka:seed ?key ;
//!        ka:node ?account ; ka:score ?rank .
//!     ?key ka:isKeyAccount true
//!   }
//!   ?account a ka:Account ; schema:name ?name ; ka:isKeyAccount false
//! } ORDER BY DESC(?rank) LIMIT 10
//! ```
//!
//! # The request
//!
//! The request is one blank node, `[]`, with a `ka:layer`. Each property of it is either a parameter or a column of the
//! results; which there are says the table below, and `kagraph query --describe-service`. The vocabulary is one for all
//! algorithms: a property means the same wherever it stands.
//!
//! - **Parameters** have constants. Days may be written as `"2025-06-30"^^xsd:date` or `"2025-06-30"`.
//! - **Columns** have variables, which every solution binds; a constant there is a condition, as in any pattern, and a row
//!   that lacks what is asked for is no solution.
//! - **Nodes** as parameters (`ka:seed`, `ka:source`, `ka:target`) have constants or a variable. A variable gets its values
//!   from the rest of what stands between the braces: `VALUES`, triples, `FILTER`, sub-selects, also other calls, all of
//!   SPARQL. `?key ka:isKeyAccount true` above gives the seeds. Each parameter sees only what is joined with its own
//!   variable, so that seeds do not multiply links. A `BIND` has to stand before the request, as SPARQL wants it before any
//!   use of its variable.
//!
//! What stands between the braces is a scope of its own, as SPARQL's federation has it: variables that are bound outside
//! do not reach in, and only the variables of columns leave. `--param` fixes a variable inside too.
//!
//! # Layers
//!
//! The graph is made of one or several layers of links:
//!
//! | behind `ka:layer` | links |
//! |---|---|
//! | `ka:manager` | from each subject to each object of the predicate |
//! | `[ sh:inversePath ka:manager ]` | from each object to each subject |
//! | `( ka:inPost org:reportsTo )` | along several predicates or inverses, one after the other (SHACL's paths) |
//! | `[ a ka:Order ; ka:source ka:account ; ka:target ka:product ]` | through nodes: for each order one from its account to its product |
//! | `[ ka:source ?a ; ka:target ?b ]` | one for each solution of what stands between the braces, property paths and all |
//!
//! The fourth takes `ka:weight` and `ka:day`, predicates of the node in the middle, and the fifth takes them as variables.
//! `ka:weight "count"` gives each link weight 1, so that parallel links add up; without `ka:weight` parallel links are one.
//! A link without a weight, or with one that is not above 0 (a credit), is left out; a link without a day is always there
//! and does not age. `ka:factor` scales a layer's weights; `[ ka:path … ; ka:factor 2 ]` does so for the first three.
//!
//! # Parameters of every call
//!
//! | property | values | without it |
//! |---|---|---|
//! | `ka:layer` | see above; repeatable | has to be given |
//! | `ka:direction` | `"forward"`, `"reverse"`, `"both"` | the algorithm's own, see below |
//! | `ka:parallel` | `"sum"`, `"keep"` | parallel links become one with the sum of their weights |
//! | `ka:asOf` | a day | as the query sees the data; with it as known on that day, and without links of later days |
//! | `ka:halfLifeDays` | a number | links do not age; ages are counted up to `ka:asOf` or else the latest link |
//! | `ka:nodeClass` | a class; repeatable | nodes are the ends of links, and the nodes that parameters name |
//! | `ka:graph` | a named graph; repeatable | the graph of the `GRAPH` around the call, or those of `FROM`, or all |
//!
//! # Algorithms
//!
//! | call | own parameters | columns | direction |
//! |---|---|---|---|
//! | `ka:articulationPoints` | | `ka:node` | both |
//! | `ka:betweenness` | `ka:samples`, `ka:randomSeed` | `ka:node`, `ka:score` | both |
//! | `ka:bridges` | | `ka:node`, `ka:other` | both |
//! | `ka:closeness` | `ka:samples`, `ka:randomSeed` | `ka:node`, `ka:score`, `ka:harmonic` | both |
//! | `ka:clustering` | | `ka:node`, `ka:triangles`, `ka:score` | both |
//! | `ka:components` | | `ka:node`, `ka:component`, `ka:size` | both |
//! | `ka:coreNumbers` | | `ka:node`, `ka:core` | both |
//! | `ka:degree` | | `ka:node`, `ka:linksOut`, `ka:linksIn`, `ka:strength` | forward |
//! | `ka:dominators` | `ka:source` | `ka:node`, `ka:dominator`, `ka:size` | forward |
//! | `ka:embeddings` | `ka:vectorLength`, `ka:randomSeed` | `ka:node`, `ka:dimension`, `ka:value` | both |
//! | `ka:labelPropagation` | `ka:iterations`, `ka:randomSeed` | `ka:node`, `ka:community`, `ka:size` | both |
//! | `ka:leiden` | `ka:resolution`, `ka:iterations`, `ka:randomSeed` | `ka:node`, `ka:community`, `ka:size` | both |
//! | `ka:nearestNodes` | `ka:seed`, `ka:k`, `ka:threshold`, `ka:vectorLength`, `ka:randomSeed` | `ka:node`, `ka:other`, `ka:score` | both |
//! | `ka:pagerank` | `ka:seed`, `ka:damping`, `ka:tolerance`, `ka:iterations` | `ka:node`, `ka:score` | forward |
//! | `ka:paths` | `ka:source`, `ka:target`, `ka:k`, `ka:linkCost`, `ka:maxCost` | `ka:path`, `ka:step`, `ka:node`, `ka:cost` | forward |
//! | `ka:personalRanks` | `ka:seed`, `ka:k`, `ka:damping`, `ka:tolerance`, `ka:iterations` | `ka:node`, `ka:other`, `ka:score` | both |
//! | `ka:setCover` | `ka:seed`, `ka:k` | `ka:step`, `ka:node`, `ka:gain` | forward |
//! | `ka:shortestPaths` | `ka:source`, `ka:linkCost`, `ka:maxCost` | `ka:node`, `ka:cost` | forward |
//! | `ka:similarNodes` | `ka:seed`, `ka:measure`, `ka:k`, `ka:threshold`, `ka:maxDegree` | `ka:node`, `ka:other`, `ka:score` | forward |
//! | `ka:strongComponents` | | `ka:node`, `ka:component`, `ka:size` | forward |
//!
//! What each means, its presets and an example that runs stand in its entry of [`ALGORITHMS`]. Adding an algorithm is
//! adding an entry: parsing, messages, the service description and the tests read it.
//!
//! # Errors
//!
//! A request that is wrong is refused before anything is read, with what was expected and found ([`ServiceError`]).
//! `SERVICE` with any other name than ours is another machine's, and refused; `SERVICE SILENT` is then one solution without
//! values, as the standard has it.
//!
//! # Determinism, memory, keeping
//!
//! Results are those of [`crate::algorithms`]: the same bits at any number of threads; drawing follows from `ka:randomSeed`.
//! What links, graph and algorithm take is estimated before each begins, and refused where it is more than the query may
//! use. A table is kept under the hash of the snapshot's content, the day and all arguments; it never differs from the one
//! that would be computed.

mod algorithms;
mod answer;
mod arguments;
mod call;
mod calls;
mod error;
mod input;
mod kept;
mod layer;
mod links;
mod registry;
mod request;
mod shown;
mod solutions;

pub use call::Call;
pub(in crate::sparql) use calls::{Calls, Given};
pub use error::ServiceError;
pub use registry::{ALGORITHMS, Algorithm, Column, GRAPH_PARAMETERS, Kind, Parameter, Preset};
