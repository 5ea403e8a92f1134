/*!
How similar texts are, each of some with each of others.

Four definitions; n and m are the lengths in characters:

- indel: 2·LCS/(n+m), where LCS is the length of the longest common subsequence; two empty texts are equal (1).
- levenshtein: 1 − d/max(n, m), where d is the least number of characters to insert, delete or replace.
- jaccard: the words that both have over the words that either has, as sets.
- cosine: of the counts of words, the dot product over the product of the lengths.

The first two cost n·m/64 steps (an [`alignment`](crate::alignment)), the last two a step for each word of a text and
each text that has it.
*/

use crate::alignment::Aligned;
use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::symbols::{Characters, Text, Words};
use crate::watch::Watch;
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
    let postings = if matches!(metric, Metric::Jaccard | Metric::Cosine) {
        Some(Postings::new(columns, prepared.symbols, &mut Watch::new(&mut interrupted))?)
    } else {
        None
    };
    let jobs: Vec<usize> = (0..rows.len()).collect();
    // Every place is set below; zeros cost nothing until then.
    let mut values = vec![0.0; rows.len() * columns.len()];
    let work = |queue: &Queue<'_, usize>, results: &Results<'_, (usize, Vec<f64>)>| {
        while let Some(&row) = queue.take() {
            let stopped = || queue.stopped();
            results.give((row, match &postings {
                Some(postings) => comparison.by_words(row, postings, &stopped),
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

impl Prepared {
    fn new(sources: &[Source<'_>], metric: Metric, stopped: &dyn Fn() -> bool) -> Self {
        let mut prepared = Self::default();
        let mut contents = Contents::default();
        let (mut characters, mut words) = (Characters::default(), Words::default());
        for (index, &source) in sources.iter().enumerate().take_while(|_| !stopped()) {
            let text = contents.text(source, stopped).map(|text| match metric {
                Metric::Indel | Metric::Levenshtein => characters.text(text, stopped),
                Metric::Jaccard => words.set(text, stopped),
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
        prepared.symbols = words.count().max(characters.count());
        prepared
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
        let mut aligned = Aligned::new(&text.symbols, self.alphabet, stopped);
        let similarity = |other: &Option<Text>| {
            let Some(other) = other.as_ref().filter(|_| !stopped()) else { return f64::NAN };
            let (n, m) = (text.symbols.len(), other.symbols.len());
            if n + m == 0 {
                return 1.0;
            }
            match self.metric {
                Metric::Levenshtein => {
                    let distance = aligned.distance(&other.symbols, stopped);
                    1.0 - distance as f64 / n.max(m) as f64
                }
                _ => {
                    let common = aligned.common(&other.symbols, stopped);
                    1.0 - (n + m - 2 * common) as f64 / (n + m) as f64
                }
            }
        };
        self.wanted(row).iter().map(similarity).collect()
    }

    fn by_words(&self, row: usize, postings: &Postings, stopped: &dyn Fn() -> bool) -> Vec<f64> {
        let first = self.columns.len() - self.wanted(row).len();
        let Some(text) = &self.rows[row] else { return vec![f64::NAN; self.wanted(row).len()] };
        let mut dots = vec![0_u64; self.columns.len()];
        for (&word, &count) in text.symbols.iter().zip(&text.counts).take_while(|_| !stopped()) {
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
    fn new(
        texts: &[Option<Text>],
        words: usize,
        watch: &mut Watch<impl FnMut() -> bool>,
    ) -> Result<Self, Interrupted> {
        let mut starts = vec![0; words + 1];
        for text in texts.iter().flatten() {
            text.symbols.iter().for_each(|&word| starts[word as usize + 1] += 1);
            watch.did(text.symbols.len())?;
        }
        (0..words).for_each(|word| starts[word + 1] += starts[word]);
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); starts[words]];
        for (text, index) in texts.iter().zip(0..) {
            for (&word, &count) in text.iter().flat_map(|text| text.symbols.iter().zip(&text.counts)) {
                entries[next[word as usize]] = (index, count);
                next[word as usize] += 1;
                watch.did(1)?;
            }
        }
        Ok(Self { starts, entries })
    }

    fn of(&self, word: u32) -> &[(u32, u64)] {
        &self.entries[self.starts[word as usize]..self.starts[word as usize + 1]]
    }
}
