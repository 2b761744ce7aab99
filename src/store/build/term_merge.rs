//! Sorted runs of terms in scratch files, and their merge.
//!
//! A run repeats of a text only what differs from the one before. Costs a buffer and a text for each run.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::term_runs::Listed;
use crate::store::error::OrIo;
use crate::store::key::Kind;
use crate::store::snapshot::dictionary::put_number;

const BUFFER: usize = 1 << 18;

/// A sorted run.
pub(in crate::store) struct Run {
    file: BufWriter<File>,
    /// Kinds and names in the order of their coming, which is that of the terms.
    names: Vec<(Kind, Box<str>)>,
    last: Vec<u8>,
    n: u64,
    place: PathBuf,
}

/// The next term of a run.
struct Head<'a> {
    run: usize,
    names: &'a [(Kind, Box<str>)],
    name: usize,
    text: Vec<u8>,
    number: u64,
    left: u64,
    from: BufReader<&'a File>,
    place: &'a PathBuf,
}

/// All runs at once.
pub(in crate::store) struct Merge<'a>(BinaryHeap<Head<'a>>);

impl Run {
    pub fn new(budget: &Budget) -> Result<Self, StoreError> {
        let file = BufWriter::with_capacity(BUFFER, budget.scratch()?);
        Ok(Self { file, names: Vec::new(), last: Vec::new(), n: 0, place: budget.place().to_path_buf() })
    }

    /// Adds the next term.
    pub fn push(&mut self, term: &Listed<'_>) -> Result<(), StoreError> {
        let is_known = self.names.last().is_some_and(|(kind, name)| (*kind, &**name) == (term.kind, term.name));
        if !is_known {
            self.names.push((term.kind, term.name.into()));
        }
        let shared = self.last.iter().zip(term.text).take_while(|(left, right)| left == right).count();
        let mut bytes = Vec::with_capacity(term.text.len() - shared + 24);
        let numbers = [self.names.len() - 1, term.number as usize, shared, term.text.len() - shared];
        numbers.into_iter().for_each(|number| put_number(number, &mut bytes));
        bytes.extend_from_slice(&term.text[shared..]);
        self.last.truncate(shared);
        self.last.extend_from_slice(&term.text[shared..]);
        self.n += 1;
        self.file.write_all(&bytes).or_io("write a scratch file in", &self.place)
    }
}

impl<'a> Merge<'a> {
    pub fn of(runs: &'a mut [Run]) -> Result<Self, StoreError> {
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (run, from) in runs.iter_mut().enumerate() {
            from.file.flush().or_io("write a scratch file in", &from.place)?;
            let Run { file, names, n, place, .. } = from;
            let mut file = file.get_ref();
            file.seek(SeekFrom::Start(0)).or_io("read a scratch file in", place)?;
            let from = BufReader::with_capacity(BUFFER, file);
            let mut head = Head { run, names, name: 0, text: Vec::new(), number: 0, left: *n, from, place };
            if head.advance()? {
                heads.push(head);
            }
        }
        Ok(Self(heads))
    }

    pub fn for_each(mut self, take: &mut dyn FnMut(Listed<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        while let Some(mut head) = self.0.peek_mut() {
            let (kind, name) = head.kind_and_name();
            take(Listed { kind, name, text: &head.text, number: head.number })?;
            if !head.advance()? {
                PeekMut::pop(head);
            }
        }
        Ok(())
    }
}

impl Head<'_> {
    fn kind_and_name(&self) -> (Kind, &str) {
        self.names.get(self.name).map_or((Kind::Iri, ""), |(kind, name)| (*kind, name))
    }

    /// Reads the next term; `false` after the last.
    fn advance(&mut self) -> Result<bool, StoreError> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.read().or_io("read a scratch file in", self.place)?;
        Ok(true)
    }

    fn read(&mut self) -> std::io::Result<()> {
        self.name = self.read_number()?;
        self.number = self.read_number()? as u64;
        let (shared, length) = (self.read_number()?, self.read_number()?);
        self.text.truncate(shared);
        let start = self.text.len();
        self.text.resize(start + length, 0);
        self.from.read_exact(&mut self.text[start..])
    }

    fn read_number(&mut self) -> std::io::Result<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = *self.from.fill_buf()?.first().ok_or(std::io::ErrorKind::UnexpectedEof)?;
            self.from.consume(1);
            number |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return Ok(number);
            }
        }
    }
}

/// The least head is the greatest of the heap.
impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let names = other.kind_and_name().cmp(&self.kind_and_name());
        names.then_with(|| other.text.cmp(&self.text)).then(other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Head<'_> {}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
