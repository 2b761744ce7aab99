//! What is planted where. Accounts stand in blocks of forty; every block has the same forty slots in its own order, so
//! that a bigger market has more plants of each kind and the accounts of a smaller one do not change.
//!
//! In: seed, account number. Out: the account's slot and what the slot means for its trade, its chart, its changes and
//! its coverage. Pure and constant cost (a shuffle of forty a call).

use crate::synthetic::dice::{Dice, Part};

/// Slots in a block.
pub const BLOCK: usize = 40;

/// How an account buys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trade {
    /// Marked as key account: big, steady.
    Key,
    /// Looks like a key account by several measures at once and is not marked.
    Candidate,
    /// Buys through a group whose subsidiaries together look like a key account.
    CandidateSubsidiary,
    /// Was big, is shrinking.
    Shrinking,
    /// Small, with one huge order.
    OneHuge,
    /// Grows fast and is tiny.
    TinyGrowing,
    /// Big enough, pays very late at a thin margin.
    LatePayer,
    /// Buys now and then.
    Ordinary,
    /// One of the many small ones: how much it buys follows a power law, and what it is, nobody planned.
    Tail,
    /// Buys nothing itself (holding companies).
    Nothing,
}

/// How much of the account's chart is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ChartSize {
    /// The head alone.
    Head,
    /// Two posts.
    Holding,
    /// Three posts.
    Small,
    /// Six posts.
    Medium,
    /// Ten posts.
    Large,
}

/// What happens in the decision chain of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChartEvent {
    /// Somebody new takes a post that stood empty.
    Joined,
    /// Somebody leaves and a successor comes.
    Replaced,
    /// A manager rises to a post above.
    Promoted,
    /// Somebody goes to the account of this slot.
    MovesOut(usize),
    /// Somebody comes from the account of this slot.
    MovesIn(usize),
    /// A manager takes another post of the same level.
    MovedPost,
    /// A post gets another superior.
    ChangedLine,
    /// Somebody leaves and nobody follows.
    PostVacant,
    /// A new post is made and filled.
    PostNew,
    /// A post is abolished.
    PostGone,
    /// No change: the same person is written differently.
    SpellingVariant,
    /// No change now: somebody was replaced before the window.
    ReplacedBefore,
    /// No change: the title of a post is written differently.
    Retitled,
}

/// How the account is looked after, beyond what its size suggests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Care {
    /// Deciders and managers are met regularly by two of ours.
    Well,
    /// As well, but nobody ever met the finance head.
    FinanceUnknown,
    /// As well, but the head of the company has not been met for more than a year.
    HeadStale,
    /// Everything goes through one of ours.
    OneOfOurs,
    /// Our account manager left and nobody followed.
    NobodyOfOurs,
    /// A decider's post has stood empty for half a year.
    PostEmpty,
    /// The buyers are met, deciders now and then or never.
    Thin,
    /// Nobody is met.
    None,
}

/// What a slot means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// Its number in the block.
    pub number: usize,
    /// How the account buys.
    pub trade: Trade,
    /// How much of the chart is known.
    pub chart: ChartSize,
    /// Whether the chart is known from dated snapshots, not from dated memberships.
    pub by_snapshots: bool,
    /// What changes in its chart.
    pub event: Option<ChartEvent>,
    /// How it is looked after.
    pub care: Care,
    /// Slot of the parent, when it belongs to a group.
    pub parent: Option<usize>,
}

/// The slot of account `number` (from 0).
pub fn slot_of(seed: u64, number: u32) -> Slot {
    let (block, at) = (number as usize / BLOCK, number as usize % BLOCK);
    slot(order_of(seed, block)[at])
}

/// The number of the account that takes `slot` in the block of account `number`.
pub fn neighbour(seed: u64, number: u32, slot: usize) -> u32 {
    let block = number as usize / BLOCK;
    let at = order_of(seed, block).iter().position(|it| *it == slot).unwrap_or_default();
    (block * BLOCK + at) as u32
}

fn order_of(seed: u64, block: usize) -> Vec<usize> {
    Dice::of(seed, Part::Block, block as u64).shuffled(BLOCK)
}

fn slot(number: usize) -> Slot {
    let trade = trade(number);
    Slot {
        number,
        trade,
        chart: chart_size(number, trade),
        by_snapshots: matches!(number, 10 | 13 | 16 | 21 | 23 | 27..=31 | 34 | 35 | 39),
        event: event(number),
        care: care(number, trade),
        parent: parent(number),
    }
}

fn trade(number: usize) -> Trade {
    match number {
        0 | 5 | 8 => Trade::Nothing,
        1..=4 => Trade::CandidateSubsidiary,
        12..=14 | 36 | 37 => Trade::Key,
        15 | 16 => Trade::Candidate,
        17 => Trade::Shrinking,
        18 => Trade::OneHuge,
        19 => Trade::TinyGrowing,
        20 => Trade::LatePayer,
        _ => Trade::Ordinary,
    }
}

fn chart_size(number: usize, trade: Trade) -> ChartSize {
    match trade {
        Trade::Nothing => ChartSize::Holding,
        Trade::Key | Trade::Candidate | Trade::Shrinking => ChartSize::Large,
        Trade::CandidateSubsidiary | Trade::OneHuge | Trade::LatePayer => ChartSize::Medium,
        Trade::Ordinary if event(number).is_some() => ChartSize::Medium,
        Trade::Ordinary | Trade::TinyGrowing => ChartSize::Small,
        Trade::Tail => ChartSize::Head,
    }
}

fn event(number: usize) -> Option<ChartEvent> {
    Some(match number {
        15 | 13 => ChartEvent::Replaced,
        36 | 21 => ChartEvent::Promoted,
        22 => ChartEvent::MovesOut(14),
        14 => ChartEvent::MovesIn(22),
        30 => ChartEvent::MovesOut(31),
        31 => ChartEvent::MovesIn(30),
        38 => ChartEvent::MovedPost,
        25 | 23 => ChartEvent::ChangedLine,
        17 | 16 => ChartEvent::PostVacant,
        20 | 27 => ChartEvent::PostNew,
        24 | 28 => ChartEvent::PostGone,
        26 | 29 => ChartEvent::Joined,
        32 | 34 => ChartEvent::SpellingVariant,
        33 | 35 => ChartEvent::ReplacedBefore,
        39 => ChartEvent::Retitled,
        _ => return None,
    })
}

fn care(number: usize, trade: Trade) -> Care {
    match number {
        12 => Care::FinanceUnknown,
        13 => Care::HeadStale,
        14..=17 if number != 15 => Care::Well,
        15 => Care::OneOfOurs,
        36 => Care::NobodyOfOurs,
        37 => Care::PostEmpty,
        _ if trade == Trade::Nothing => Care::None,
        _ => Care::Thin,
    }
}

fn parent(number: usize) -> Option<usize> {
    match number {
        1..=4 => Some(0),
        6 | 7 => Some(5),
        9..=11 => Some(8),
        _ => None,
    }
}

/// The slot of a subsidiary that was sold, with the slot of its former parent.
pub const SOLD: (usize, usize) = (11, 5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_has_every_slot_once() {
        let mut numbers: Vec<_> = (40..80).map(|account| slot_of(7, account).number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..BLOCK).collect::<Vec<_>>());
    }

    #[test]
    fn who_moves_is_expected_where_he_arrives() {
        for number in 0..BLOCK {
            if let Some(ChartEvent::MovesOut(to)) = slot(number).event {
                assert_eq!(slot(to).event, Some(ChartEvent::MovesIn(number)));
                assert_eq!(slot(to).by_snapshots, slot(number).by_snapshots);
            }
        }
    }

    #[test]
    fn a_neighbour_is_found_from_any_account_of_the_block() {
        let at = neighbour(7, 45, 12);
        assert_eq!(slot_of(7, at).number, 12);
        assert!((40..80).contains(&at));
    }
}
