//! Two records, attribute by attribute: how far their values agree, and how likely that would be by chance.
//!
//! Comes in: two records. Leaves: an [`Outcome`] an attribute: a level of agreement, and where the values themselves tell
//! (a rare name, a common year) the probability `u` that a record of somebody else agrees as well. Never weighs attributes
//! against each other: that is for [`crate::identity::match_weight`]. Costs about a microsecond an attribute.
//!
//! Source: the levels and the term-frequency adjustment of Splink's comparisons, with the frequency of *all shared words
//! together* in the place of the frequency of one term.

mod alignment;
mod of_names;
mod of_values;
mod of_words;

use crate::identity::attribute::Attribute;
use crate::identity::kind::Kind;

/// How far two values agree, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Level {
    /// Equal.
    Same = 0,
    /// Equal but for a typing error, a short form, an initial.
    Near = 1,
    /// One has all that the other has, and little more.
    Within = 2,
    /// One has all that the other has, and much more; or a telling part is equal.
    Part = 3,
    /// Each has something of its own, but most is shared.
    Overlap = 4,
    /// Little is shared.
    Touch = 5,
    /// Nothing is shared.
    Different = 6,
    /// One of the two says nothing.
    Missing = 7,
}

/// How many levels have a probability.
pub const N_LEVELS: usize = 7;

impl Level {
    /// All levels but [`Self::Missing`], the best first.
    pub const ALL: [Self; N_LEVELS] =
        [Self::Same, Self::Near, Self::Within, Self::Part, Self::Overlap, Self::Touch, Self::Different];

    /// The level's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Near => "near",
            Self::Within => "within",
            Self::Part => "part",
            Self::Overlap => "overlap",
            Self::Touch => "touch",
            Self::Different => "different",
            Self::Missing => "missing",
        }
    }
}

/// How an attribute of two records agrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome {
    /// How far.
    pub level: Level,
    /// Natural logarithm of the probability that somebody else's record agrees in the same; NaN: that of the level.
    pub ln_u: f32,
}

impl Outcome {
    const MISSING: Self = Self { level: Level::Missing, ln_u: f32::NAN };

    fn of(level: Level) -> Self {
        Self { level, ln_u: f32::NAN }
    }
}

/// What the two records that are compared count of a frequency themselves: two, or one when they are one entity and
/// entities are counted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Own(pub f32);

/// What the next record is own for that has what no other has yet (Krichevsky and Trofimov).
const UNSEEN: f32 = 0.5;
/// A table of fewer records does not know what is rare: others exist that are not in it.
const WORLD: f32 = 1000.0;

/// The probability that somebody else's record has what `count` have, those compared among them.
fn chance(attribute: &Attribute, count: f32, own: Own) -> f32 {
    let n_filled = attribute.n_filled().max(1.0);
    let others = (count - own.0).max(0.0);
    (others / n_filled + UNSEEN / (n_filled + WORLD)).min(1.0)
}

/// What of a value is equal before anything is known of entities: of an organisation's name, its distinctive words.
pub fn key(attribute: &Attribute, value: u32) -> Vec<u32> {
    match attribute.kind {
        Kind::OrganisationName => of_names::core(&attribute.words, value),
        _ => vec![value],
    }
}

/// How an attribute of two records agrees: the best that any two of their values do.
pub fn compare(attribute: &Attribute, one: u32, other: u32, own: Own) -> Outcome {
    let (ones, others) = (attribute.of(one), attribute.of(other));
    let mut best = Outcome::MISSING;
    for &one in ones {
        for &other in others {
            let outcome = compare_values(attribute, one, other, own);
            let is_better = outcome.level < best.level || (outcome.level == best.level && outcome.ln_u < best.ln_u);
            if is_better || best.level == Level::Missing {
                best = outcome;
            }
        }
    }
    best
}

fn compare_values(attribute: &Attribute, one: u32, other: u32, own: Own) -> Outcome {
    match attribute.kind {
        Kind::OrganisationName => of_names::compare(attribute, one, other, own),
        kind if kind.is_words() => of_words::compare(attribute, one, other, own),
        _ => of_values::compare(attribute, one, other, own),
    }
}
