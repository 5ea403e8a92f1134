/*! `read_files_batch` and its naive twin. */

#![cfg_attr(fuzzing, no_main)]

use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};

use wings_core::ops::read_files_batch::{self, Room, sizes};
use wings_core::{Error, Kind};
use wings_fuzz::{Folder, Text, trial};

trial!((Vec<(Contents, i8)>, u8), check);

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

/// Each file has a room for it; of some it is too small or too large by a few bytes.
fn check((files, workers): (Vec<(Contents, i8)>, u8)) {
    let folder = Folder::new();
    let path = |(number, (file, _)): (usize, &(Contents, i8))| match file.bytes() {
        Some(bytes) => folder.write(&number.to_string(), &bytes),
        None => folder.path().join(number.to_string()),
    };
    let paths: Vec<PathBuf> = files.iter().enumerate().map(path).collect();
    let lent: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let (workers, mut found) = (workers as usize % 5, vec![Err(None); paths.len()]);
    let mut told = Vec::new();
    sizes(&lent, workers, |first, part| told.extend((first..).zip(part)), || false).unwrap();
    assert_eq!(told.len(), files.len());
    let mut memory = Vec::new();
    for (index, size) in told {
        let off = &files[index].1;
        match size {
            Ok(size) => {
                assert_eq!(size, files[index].0.bytes().unwrap().len());
                let off = if *off % 3 == 0 { *off as isize / 16 } else { 0 };
                memory.push((index, vec![MaybeUninit::uninit(); (size + 1).saturating_add_signed(off)]));
            }
            Err(error) => found[index] = Err(bad_byte(&error)),
        }
    }
    let rooms = memory.iter_mut().map(|(index, memory)| Room { index: *index, path: lent[*index], memory });
    let keep = |texts: Vec<(usize, read_files_batch::Text<'_>)>| {
        texts.iter().for_each(|(index, text)| found[*index] = Ok(String::from_utf8(text.bytes().into()).unwrap()));
    };
    let errors = read_files_batch::read_files_batch(rooms.collect(), workers, keep, || false).unwrap();
    errors.iter().for_each(|(index, error)| found[*index] = Err(bad_byte(error)));
    assert_eq!(found, paths.iter().map(|path| naive(path)).collect::<Vec<_>>());
}

fn bad_byte(error: &Error) -> Option<usize> {
    match error.kind() {
        Kind::NotUtf8(byte) => Some(*byte),
        _ => None,
    }
}

/// The text, or the first byte that cannot be text, or neither.
fn naive(path: &Path) -> Result<String, Option<usize>> {
    let bytes = std::fs::read(path).map_err(|_| None)?;
    String::from_utf8(bytes).map_err(|error| Some(error.utf8_error().valid_up_to()))
}
