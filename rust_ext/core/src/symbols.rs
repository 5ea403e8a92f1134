/*! Texts as numbers: their characters, or their words with their counts. */

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::watch::Watch;
use crate::words::{Vocabulary, each_word, pieces};

/// A text as symbols: its characters in order, or its different words in no order, each with its count.
pub struct Text {
    /// The number of each character or word.
    pub symbols: Vec<u32>,
    /// How often the text has each word; nothing for characters.
    pub counts: Vec<u64>,
    /// The sum of the squares of the counts.
    pub square: u128,
}

impl Text {
    fn new(symbols: Vec<u32>, counts: Vec<u64>) -> Self {
        let square = counts.iter().map(|&count| u128::from(count) * u128::from(count)).sum();
        Self { symbols, counts, square }
    }
}

/// The number of each character that was seen; ASCII is its own number.
#[derive(Default)]
pub struct Characters {
    ids: HashMap<char, u32, RandomState>,
}

const ASCII: usize = 128;

impl Characters {
    /// The characters of `text` in order; some of them if `stopped` said true.
    pub fn text(&mut self, text: &str, stopped: &dyn Fn() -> bool) -> Text {
        let mut watch = Watch::new(stopped);
        let characters = watch.each(text.chars()).map_while(Result::ok);
        Text::new(characters.map(|character| self.id(character)).collect(), Vec::new())
    }

    fn id(&mut self, character: char) -> u32 {
        if character.is_ascii() {
            return character as u32;
        }
        let next = self.count() as u32;
        *self.ids.entry(character).or_insert(next)
    }

    /// All numbers are below this.
    pub fn count(&self) -> usize {
        ASCII + self.ids.len()
    }
}

/// The number of each word that was seen.
#[derive(Default)]
pub struct Words {
    known: Vocabulary,
    /// How often each word was seen in the text at hand.
    counts: Vec<u64>,
    folded: String,
}

/// A long text is gone through in pieces of about so many bytes, and may be stopped between them.
const PIECE: usize = 256 * 1024;

impl Words {
    /// The different words of `text` with their counts; of a part of it if `stopped` said true.
    pub fn text(&mut self, text: &str, stopped: &dyn Fn() -> bool) -> Text {
        let Self { known, counts, folded } = self;
        let mut symbols: Vec<u32> = Vec::new();
        for piece in pieces(text, PIECE).take_while(|_| !stopped()) {
            each_word(piece, folded, |word| {
                let id = known.number(word);
                counts.resize(known.len(), 0);
                if counts[id as usize] == 0 {
                    symbols.push(id);
                }
                counts[id as usize] += 1;
            });
        }
        let counts = symbols.iter().map(|&word| std::mem::take(&mut counts[word as usize])).collect();
        Text::new(symbols, counts)
    }

    /// The different words of `text`, each counted once.
    pub fn set(&mut self, text: &str, stopped: &dyn Fn() -> bool) -> Text {
        let Text { symbols, mut counts, .. } = self.text(text, stopped);
        counts.fill(1);
        Text::new(symbols, counts)
    }

    /// All numbers are below this.
    pub fn count(&self) -> usize {
        self.known.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_characters_have_equal_numbers_below_the_count() {
        let mut characters = Characters::default();
        let (one, two) = (characters.text("aé日é", &|| false), characters.text("日a", &|| false));
        assert_eq!(one.symbols, [97, 128, 129, 128]);
        assert_eq!((two.symbols, characters.count()), (vec![129, 97], 130));
    }

    #[test]
    fn counts_do_not_pass_from_one_text_to_the_next() {
        let mut words = Words::default();
        let (one, two, set) =
            (words.text("a B b", &|| false), words.text("b c", &|| false), words.set("a a b", &|| false));
        assert_eq!((one.symbols, one.counts, one.square), (vec![0, 1], vec![1, 2], 5));
        assert_eq!((two.symbols, two.counts, two.square), (vec![1, 2], vec![1, 1], 2));
        assert_eq!((set.symbols, set.counts, set.square, words.count()), (vec![0, 1], vec![1, 1], 2, 3));
    }

    #[test]
    fn a_long_text_is_left_when_it_is_stopped() {
        let long = "wing ".repeat(200_000);
        assert!(Words::default().text(&long, &|| true).symbols.is_empty());
        std::thread::sleep(crate::watch::PATIENCE);
        assert!(Characters::default().text(&"é".repeat(50_000_000), &|| true).symbols.len() < 50_000_000);
    }
}
