/*!
Count the words of a batch of texts and files into one table.

What a word is, [`words`](crate::words) says. Time is linear in the bytes read; memory is that of the distinct words,
and of the largest file once a thread.
*/

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::RandomState;

use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::words::{each_word, pieces};
use crate::{Contents, Error, Interrupted, Source};

/// The words of a batch with their counts, in no order, and the errors by index, in order.
#[derive(Debug, Default)]
pub struct Counted {
    /// Each distinct word, folded, with how often it was seen.
    pub words: Vec<(Box<str>, u64)>,
    /// The index of each file that could not be used, with the reason.
    pub errors: Vec<(usize, Error)>,
}

/// Count the words of all `sources` in at most `workers` threads.
///
/// A file that cannot be used becomes an error of its index and adds no word. `interrupted` is called about every
/// 50 ms, on the calling thread.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn word_count(
    sources: &[Source<'_>],
    workers: usize,
    interrupted: impl FnMut() -> bool,
) -> Result<Counted, Interrupted> {
    let jobs = jobs(sources);
    let mut total = Tally::default();
    let work = |queue: &Queue<'_, Job<'_>>, results: &Results<'_, Tally>| results.give(count(queue));
    batch::run(&jobs, workers, 2 * weight(sources), work, |tally| total.merge(tally), interrupted)?;
    Ok(total.into_counted())
}

/// A long text is cut into pieces of about so many bytes: small enough to share out and to be stopped in time.
const PIECE: usize = 256 * 1024;

/// One thing for a thread to do: a piece of a text, or a whole file with its index.
enum Job<'a> {
    Piece(&'a str),
    File(usize, &'a Path),
}

fn jobs<'a>(sources: &[Source<'a>]) -> Vec<Job<'a>> {
    let mut jobs = Vec::with_capacity(sources.len());
    for (index, source) in sources.iter().enumerate() {
        match *source {
            Source::Text(text) => jobs.extend(pieces(text, PIECE).map(Job::Piece)),
            Source::File(path) => jobs.push(Job::File(index, path)),
        }
    }
    jobs
}

/// Do jobs until the queue has none left.
fn count(queue: &Queue<'_, Job<'_>>) -> Tally {
    let mut tally = Tally::default();
    let mut contents = Contents::default();
    while let Some(job) = queue.take() {
        match *job {
            Job::Piece(text) => tally.add(text),
            Job::File(index, path) => match contents.read(path) {
                Ok(text) => pieces(text, PIECE).take_while(|_| !queue.stopped()).for_each(|piece| tally.add(piece)),
                Err(error) => tally.errors.push((index, error)),
            },
        }
    }
    tally
}

/// The words that one thread has counted, and the errors that it met.
#[derive(Default)]
struct Tally {
    counts: HashMap<Box<str>, u64, RandomState>,
    errors: Vec<(usize, Error)>,
    folded: String,
}

impl Tally {
    fn add(&mut self, text: &str) {
        each_word(text, &mut self.folded, |word| increase(&mut self.counts, word, 1));
    }

    fn merge(&mut self, other: Tally) {
        self.errors.extend(other.errors);
        if self.counts.is_empty() {
            self.counts = other.counts;
            return;
        }
        for (word, count) in other.counts {
            *self.counts.entry(word).or_default() += count;
        }
    }

    fn into_counted(mut self) -> Counted {
        self.errors.sort_unstable_by_key(|&(index, _)| index);
        Counted { words: self.counts.into_iter().collect(), errors: self.errors }
    }
}

/// Look before inserting: most words have been seen, and only a new one needs memory of its own.
fn increase(counts: &mut HashMap<Box<str>, u64, RandomState>, word: &str, by: u64) {
    match counts.get_mut(word) {
        Some(count) => *count += by,
        None => {
            counts.insert(word.into(), by);
        }
    }
}
