//! Which parts of an expression are remembered by the id of the one variable that they read.

use spareval::ExpressionTerm as Value;

use super::bounds::Bounds;
use super::node::Node;

impl Node {
    /// The node with all parts remembered that read one column and look into terms; counts them.
    pub fn remembering(self, n_parts: &mut usize) -> Self {
        if !self.looks_into_terms() {
            return self;
        }
        if let (Some(slot), false) = (self.only_slot(), self.is_term()) {
            let part = *n_parts;
            *n_parts += 1;
            return Self::Remember { slot, part, node: Box::new(self) };
        }
        match self {
            Self::Or(parts) => Self::Or(each(parts, n_parts)),
            Self::And(parts) => Self::And(each(parts, n_parts)),
            Self::Coalesce(parts) => Self::Coalesce(each(parts, n_parts)),
            Self::Not(part) => Self::Not(Box::new(part.remembering(n_parts))),
            Self::Minus(part) => Self::Minus(Box::new(part.remembering(n_parts))),
            Self::Equal(sides) => Self::Equal(Box::new(sides.map(|side| side.remembering(n_parts)))),
            Self::Compare(comparison, sides) => {
                Self::Compare(comparison, Box::new(sides.map(|side| side.remembering(n_parts))))
            }
            Self::Calculate(operation, sides) => {
                Self::Calculate(operation, Box::new(sides.map(|side| side.remembering(n_parts))))
            }
            Self::If(parts) => Self::If(Box::new(parts.map(|part| part.remembering(n_parts)))),
            other => other,
        }
    }

    /// Whether a text has to be read for a row.
    pub fn looks_into_terms(&self) -> bool {
        match self {
            Self::Call(call, parts) if call.rounding().is_some() => parts.iter().any(Self::looks_into_terms),
            Self::Call(..) | Self::In(..) => true,
            Self::Equal(sides) | Self::Compare(_, sides) if has_text(sides) => true,
            _ => self.children().into_iter().any(Self::looks_into_terms),
        }
    }

    /// The column that is read, if it is one only.
    fn only_slot(&self) -> Option<usize> {
        let mut slots = Vec::new();
        self.slots(&mut slots);
        slots.dedup();
        if let [slot] = slots[..] { Some(slot) } else { None }
    }

    fn slots(&self, slots: &mut Vec<usize>) {
        if let Self::Slot(slot) | Self::Bound(slot) = self {
            slots.push(*slot);
        }
        self.children().into_iter().for_each(|child| child.slots(slots));
        slots.sort_unstable();
    }
}

fn each(parts: Vec<Node>, n_parts: &mut usize) -> Vec<Node> {
    parts.into_iter().map(|part| part.remembering(n_parts)).collect()
}

/// Whether a side is a constant that ids cannot be compared with: neither number, day, instant nor IRI.
fn has_text(sides: &[Node; 2]) -> bool {
    let is_text = |value: &Value, id| !matches!(value, Value::NamedNode(_)) && Bounds::of(None, value, id).is_none();
    sides.iter().any(|side| side.constant().is_some_and(|(value, id)| is_text(value, id)))
}
