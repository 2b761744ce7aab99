//! A file's bytes, decompressed while they are read.
//!
//! Comes in: a path. Leaves: a reader of plain bytes. What the file is, its first bytes say and not its name. Several
//! gzip members or zstd frames behind each other are one stream. Costs one buffer of 64 KiB and the decoder's window.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::{IngestError, Progress};

/// A file opened for reading from the beginning.
pub(super) struct Input {
    bytes: Box<dyn Read + Send>,
    path: PathBuf,
    /// How far the file itself is read.
    pub(super) progress: Progress,
    /// The compression's name.
    pub(super) compression: Option<&'static str>,
}

/// Content that is refused by its first bytes: (bytes, what it is, what to do).
const REFUSED: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save each sheet as CSV"),
    (b"\xD0\xCF\x11\xE0", "an old Excel or Office file", "save each sheet as CSV"),
    (b"BZh", "compressed with bzip2", "decompress it, or use .gz or .zst"),
    (b"\xFD7zXZ\0", "compressed with xz", "decompress it, or use .gz or .zst"),
    (b"SQLite format 3\0", "an SQLite database", "export each table as CSV"),
    (b"%PDF", "a PDF document", "ask for the data as CSV or Parquet"),
];

impl Input {
    /// Opens the file at `path` and recognises its compression.
    pub(super) fn open(path: &Path) -> Result<Self, IngestError> {
        let failed = |source| read_error(path, 0, None, source);
        let file = File::open(path).map_err(failed)?;
        let total = file.metadata().map_err(failed)?.len();
        let progress = Progress { total, ..Progress::default() };
        let counted = Counted { file, progress: progress.clone() };
        let mut buffered = BufReader::with_capacity(1 << 16, counted);
        let head = buffered.fill_buf().map_err(failed)?;
        refuse(path, head)?;
        let compression = compression_of(head);
        let bytes: Box<dyn Read + Send> = match compression {
            Some("gzip") => Box::new(flate2::bufread::MultiGzDecoder::new(buffered)),
            Some(_) => Box::new(zstd::stream::read::Decoder::with_buffer(buffered).map_err(failed)?),
            None => Box::new(buffered),
        };
        Ok(Self { bytes, path: path.to_path_buf(), progress, compression })
    }

    /// Fills `buffer` as far as the file goes; fewer bytes mean its end.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        let mut n_read = 0;
        while n_read < buffer.len() {
            match self.bytes.read(&mut buffer[n_read..]) {
                Ok(0) => break,
                Ok(n) => n_read += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.error(error)),
            }
        }
        Ok(n_read)
    }

    fn error(&self, source: io::Error) -> IngestError {
        read_error(&self.path, self.progress.bytes_read(), self.compression, source)
    }
}

/// Whether the file begins as a Parquet file does.
pub(super) fn is_parquet(path: &Path) -> Result<bool, IngestError> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut head));
    read.map(|_| head == *b"PAR1").map_err(|source| read_error(path, 0, None, source))
}

fn read_error(path: &Path, bytes: u64, compression: Option<&str>, source: io::Error) -> IngestError {
    let source = match compression {
        Some(name) => {
            let hint = "hint: the file is cut off or damaged; fetch it again, and compare its size";
            io::Error::new(source.kind(), format!("its {name} stream is broken: {source}\n{hint}"))
        }
        None => source,
    };
    IngestError::Read { path: path.to_path_buf(), bytes, source }
}

fn refuse(path: &Path, head: &[u8]) -> Result<(), IngestError> {
    match REFUSED.iter().find(|(magic, ..)| head.starts_with(magic)) {
        Some(&(_, found, hint)) => Err(IngestError::Format { path: path.to_path_buf(), found, hint }),
        None => Ok(()),
    }
}

fn compression_of(head: &[u8]) -> Option<&'static str> {
    let is_skippable_frame = head.len() >= 4 && head[0] & 0xF0 == 0x50 && head[1..4] == [0x2A, 0x4D, 0x18];
    match head {
        [0x1F, 0x8B, 8, ..] => Some("gzip"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some("zstd"),
        _ => is_skippable_frame.then_some("zstd"),
    }
}

struct Counted {
    file: File,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.file.read(buffer)?;
        self.progress.read.fetch_add(n_read as u64, Ordering::Relaxed);
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(content: &[u8]) -> Result<(Vec<u8>, Option<&'static str>, u64), IngestError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        let mut input = Input::open(file.path())?;
        let mut buffer = vec![0; 1000];
        let n_read = input.fill(&mut buffer)?;
        buffer.truncate(n_read);
        Ok((buffer, input.compression, input.progress.bytes_read()))
    }

    #[test]
    fn several_members_are_one_stream() {
        let gz = [gzip(b"one,"), gzip(b"two")].concat();
        assert_eq!(read(&gz).unwrap(), (b"one,two".to_vec(), Some("gzip"), gz.len() as u64));
        let frame = |text: &[u8]| zstd::encode_all(text, 1).unwrap();
        let zst = [frame(b"one,"), frame(b"two")].concat();
        assert_eq!(read(&zst).unwrap(), (b"one,two".to_vec(), Some("zstd"), zst.len() as u64));
        assert_eq!(read(b"one").unwrap(), (b"one".to_vec(), None, 3));
        assert_eq!(read(b"").unwrap(), (vec![], None, 0));
    }

    #[test]
    fn a_cut_off_file_is_an_error_with_a_hint() {
        let gz = gzip(b"some text that is long enough to be cut");
        let failure = crate::error::Failure::Data(Box::new(read(&gz[..gz.len() - 9]).unwrap_err()));
        let message = failure.message();
        assert!(message.contains(&format!("after {} bytes: its gzip stream is broken: ", gz.len() - 9)), "{message}");
        assert!(message.contains("\nhint: the file is cut off"), "{message}");
    }

    #[test]
    fn a_workbook_is_refused_with_what_to_do() {
        let message = read(b"PK\x03\x04rest").unwrap_err().to_string();
        assert!(message.contains("Excel") && message.contains("hint: "), "{message}");
    }
}
