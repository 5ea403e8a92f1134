/*!
Which texts have which words.

What a word is, [`words`](crate::words) says. Time is linear in the bytes read, plus sorting the distinct words; memory
is four bytes for each word of each text that has it, the distinct words, and the largest file once a thread.
*/

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::batch::{self, Queue, Results};
use crate::source::weight;
use crate::words::{each_word, pieces};
use crate::{Contents, Error, Interrupted, Source};

/// The words, and for each the texts that have it.
#[derive(Debug, Default)]
pub struct Indexed {
    /// The distinct words, folded, sorted by their bytes.
    pub words: Vec<Box<str>>,
    /// Where the texts of each word end in `texts`.
    pub ends: Vec<usize>,
    /// The indices of the texts that have the first word, then those that have the second, and so on; each in order.
    pub texts: Vec<u32>,
    /// The index of each file that could not be used, with the reason.
    pub errors: Vec<(usize, Error)>,
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
    let steps = 2 * weight(sources);
    batch::run(&jobs, workers, steps, work, |part| parts.push(part), &mut interrupted)?;
    let mut all = Indexed::default();
    batch::run(&[()], 1, steps, |_, results: &Results<'_, Indexed>| results.give(merged(&parts)), |found| all = found, interrupted)?;
    all.errors = parts.into_iter().flat_map(|part| part.errors).collect();
    all.errors.sort_unstable_by_key(|&(index, _)| index);
    Ok(all)
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
    ids: HashMap<Box<str>, u32, RandomState>,
    /// The last text that had each word, plus one.
    last: Vec<u32>,
    /// Pairs of word and text.
    pairs: Vec<(u32, u32)>,
    errors: Vec<(usize, Error)>,
}

fn index(queue: &Queue<'_, Job<'_>>) -> Part {
    let mut part = Part::default();
    let (mut contents, mut buffer) = (Contents::default(), String::new());
    while let Some(&(first, sources)) = queue.take() {
        for (offset, &source) in sources.iter().enumerate() {
            let text = first + offset;
            match contents.text(source) {
                Ok(content) => pieces(content, JOB)
                    .take_while(|_| !queue.stopped())
                    .for_each(|piece| each_word(piece, &mut buffer, |word| part.add(word, text as u32))),
                Err(error) => part.errors.push((text, error)),
            }
        }
    }
    part
}

impl Part {
    /// Note that a text has a word; looks before inserting, since most words have been seen.
    fn add(&mut self, word: &str, text: u32) {
        let word = match self.ids.get(word) {
            Some(&id) => id,
            None => {
                let id = self.last.len() as u32;
                self.ids.insert(word.into(), id);
                self.last.push(0);
                id
            }
        };
        let last = &mut self.last[word as usize];
        if *last != text + 1 {
            *last = text + 1;
            self.pairs.push((word, text));
        }
    }
}

fn merged(parts: &[Part]) -> Indexed {
    let mut words: Vec<&str> = parts.iter().flat_map(|part| part.ids.keys().map(|word| &**word)).collect();
    words.sort_unstable();
    words.dedup();
    let place: HashMap<&str, u32, RandomState> = words.iter().zip(0..).map(|(&word, place)| (word, place)).collect();
    let places: Vec<Vec<u32>> = parts.iter().map(|part| part.places(&place)).collect();
    let mut next = vec![0; words.len() + 1];
    for (part, places) in parts.iter().zip(&places) {
        part.pairs.iter().for_each(|&(word, _)| next[places[word as usize] as usize + 1] += 1);
    }
    (0..words.len()).for_each(|word| next[word + 1] += next[word]);
    let starts = next.clone();
    let mut texts = vec![0; starts[words.len()]];
    for (part, places) in parts.iter().zip(&places) {
        for &(word, text) in &part.pairs {
            let next = &mut next[places[word as usize] as usize];
            texts[*next] = text;
            *next += 1;
        }
    }
    starts.windows(2).for_each(|range| texts[range[0]..range[1]].sort_unstable());
    Indexed { words: words.into_iter().map(Box::from).collect(), ends: starts[1..].to_vec(), texts, errors: Vec::new() }
}

impl Part {
    /// The place of each of this part's words among all words.
    fn places(&self, place: &HashMap<&str, u32, RandomState>) -> Vec<u32> {
        let mut places = vec![0; self.last.len()];
        self.ids.iter().for_each(|(word, &id)| places[id as usize] = place[&**word]);
        places
    }
}
