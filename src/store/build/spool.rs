//! Lists of small records that move to a scratch file when they outgrow their part of the memory.
//!
//! In come records one by one, out they come in the same order. Costs the records that the limit allows, or a buffer.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::error::OrIo;

const BUFFER: usize = 1 << 18;

/// A value of a fixed number of bytes.
pub(in crate::store) trait Record: Copy + Send + Sync {
    /// At most 32.
    const BYTES: usize;
    fn put(self, out: &mut [u8]);
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! number_record {
    ($($number:ty),*) => { $(
        impl Record for $number {
            const BYTES: usize = size_of::<$number>();
            fn put(self, out: &mut [u8]) {
                out.copy_from_slice(&self.to_le_bytes());
            }
            fn take(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(0, <$number>::from_le_bytes)
            }
        }
    )* };
}
number_record!(u8, u32, i32, u64, i64);

/// A list in memory or in a scratch file.
pub(in crate::store) struct Spool<T> {
    waiting: Vec<T>,
    limit: usize,
    budget: Budget,
    file: Option<BufWriter<File>>,
    n: u64,
}

/// The records of a spool from the first on.
pub(in crate::store) enum Reading<'a, T> {
    Memory(std::slice::Iter<'a, T>),
    File { from: BufReader<&'a File>, left: u64, budget: &'a Budget },
}

impl<T: Record> Spool<T> {
    /// A list that keeps at most `limit` records in memory.
    pub fn new(budget: &Budget, limit: usize) -> Self {
        Self { waiting: Vec::new(), limit, budget: budget.clone(), file: None, n: 0 }
    }

    pub fn len(&self) -> u64 {
        self.n
    }

    pub fn push(&mut self, record: T) -> Result<(), StoreError> {
        self.n += 1;
        self.waiting.push(record);
        if self.waiting.len() >= self.limit { self.spill() } else { Ok(()) }
    }

    pub fn extend(&mut self, records: &[T]) -> Result<(), StoreError> {
        self.n += records.len() as u64;
        self.waiting.extend_from_slice(records);
        if self.waiting.len() >= self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::with_capacity(BUFFER, self.budget.scratch()?)),
        };
        let mut bytes = Vec::new();
        for records in self.waiting.chunks(BUFFER) {
            bytes.resize(records.len() * T::BYTES, 0);
            records.iter().zip(bytes.chunks_exact_mut(T::BYTES)).for_each(|(record, out)| record.put(out));
            file.write_all(&bytes).or_io("write a scratch file in", self.budget.place())?;
        }
        self.waiting.clear();
        Ok(())
    }

    /// The records, when all are in memory.
    pub fn in_memory(&self) -> Option<&[T]> {
        self.file.is_none().then_some(&self.waiting)
    }

    /// Reads all from the first on.
    pub fn read(&mut self) -> Result<Reading<'_, T>, StoreError> {
        if self.file.is_some() {
            self.spill()?;
        }
        let Some(file) = &mut self.file else { return Ok(Reading::Memory(self.waiting.iter())) };
        let place = self.budget.place();
        file.flush().or_io("write a scratch file in", place)?;
        let mut file = file.get_ref();
        file.seek(SeekFrom::Start(0)).or_io("read a scratch file in", place)?;
        let from = BufReader::with_capacity(BUFFER, file);
        Ok(Reading::File { from, left: self.n, budget: &self.budget })
    }
}

impl<T: Record> Reading<'_, T> {
    /// The next record; `None` after the last.
    #[inline]
    pub fn next(&mut self) -> Result<Option<T>, StoreError> {
        match self {
            Self::Memory(records) => Ok(records.next().copied()),
            Self::File { left: 0, .. } => Ok(None),
            Self::File { from, left, budget } => {
                *left -= 1;
                let mut bytes = [0; 32];
                let read = from.read_exact(&mut bytes[..T::BYTES]);
                read.or_io("read a scratch file in", budget.place())?;
                Ok(Some(T::take(&bytes[..T::BYTES])))
            }
        }
    }

    /// Takes all that are left.
    pub fn for_each(mut self, mut take: impl FnMut(T) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if let Self::Memory(records) = self {
            return records.copied().try_for_each(take);
        }
        while let Some(record) = self.next()? {
            take(record)?;
        }
        Ok(())
    }
}

impl Reading<'_, u8> {
    /// The next bytes, in place of what `out` holds.
    pub fn take(&mut self, n: usize, out: &mut Vec<u8>) -> Result<(), StoreError> {
        out.clear();
        match self {
            Self::Memory(bytes) => {
                let (taken, rest) = bytes.as_slice().split_at(n.min(bytes.len()));
                out.extend_from_slice(taken);
                *bytes = rest.iter();
                Ok(())
            }
            Self::File { from, left, budget } => {
                *left = left.saturating_sub(n as u64);
                out.resize(n, 0);
                from.read_exact(out).or_io("read a scratch file in", budget.place())
            }
        }
    }
}
