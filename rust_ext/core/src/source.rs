/*! What an operation reads: a text that the caller holds, or a file that the operation reads itself. */

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::{Error, Kind};

/// One item of a batch.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A text that the caller holds.
    Text(&'a str),
    /// A file, read whole when its turn comes.
    File(&'a Path),
}

/// A buffer that files are read into, one after the other; a thread has one for all its files.
#[derive(Debug, Default)]
pub struct Contents(Vec<u8>);

impl Contents {
    /// Read the file at `path` into this buffer and lend its text.
    ///
    /// # Errors
    /// The file cannot be opened or read, or is not UTF-8.
    pub fn read(&mut self, path: &Path) -> Result<&str, Error> {
        self.0.clear();
        File::open(path)
            .and_then(|mut file| file.read_to_end(&mut self.0))
            .map_err(|source| Error::new(path, Kind::Unreadable(source)))?;
        std::str::from_utf8(&self.0).map_err(|error| Error::new(path, Kind::NotUtf8(error.valid_up_to())))
    }
}
