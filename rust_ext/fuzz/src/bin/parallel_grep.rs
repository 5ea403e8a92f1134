/*! `parallel_grep` and its naive twin, which searches each line as a text of its own. */

#![cfg_attr(fuzzing, no_main)]

use arbitrary::Arbitrary;
use wings_core::ops::parallel_grep::{parallel_grep, pattern};
use wings_core::pattern::{Meaning, compile};
use wings_core::walk::Choice;
use wings_fuzz::{Folder, Text, trial};

trial!(Search, check);

/// A file, a pattern and what it means.
#[derive(Debug, Arbitrary)]
struct Search {
    text: Text,
    literal: Option<Text>,
    regex: String,
    ignore_case: bool,
    copies: u16,
}

fn check(search: Search) {
    // Long enough, now and then, for several pieces.
    let copies = if search.copies > u16::MAX / 50 { 1 } else { search.copies as usize * 20 };
    let text = search.text.0.repeat(copies);
    let (wanted, literal) = search.literal.as_ref().map_or((&search.regex, false), |literal| (&literal.0, true));
    let Ok(compiled) = pattern(wanted, literal, search.ignore_case) else { return };
    let folder = Folder::new();
    folder.write("text", text.as_bytes());
    let choice = Choice { suffixes: Vec::new(), ignore: Vec::new(), hidden: true, follow_links: false };
    let found = parallel_grep(&compiled, &[folder.path()], &choice, 2, || false).unwrap();
    let found: Vec<(u64, &str)> = found.files.iter().flat_map(|file| file.iter()).collect();
    let meaning = Meaning { literal, ignore_case: search.ignore_case, lines: true, spans: false };
    let regex = compile(wanted, meaning).unwrap().regex;
    let lines = if text.is_empty() { "" } else { text.strip_suffix('\n').unwrap_or(&text) };
    let lines = lines.split('\n').filter(|_| !text.is_empty());
    let expected: Vec<(u64, &str)> = (1..).zip(lines).filter(|(_, line)| regex.is_match(line)).collect();
    assert_eq!(found, expected);
}
