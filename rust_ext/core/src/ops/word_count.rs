/*!
Count the words of a batch of texts and files into one table.

A word is a maximal run of `[0-9A-Za-z_]` or of any character from U+0080 on, case folded for ASCII only. In UTF-8
every byte of a character from U+0080 on is ≥ 0x80, so that one look at a byte decides. Time is linear in the bytes
read; memory is that of the distinct words, and of the largest file once a thread.
*/

use std::collections::HashMap;
use std::path::Path;

use foldhash::fast::RandomState;

use crate::batch::{self, Queue};
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
    batch::run(&jobs, workers.max(1), count, |tally| total.merge(tally), interrupted)?;
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
    short: HashMap<Key, u64, RandomState>,
    long: HashMap<Box<str>, u64, RandomState>,
    errors: Vec<(usize, Error)>,
}

/// A folded word of at most 16 bytes, padded with zeros: most words of any text, compared as one number and kept
/// in the table itself. Zero belongs to no word, so that two words never share a key.
type Key = u128;

const KEY_BYTES: usize = size_of::<Key>();

impl Tally {
    fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let mut classes = SEPARATOR;
            let mut length = 0;
            for &byte in &bytes[start..] {
                let class = CLASS[byte as usize];
                if class == SEPARATOR {
                    break;
                }
                classes |= class;
                length += 1;
            }
            match length {
                0 => {}
                1..=KEY_BYTES => *self.short.entry(key(&bytes[start..], length, classes)).or_default() += 1,
                _ => self.add_long(&text[start..start + length]),
            }
            start += length + 1;
        }
    }

    /// Look before inserting: only a new word needs memory of its own.
    #[cold]
    fn add_long(&mut self, word: &str) {
        let word = word.to_ascii_lowercase();
        match self.long.get_mut(word.as_str()) {
            Some(count) => *count += 1,
            None => drop(self.long.insert(word.into(), 1)),
        }
    }

    fn merge(&mut self, other: Tally) {
        self.errors.extend(other.errors);
        for (key, count) in other.short {
            *self.short.entry(key).or_default() += count;
        }
        for (word, count) in other.long {
            *self.long.entry(word).or_default() += count;
        }
    }

    fn into_counted(mut self) -> Counted {
        self.errors.sort_unstable_by_key(|&(index, _)| index);
        let short = self.short.into_iter().map(|(key, count)| (word(key), count));
        Counted { words: short.chain(self.long).collect(), errors: self.errors }
    }
}

/// The key of the word that is the first `length` bytes of `bytes`.
fn key(bytes: &[u8], length: usize, classes: u8) -> Key {
    let mut padded = match bytes.first_chunk::<KEY_BYTES>() {
        Some(chunk) => (Key::from_le_bytes(*chunk) & (Key::MAX >> (8 * (KEY_BYTES - length)))).to_le_bytes(),
        None => {
            let mut padded = [0; KEY_BYTES];
            padded[..length].copy_from_slice(&bytes[..length]);
            padded
        }
    };
    if classes & CAPITAL != 0 {
        padded.make_ascii_lowercase();
    }
    Key::from_le_bytes(padded)
}

/// The word whose key is `key`.
fn word(key: Key) -> Box<str> {
    let padded = key.to_le_bytes();
    let length = KEY_BYTES - key.leading_zeros() as usize / 8;
    // A word starts and ends beside ASCII or an end of the text, so its bytes are whole characters.
    String::from_utf8_lossy(&padded[..length]).into()
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
