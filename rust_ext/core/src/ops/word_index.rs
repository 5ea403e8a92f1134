/*!
Which texts have which words.

What a word is, [`words`](crate::words) says. Time is linear in the bytes read, plus sorting the distinct words; memory
is four bytes for each word of each text that has it, the distinct words, and the largest file once a thread.
*/

use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::watch::Watch;
use crate::words::{Vocabulary, each_word, pieces};
use crate::{Contents, Error, Interrupted, Source};

/// The words, and for each the texts that have it.
#[derive(Debug, Default)]
pub struct Indexed {
    /// The words one after the other, and where each ends.
    arena: String,
    words: Vec<usize>,
    /// Where the texts of each word end in `texts`.
    pub ends: Vec<usize>,
    /// The indices of the texts that have the first word, then those that have the second, and so on; each in order.
    pub texts: Vec<u32>,
    /// The index of each file that could not be used, with the reason.
    pub errors: Vec<(usize, Error)>,
}

impl Indexed {
    /// The distinct words, folded, sorted by their bytes.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.words.iter().copied());
        starts.zip(&self.words).map(|(start, &end)| &self.arena[start..end])
    }
}

/// Index the words of all `sources` in at most `workers` threads.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn word_index(
    sources: &[Source<'_>],
    workers: usize,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Indexed, Interrupted> {
    let jobs = jobs(sources);
    let mut parts: Vec<Part> = Vec::new();
    let work = |queue: &Queue<'_, Job<'_>>, results: &Results<'_, Part>| results.give(index(queue));
    batch::run(&jobs, workers, 2 * weight(sources), work, |part| parts.push(part), &mut interrupted)?;
    merged(parts, &mut Watch::new(interrupted))
}

/// Some texts.
type Job<'a> = (usize, &'a [Source<'a>]);

/// About so many bytes are one job.
const JOB: usize = 64 * 1024;

fn jobs<'a>(sources: &'a [Source<'a>]) -> Vec<Job<'a>> {
    let (mut jobs, mut first, mut bytes) = (Vec::new(), 0, 0);
    for (index, source) in sources.iter().enumerate() {
        bytes += source.weight();
        if bytes >= JOB || index + 1 == sources.len() {
            jobs.push((first, &sources[first..=index]));
            (first, bytes) = (index + 1, 0);
        }
    }
    jobs
}

/// What one thread has found: its words, and for each text which of them it has.
#[derive(Default)]
struct Part {
    words: Vocabulary,
    /// The last text that had each word, plus one.
    last: Vec<u32>,
    /// Pairs of word and text.
    pairs: Vec<(u32, u32)>,
    errors: Vec<(usize, Error)>,
}

fn index(queue: &Queue<'_, Job<'_>>) -> Part {
    let mut part = Part::default();
    let (mut contents, mut buffer) = (Contents::default(), String::new());
    let stopped = || queue.stopped();
    while let Some(&(first, sources)) = queue.take() {
        for (offset, &source) in sources.iter().enumerate() {
            let text = first + offset;
            match contents.text(source, &stopped) {
                Ok(content) => pieces(content, JOB)
                    .take_while(|_| !stopped())
                    .for_each(|piece| each_word(piece, &mut buffer, |word| part.add(word, text as u32))),
                Err(error) => part.errors.push((text, error)),
            }
        }
    }
    part
}

impl Part {
    /// Note that a text has a word.
    fn add(&mut self, word: &str, text: u32) {
        let word = self.words.number(word);
        if word as usize == self.last.len() {
            self.last.push(0);
        }
        let last = &mut self.last[word as usize];
        if *last != text + 1 {
            *last = text + 1;
            self.pairs.push((word, text));
        }
    }
}

/// Put the parts together: all words in order, and behind one another the texts of each.
fn merged(parts: Vec<Part>, watch: &mut Watch<impl FnMut() -> bool>) -> Result<Indexed, Interrupted> {
    let mut all = Indexed::default();
    let places = numbered(&parts, &mut all, watch)?;
    let mut next = vec![0; all.words.len() + 1];
    for (part, places) in parts.iter().zip(&places) {
        for pair in watch.each(&part.pairs) {
            next[places[pair?.0 as usize] as usize + 1] += 1;
        }
    }
    (0..all.words.len()).for_each(|word| next[word + 1] += next[word]);
    all.ends = next[1..].to_vec();
    all.texts = vec![0; next[all.words.len()]];
    for (part, places) in parts.iter().zip(&places) {
        for pair in watch.each(&part.pairs) {
            let &(word, text) = pair?;
            let next = &mut next[places[word as usize] as usize];
            all.texts[*next] = text;
            *next += 1;
        }
    }
    let mut start = 0;
    for &end in &all.ends {
        // Each part has given its texts in order, which this sort is quick to see.
        all.texts[start..end].sort();
        watch.did(end - start)?;
        start = end;
    }
    all.errors = parts.into_iter().flat_map(|part| part.errors).collect();
    all.errors.sort_unstable_by_key(|&(index, _)| index);
    Ok(all)
}

/// Give all words to the index, in order; return for each part the places of its words among them.
fn numbered(
    parts: &[Part],
    all: &mut Indexed,
    watch: &mut Watch<impl FnMut() -> bool>,
) -> Result<Vec<Vec<u32>>, Interrupted> {
    let mut places: Vec<Vec<u32>> = parts.iter().map(|part| vec![0; part.words.len()]).collect();
    let mut words: Vec<(&str, usize, u32)> = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        for word in watch.each(part.words.iter()) {
            let (word, id) = word?;
            words.push((word, number, id));
        }
    }
    let mut last = None;
    for word in watch.sorted(words, Ord::cmp)? {
        let (word, part, id) = word;
        if last != Some(word) {
            all.arena.push_str(word);
            all.words.push(all.arena.len());
            last = Some(word);
        }
        places[part][id as usize] = all.words.len() as u32 - 1;
        watch.did(1)?;
    }
    Ok(places)
}
