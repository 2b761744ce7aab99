//! Values of records in one spelling: words of names, dates, numbers, addresses.
//!
//! Comes in: a cell and what kind of thing it holds. Leaves: what is compared. Never looks at another record.

pub mod fold;
pub mod organisation;
pub mod person;
pub mod pinyin;
pub mod value;
