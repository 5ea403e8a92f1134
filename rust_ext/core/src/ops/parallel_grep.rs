/*!
Find the lines that match a pattern in all files below some folders.

A line ends at a line feed and is searched on its own; it has no line feed, but keeps a carriage return. The whole file
is searched at once by a pattern that cannot match a line feed, and lines are counted only up to a hit. Time is linear
in the bytes; memory is that of the hits, and of the largest file once a thread. File text is never given back whole.
*/

use std::ops::Range;
use std::path::{Path, PathBuf};

use memchr::{memchr, memchr_iter, memrchr};
use regex_automata::Input;
use regex_automata::meta::Cache;

use crate::pattern::{Meaning, Pattern, Refused, compile};
use crate::walk::{Choice, Report, by_bytes, walk};
use crate::watch::Watch;
use crate::{Contents, Error, Interrupted};

/// The matching lines of one file.
#[derive(Debug)]
pub struct Lines {
    /// The file.
    pub path: PathBuf,
    numbers: Vec<u64>,
    spans: Vec<Range<usize>>,
    arena: String,
}

impl Lines {
    /// The number, from 1, and the text of each line.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        self.numbers.iter().zip(&self.spans).map(|(number, span)| (*number, &self.arena[span.clone()]))
    }
}

/// What was found, sorted by the bytes of the paths, and what was met on the way.
#[derive(Debug, Default)]
pub struct Grepped {
    /// The files with a matching line.
    pub files: Vec<Lines>,
    /// What was left out, and the folders, links and files that could not be read, sorted by path.
    pub report: Report,
}

/// Compile the pattern of a search by lines.
///
/// # Errors
/// [`Refused`] if it cannot be searched for.
pub fn pattern(pattern: &str, literal: bool, ignore_case: bool) -> Result<Pattern, Refused> {
    compile(pattern, Meaning { literal, ignore_case, lines: true, spans: false })
}

/// Find the lines that match in the chosen files below `roots`, in at most `workers` threads.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn parallel_grep(
    pattern: &Pattern,
    roots: &[&Path],
    choice: &Choice,
    workers: usize,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Grepped, Interrupted> {
    let look = |part: &mut Part, files: Vec<PathBuf>, stopped: &dyn Fn() -> bool| {
        for path in files {
            part.search(pattern, path, stopped);
        }
    };
    let mut all = Grepped::default();
    for (part, one) in walk(roots, choice, workers, look, &mut interrupted)? {
        all.files.extend(part.found);
        all.report.errors.extend(part.errors);
        all.report.merge(one);
    }
    let mut watch = Watch::new(interrupted);
    all.files = watch.sorted(all.files, |one, other| by_bytes(&one.path, &other.path))?;
    all.report.errors = watch.sorted(all.report.errors, |one, other| by_bytes(one.path(), other.path()))?;
    Ok(all)
}

/// A long file is searched in pieces of about so many bytes, and may be stopped between them.
const PIECE: usize = 1 << 20;

/// What one thread found, and what it searches with.
#[derive(Default)]
struct Part {
    found: Vec<Lines>,
    errors: Vec<Error>,
    contents: Contents,
    cache: Option<Cache>,
}

impl Part {
    fn search(&mut self, pattern: &Pattern, path: PathBuf, stopped: &dyn Fn() -> bool) {
        let cache = self.cache.get_or_insert_with(|| pattern.regex.create_cache());
        match self.contents.read(&path, stopped) {
            Ok(text) => self.found.extend(lines(pattern, cache, text, path, stopped)),
            Err(error) => self.errors.push(error),
        }
    }
}

fn lines(pattern: &Pattern, cache: &mut Cache, text: &str, path: PathBuf, stopped: &dyn Fn() -> bool) -> Option<Lines> {
    let mut found = Lines { path, numbers: Vec::new(), spans: Vec::new(), arena: String::new() };
    let (mut start, mut number, mut counted) = (0, 1, 0);
    while start < text.len() && !stopped() {
        let end = pattern.cuts.next(text, start + PIECE);
        let input = Input::new(text).range(start..end).earliest(true);
        let Some(half) = pattern.regex.search_half_with(cache, &input) else {
            start = end;
            continue;
        };
        let line = line_of(text, half.offset());
        if line.start >= text.len() {
            break;
        }
        number += memchr_iter(b'\n', &text.as_bytes()[counted..line.start]).count() as u64;
        counted = line.start;
        found.numbers.push(number);
        found.spans.push(found.arena.len()..found.arena.len() + line.len());
        found.arena.push_str(&text[line.clone()]);
        start = line.end + 1;
    }
    (!found.numbers.is_empty()).then_some(found)
}

/// The line that holds the place where a match ends.
fn line_of(text: &str, place: usize) -> Range<usize> {
    let start = memrchr(b'\n', &text.as_bytes()[..place]).map_or(0, |end| end + 1);
    start..line_end(text, place)
}

/// Where the line ends that holds this place: at its line feed or at the end of the text.
fn line_end(text: &str, place: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[place..]).map_or(text.len(), |offset| place + offset)
}
