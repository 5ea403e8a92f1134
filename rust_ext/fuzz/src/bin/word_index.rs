/*! `word_index` and its naive twin. */

#![cfg_attr(fuzzing, no_main)]

use std::collections::{BTreeMap, BTreeSet};

use wings_core::Source;
use wings_core::ops::word_index::{Indexed, word_index};
use wings_fuzz::{Text, trial, words};

type Index = BTreeMap<String, BTreeSet<u32>>;

trial!((Vec<Text>, u8, u16), check);

fn check((texts, workers, copies): (Vec<Text>, u8, u16)) {
    // Long enough, now and then, for several threads.
    let copies = if copies > u16::MAX / 50 { 1 } else { copies as usize };
    let texts: Vec<String> = texts.iter().map(|text| text.0.repeat(copies)).collect();
    let sources: Vec<Source<'_>> = texts.iter().map(|text| Source::Text(text)).collect();
    let found = word_index(&sources, workers as usize % 5, || false).unwrap();
    assert!(found.words().is_sorted_by(|one, two| one < two));
    assert_eq!(index(&found), naive(&texts));
}

fn index(found: &Indexed) -> Index {
    let starts = std::iter::once(0).chain(found.ends.iter().copied());
    let ranges = starts.zip(&found.ends).map(|(start, end)| &found.texts[start..*end]);
    assert!(ranges.clone().all(|texts| texts.is_sorted_by(|one, two| one < two)));
    found.words().zip(ranges).map(|(word, texts)| (word.to_string(), texts.iter().copied().collect())).collect()
}

fn naive(texts: &[String]) -> Index {
    let mut index = Index::new();
    for (text, number) in texts.iter().zip(0..) {
        words(text).into_iter().for_each(|word| _ = index.entry(word).or_default().insert(number));
    }
    index
}
