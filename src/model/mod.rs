//! Small value types that every stage speaks: days, intervals, scores, levels, functions and buying roles.
//!
//! Nothing here does I/O or knows RDF. All types are `Copy` and order deterministically.

mod day;
mod interval;
mod money;
mod role;
mod score;
mod size;

pub use day::{Day, DayError};
pub use interval::Interval;
pub use money::Money;
pub use role::{BuyingRole, Function, Level};
pub use score::Score;
pub use size::{NoSize, Size};
