/*!
What a word is, and which words there are.

A word is a maximal run of `[0-9A-Za-z_]` or of any character from U+0080 on, case folded for ASCII only. In UTF-8
every byte of a character from U+0080 on is ≥ 0x80, so that one look at a byte decides.
*/

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Different words, numbered from 0 in the order in which they came. They lie in one arena: millions are let go at once.
#[derive(Debug, Default)]
pub struct Vocabulary {
    arena: String,
    table: HashTable<Word>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    hash: u64,
    start: usize,
    length: usize,
    number: u32,
}

impl Word {
    fn text(self, arena: &str) -> &str {
        &arena[self.start..self.start + self.length]
    }
}

impl Vocabulary {
    /// The number of a word, which may be new.
    pub fn number(&mut self, word: &str) -> u32 {
        let hash = self.hasher.hash_one(word);
        let same = |known: &Word| known.hash == hash && known.text(&self.arena) == word;
        if let Some(known) = self.table.find(hash, same) {
            return known.number;
        }
        let number = self.table.len() as u32;
        let new = Word { hash, start: self.arena.len(), length: word.len(), number };
        self.arena.push_str(word);
        self.table.insert_unique(hash, new, |known| known.hash);
        number
    }

    /// All words with their numbers, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.table.iter().map(|word| (word.text(&self.arena), word.number))
    }

    /// How many there are; all numbers are below.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

/// Call `found` with each word of `text`, folded; `buffer` is where words with capitals are folded.
pub fn each_word(text: &str, buffer: &mut String, mut found: impl FnMut(&str)) {
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
            buffer.clear();
            buffer.push_str(&text[start..end]);
            buffer.make_ascii_lowercase();
            found(buffer);
        } else if classes != SEPARATOR {
            found(&text[start..end]);
        }
        end += 1;
    }
}

/// Cut `text` into pieces of at least so many bytes (the last one as it comes), never inside a word.
pub fn pieces(text: &str, bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let tail = rest.as_bytes().get(bytes..).unwrap_or_default();
        let cut = tail.iter().position(|&byte| CLASS[byte as usize] == SEPARATOR);
        let (piece, after) = rest.split_at(cut.map_or(rest.len(), |offset| bytes + offset));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: usize = 1_000;

    #[test]
    fn pieces_join_to_the_text_and_end_at_a_separator() {
        let text = "wing ".repeat(BYTES);
        let parts: Vec<&str> = pieces(&text, BYTES).collect();
        assert_eq!(parts.concat(), text);
        assert!(parts.len() > 1 && parts[1..].iter().all(|part| part.starts_with(' ')));
    }

    #[test]
    fn a_word_longer_than_a_piece_stays_whole() {
        let text = "é".repeat(BYTES);
        assert_eq!(pieces(&text, BYTES).collect::<Vec<_>>(), [text.as_str()]);
    }

    #[test]
    fn words_are_numbered_as_they_come() {
        let mut words = Vocabulary::default();
        let text: Vec<String> = (0..20_000).map(|number| format!("word{number}")).collect();
        for _ in 0..2 {
            assert!(text.iter().zip(0..).all(|(word, number)| words.number(word) == number));
        }
        assert!(words.len() == text.len() && words.iter().all(|(word, number)| word == text[number as usize]));
    }

    #[test]
    fn an_empty_text_has_no_piece() {
        assert_eq!(pieces("", BYTES).count(), 0);
    }
}
