/*! `pattern_match_batch` and its naive twin. What regexes mean is compared with Python's `re` in Python. */

#![cfg_attr(fuzzing, no_main)]

use arbitrary::Arbitrary;
use wings_core::Source;
use wings_core::ops::pattern_match_batch::{Hit, Patterns, pattern_match_batch};
use wings_core::pattern::{Meaning, compile};
use wings_fuzz::{Text, trial};

trial!(Search, check);

/// Texts, patterns and what is asked.
#[derive(Debug, Arbitrary)]
struct Search {
    texts: Vec<Text>,
    patterns: Vec<Text>,
    regex: Option<String>,
    ignore_case: bool,
    spans: bool,
    workers: u8,
    copies: u16,
}

fn check(search: Search) {
    // Long enough, now and then, to be cut into pieces.
    let copies = if search.copies > u16::MAX / 50 { 1 } else { search.copies as usize * 8 };
    let texts: Vec<String> = search.texts.iter().map(|text| text.0.repeat(copies)).collect();
    let sources: Vec<Source<'_>> = texts.iter().map(|text| Source::Text(text)).collect();
    let literals: Vec<&str> = search.patterns.iter().map(|pattern| pattern.0.as_str()).collect();
    let meaning =
        Meaning { literal: search.regex.is_none(), ignore_case: search.ignore_case, lines: false, spans: search.spans };
    let patterns = search.regex.as_ref().map_or(literals, |regex| vec![regex]);
    let Ok(compiled) = Patterns::new(&patterns, meaning, &sources, || false).unwrap() else { return };
    let found = pattern_match_batch(&compiled, &sources, search.workers as usize % 5, || false).unwrap();
    let mut expected: Vec<Hit> = Vec::new();
    for (text, content) in texts.iter().enumerate() {
        for (pattern, one) in patterns.iter().enumerate() {
            expected.extend(naive(content, one, meaning).map(|(start, end)| {
                let characters = |byte: usize| content[..byte].chars().count();
                let (start, end) = if meaning.spans { (characters(start), characters(end)) } else { (0, 0) };
                Hit { text, start, pattern, end }
            }));
        }
    }
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(found.hits, expected);
}

fn naive(text: &str, pattern: &str, meaning: Meaning) -> impl Iterator<Item = (usize, usize)> {
    let found: Vec<(usize, usize)> = if meaning.literal {
        let fold = |text: &str| if meaning.ignore_case { text.to_ascii_lowercase() } else { text.into() };
        let (text, pattern) = (fold(text), fold(pattern));
        let starts = |start: &usize| text.is_char_boundary(*start) && text[*start..].starts_with(&pattern);
        (0..text.len()).filter(starts).map(|start| (start, start + pattern.len())).collect()
    } else {
        let regex = compile(pattern, meaning).unwrap().regex;
        let found = regex.find_iter(text).map(|found| (found.start(), found.end()));
        if meaning.spans { found.collect() } else { found.take(1).collect() }
    };
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_a_reason() {
        let meaning = Meaning { literal: false, ignore_case: false, lines: false, spans: true };
        for (pattern, reason) in [
            ("(?=a)", "looks around"),
            (r"(a)\1", "back-reference"),
            ("a**", "repeats a repetition"),
            ("[a&&b]", "operation of sets"),
            ("a*", "can match nothing"),
            ("(a*)+b", "repeats what can be nothing"),
            ("(?:a{1000}){1000}", "over the limit of 1 MiB"),
            ("(", "cannot be read"),
        ] {
            let refused = Patterns::new(&[pattern], meaning, &[], || false).unwrap().unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
