//! Writes the array file of a snapshot: a header, then aligned sections one after the other.
//!
//! In come bytes, out come their places and checksums. Never seeks. Costs one buffer.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::error::OrIo;
use crate::store::snapshot::manifest::{ALIGNMENT, FORMAT, MAGIC, Section, checksum, short};

const BUFFER: usize = 1 << 20;

/// Where sections go.
pub(in crate::store) struct Sink {
    target: Target,
    at: u64,
    path: PathBuf,
}

enum Target {
    File(BufWriter<File>),
    Memory(Vec<u8>),
}

/// Bytes with their checksum, made where there is time for it.
pub(in crate::store) struct Prepared {
    bytes: Vec<u8>,
    checksum: String,
}

/// A section whose bytes come piece by piece.
pub(in crate::store) struct Open<'a> {
    sink: &'a mut Sink,
    start: u64,
    hash: blake3::Hasher,
}

impl Sink {
    pub fn to_file(path: &Path) -> Result<Self, StoreError> {
        let file = File::create_new(path).or_io("create", path)?;
        Self { target: Target::File(BufWriter::with_capacity(BUFFER, file)), at: 0, path: path.into() }.with_header()
    }

    pub fn to_memory() -> Result<Self, StoreError> {
        Self { target: Target::Memory(Vec::new()), at: 0, path: PathBuf::new() }.with_header()
    }

    fn with_header(mut self) -> Result<Self, StoreError> {
        self.write(MAGIC)?;
        self.write(&FORMAT.to_le_bytes())?;
        Ok(self)
    }

    pub fn put(&mut self, prepared: &Prepared) -> Result<Section, StoreError> {
        self.align()?;
        let section =
            Section { offset: self.at, bytes: prepared.bytes.len() as u64, checksum: prepared.checksum.clone() };
        self.write(&prepared.bytes)?;
        Ok(section)
    }

    pub fn open(&mut self) -> Result<Open<'_>, StoreError> {
        self.align()?;
        Ok(Open { start: self.at, sink: self, hash: blake3::Hasher::new() })
    }

    /// Length of all; for a sink to a file, all is on the disk; for one to memory, the bytes.
    pub fn finish(self) -> Result<(u64, Vec<u8>), StoreError> {
        match self.target {
            Target::Memory(bytes) => Ok((self.at, bytes)),
            Target::File(buffer) => {
                let file = buffer.into_inner().map_err(|error| error.into_error()).or_io("write", &self.path)?;
                file.sync_all().or_io("write", &self.path)?;
                Ok((self.at, Vec::new()))
            }
        }
    }

    fn align(&mut self) -> Result<(), StoreError> {
        let gap = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.write(&[0; ALIGNMENT as usize][..gap as usize])
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.at += bytes.len() as u64;
        match &mut self.target {
            Target::File(file) => file.write_all(bytes).or_io("write", &self.path),
            Target::Memory(all) => {
                all.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

impl Open<'_> {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hash.update(bytes);
        self.sink.write(bytes)
    }

    pub fn close(self) -> Section {
        let checksum = short(&self.hash.finalize());
        Section { offset: self.start, bytes: self.sink.at - self.start, checksum }
    }
}

impl Prepared {
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self { checksum: checksum(&bytes), bytes }
    }

    pub fn of_u64s(values: impl ExactSizeIterator<Item = u64>) -> Self {
        let mut bytes = Vec::with_capacity(values.len() * 8);
        values.for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        Self::of_bytes(bytes)
    }

    pub fn of_u32s(values: impl ExactSizeIterator<Item = u32>) -> Self {
        let mut bytes = Vec::with_capacity(values.len() * 4);
        values.for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        Self::of_bytes(bytes)
    }
}
