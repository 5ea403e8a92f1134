/*! What an operation reads: a text that the caller holds, or a file that the operation reads itself. */

// Bytes that were read or found to be text in pieces are taken as a whole; the safe twins do all of it at once.
#![allow(unsafe_code)]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr;

use crate::{Error, Kind};

/// No file above this is read: 1 GiB. It bounds the memory of a call, also for a file that grows for ever.
pub const LIMIT_BYTES: u64 = 1 << 30;

/// A file is read and checked in pieces of so many bytes, and may be stopped between them.
const PIECE: usize = 8 << 20;

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
    /// The file cannot be opened or read, is not regular, is over [`LIMIT_BYTES`], changes meanwhile, or is not UTF-8;
    /// or `stopped` said true, and then nobody wants to know.
    pub fn text<'a>(&'a mut self, source: Source<'a>, stopped: &dyn Fn() -> bool) -> Result<&'a str, Error> {
        match source {
            Source::Text(text) => Ok(text),
            Source::File(path) => self.read(path, stopped),
        }
    }

    /// Read the file at `path` into this buffer and lend its text.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn read(&mut self, path: &Path, stopped: &dyn Fn() -> bool) -> Result<&str, Error> {
        self.0.clear();
        let start = append(path, &mut self.0, stopped).map_err(|kind| Error::new(path, kind))?;
        valid(path, &self.0[start..], stopped)
    }
}

/// Read the file at `path` into memory of its own, whatever size it has by now.
///
/// # Errors
/// As [`Contents::text`].
pub(crate) fn read_apart(path: &Path, stopped: &dyn Fn() -> bool) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let start = append(path, &mut bytes, stopped).map_err(|kind| Error::new(path, kind))?;
    bytes.drain(..start);
    String::from_utf8(bytes).map_err(|error| Error::new(path, Kind::NotUtf8(error.utf8_error().valid_up_to())))
}

/// Read the file at `path` into `room`; nothing unless it is the whole file and leaves the last byte over.
///
/// The last byte becomes 0. Nothing tells why: what is not as expected is read again with care.
#[cfg(unix)]
pub(crate) fn read_into<'a>(
    path: &Path,
    room: &'a mut [MaybeUninit<u8>],
    stopped: &dyn Fn() -> bool,
) -> Option<&'a [u8]> {
    // An empty file has no room: some of the system's own files only say that they are empty.
    let file = if room.is_empty() { return None } else { open(path).ok()? };
    let mut filled = 0;
    while !stopped() {
        let piece = filled..room.len().min(filled + PIECE);
        let (asked, read) = (piece.len(), rustix::io::read(&file, &mut room[piece]).ok()?.0.len());
        filled += read;
        // A regular file gives less than it was asked for only at its end.
        if read < asked || filled == room.len() {
            break;
        }
    }
    let (bytes, [last]) = room.split_at_mut(filled) else { return None };
    last.write(0);
    // SAFETY: so many bytes were read, piece behind piece from the first on.
    Some(unsafe { &*(ptr::from_ref(bytes) as *const [u8]) })
}

#[cfg(not(unix))]
pub(crate) fn read_into<'a>(_: &Path, _: &'a mut [MaybeUninit<u8>], _: &dyn Fn() -> bool) -> Option<&'a [u8]> {
    None
}

/// The size of the file at `path`, which is not opened.
///
/// # Errors
/// There is none that could be read whole.
pub(crate) fn size(path: &Path) -> Result<usize, Error> {
    #[cfg(unix)]
    match rustix::fs::stat(path) {
        Ok(told)
            if rustix::fs::FileType::from_raw_mode(told.st_mode).is_file() && told.st_size as u64 <= LIMIT_BYTES =>
        {
            return Ok(told.st_size as usize);
        }
        _ => {}
    }
    let told = fs::metadata(path).map_err(Kind::Unreadable).and_then(|metadata| expected(&metadata));
    told.map(|bytes| bytes as usize).map_err(|kind| Error::new(path, kind))
}

/// Take the bytes of the file at `path` as text if they are.
pub(crate) fn valid<'a>(path: &Path, bytes: &'a [u8], stopped: &dyn Fn() -> bool) -> Result<&'a str, Error> {
    checked(bytes, stopped).map_err(|kind| Error::new(path, kind))
}

fn checked<'a>(bytes: &'a [u8], stopped: &dyn Fn() -> bool) -> Result<&'a str, Kind> {
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes.len().min(start + PIECE);
        start = match std::str::from_utf8(&bytes[start..end]) {
            _ if stopped() => return Err(halted()),
            Ok(_) => end,
            // The piece ends inside a character; the next one begins with it.
            Err(error) if error.error_len().is_none() && end < bytes.len() => start + error.valid_up_to(),
            Err(error) => return Err(Kind::NotUtf8(start + error.valid_up_to())),
        }
    }
    // SAFETY: the bytes are pieces that follow on one another, and each was found to be UTF-8 up to where the next begins.
    Ok(unsafe { std::str::from_utf8_unchecked(bytes) })
}

fn halted() -> Kind {
    Kind::Unreadable(io::ErrorKind::Interrupted.into())
}

/// Read a whole file onto the end of a buffer; return where it begins.
fn append(path: &Path, buffer: &mut Vec<u8>, stopped: &dyn Fn() -> bool) -> Result<usize, Kind> {
    let file = open(path).map_err(Kind::Unreadable)?;
    let before = file.metadata().map_err(Kind::Unreadable)?;
    let bytes = expected(&before)?;
    let start = aligned(buffer, bytes);
    while buffer.len() - start + PIECE < bytes as usize {
        let read = (&file).take(PIECE as u64).read_to_end(buffer).map_err(Kind::Unreadable)?;
        if stopped() {
            return Err(halted());
        }
        if read < PIECE {
            break;
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two-byte characters, so that a piece may end inside one.
    fn long(before: &str) -> Vec<u8> {
        [before.as_bytes(), "é".repeat(PIECE).as_bytes()].concat()
    }

    #[test]
    fn text_is_text_wherever_its_pieces_end() {
        for before in ["", "a"] {
            let bytes = long(before);
            assert_eq!(checked(&bytes, &|| false).unwrap().len(), bytes.len());
        }
    }

    #[test]
    fn the_first_bad_byte_is_found_in_any_piece() {
        for bad in [0, 1, PIECE - 1, PIECE, 2 * PIECE - 2] {
            let mut bytes = long("a");
            bytes.truncate(bytes.len() - 1); // the last character is cut
            let cut = bytes.len() - 1;
            assert!(matches!(checked(&bytes, &|| false), Err(Kind::NotUtf8(byte)) if byte == cut));
            bytes[bad] = 0xFF;
            let expected = if bad > 0 && bad % 2 == 0 { bad - 1 } else { bad };
            assert!(matches!(checked(&bytes, &|| false), Err(Kind::NotUtf8(byte)) if byte == expected), "{bad}");
        }
    }

    #[test]
    fn a_long_file_is_left_when_it_is_stopped() {
        let path = std::env::temp_dir().join(format!("wings_source_{}", std::process::id()));
        File::create(&path).unwrap().set_len(1 << 29).unwrap();
        let mut contents = Contents::default();
        let stopped = contents.read(&path, &|| true).is_err();
        let read = contents.0.len();
        std::fs::remove_file(&path).unwrap();
        assert!(stopped && read < 2 * PIECE, "{read} bytes were read");
        assert!(checked(&long(""), &|| true).is_err());
    }
}
