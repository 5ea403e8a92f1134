/*!
Count the words of a batch of texts and files into one table.

What a word is, [`words`](crate::words) says. Time is linear in the bytes read; memory is that of the distinct words,
and of the largest file once a thread.
*/

use std::path::Path;

use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::watch::Watch;
use crate::words::{Vocabulary, each_word, pieces};
use crate::{Contents, Error, Interrupted, Source};

/// The words of a batch with their counts, in no order, and the errors by index, in order.
#[derive(Debug, Default)]
pub struct Counted {
    words: Vocabulary,
    counts: Vec<u64>,
    /// The index of each file that could not be used, with the reason.
    pub errors: Vec<(usize, Error)>,
}

impl Counted {
    /// Each distinct word, folded, with how often it was seen.
    pub fn words(&self) -> impl Iterator<Item = (&str, u64)> {
        self.words.iter().map(|(word, number)| (word, self.counts[number as usize]))
    }

    fn add(&mut self, word: &str, count: u64) {
        let number = self.words.number(word) as usize;
        if number == self.counts.len() {
            self.counts.push(0);
        }
        self.counts[number] += count;
    }

    fn merge(&mut self, other: Self, watch: &mut Watch<impl FnMut() -> bool>) -> Result<(), Interrupted> {
        for counted in watch.each(other.words()) {
            let (word, count) = counted?;
            self.add(word, count);
        }
        self.errors.extend(other.errors);
        Ok(())
    }
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
    mut interrupted: impl FnMut() -> bool,
) -> Result<Counted, Interrupted> {
    let jobs = jobs(sources);
    let mut parts: Vec<Counted> = Vec::new();
    let work = |queue: &Queue<'_, Job<'_>>, results: &Results<'_, Counted>| results.give(count(queue));
    batch::run(&jobs, workers, 2 * weight(sources), work, |part| parts.push(part), &mut interrupted)?;
    let mut watch = Watch::new(interrupted);
    let mut all = parts.pop().unwrap_or_default();
    parts.into_iter().try_for_each(|part| all.merge(part, &mut watch))?;
    all.errors.sort_unstable_by_key(|&(index, _)| index);
    Ok(all)
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
fn count(queue: &Queue<'_, Job<'_>>) -> Counted {
    let mut part = Counted::default();
    let (mut contents, mut folded) = (Contents::default(), String::new());
    let stopped = || queue.stopped();
    while let Some(job) = queue.take() {
        let text = match *job {
            Job::Piece(text) => Ok(text),
            Job::File(index, path) => contents.read(path, &stopped).map_err(|error| (index, error)),
        };
        match text {
            Ok(text) => pieces(text, PIECE)
                .take_while(|_| !stopped())
                .for_each(|piece| each_word(piece, &mut folded, |word| part.add(word, 1))),
            Err(error) => part.errors.push(error),
        }
    }
    part
}
