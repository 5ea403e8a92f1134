/*! `text_similarity` and its naive twin: the tables of the textbook, and sets. */

#![cfg_attr(fuzzing, no_main)]

use std::collections::{BTreeMap, BTreeSet};

use wings_core::Source;
use wings_core::ops::text_similarity::{Metric, text_similarity};
use wings_fuzz::{Text, trial, words};

trial!((Vec<Text>, Option<Vec<Text>>, u8, u8), check);

fn check((mut texts, mut others, workers, copies): (Vec<Text>, Option<Vec<Text>>, u8, u8)) {
    texts.truncate(4);
    others.iter_mut().for_each(|others| others.truncate(4));
    // Long enough, now and then, for several limbs and blocks.
    let copies = if copies > 10 { 1 } else { copies as usize };
    let repeated = |texts: &[Text]| texts.iter().map(|text| text.0.repeat(copies)).collect::<Vec<_>>();
    let (texts, others) = (repeated(&texts), others.map(|others| repeated(&others)));
    let sources = |texts: &'_ [String]| texts.iter().map(|text| Source::Text(text_of(text))).collect::<Vec<_>>();
    let (left, right) = (sources(&texts), others.as_deref().map(sources));
    for metric in [Metric::Indel, Metric::Levenshtein, Metric::Jaccard, Metric::Cosine] {
        let found = text_similarity(&left, right.as_deref(), metric, workers as usize % 5, || false).unwrap().values;
        let others = others.as_ref().unwrap_or(&texts);
        let expected: Vec<f64> =
            texts.iter().flat_map(|one| others.iter().map(move |other| naive(one, other, metric))).collect();
        assert_eq!(found, expected, "{metric:?}");
    }
}

/// The text for as long as the program runs: closures cannot say that what they give lives as long as what they get.
fn text_of(text: &str) -> &'static str {
    Box::leak(Box::from(text))
}

fn naive(one: &str, other: &str, metric: Metric) -> f64 {
    let (n, m) = (one.chars().count(), other.chars().count());
    match metric {
        Metric::Indel if n + m == 0 => 1.0,
        Metric::Indel => 1.0 - table(one, other, 2) as f64 / (n + m) as f64,
        Metric::Levenshtein if n + m == 0 => 1.0,
        Metric::Levenshtein => 1.0 - table(one, other, 1) as f64 / n.max(m) as f64,
        Metric::Jaccard => jaccard(&words(one).into_iter().collect(), &words(other).into_iter().collect()),
        Metric::Cosine => cosine(&counts(one), &counts(other)),
    }
}

/// The least cost of changes, where to replace a character costs so much.
fn table(one: &str, other: &str, replaced: usize) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.chars().enumerate() {
        let mut left = vec![row + 1];
        for (column, letter_of_other) in other.iter().enumerate() {
            let change = above[column] + if letter == *letter_of_other { 0 } else { replaced };
            left.push(change.min(above[column + 1] + 1).min(left[column] + 1));
        }
        above = left;
    }
    above[other.len()]
}

fn jaccard(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    match one.union(other).count() {
        0 => 1.0,
        either => one.intersection(other).count() as f64 / either as f64,
    }
}

fn counts(text: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    words(text).into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

fn cosine(one: &BTreeMap<String, u64>, other: &BTreeMap<String, u64>) -> f64 {
    let square = |counts: &BTreeMap<String, u64>| counts.values().map(|count| count * count).sum::<u64>();
    match (square(one), square(other)) {
        (0, 0) => 1.0,
        (0, _) | (_, 0) => 0.0,
        (square_of_one, square_of_other) => {
            let dot: u64 = one.iter().filter_map(|(word, count)| other.get(word).map(|other| count * other)).sum();
            (dot as f64 / ((square_of_one * square_of_other) as f64).sqrt()).min(1.0)
        }
    }
}
