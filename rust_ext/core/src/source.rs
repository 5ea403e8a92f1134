/*! What an operation reads: a text that the caller holds, or a file that the operation reads itself. */

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use crate::{Error, Kind};

/// No file above this is read: 1 GiB. It bounds the memory of a call, also for a file that grows for ever.
pub const LIMIT_BYTES: u64 = 1 << 30;

/// One item of a batch.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A text that the caller holds.
    Text(&'a str),
    /// A file, read whole when its turn comes.
    File(&'a Path),
}

impl Source<'_> {
    /// About how many bytes it has. A file is not asked: that would cost a third of reading it.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::File(_) => 16 * 1024,
        }
    }
}

/// About how many bytes all of them have, at least; a file may be long, so that one is already many.
pub(crate) fn weight(sources: &[Source<'_>]) -> u64 {
    let many = |source: &Source<'_>| if matches!(source, Source::File(_)) { 1 << 20 } else { source.weight() as u64 };
    sources.iter().map(many).sum()
}

/// A buffer that files are read into, one after the other; a thread has one for all its files.
#[derive(Debug, Default)]
pub struct Contents(Vec<u8>);

impl Contents {
    /// Lend the text of `source`; a file is read into this buffer, whole and never mapped into memory.
    ///
    /// # Errors
    /// The file cannot be opened or read, is not regular, is over [`LIMIT_BYTES`], changes meanwhile, or is not UTF-8.
    pub fn text<'a>(&'a mut self, source: Source<'a>) -> Result<&'a str, Error> {
        match source {
            Source::Text(text) => Ok(text),
            Source::File(path) => self.read(path),
        }
    }

    /// Read the file at `path` into this buffer and lend its text.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn read(&mut self, path: &Path) -> Result<&str, Error> {
        self.0.clear();
        let start = append(path, &mut self.0).map_err(|kind| Error::new(path, kind))?;
        valid(path, &self.0[start..])
    }
}

/// Read the UTF-8 of `source` onto the end of `buffer`, with a gap before it; return where it begins.
///
/// # Errors
/// As [`Contents::text`]; the buffer is then as it was.
pub(crate) fn append_text(source: Source<'_>, buffer: &mut Vec<u8>) -> Result<usize, Error> {
    let before = buffer.len();
    let start = match source {
        Source::Text(text) => {
            buffer.extend_from_slice(text.as_bytes());
            Ok(before)
        }
        Source::File(path) => append(path, buffer)
            .map_err(|kind| Error::new(path, kind))
            .and_then(|start| valid(path, &buffer[start..]).map(|_| start)),
    };
    if start.is_err() {
        buffer.truncate(before);
    }
    start
}

fn valid<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, Error> {
    std::str::from_utf8(bytes).map_err(|error| Error::new(path, Kind::NotUtf8(error.valid_up_to())))
}

/// Read a whole file onto the end of a buffer; return where it begins.
fn append(path: &Path, buffer: &mut Vec<u8>) -> Result<usize, Kind> {
    let file = open(path).map_err(Kind::Unreadable)?;
    let before = file.metadata().map_err(Kind::Unreadable)?;
    let bytes = expected(&before)?;
    let start = aligned(buffer, bytes);
    read_whole(&file, bytes, start, buffer).map_err(Kind::Unreadable)?;
    let read = (buffer.len() - start) as u64;
    if read > LIMIT_BYTES {
        return Err(Kind::TooBig);
    }
    // Some systems' own files tell no size, or a wrong one: what counts is whether it changes.
    if read != bytes && bytes != 0 && changed(&before, &file.metadata().map_err(Kind::Unreadable)?) {
        return Err(Kind::Changed);
    }
    Ok(start)
}

/// Make room for a file of so many bytes; return where it begins, at a multiple of 64 in memory.
///
/// Zen 3 copies up to six times slower to 1..31 bytes past a page's start, where large blocks happen to begin.
fn aligned(buffer: &mut Vec<u8>, bytes: u64) -> usize {
    buffer.reserve(bytes as usize + 128);
    let start = buffer.len() + buffer.as_ptr().wrapping_add(buffer.len()).align_offset(64).min(64);
    buffer.resize(start, 0);
    start
}

/// Read until the end, or until the limit is passed.
#[cfg(unix)]
fn read_whole(file: &File, bytes: u64, start: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    use rustix::buffer::spare_capacity;
    use rustix::io::{read, retry_on_intr};

    loop {
        let room = buffer.capacity() - buffer.len();
        let count = retry_on_intr(|| read(file, spare_capacity(buffer)))?;
        let all = (buffer.len() - start) as u64;
        // A regular file gives less than there is room for only at its end; one of no known size is asked again.
        if count == 0 || all > LIMIT_BYTES || count < room && all == bytes {
            return Ok(());
        }
        buffer.reserve(64 * 1024);
    }
}

#[cfg(not(unix))]
fn read_whole(file: &File, _: u64, _: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    use std::io::Read;
    file.take(LIMIT_BYTES + 1).read_to_end(buffer).map(|_| ())
}

/// The size that the file tells.
fn expected(metadata: &Metadata) -> Result<u64, Kind> {
    match metadata {
        #[cfg(unix)]
        folder if folder.is_dir() => Err(Kind::Unreadable(rustix::io::Errno::ISDIR.into())),
        file if !file.is_file() => Err(Kind::NotRegular),
        file if file.len() > LIMIT_BYTES => Err(Kind::TooBig),
        file => Ok(file.len()),
    }
}

fn changed(before: &Metadata, after: &Metadata) -> bool {
    before.len() != after.len() || before.modified().ok() != after.modified().ok()
}

/// Open for reading, without waiting for the other end of a FIFO.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits() as i32);
    }
    options.read(true).open(path)
}
