//! Records to statements, as a declarative file says.

mod statement;

pub use statement::{Known, LocalTerm, Statement, Statements, TermText};
