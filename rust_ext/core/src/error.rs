/*! What can go wrong with one item of a batch, and with a batch as a whole. */

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why one file or folder of a batch could not be used; the other items go on.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: Kind,
}

/// The reasons an [`Error`] can have.
#[derive(Debug)]
pub enum Kind {
    /// The operating system refused to open or to read it.
    Unreadable(io::Error),
    /// The file is not UTF-8; the number is the offset of the first byte that cannot be text.
    NotUtf8(usize),
    /// A FIFO, a socket or a device: to read it may never end.
    NotRegular,
    /// The file has more than [`LIMIT_BYTES`](crate::LIMIT_BYTES).
    TooBig,
    /// The file grew or shrank while it was read.
    Changed,
    /// A link to a folder that holds it.
    LinkLoop,
}

impl Error {
    pub(crate) fn new(path: &Path, kind: Kind) -> Self {
        Self { path: path.to_path_buf(), kind }
    }

    /// The file or folder that could not be used.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The reason.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(source) => write!(f, "{source}"),
            Self::NotUtf8(byte) => write!(f, "not UTF-8 at byte {byte}; convert the file to UTF-8 or leave it out"),
            Self::NotRegular => f.write_str("not a regular file; leave out FIFOs, sockets and devices"),
            Self::TooBig => f.write_str("over the limit of 1 GiB; cut the file into smaller ones"),
            Self::Changed => f.write_str("changed while it was read; read it when nothing writes to it"),
            Self::LinkLoop => f.write_str("a link to a folder that holds it; it was not entered again"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for Error {}

/// The caller asked to stop before the batch was done; there is no result.
#[derive(Debug, PartialEq, Eq)]
pub struct Interrupted;
