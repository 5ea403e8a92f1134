/*!
Find many patterns in many texts.

A literal is found wherever it stands, also where hits overlap; a regex as Python's `re.finditer` finds it. Positions
count characters. Literals cost one pass over the texts however many they are (Aho and Corasick, 1975), regexes one pass
each; both are linear in the bytes. Memory is that of the hits, and of the largest file once a thread.
*/

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex_automata::Input;
use regex_automata::meta::Cache;

use crate::batch::{self, Queue, Results};
use crate::pattern::{Cuts, Meaning, Pattern, Refused, compile};
use crate::source::weight;
use crate::watch::Watch;
use crate::{Contents, Error, Interrupted, Source};

/// One place where a pattern was found, or, without spans, one text in which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The index of the text.
    pub text: usize,
    /// Where it starts, in characters; 0 without spans.
    pub start: usize,
    /// The index of the pattern.
    pub pattern: usize,
    /// Where it ends, in characters; 0 without spans.
    pub end: usize,
}

/// What was found, by text, start and pattern, and the errors by index, in order.
#[derive(Debug, Default)]
pub struct Matched {
    /// The hits.
    pub hits: Vec<Hit>,
    /// The index of each file that could not be used, with the reason.
    pub errors: Vec<(usize, Error)>,
}

/// Patterns that have been compiled together.
#[derive(Debug)]
pub struct Patterns {
    engine: Engine,
    spans: bool,
}

#[derive(Debug)]
enum Engine {
    Literals { automaton: AhoCorasick, longest: usize, count: usize },
    Regexes(Vec<Pattern>, Cuts),
}

/// Literals have no more bytes than this together (16 MiB): their automaton is some hundred times as large.
const LITERAL_BYTES: usize = 1 << 24;

/// Up to so many bytes of literals the faster automaton is small enough.
const DFA_BYTES: usize = 1 << 15;

/// It takes longer to make, about as long as it saves on so many bytes of text for each of the literals.
const DFA_WORTH: u64 = 256;

/// A long text is cut into pieces of about so many bytes.
const PIECE: usize = 256 * 1024;

impl Patterns {
    /// Compile all `patterns` in one meaning, `lines` of which plays no part, to be searched for in `sources`.
    ///
    /// # Errors
    /// [`Refused`] for the first pattern that cannot be searched for; [`Interrupted`] if `interrupted` said true.
    pub fn new(
        patterns: &[&str],
        meaning: Meaning,
        sources: &[Source<'_>],
        interrupted: impl FnMut() -> bool,
    ) -> Result<Result<Self, Refused>, Interrupted> {
        let meaning = Meaning { lines: false, ..meaning };
        let engine = if meaning.literal {
            literals(patterns, meaning.ignore_case, weight(sources))
        } else {
            regexes(patterns, meaning, &mut Watch::new(interrupted))?
        };
        Ok(engine.map(|engine| Self { engine, spans: meaning.spans }))
    }

    /// How often a text is gone through.
    fn passes(&self) -> u64 {
        match &self.engine {
            Engine::Literals { .. } => 2,
            Engine::Regexes(patterns, _) => 2 * patterns.len() as u64,
        }
    }

    /// Where `text` may be cut: literals anywhere, regexes behind a character that none of their matches holds.
    fn cut(&self, text: &str, at_least: usize) -> usize {
        match &self.engine {
            Engine::Literals { .. } => boundary(text, at_least),
            Engine::Regexes(_, cuts) => cuts.next(text, at_least),
        }
    }

    fn pieces(&self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let end = self.cut(text, start + PIECE);
            // An empty text is one piece: a regex may be found in it.
            let piece = (start < text.len() || end == 0 && start == 0).then_some(start..end);
            start = if text.is_empty() { 1 } else { end };
            piece
        })
    }
}

/// Find all `patterns` in all `sources` in at most `workers` threads.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true. A stop waits for the piece at hand, which is longer than 256 KiB where a
/// text has no character that none of the regexes can match.
pub fn pattern_match_batch(
    patterns: &Patterns,
    sources: &[Source<'_>],
    workers: usize,
    mut interrupted: impl FnMut() -> bool,
) -> Result<Matched, Interrupted> {
    let jobs = jobs(patterns, sources);
    let mut parts: Vec<(usize, Matched)> = Vec::new();
    let work = |queue: &Queue<'_, Job<'_>>, results: &Results<'_, (usize, Matched)>| search(patterns, queue, results);
    let steps = weight(sources).saturating_mul(patterns.passes());
    batch::run(&jobs, workers, steps, work, |part| parts.push(part), &mut interrupted)?;
    parts.sort_unstable_by_key(|&(job, _)| job);
    let mut watch = Watch::new(interrupted);
    let mut all = Matched::default();
    for (_, mut part) in parts {
        watch.did(part.hits.len())?;
        all.hits.append(&mut part.hits);
        all.errors.append(&mut part.errors);
    }
    in_characters(&mut all.hits, sources, &jobs, &mut watch)?;
    if !patterns.spans {
        all.hits.dedup();
    }
    Ok(all)
}

/// Some texts, or one piece of a long one.
struct Job<'a> {
    number: usize,
    first: usize,
    sources: &'a [Source<'a>],
    piece: Option<(&'a str, Range<usize>)>,
}

fn jobs<'a>(patterns: &Patterns, sources: &'a [Source<'a>]) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (index, source) in sources.iter().enumerate() {
        match source {
            Source::Text(text) if text.len() > 2 * PIECE => {
                jobs.push(Job { number: 0, first, sources: &sources[first..index], piece: None });
                let piece = |range| Job { number: 0, first: index, sources: &[], piece: Some((*text, range)) };
                jobs.extend(patterns.pieces(text).map(piece));
                (first, bytes) = (index + 1, 0);
            }
            _ => bytes += source.weight(),
        }
        if bytes >= PIECE || index + 1 == sources.len() {
            jobs.push(Job { number: 0, first, sources: &sources[first..=index], piece: None });
            (first, bytes) = (index + 1, 0);
        }
    }
    jobs.iter_mut().enumerate().for_each(|(number, job)| job.number = number);
    jobs
}

fn search(patterns: &Patterns, queue: &Queue<'_, Job<'_>>, results: &Results<'_, (usize, Matched)>) {
    let mut contents = Contents::default();
    let mut searcher = Searcher::new(patterns);
    while let Some(job) = queue.take() {
        let mut found = Matched::default();
        if let Some((text, piece)) = &job.piece {
            searcher.find(text, piece.clone(), job.first, &mut found.hits, &|| queue.stopped());
        }
        for (offset, &source) in job.sources.iter().enumerate() {
            let index = job.first + offset;
            match contents.text(source, &|| queue.stopped()) {
                Ok(text) => searcher.find_all(text, index, &mut found.hits, &|| queue.stopped()),
                Err(error) => found.errors.push((index, error)),
            }
        }
        results.give((job.number, found));
    }
}

/// What one thread searches with.
struct Searcher<'a> {
    patterns: &'a Patterns,
    caches: Vec<Cache>,
    seen: Vec<bool>,
}

impl<'a> Searcher<'a> {
    fn new(patterns: &'a Patterns) -> Self {
        let (caches, count) = match &patterns.engine {
            Engine::Literals { count, .. } => (Vec::new(), *count),
            Engine::Regexes(regexes, _) => (regexes.iter().map(|one| one.regex.create_cache()).collect(), regexes.len()),
        };
        Self { patterns, caches, seen: vec![false; count] }
    }

    /// All hits of a text, in order, in characters.
    fn find_all(&mut self, text: &str, index: usize, hits: &mut Vec<Hit>, stopped: &dyn Fn() -> bool) {
        let first = hits.len();
        let patterns = self.patterns;
        for piece in patterns.pieces(text).take_while(|_| !stopped()) {
            self.find(text, piece, index, hits, stopped);
        }
        if patterns.spans {
            // Whoever stops this watch drops the hits as well.
            let _ = characters(text, &mut hits[first..], &mut Watch::new(stopped));
        } else {
            hits[first..].sort_unstable();
        }
    }

    /// The hits that start in a piece of a text, in order, in bytes.
    fn find(
        &mut self,
        text: &str,
        piece: Range<usize>,
        index: usize,
        hits: &mut Vec<Hit>,
        stopped: &dyn Fn() -> bool,
    ) {
        let first = hits.len();
        let hit = |pattern, span: Range<usize>| Hit { text: index, start: span.start, pattern, end: span.end };
        self.seen.fill(false);
        match &self.patterns.engine {
            Engine::Literals { automaton, longest, .. } => {
                let window = &text.as_bytes()[piece.start..(piece.end + longest - 1).min(text.len())];
                let found = automaton.find_overlapping_iter(window).filter(|found| piece.start + found.start() < piece.end);
                for found in found.take_while(|_| !stopped()) {
                    let pattern = found.pattern().as_usize();
                    if self.patterns.spans {
                        hits.push(hit(pattern, piece.start + found.start()..piece.start + found.end()));
                    } else if !std::mem::replace(&mut self.seen[pattern], true) {
                        hits.push(hit(pattern, 0..0));
                    }
                }
            }
            Engine::Regexes(regexes, _) => {
                let all = regexes.iter().zip(&mut self.caches).enumerate();
                for (pattern, (one, cache)) in all.take_while(|_| !stopped()) {
                    let mut input = Input::new(text).range(piece.clone());
                    if !self.patterns.spans {
                        let found = one.regex.search_half_with(cache, &input.earliest(true)).is_some();
                        hits.extend(found.then(|| hit(pattern, 0..0)));
                        continue;
                    }
                    while let Some(found) = one.regex.search_with(cache, &input) {
                        hits.push(hit(pattern, found.range()));
                        input.set_start(found.end());
                        if stopped() {
                            break;
                        }
                    }
                }
            }
        }
        hits[first..].sort_unstable();
    }
}

/// Turn positions in the long texts, which were searched in pieces, into characters.
fn in_characters(
    hits: &mut [Hit],
    sources: &[Source<'_>],
    jobs: &[Job<'_>],
    watch: &mut Watch<impl FnMut() -> bool>,
) -> Result<(), Interrupted> {
    let mut long: Vec<usize> = jobs.iter().filter(|job| job.piece.is_some()).map(|job| job.first).collect();
    long.dedup();
    for index in long {
        let range = hits.partition_point(|hit| hit.text < index)..hits.partition_point(|hit| hit.text <= index);
        let hits = &mut hits[range];
        // Of the pieces, which are in order, unless only the patterns count.
        hits.sort_unstable();
        if let Source::Text(text) = sources[index] {
            characters(text, hits, watch)?;
        }
    }
    Ok(())
}

/// Turn the positions of sorted hits in one text from bytes into characters.
fn characters(text: &str, hits: &mut [Hit], watch: &mut Watch<impl FnMut() -> bool>) -> Result<(), Interrupted> {
    if hits.is_empty() || text.is_ascii() {
        return Ok(());
    }
    let (mut byte, mut count) = (0, 0);
    for hit in hits {
        count += text[byte..hit.start].chars().count();
        watch.did((hit.end - byte) / 8 + 1)?;
        byte = hit.start;
        hit.end = count + text[hit.start..hit.end].chars().count();
        hit.start = count;
    }
    Ok(())
}

fn regexes(
    patterns: &[&str],
    meaning: Meaning,
    watch: &mut Watch<impl FnMut() -> bool>,
) -> Result<Result<Engine, Refused>, Interrupted> {
    let mut compiled = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        watch.ask()?;
        match compile(pattern, meaning) {
            Ok(pattern) => compiled.push(pattern),
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let cuts = Cuts::of_all(&compiled);
    Ok(Ok(Engine::Regexes(compiled, cuts)))
}

fn literals(patterns: &[&str], ignore_case: bool, searched: u64) -> Result<Engine, Refused> {
    let bytes: usize = patterns.iter().map(|pattern| pattern.len()).sum();
    if let Some(pattern) = patterns.iter().find(|pattern| pattern.is_empty()) {
        return Err(Refused::new(pattern, "is empty, which is found everywhere; leave it out"));
    }
    if bytes > LITERAL_BYTES {
        let longest = patterns.iter().max_by_key(|pattern| pattern.len()).copied().unwrap_or_default();
        return Err(Refused::new(longest, "and the others have over 16 MiB together; search for them in several calls"));
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(ignore_case)
        .kind((bytes <= DFA_BYTES && searched > DFA_WORTH * bytes as u64).then_some(AhoCorasickKind::DFA))
        .build(patterns)
        .map_err(|error| Refused::new(patterns.first().unwrap_or(&""), format!("and the others make no automaton: {error}")))?;
    let longest = patterns.iter().map(|pattern| pattern.len()).max().unwrap_or(1);
    Ok(Engine::Literals { automaton, longest, count: patterns.len() })
}

/// The first place from `least` on where a character begins, which is the end at the latest.
fn boundary(text: &str, least: usize) -> usize {
    (least..text.len()).find(|&place| text.is_char_boundary(place)).unwrap_or(text.len())
}
