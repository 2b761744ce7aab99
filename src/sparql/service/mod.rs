//! Graph algorithms callable from a query.

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

pub(in crate::sparql) use answer::Context;
pub use call::Call;
pub(in crate::sparql) use calls::Calls;
pub use error::ServiceError;
pub use registry::{ALGORITHMS, Algorithm, Column, GRAPH_PARAMETERS, Kind, Parameter, Preset};
pub(in crate::sparql) use solutions::Solutions;
