/*! The entries of one folder: names and what they are, without a look at each. */

use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    File,
    Folder,
    Link,
    Special,
}

impl Entry {
    pub(crate) fn of(kind: std::fs::FileType) -> Self {
        match kind {
            link if link.is_symlink() => Self::Link,
            folder if folder.is_dir() => Self::Folder,
            file if file.is_file() => Self::File,
            _ => Self::Special,
        }
    }
}

/// Call `visit` with the name of each entry of the folder and what it is, in the system's order, while it says true.
#[cfg(target_os = "linux")]
pub(crate) fn entries(path: &Path, mut visit: impl FnMut(&OsStr, Entry) -> bool) -> io::Result<()> {
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    use rustix::fs::{FileType, Mode, OFlags, RawDir, open};

    let folder = open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let mut buffer = [MaybeUninit::<u8>::uninit(); 32 * 1024];
    let mut entries = RawDir::new(&folder, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        let entry = match entry.file_type() {
            _ if name == "." || name == ".." => continue,
            FileType::RegularFile => Entry::File,
            FileType::Directory => Entry::Folder,
            FileType::Symlink => Entry::Link,
            // Some file systems do not say; one that has gone meanwhile is no entry any more.
            FileType::Unknown => match path.join(name).symlink_metadata() {
                Ok(metadata) => Entry::of(metadata.file_type()),
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            },
            _ => Entry::Special,
        };
        if !visit(name, entry) {
            break;
        }
    }
    Ok(())
}

/// Call `visit` with the name of each entry of the folder and what it is, in the system's order, while it says true.
#[cfg(not(target_os = "linux"))]
pub(crate) fn entries(path: &Path, mut visit: impl FnMut(&OsStr, Entry) -> bool) -> io::Result<()> {
    for entry in path.read_dir()? {
        let entry = entry?;
        if !visit(&entry.file_name(), Entry::of(entry.file_type()?)) {
            break;
        }
    }
    Ok(())
}
