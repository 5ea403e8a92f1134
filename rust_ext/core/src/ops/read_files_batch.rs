/*!
Read many text files.

A file is its bytes as UTF-8, nothing translated: line ends and a byte order mark stay. Time is linear in the bytes;
what a call holds is a few parts of some megabytes, whatever the caller keeps, and the largest file once a thread.
*/

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::batch::{self, Queue, Results};
use crate::source::{append_text, weight};
use crate::{Error, Interrupted, Source};

/// The texts of a few files that were read one after the other, and the errors of the others.
#[derive(Debug, Default)]
pub struct Part {
    next: usize,
    arena: Vec<u8>,
    texts: Vec<(usize, Range<usize>)>,
    errors: Vec<(usize, Error)>,
}

impl Part {
    /// The index of each file with its text, as bytes that are UTF-8.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.texts.iter().map(|(index, range)| (*index, &self.arena[range.clone()]))
    }

    fn read(&mut self, source: Source<'_>) {
        match append_text(source, &mut self.arena) {
            Ok(start) => self.texts.push((self.next, start..self.arena.len())),
            Err(error) => self.errors.push((self.next, error)),
        }
        self.next += 1;
    }
}

/// Read all `sources` in at most `workers` threads; give the texts to `found`, some at a time, in no order, and return the
/// errors by index, in order.
///
/// `found` and `interrupted`, which is asked about every 50 ms, are called on the calling thread.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn read_files_batch(
    sources: &[Source<'_>],
    workers: usize,
    mut found: impl FnMut(&Part),
    interrupted: impl FnMut() -> bool,
) -> Result<Vec<(usize, Error)>, Interrupted> {
    let size = (sources.len() / (workers.max(1) * 8)).clamp(1, MOST_FILES);
    let jobs: Vec<(usize, &[Source<'_>])> = sources.chunks(size).enumerate().map(|(n, part)| (n * size, part)).collect();
    let spare = Spare::default();
    let mut errors = Vec::new();
    let merge = |part: Part| {
        found(&part);
        spare.put(part.arena);
        errors.extend(part.errors);
    };
    batch::run(&jobs, workers, weight(sources), |queue, results| read(queue, results, &spare), merge, interrupted)?;
    errors.sort_unstable_by_key(|&(index, _)| index);
    Ok(errors)
}

/// No part has more files, so that the calling thread has something to do soon.
const MOST_FILES: usize = 32;

/// A part with so many bytes is given away before the next file.
const PART_BYTES: usize = 1 << 20;

fn read(queue: &Queue<'_, (usize, &[Source<'_>])>, results: &Results<'_, Part>, spare: &Spare) {
    while let Some(&(first, sources)) = queue.take() {
        let mut part = spare.part(first);
        for &source in sources {
            if part.arena.len() >= PART_BYTES {
                let next = spare.part(part.next);
                results.give(std::mem::replace(&mut part, next));
            }
            part.read(source);
        }
        results.give(part);
    }
}

/// Buffers that were used before: they cost no new pages.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    fn part(&self, next: usize) -> Part {
        let arena = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        Part { next, arena, ..Part::default() }
    }

    fn put(&self, mut arena: Vec<u8>) {
        arena.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(arena);
    }
}
