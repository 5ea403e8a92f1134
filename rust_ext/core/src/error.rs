/*! What can go wrong with one item of a batch, and with a batch as a whole. */

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why one file of a batch could not be used; the other items go on.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: Kind,
}

/// The reasons an [`Error`] can have.
#[derive(Debug)]
pub enum Kind {
    /// The operating system refused to open or to read the file.
    Unreadable(io::Error),
    /// The file is not UTF-8; the number is the offset of the first byte that cannot be text.
    NotUtf8(usize),
}

impl Error {
    pub(crate) fn new(path: &Path, kind: Kind) -> Self {
        Self { path: path.to_path_buf(), kind }
    }

    /// The file that could not be used.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The reason.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::Unreadable(source) => write!(f, "{path}: {source}"),
            Kind::NotUtf8(byte) => {
                write!(f, "{path}: not UTF-8 at byte {byte}; convert the file to UTF-8 or leave it out")
            }
        }
    }
}

impl std::error::Error for Error {}

/// The caller asked to stop before the batch was done; there is no result.
#[derive(Debug, PartialEq, Eq)]
pub struct Interrupted;
