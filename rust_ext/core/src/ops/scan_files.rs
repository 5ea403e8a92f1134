/*!
List the files below some folders.

Every file of the tree that [`Choice`] wants, sorted by the bytes of its path. Time is that of the system's calls, one
to open and one or two to list a folder; a file is looked at only for its details. Memory is that of the paths.
*/

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::walk::{Choice, Report, by_bytes, walk};
use crate::watch::Watch;
use crate::{Error, Interrupted, Kind};

/// The files that were found and what was met on the way.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The paths, sorted by their bytes; each begins with its root.
    pub paths: Vec<PathBuf>,
    /// The size in bytes and the time of the last change of each path, if they were asked for.
    pub details: Vec<Details>,
    /// What was left out, and the folders, links and files that could not be looked at, sorted by path.
    pub report: Report,
}

/// What the system knows of a file.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Details {
    /// How many bytes it has.
    pub size_bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified_ns: i64,
}

/// List the files below `roots` in at most `workers` threads.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn scan_files(
    roots: &[&Path],
    choice: &Choice,
    with_details: bool,
    workers: usize,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Scanned, Interrupted> {
    let look = |part: &mut Part, files: Vec<PathBuf>, _: &dyn Fn() -> bool| {
        for path in files {
            match details(&path, with_details) {
                Ok(details) => part.files.push((path, details)),
                Err(kind) => part.errors.push(Error::new(&path, kind)),
            }
        }
    };
    let parts = walk(roots, choice, workers, look, &mut interrupted)?;
    let mut report = Report::default();
    let mut files = Vec::new();
    for (part, one) in parts {
        files.extend(part.files);
        report.errors.extend(part.errors);
        report.merge(one);
    }
    let mut watch = Watch::new(interrupted);
    let files = watch.sorted(files, |(one, _), (other, _)| by_bytes(one, other))?;
    report.errors = watch.sorted(report.errors, |one, other| by_bytes(one.path(), other.path()))?;
    let (paths, details): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    Ok(Scanned { paths, details: if with_details { details } else { Vec::new() }, report })
}

#[derive(Default)]
struct Part {
    files: Vec<(PathBuf, Details)>,
    errors: Vec<Error>,
}

/// A link that is followed has been resolved already, so that its target is asked here as well.
fn details(path: &Path, wanted: bool) -> Result<Details, Kind> {
    if !wanted {
        return Ok(Details::default());
    }
    let metadata = path.metadata().map_err(Kind::Unreadable)?;
    let modified = metadata.modified().map_err(Kind::Unreadable)?;
    let modified_ns = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i64,
        Err(before) => -(before.duration().as_nanos() as i64),
    };
    Ok(Details { size_bytes: metadata.len(), modified_ns })
}
