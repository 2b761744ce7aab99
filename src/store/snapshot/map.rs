//! Files of plain arrays, mapped into memory: the only file with `unsafe`.
//!
//! In come a file (or its bytes) and the places of arrays in it; out come typed slices. A [`Column`] keeps its mapping
//! alive, checks place, length and alignment when it is made and costs nothing afterwards. Only types for which every
//! bit pattern is a value can be read, so that a damaged file can give wrong numbers but never undefined behaviour.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use memmap2::Mmap;

#[cfg(target_endian = "big")]
compile_error!("snapshot files are little-endian and are read without conversion");

/// The bytes of a snapshot's array file.
#[derive(Clone)]
pub(in crate::store) struct Map(Arc<Bytes>);

enum Bytes {
    File(Mmap),
    /// Eight-byte words, so that arrays are aligned as in a mapped file; the second is the length in bytes.
    Memory(Vec<u64>, usize),
}

/// An array inside a mapped file.
pub(in crate::store) struct Column<T> {
    start: *const T,
    length: usize,
    keep_alive: Arc<Bytes>,
    holds: PhantomData<T>,
}

/// A type that any bytes of its size are a value of.
///
/// # Safety
/// No padding, no invalid bit pattern, no drop, alignment at most eight.
pub(in crate::store) unsafe trait Plain: Copy + Send + Sync + 'static {}

// SAFETY: primitive integers have no padding and no invalid bit pattern.
unsafe impl Plain for u8 {}
// SAFETY: as for u8.
unsafe impl Plain for u16 {}
// SAFETY: as for u8.
unsafe impl Plain for u32 {}
// SAFETY: as for u8.
unsafe impl Plain for u64 {}

impl Map {
    /// Maps a file. The store never changes a file after it has been renamed into place.
    pub fn of_file(file: &File) -> io::Result<Self> {
        // SAFETY: snapshot files are written under a temporary name, renamed into place and never written again;
        // deleting one keeps its pages alive. Somebody outside who truncates one raises a signal, as with any mapping.
        let map = unsafe { Mmap::map(file)? };
        Ok(Self(Arc::new(Bytes::File(map))))
    }

    /// Takes bytes as if they were a file's.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let word = |chunk: &[u8]| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        };
        Self(Arc::new(Bytes::Memory(bytes.chunks(8).map(word).collect(), bytes.len())))
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        match &*self.0 {
            Bytes::File(map) => map,
            // SAFETY: the vector holds at least `length` initialised bytes (`of_bytes` makes a word of every eight),
            // and bytes need no alignment.
            Bytes::Memory(words, length) => unsafe { std::slice::from_raw_parts(words.as_ptr().cast::<u8>(), *length) },
        }
    }

    /// The array of `bytes` bytes at `offset`; `None` when it does not fit the file or the type.
    pub fn column<T: Plain>(&self, offset: u64, bytes: u64) -> Option<Column<T>> {
        let (offset, bytes) = (usize::try_from(offset).ok()?, usize::try_from(bytes).ok()?);
        let part = self.bytes().get(offset..offset.checked_add(bytes)?)?;
        let start = part.as_ptr().cast::<T>();
        let fits = bytes % size_of::<T>() == 0 && start.is_aligned();
        let length = bytes / size_of::<T>();
        fits.then(|| Column { start, length, keep_alive: Arc::clone(&self.0), holds: PhantomData })
    }
}

impl<T: Plain> std::ops::Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `Map::column` checked that `length` aligned values lie inside the bytes that `keep_alive` owns; these
        // neither move nor change while it lives; any bit pattern is a value of a `Plain` type.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        let keep_alive = Arc::clone(&self.keep_alive);
        Self { start: self.start, length: self.length, keep_alive, holds: PhantomData }
    }
}

// SAFETY: a column is a shared, read-only view of bytes that nobody changes, of values that are themselves Send + Sync.
unsafe impl<T: Plain> Send for Column<T> {}
// SAFETY: as for Send.
unsafe impl<T: Plain> Sync for Column<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_outlives_its_map_and_reads_little_endian() {
        let map = Map::of_bytes(&[1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 9]);
        let (words, halves) = (map.column::<u64>(0, 8).unwrap(), map.column::<u32>(8, 4).unwrap());
        let copy = words.clone();
        drop((map, words));
        assert_eq!((&*copy, &*halves), (&[1u64][..], &[u32::MAX][..]));
    }

    #[test]
    fn places_outside_the_file_or_crooked_ones_are_refused() {
        let map = Map::of_bytes(&[0; 24]);
        assert!(map.column::<u64>(0, 24).is_some() && map.column::<u64>(24, 0).is_some());
        for (offset, bytes) in [(0, 32), (8, 24), (u64::MAX, 8), (4, 8), (0, 7), (8, u64::MAX)] {
            assert!(map.column::<u64>(offset, bytes).is_none(), "{offset} {bytes}");
        }
    }
}
