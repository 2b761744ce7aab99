//! Writes the array file of a snapshot: a header, then aligned sections one after the other.
//!
//! In come bytes, out come their places and the checksum of every block of the file. Never seeks. Costs one block.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::build::encode::{Bytes, Encoded, EncodedCodes};
use crate::store::error::OrIo;
use crate::store::snapshot::manifest::{
    ALIGNMENT, BLOCK, CodeSetSection, FORMAT, MAGIC, PackedSection, Section, checksum,
};

/// Where sections go.
pub(in crate::store) struct Sink {
    target: Target,
    /// What is not yet a whole block.
    block: Vec<u8>,
    blocks: Vec<String>,
    at: u64,
    path: PathBuf,
}

enum Target {
    File(File),
    Memory(Vec<u8>),
}

/// What a closed sink leaves.
pub(in crate::store) struct Arrays {
    /// Length of all.
    pub length: u64,
    /// Checksums of the blocks.
    pub blocks: Vec<String>,
    /// From memory, everything.
    pub bytes: Vec<u8>,
}

impl Sink {
    pub fn to_file(path: &Path) -> Result<Self, StoreError> {
        let file = File::create_new(path).or_io("create", path)?;
        Self::to(Target::File(file), path)
    }

    pub fn to_memory() -> Result<Self, StoreError> {
        Self::to(Target::Memory(Vec::new()), Path::new("memory"))
    }

    fn to(target: Target, path: &Path) -> Result<Self, StoreError> {
        let mut sink = Self { target, block: Vec::new(), blocks: Vec::new(), at: 0, path: path.to_path_buf() };
        sink.write(MAGIC)?;
        sink.write(&FORMAT.to_le_bytes())?;
        Ok(sink)
    }

    /// Begins a section, whose bytes are then written with [`Sink::write`].
    pub fn begin(&mut self) -> Result<Section, StoreError> {
        let gap = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.write(&[0; ALIGNMENT as usize][..gap as usize])?;
        Ok(Section { offset: self.at, bytes: 0 })
    }

    /// Ends a section that was begun.
    pub fn end(&self, section: Section) -> Section {
        Section { bytes: self.at - section.offset, ..section }
    }

    pub fn put(&mut self, bytes: &[u8]) -> Result<Section, StoreError> {
        let section = self.begin()?;
        self.write(bytes)?;
        Ok(self.end(section))
    }

    pub fn put_column(&mut self, column: Encoded) -> Result<PackedSection, StoreError> {
        let section = self.begin()?;
        match column.bytes {
            Bytes::Memory(bytes) => self.write(&bytes)?,
            Bytes::Scratch(mut spool) => {
                let mut left = spool.len();
                let (mut bytes, mut from) = (Vec::new(), spool.read()?);
                while left > 0 {
                    let n = left.min(BLOCK);
                    from.take(n as usize, &mut bytes)?;
                    self.write(&bytes)?;
                    left -= n;
                }
            }
        }
        Ok(PackedSection { offset: section.offset, ..column.section })
    }

    pub fn put_codes(&mut self, codes: EncodedCodes) -> Result<CodeSetSection, StoreError> {
        Ok(match codes {
            EncodedCodes::Run { first, n } => CodeSetSection::Run { first, n },
            EncodedCodes::List(codes) => CodeSetSection::List(self.put_column(codes)?),
            EncodedCodes::Bits { first, last, n, words, ranks } => {
                CodeSetSection::Bits { first, last, n, words: self.put(&words)?, ranks: self.put(&ranks)? }
            }
        })
    }

    /// Closes the file; all is on the disk then.
    pub fn finish(mut self) -> Result<Arrays, StoreError> {
        self.end_block()?;
        let bytes = match self.target {
            Target::Memory(bytes) => bytes,
            Target::File(file) => {
                file.sync_all().or_io("write", &self.path)?;
                Vec::new()
            }
        };
        Ok(Arrays { length: self.at, blocks: self.blocks, bytes })
    }

    /// Adds to the section that was begun.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        self.at += bytes.len() as u64;
        while self.block.len() + bytes.len() >= BLOCK as usize {
            let (here, rest) = bytes.split_at(BLOCK as usize - self.block.len());
            self.block.extend_from_slice(here);
            self.end_block()?;
            bytes = rest;
        }
        self.block.extend_from_slice(bytes);
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        self.blocks.push(checksum(&self.block));
        match &mut self.target {
            Target::File(file) => file.write_all(&self.block).or_io("write", &self.path)?,
            Target::Memory(all) => all.extend_from_slice(&self.block),
        }
        self.block.clear();
        Ok(())
    }
}
