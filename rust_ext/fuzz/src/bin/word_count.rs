/*! `word_count` and its naive twin. */

#![cfg_attr(fuzzing, no_main)]

use std::collections::BTreeMap;

use wings_core::Source;
use wings_core::ops::word_count::{Counted, word_count};
use wings_fuzz::{Text, trial, words};

type Counts = BTreeMap<String, u64>;

trial!((Vec<Text>, u8, u16), check);

fn check((texts, workers, copies): (Vec<Text>, u8, u16)) {
    // Long enough, now and then, to be cut and shared among threads.
    let copies = if copies > u16::MAX / 50 { 1 } else { copies as usize };
    let texts: Vec<String> = texts.iter().map(|text| text.0.repeat(copies)).collect();
    let sources: Vec<Source<'_>> = texts.iter().map(|text| Source::Text(text)).collect();
    assert_eq!(counts(&word_count(&sources, workers as usize % 5, || false).unwrap()), naive(&texts));
}

fn counts(counted: &Counted) -> Counts {
    counted.words().map(|(word, count)| (word.into(), count)).collect()
}

fn naive(texts: &[impl AsRef<str>]) -> Counts {
    let mut counts = Counts::new();
    texts.iter().flat_map(|text| words(text.as_ref())).for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use wings_core::{Interrupted, Kind};
    use wings_fuzz::Folder;

    use super::*;

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

    #[test]
    fn cases() {
        for (text, expected) in CASES {
            let found = counts(&word_count(&[Source::Text(text)], 1, || false).unwrap());
            let found: Vec<String> = found.iter().map(|(word, count)| format!("{word}:{count}")).collect();
            assert_eq!(found.join(" "), *expected, "{text:?}");
        }
    }

    #[test]
    fn errors_keep_their_index_and_add_no_word() {
        let folder = Folder::new();
        let bad = folder.write("bad.txt", b"good words\xff");
        let missing = Path::new("no such file");
        for copies in [1, 50] {
            let sources = [Source::Text("a"), Source::File(&bad), Source::File(missing)].repeat(copies);
            let counted = word_count(&sources, 3, || false).unwrap();
            let indices: Vec<usize> = counted.errors.iter().map(|(index, _)| *index).collect();
            assert_eq!(indices, (0..3 * copies).filter(|index| index % 3 != 0).collect::<Vec<_>>());
            assert!(matches!(counted.errors[0].1.kind(), Kind::NotUtf8(10)));
            assert!(matches!(counted.errors[1].1.kind(), Kind::Unreadable(_)));
            assert!(counted.errors[0].1.to_string().contains("bad.txt: not UTF-8 at byte 10"));
            assert_eq!(counts(&counted), naive(&vec!["a"; copies]));
        }
    }

    #[test]
    fn an_interrupt_ends_a_long_count() {
        let text = "wing ".repeat(2_000_000);
        let sources = vec![Source::Text(&text); 500];
        assert_eq!(word_count(&sources, 1, || true).unwrap_err(), Interrupted);
    }
}
