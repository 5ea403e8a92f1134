/*!
Count the words of a batch of texts and files into one table.

A word is a maximal run of `[0-9A-Za-z_]` or of any character from U+0080 on, case folded for ASCII only. In UTF-8
every byte of a character from U+0080 on is ≥ 0x80, so that one look at a byte decides. Time is linear in the bytes
read; memory is that of the distinct words, and of the largest file once a thread.
*/

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::RandomState;

use crate::batch::{self, Queue, Results};
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
    if jobs.iter().map(Job::bytes).sum::<usize>() < WORTH_A_THREAD {
        return Ok(count(&Queue::new(&jobs)).into_counted());
    }
    let mut total = Tally::default();
    let work = |queue: &Queue<'_, Job<'_>>, results: &Results<Tally>| results.give(count(queue));
    batch::run(&jobs, workers, work, |tally| total.merge(tally), interrupted)?;
    Ok(total.into_counted())
}

/// Below so many bytes (about 200 µs of counting) starting and joining threads costs more than it saves.
const WORTH_A_THREAD: usize = 128 * 1024;

/// What a file is taken to weigh before it is opened: asking for its size would cost a third of reading it.
const FILE_BYTES: usize = 16 * 1024;

/// A long text is cut into pieces of about so many bytes: small enough to share out and to be stopped in time.
const PIECE: usize = 256 * 1024;

/// One thing for a thread to do: a piece of a text, or a whole file with its index.
enum Job<'a> {
    Piece(&'a str),
    File(usize, &'a Path),
}

impl Job<'_> {
    fn bytes(&self) -> usize {
        match self {
            Job::Piece(text) => text.len(),
            Job::File(..) => FILE_BYTES,
        }
    }
}

fn jobs<'a>(sources: &[Source<'a>]) -> Vec<Job<'a>> {
    let mut jobs = Vec::with_capacity(sources.len());
    for (index, source) in sources.iter().enumerate() {
        match *source {
            Source::Text(text) => jobs.extend(pieces(text).map(Job::Piece)),
            Source::File(path) => jobs.push(Job::File(index, path)),
        }
    }
    jobs
}

/// Cut `text` into pieces of at least [`PIECE`] bytes (the last one as it comes), never inside a word.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let tail = rest.as_bytes().get(PIECE..).unwrap_or_default();
        let cut = tail.iter().position(|&byte| CLASS[byte as usize] == SEPARATOR);
        let (piece, after) = rest.split_at(cut.map_or(rest.len(), |offset| PIECE + offset));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Do jobs until the queue has none left.
fn count(queue: &Queue<'_, Job<'_>>) -> Tally {
    let mut tally = Tally::default();
    let mut contents = Contents::default();
    while let Some(job) = queue.take() {
        match *job {
            Job::Piece(text) => tally.add(text),
            Job::File(index, path) => match contents.read(path) {
                Ok(text) => pieces(text).take_while(|_| !queue.stopped()).for_each(|piece| tally.add(piece)),
                Err(error) => tally.errors.push((index, error)),
            },
        }
    }
    tally
}

const SEPARATOR: u8 = 0;
const WORD: u8 = 1;
const CAPITAL: u8 = 2;

/// What each byte is to a word; [`WORD`] and [`CAPITAL`] are bits, so that a word's classes can be or-ed.
const CLASS: [u8; 256] = {
    let mut class = [SEPARATOR; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'A'..=b'Z' => WORD | CAPITAL,
            b'0'..=b'9' | b'a'..=b'z' | b'_' | 0x80.. => WORD,
            _ => SEPARATOR,
        };
        byte += 1;
    }
    class
};

/// The words that one thread has counted, and the errors that it met.
#[derive(Default)]
struct Tally {
    counts: HashMap<Box<str>, u64, RandomState>,
    errors: Vec<(usize, Error)>,
    folded: String,
}

impl Tally {
    fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let class = |at: usize| bytes.get(at).map_or(SEPARATOR, |&byte| CLASS[byte as usize]);
        let mut end = 0;
        while end < bytes.len() {
            let start = end;
            let mut classes = SEPARATOR;
            while class(end) != SEPARATOR {
                classes |= class(end);
                end += 1;
            }
            if classes & CAPITAL != 0 {
                self.add_folded(&text[start..end]);
            } else if classes != SEPARATOR {
                increase(&mut self.counts, &text[start..end], 1);
            }
            end += 1;
        }
    }

    fn add_folded(&mut self, word: &str) {
        self.folded.clear();
        self.folded.push_str(word);
        self.folded.make_ascii_lowercase();
        increase(&mut self.counts, &self.folded, 1);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_text_and_end_at_a_separator() {
        let text = "wing ".repeat(PIECE);
        let parts: Vec<&str> = pieces(&text).collect();
        assert_eq!(parts.concat(), text);
        assert!(parts.len() > 1 && parts[1..].iter().all(|part| part.starts_with(' ')));
    }

    #[test]
    fn a_word_longer_than_a_piece_stays_whole() {
        let text = "é".repeat(PIECE);
        assert_eq!(pieces(&text).collect::<Vec<_>>(), [text.as_str()]);
    }

    #[test]
    fn an_empty_text_has_no_piece() {
        assert_eq!(pieces("").count(), 0);
    }
}
