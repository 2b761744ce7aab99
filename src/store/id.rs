//! The 64-bit id of a term in a snapshot.

/// A term of one snapshot in eight bytes: numbers, days and booleans stand in the id itself, everything else is a place
/// in the snapshot's dictionary. Two ids are equal exactly when the terms are the same term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct Id(pub(in crate::store) u64);

impl Id {
    /// The bits, for files and for the graph view, which knows numbers only.
    pub fn bits(self) -> u64 {
        self.0
    }
}
