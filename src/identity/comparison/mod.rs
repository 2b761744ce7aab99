//! Two records, attribute by attribute: how far their values agree, and how likely that would be by chance.
//!
//! Comes in: two records. Leaves: an [`Outcome`] an attribute: a level of agreement, and where the values themselves tell
//! (a rare name, a common year) the probability `u` that a record of somebody else agrees as well. Never weighs attributes
//! against each other: that is for [`crate::identity::match_weight`]. Costs about a microsecond an attribute.
//!
//! Source: the levels and the term-frequency adjustment of Splink's comparisons, with the frequency of *all shared words
//! together* in the place of the frequency of one term.

mod of_values;
mod of_words;

use crate::identity::attribute::Attribute;

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

/// Whether one record's count is that of records or of entities.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Counted {
    /// What two records that agree count themselves in a frequency: 2 records, or 1 entity.
    pub own: f32,
}

/// Added to frequencies from a sample, so that what was seen once is not impossible (Krichevsky and Trofimov).
const UNSEEN: f32 = 0.5;

/// The probability that another record has what `count` have, two of them being those compared.
fn ln_u(attribute: &Attribute, count: f32, counted: Counted) -> f32 {
    let others = (count - counted.own).max(0.0) + UNSEEN;
    (others / attribute.n_filled().max(1.0)).min(1.0).ln()
}

/// How an attribute of two records agrees: the best that any two of their values do.
pub fn compare(attribute: &Attribute, one: u32, other: u32, counted: Counted) -> Outcome {
    let (ones, others) = (attribute.of(one), attribute.of(other));
    let mut best = Outcome::MISSING;
    for &one in ones {
        for &other in others {
            let outcome = compare_values(attribute, one, other, counted);
            let is_better = outcome.level < best.level || (outcome.level == best.level && outcome.ln_u < best.ln_u);
            if is_better || best.level == Level::Missing {
                best = outcome;
            }
        }
    }
    best
}

fn compare_values(attribute: &Attribute, one: u32, other: u32, counted: Counted) -> Outcome {
    if attribute.kind.is_words() {
        of_words::compare(attribute, one, other, counted)
    } else {
        of_values::compare(attribute, one, other, counted)
    }
}
