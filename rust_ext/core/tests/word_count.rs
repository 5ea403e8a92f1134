/*! `word_count` against a table of cases and against a naive twin. */

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quickcheck::{QuickCheck, TestResult};
use wings_core::ops::word_count::{Counted, word_count};
use wings_core::{Interrupted, Kind, Source};

type Counts = BTreeMap<String, u64>;

/// Text, and its words with their counts as `word:count`, sorted.
const CASES: &[(&str, &str)] = &[
    ("", ""),
    (" .,;\n", ""),
    ("one", "one:1"),
    ("The the THE", "the:3"),
    ("snake_case x2 3", "3:1 snake_case:1 x2:1"),
    ("don't re-do", "do:1 don:1 re:1 t:1"),
    ("Été été ÉTÉ", "ÉtÉ:1 Été:1 été:1"),
    ("naïve—naïve", "naïve—naïve:1"),
    ("nul\0nul", "nul:2"),
    ("\u{80}\u{7f}\u{10ffff}", "\u{80}:1 \u{10ffff}:1"),
    ("a[b`c{d@e/f:g", "a:1 b:1 c:1 d:1 e:1 f:1 g:1"),
];

fn counts(counted: Counted) -> Counts {
    counted.words.into_iter().map(|(word, count)| (word.into(), count)).collect()
}

fn of_texts(texts: &[impl AsRef<str>], workers: usize) -> Counts {
    let sources: Vec<Source<'_>> = texts.iter().map(|text| Source::Text(text.as_ref())).collect();
    counts(word_count(&sources, workers, || false).unwrap())
}

/// The definition, character by character.
fn naive(texts: &[impl AsRef<str>]) -> Counts {
    let mut counts = Counts::new();
    for text in texts {
        let separator = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c >= '\u{80}');
        for word in text.as_ref().split(separator).filter(|word| !word.is_empty()) {
            *counts.entry(word.to_ascii_lowercase()).or_default() += 1;
        }
    }
    counts
}

fn temporary(name: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("wings_core_{}_{name}", std::process::id()));
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn cases() {
    for (text, expected) in CASES {
        let found: Vec<String> = of_texts(&[text], 1).iter().map(|(word, count)| format!("{word}:{count}")).collect();
        assert_eq!(found.join(" "), *expected, "{text:?}");
    }
}

#[test]
fn equals_naive() {
    fn property(texts: Vec<String>, workers: u8) -> bool {
        of_texts(&texts, workers as usize) == naive(&texts)
    }
    QuickCheck::new().tests(500).quickcheck(property as fn(Vec<String>, u8) -> bool);
}

/// Repeated until threads are worth it, and until a text is cut into pieces.
#[test]
fn equals_naive_in_threads() {
    fn property(text: String, workers: u8) -> TestResult {
        if text.is_empty() {
            return TestResult::discard();
        }
        let texts = [text.repeat(700_000 / text.len()), text.repeat(200_000 / text.len())];
        TestResult::from_bool(of_texts(&texts, workers as usize % 5) == naive(&texts))
    }
    QuickCheck::new().tests(12).quickcheck(property as fn(String, u8) -> TestResult);
}

#[test]
fn a_file_counts_like_its_text() {
    let path = temporary("words.txt", "Été, the\nthe".as_bytes());
    let sources = [Source::File(&path), Source::Text("The")];
    let counted = word_count(&sources, 2, || false).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(counts(counted), naive(&["Été the the the"]));
}

#[test]
fn errors_keep_their_index_and_add_no_word() {
    let bad = temporary("bad.txt", b"good words\xff");
    let missing = Path::new("no such file");
    for copies in [1, 50] {
        let sources = [Source::Text("a"), Source::File(&bad), Source::File(missing)].repeat(copies);
        let counted = word_count(&sources, 3, || false).unwrap();
        let indices: Vec<usize> = counted.errors.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, (0..3 * copies).filter(|index| index % 3 != 0).collect::<Vec<_>>());
        assert!(matches!(counted.errors[0].1.kind(), Kind::NotUtf8(10)));
        assert!(matches!(counted.errors[1].1.kind(), Kind::Unreadable(_)));
        assert!(counted.errors[0].1.to_string().contains("bad.txt: not UTF-8 at byte 10"));
        assert_eq!(counts(counted), naive(&vec!["a"; copies]));
    }
    fs::remove_file(&bad).unwrap();
}

#[test]
fn an_interrupt_ends_a_long_count() {
    let text = "wing ".repeat(2_000_000);
    let sources = vec![Source::Text(&text); 500];
    assert_eq!(word_count(&sources, 1, || true).unwrap_err(), Interrupted);
}
