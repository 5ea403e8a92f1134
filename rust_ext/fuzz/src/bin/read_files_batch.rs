/*! `read_files_batch` and its naive twin. */

#![cfg_attr(fuzzing, no_main)]

use std::path::{Path, PathBuf};

use wings_core::ops::read_files_batch::read_files_batch;
use wings_core::{Kind, Source};
use wings_fuzz::{Folder, Text, trial};

trial!((Vec<Contents>, u8), check);

/// What is in a file.
#[derive(Debug, arbitrary::Arbitrary)]
enum Contents {
    Bytes(Vec<u8>),
    Text(Text),
    Long(Text, u16),
    Missing,
}

impl Contents {
    fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Text(text) => Some(text.0.clone().into()),
            Self::Long(text, copies) => Some(text.0.repeat(*copies as usize / 8).into()),
            Self::Missing => None,
        }
    }
}

fn check((files, workers): (Vec<Contents>, u8)) {
    let folder = Folder::new();
    let path = |(number, file): (usize, &Contents)| match file.bytes() {
        Some(bytes) => folder.write(&number.to_string(), &bytes),
        None => folder.path().join(number.to_string()),
    };
    let paths: Vec<PathBuf> = files.iter().enumerate().map(path).collect();
    let sources: Vec<Source<'_>> = paths.iter().map(|path| Source::File(path)).collect();
    let mut found: Vec<Result<String, Option<usize>>> = vec![Err(None); paths.len()];
    let errors = read_files_batch(
        &sources,
        workers as usize % 5,
        |part| part.texts().for_each(|(index, text)| found[index] = Ok(String::from_utf8(text.into()).unwrap())),
        || false,
    );
    for (index, error) in errors.unwrap() {
        found[index] = match error.kind() {
            Kind::NotUtf8(byte) => Err(Some(*byte)),
            _ => Err(None),
        };
    }
    assert_eq!(found, paths.iter().map(|path| naive(path)).collect::<Vec<_>>());
}

/// The text, or the first byte that cannot be text, or neither.
fn naive(path: &Path) -> Result<String, Option<usize>> {
    let bytes = std::fs::read(path).map_err(|_| None)?;
    String::from_utf8(bytes).map_err(|error| Some(error.utf8_error().valid_up_to()))
}
