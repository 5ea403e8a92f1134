/*!
How similar texts are, each of some with each of others.

Four definitions; n and m are the lengths in characters:

- indel: 2·LCS/(n+m), where LCS is the length of the longest common subsequence; two empty texts are equal (1).
- levenshtein: 1 − d/max(n, m), where d is the least number of characters to insert, delete or replace.
- jaccard: the words that both have over the words that either has, as sets.
- cosine: of the counts of words, the dot product over the product of the lengths.

The first two cost n·m/64 steps (bit-parallel: Hyyrö 2004, Myers 1999 in blocks as Hyyrö 2003), the last two a step for
each word of a text and each text that has it.
*/

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::words::{each_word, pieces};
use crate::{Contents, Error, Interrupted, Source};

/// What similarity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// By the longest common subsequence of characters.
    Indel,
    /// By the least number of changes of characters.
    Levenshtein,
    /// By the sets of words.
    Jaccard,
    /// By the counts of words.
    Cosine,
}

impl Metric {
    /// The metric of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "indel" => Self::Indel,
            "levenshtein" => Self::Levenshtein,
            "jaccard" => Self::Jaccard,
            "cosine" => Self::Cosine,
            _ => return None,
        })
    }
}

/// A matrix of similarities, row by row.
#[derive(Debug, Default)]
pub struct Similar {
    /// One for each pair; not a number where one of the two could not be read.
    pub values: Vec<f64>,
    /// The index of each file that could not be used, with the reason; indices go on from `texts` to `others`.
    pub errors: Vec<(usize, Error)>,
}

/// Compare each of `texts` with each of `others`, or with each of `texts`, in at most `workers` threads.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn text_similarity(
    texts: &[Source<'_>],
    others: Option<&[Source<'_>]>,
    metric: Metric,
    workers: usize,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Similar, Interrupted> {
    let sources: Vec<Source<'_>> = texts.iter().chain(others.unwrap_or_default()).copied().collect();
    let mut prepared = Prepared::default();
    let prepare = |queue: &Queue<'_, ()>, results: &Results<'_, Prepared>| {
        results.give(Prepared::new(&sources, metric, &|| queue.stopped()));
    };
    batch::run(&[()], 1, 4 * weight(&sources), prepare, |ready| prepared = ready, &mut interrupted)?;
    let (rows, columns) = match others {
        Some(_) => prepared.texts.split_at(texts.len()),
        None => (&prepared.texts[..], &prepared.texts[..]),
    };
    let comparison = Comparison { rows, columns, metric, symmetric: others.is_none(), alphabet: prepared.symbols };
    let postings = matches!(metric, Metric::Jaccard | Metric::Cosine).then(|| Postings::new(columns, prepared.symbols));
    let jobs: Vec<usize> = (0..rows.len()).collect();
    // Every place is set below; zeros cost nothing until then.
    let mut values = vec![0.0; rows.len() * columns.len()];
    let work = |queue: &Queue<'_, usize>, results: &Results<'_, (usize, Vec<f64>)>| {
        while let Some(&row) = queue.take() {
            let stopped = || queue.stopped();
            results.give((row, match &postings {
                Some(postings) => comparison.by_words(row, postings),
                None => comparison.by_characters(row, &stopped),
            }));
        }
    };
    let merge = |(row, part): (usize, Vec<f64>)| {
        let first = columns.len() - part.len();
        values[row * columns.len() + first..(row + 1) * columns.len()].copy_from_slice(&part);
        if comparison.symmetric {
            part.iter().enumerate().for_each(|(offset, value)| values[(first + offset) * columns.len() + row] = *value);
        }
    };
    batch::run(&jobs, workers, comparison.steps(), work, merge, interrupted)?;
    Ok(Similar { values, errors: prepared.errors })
}

/// The texts as numbers.
#[derive(Default)]
struct Prepared {
    texts: Vec<Option<Text>>,
    /// How many different symbols there are.
    symbols: usize,
    errors: Vec<(usize, Error)>,
}

/// A text as symbols: its characters in order, or its different words, each with its count.
struct Text {
    symbols: Vec<u32>,
    counts: Vec<u64>,
    /// The sum of the squares of the counts.
    square: u128,
}

impl Prepared {
    fn new(sources: &[Source<'_>], metric: Metric, stopped: &dyn Fn() -> bool) -> Self {
        let mut prepared = Self::default();
        let mut contents = Contents::default();
        let (mut characters, mut words) = (Characters::default(), Words::default());
        for (index, &source) in sources.iter().enumerate().take_while(|_| !stopped()) {
            let text = contents.text(source).map(|text| match metric {
                Metric::Indel | Metric::Levenshtein => characters.text(text),
                Metric::Jaccard => words.text(text, stopped).into_set(),
                Metric::Cosine => words.text(text, stopped),
            });
            match text {
                Ok(text) => prepared.texts.push(Some(text)),
                Err(error) => {
                    prepared.texts.push(None);
                    prepared.errors.push((index, error));
                }
            }
        }
        prepared.symbols = words.ids.len().max(ASCII + characters.ids.len());
        prepared
    }
}

const ASCII: usize = 128;

/// The number of each character that was seen; ASCII is its own number.
#[derive(Default)]
struct Characters {
    ids: HashMap<char, u32, RandomState>,
}

impl Characters {
    fn text(&mut self, text: &str) -> Text {
        let mut id = |character: char| {
            if character.is_ascii() {
                return character as u32;
            }
            let next = (ASCII + self.ids.len()) as u32;
            *self.ids.entry(character).or_insert(next)
        };
        Text { symbols: text.chars().map(&mut id).collect(), counts: Vec::new(), square: 0 }
    }
}

/// The number of each word that was seen.
#[derive(Default)]
struct Words {
    ids: HashMap<Box<str>, u32, RandomState>,
    buffer: String,
}

impl Words {
    fn text(&mut self, text: &str, stopped: &dyn Fn() -> bool) -> Text {
        let mut found: Vec<u32> = Vec::new();
        for piece in pieces(text, PIECE).take_while(|_| !stopped()) {
            each_word(piece, &mut self.buffer, |word| found.push(id(&mut self.ids, word)));
        }
        found.sort_unstable();
        let counts: Vec<u64> = found.chunk_by(u32::eq).map(|same| same.len() as u64).collect();
        found.dedup();
        Text { symbols: found, square: square(&counts), counts }
    }
}

const PIECE: usize = 256 * 1024;

fn id(ids: &mut HashMap<Box<str>, u32, RandomState>, word: &str) -> u32 {
    let next = ids.len() as u32;
    ids.get(word).copied().unwrap_or_else(|| *ids.entry(word.into()).or_insert(next))
}

fn square(counts: &[u64]) -> u128 {
    counts.iter().map(|&count| u128::from(count) * u128::from(count)).sum()
}

impl Text {
    fn into_set(mut self) -> Self {
        self.counts.fill(1);
        self.square = self.counts.len() as u128;
        self
    }
}

struct Comparison<'a> {
    rows: &'a [Option<Text>],
    columns: &'a [Option<Text>],
    metric: Metric,
    symmetric: bool,
    alphabet: usize,
}

impl Comparison<'_> {
    /// The columns that a row must be compared with: where both are the same texts, from the diagonal on.
    fn wanted(&self, row: usize) -> &[Option<Text>] {
        if self.symmetric { &self.columns[row..] } else { self.columns }
    }

    /// About how many nanoseconds all of it takes.
    fn steps(&self) -> u64 {
        let symbols = |texts: &[Option<Text>]| texts.iter().flatten().map(|text| text.symbols.len() as u64).sum::<u64>();
        match self.metric {
            Metric::Jaccard | Metric::Cosine => symbols(self.rows).saturating_mul(self.columns.len() as u64),
            _ => (self.rows.len() as u64 + symbols(self.rows) / 16).saturating_mul(1 + symbols(self.columns)),
        }
    }

    fn by_characters(&self, row: usize, stopped: &dyn Fn() -> bool) -> Vec<f64> {
        let Some(text) = &self.rows[row] else { return vec![f64::NAN; self.wanted(row).len()] };
        let blocks = blocks(&text.symbols, self.alphabet);
        let mut carries = Vec::new();
        let similarity = |other: &Option<Text>| {
            let Some(other) = other.as_ref().filter(|_| !stopped()) else { return f64::NAN };
            let (n, m) = (text.symbols.len(), other.symbols.len());
            if n + m == 0 {
                return 1.0;
            }
            match self.metric {
                Metric::Levenshtein => {
                    let distance = distance(&blocks, n, &other.symbols, &mut carries, stopped);
                    1.0 - distance as f64 / n.max(m) as f64
                }
                _ => {
                    let common = common(&blocks, &other.symbols, &mut carries, stopped);
                    1.0 - (n + m - 2 * common) as f64 / (n + m) as f64
                }
            }
        };
        self.wanted(row).iter().map(similarity).collect()
    }

    fn by_words(&self, row: usize, postings: &Postings) -> Vec<f64> {
        let first = self.columns.len() - self.wanted(row).len();
        let Some(text) = &self.rows[row] else { return vec![f64::NAN; self.wanted(row).len()] };
        let mut dots = vec![0_u64; self.columns.len()];
        for (&word, &count) in text.symbols.iter().zip(&text.counts) {
            postings.of(word).iter().for_each(|&(column, other)| dots[column as usize] += count * other);
        }
        let pairs = self.wanted(row).iter().zip(&dots[first..]);
        pairs.map(|(other, &dot)| other.as_ref().map_or(f64::NAN, |other| self.of_dot(text, other, dot))).collect()
    }

    fn of_dot(&self, text: &Text, other: &Text, dot: u64) -> f64 {
        match (text.square, other.square) {
            (0, 0) => 1.0,
            (0, _) | (_, 0) => 0.0,
            (one, two) if self.metric == Metric::Jaccard => dot as f64 / (one + two - u128::from(dot)) as f64,
            (one, two) => (dot as f64 / ((one * two) as f64).sqrt()).min(1.0),
        }
    }
}

/// For each word the texts that have it, with their counts.
struct Postings {
    starts: Vec<usize>,
    entries: Vec<(u32, u64)>,
}

impl Postings {
    fn new(texts: &[Option<Text>], words: usize) -> Self {
        let mut starts = vec![0; words + 1];
        for text in texts.iter().flatten() {
            text.symbols.iter().for_each(|&word| starts[word as usize + 1] += 1);
        }
        (0..words).for_each(|word| starts[word + 1] += starts[word]);
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); starts[words]];
        for (index, text) in texts.iter().enumerate() {
            let pairs = text.iter().flat_map(|text| text.symbols.iter().zip(&text.counts));
            pairs.for_each(|(&word, &count)| {
                entries[next[word as usize]] = (index as u32, count);
                next[word as usize] += 1;
            });
        }
        Self { starts, entries }
    }

    fn of(&self, word: u32) -> &[(u32, u64)] {
        &self.entries[self.starts[word as usize]..self.starts[word as usize + 1]]
    }
}

/// A part of a text, small enough that what is known of it stays in the cache.
struct Block {
    limbs: usize,
    /// For each symbol one more than its place among the masks; 0 for a symbol that the block lacks.
    places: Vec<u16>,
    /// For each symbol of the block a bit for each of its characters.
    masks: Vec<u64>,
}

/// A block has so many limbs of 64 characters.
const LIMBS: usize = 16;

fn blocks(symbols: &[u32], alphabet: usize) -> Vec<Block> {
    symbols.chunks(64 * LIMBS).map(|part| Block::new(part, alphabet)).collect()
}

impl Block {
    fn new(symbols: &[u32], alphabet: usize) -> Self {
        let mut block = Self { limbs: symbols.len().div_ceil(64), places: vec![0; alphabet], masks: Vec::new() };
        for (at, &symbol) in symbols.iter().enumerate() {
            let place = &mut block.places[symbol as usize];
            if *place == 0 {
                block.masks.resize(block.masks.len() + block.limbs, 0);
                *place = (block.masks.len() / block.limbs) as u16;
            }
            block.masks[(*place as usize - 1) * block.limbs + at / 64] |= 1 << (at % 64);
        }
        block
    }

    /// The bits of a symbol; nothing if the block lacks it.
    fn masks(&self, symbol: u32) -> Option<&[u64]> {
        let place = self.places[symbol as usize] as usize;
        (place > 0).then(|| &self.masks[(place - 1) * self.limbs..place * self.limbs])
    }
}

/// How many characters of the other text are done between two looks at whether to stop.
const STEPS: usize = 4_096;

/// The length of the longest common subsequence of the text in `blocks` and `other`.
fn common(blocks: &[Block], other: &[u32], carries: &mut Vec<u8>, stopped: &dyn Fn() -> bool) -> usize {
    carries.clear();
    carries.resize(other.len(), 0);
    let mut total = 0;
    for block in blocks {
        let mut state = [u64::MAX; LIMBS];
        let state = &mut state[..block.limbs];
        for (part, carries) in other.chunks(STEPS).zip(carries.chunks_mut(STEPS)) {
            if stopped() {
                return 0;
            }
            for (&symbol, carry) in part.iter().zip(carries) {
                *carry = match block.masks(symbol) {
                    Some(masks) => step(state, masks, *carry),
                    None => add(state, *carry),
                };
            }
        }
        total += state.iter().map(|limb| limb.count_zeros() as usize).sum::<usize>();
    }
    total
}

/// One character: with u = state & mask the state becomes (state + u) | (state − u); the addition carries.
fn step(state: &mut [u64], masks: &[u64], carry: u8) -> u8 {
    let mut carry = carry != 0;
    // Whole blocks have a length that the compiler knows, so that the carry stays in its flag.
    match (<&mut [u64; LIMBS]>::try_from(&mut *state), <&[u64; LIMBS]>::try_from(masks)) {
        (Ok(state), Ok(masks)) => (0..LIMBS).for_each(|limb| carry = added(&mut state[limb], masks[limb], carry)),
        _ => state.iter_mut().zip(masks).for_each(|(limb, mask)| carry = added(limb, *mask, carry)),
    }
    u8::from(carry)
}

fn added(limb: &mut u64, mask: u64, carry: bool) -> bool {
    let (sum, one) = limb.overflowing_add(*limb & mask);
    let (sum, two) = sum.overflowing_add(u64::from(carry));
    *limb = sum | (*limb & !mask);
    one | two
}

/// One character that the block lacks: only the carry goes through.
fn add(state: &mut [u64], carry: u8) -> u8 {
    if carry == 0 { 0 } else { step(state, &[0; LIMBS], carry) }
}

/// The least number of changes between the text of `length` characters in `blocks` and `other`.
fn distance(blocks: &[Block], length: usize, other: &[u32], carries: &mut Vec<u8>, stopped: &dyn Fn() -> bool) -> usize {
    let Some(last) = blocks.len().checked_sub(1) else { return other.len() };
    carries.clear();
    // To the left of the text each further character of the other costs one more.
    carries.resize(other.len(), UP);
    let mut score = length;
    for (number, block) in blocks.iter().enumerate() {
        let mut columns = [Column { up: u64::MAX, down: 0 }; LIMBS];
        let columns = &mut columns[..block.limbs];
        let nothing = [0; LIMBS];
        for (part, carries) in other.chunks(STEPS).zip(carries.chunks_mut(STEPS)) {
            if stopped() {
                return 0;
            }
            for (&symbol, carry) in part.iter().zip(carries) {
                let (up, down) = change(columns, block.masks(symbol).unwrap_or(&nothing), *carry);
                *carry = ((up >> 63) as u8 * UP) | ((down >> 63) as u8 * DOWN);
                if number == last {
                    score = score + (up >> ((length - 1) % 64) & 1) as usize - (down >> ((length - 1) % 64) & 1) as usize;
                }
            }
        }
    }
    score
}

const UP: u8 = 1;
const DOWN: u8 = 2;

/// Where the distance goes up and down by one along 64 characters of the text.
#[derive(Clone, Copy)]
struct Column {
    up: u64,
    down: u64,
}

/// One character; gives where the last 64 characters' distances went up and down by it, not yet moved.
fn change(columns: &mut [Column], masks: &[u64], carry: u8) -> (u64, u64) {
    let (mut up_in, mut down_in) = (u64::from(carry & UP), u64::from(carry >> 1));
    let (mut up, mut down) = (0, 0);
    for (column, &mask) in columns.iter_mut().zip(masks) {
        let vertical = mask | column.down;
        let equal = mask | down_in;
        let horizontal = (((equal & column.up).wrapping_add(column.up)) ^ column.up) | equal;
        up = column.down | !(horizontal | column.up);
        down = column.up & horizontal;
        let (up_moved, down_moved) = ((up << 1) | up_in, (down << 1) | down_in);
        column.up = down_moved | !(vertical | up_moved);
        column.down = up_moved & vertical;
        (up_in, down_in) = (up >> 63, down >> 63);
    }
    (up, down)
}
