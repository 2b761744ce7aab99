//! One segment of a dictionary while its terms come in the order of their texts.
//!
//! What all texts begin with is known only at the end, when the first text of every block is cut by it. Costs the
//! front-coded texts, or what the budget allows of them.

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::spool::Spool;
use crate::store::snapshot::dictionary::{TERMS_A_BLOCK, put_number, take_number};

/// A segment that grows.
pub(in crate::store) struct Segment {
    name: String,
    first: Vec<u8>,
    last: Vec<u8>,
    n_terms: u32,
    texts: Spool<u8>,
    block: Vec<u8>,
    block_lengths: Spool<u32>,
}

impl Segment {
    pub fn new(name: &str, budget: &Budget) -> Self {
        Self {
            name: name.to_owned(),
            first: Vec::new(),
            last: Vec::new(),
            n_terms: 0,
            texts: Spool::new(budget, budget.records(64, 1)),
            block: Vec::new(),
            block_lengths: Spool::new(budget, budget.records(256, 4)),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn n_terms(&self) -> u32 {
        self.n_terms
    }

    pub fn n_blocks(&self) -> u32 {
        self.n_terms.div_ceil(TERMS_A_BLOCK)
    }

    /// What all texts begin with.
    pub fn prefix(&self) -> &[u8] {
        &self.first[..n_shared(&self.first, &self.last)]
    }

    pub fn push(&mut self, text: &[u8]) -> Result<(), StoreError> {
        if self.n_terms == 0 {
            self.first = text.to_vec();
        }
        let mut shared = 0;
        if self.n_terms.is_multiple_of(TERMS_A_BLOCK) {
            self.end_block()?;
        } else {
            shared = n_shared(&self.last, text);
            put_number(shared, &mut self.block);
        }
        put_number(text.len() - shared, &mut self.block);
        self.block.extend_from_slice(&text[shared..]);
        self.last.truncate(shared);
        self.last.extend_from_slice(&text[shared..]);
        self.n_terms += 1;
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), StoreError> {
        if !self.block.is_empty() {
            self.block_lengths.push(self.block.len() as u32)?;
            self.texts.extend(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }

    /// Gives the blocks as they stand in the file.
    pub fn for_each_block(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.end_block()?;
        let prefix = n_shared(&self.first, &self.last);
        let mut texts = self.texts.read()?;
        let (mut block, mut cut) = (Vec::new(), Vec::new());
        self.block_lengths.read()?.for_each(|length| {
            texts.take(length as usize, &mut block)?;
            let mut rest = block.as_slice();
            let length = take_number(&mut rest).unwrap_or_default();
            cut.clear();
            let within = prefix.min(length);
            put_number(length - within, &mut cut);
            cut.extend_from_slice(&rest[within..length]);
            shorten(&rest[length..], prefix, &mut cut);
            take(&cut)
        })
    }
}

/// The other texts of a block, whose shared parts are counted from behind the prefix.
fn shorten(mut rest: &[u8], prefix: usize, out: &mut Vec<u8>) {
    while !rest.is_empty() {
        let (shared, length) = (take_number(&mut rest).unwrap_or_default(), take_number(&mut rest).unwrap_or_default());
        put_number(shared.saturating_sub(prefix), out);
        put_number(length, out);
        out.extend_from_slice(&rest[..length]);
        rest = &rest[length..];
    }
}

fn n_shared(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}
