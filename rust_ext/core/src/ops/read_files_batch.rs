/*!
Read many text files.

A file is its bytes as UTF-8, nothing translated: line ends and a byte order mark stay. First all sizes are asked for,
then each file is read, in one go, into the room that the caller lends for it: no byte is copied twice, and the caller
decides what kind of memory a text lies in. A file that has another size by then is read with care, into memory of its
own. Time is linear in the bytes; what a call holds beside the rooms is a few such files.
*/

use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::batch::{self, Queue, Results};
use crate::source::{read_apart, read_into, size, valid};
use crate::{Error, Interrupted};

/// A file and the memory that its text is read into.
#[derive(Debug)]
pub struct Room<'a> {
    /// What the caller knows the file by.
    pub index: usize,
    /// Where the file is.
    pub path: &'a Path,
    /// Where its text goes. It should have one byte more than the file, to see that it did not grow; that one is 0
    /// afterwards. Where nothing fits, as nothing does in no memory, the text lies apart.
    pub memory: &'a mut [MaybeUninit<u8>],
}

/// The text of a file.
#[derive(Debug)]
pub enum Text<'a> {
    /// The bytes at the beginning of the room, all of them ASCII.
    Ascii(&'a [u8]),
    /// A text at the beginning of the room with other characters, too.
    Unicode(&'a str),
    /// A text of another size than the room.
    Apart(String),
}

impl Text<'_> {
    /// The text, as bytes that are UTF-8.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Ascii(bytes) => bytes,
            Self::Unicode(text) => text.as_bytes(),
            Self::Apart(text) => text.as_bytes(),
        }
    }
}

/// Ask for the sizes of the files at all `paths` in at most `workers` threads; give them to `found`, some at a time, in no
/// order: the index of the first, and a size, or an error where there is nothing that could be read.
///
/// `found` and `interrupted`, which is asked about every 50 ms, are called on the calling thread.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn sizes(
    paths: &[&Path],
    workers: usize,
    mut found: impl FnMut(usize, Vec<Result<usize, Error>>),
    interrupted: impl FnMut() -> bool,
) -> Result<(), Interrupted> {
    let jobs: Vec<(usize, &[&Path])> = paths.chunks(MOST_FILES).enumerate().collect();
    let ask = |queue: &Queue<'_, (usize, &[&Path])>, results: &Results<'_, (usize, Vec<_>)>| {
        while let Some(&(job, paths)) = queue.take() {
            results.give((job * MOST_FILES, paths.iter().map(|path| size(path)).collect()));
        }
    };
    let steps = paths.len() as u64 * ASK_STEPS;
    batch::run(&jobs, workers, steps, ask, |(first, part)| found(first, part), interrupted)
}

/// Read the files of all `rooms` in at most `workers` threads; give the texts by index to `found`, some at a time, in no
/// order, and return the errors by index, in order.
///
/// `found` and `interrupted`, which is asked about every 50 ms, are called on the calling thread.
///
/// # Errors
/// [`Interrupted`] if `interrupted` said true.
pub fn read_files_batch<'a>(
    mut rooms: Vec<Room<'a>>,
    workers: usize,
    mut found: impl FnMut(Vec<(usize, Text<'a>)>),
    interrupted: impl FnMut() -> bool,
) -> Result<Vec<(usize, Error)>, Interrupted> {
    let steps = rooms.iter().map(|room| READ_STEPS + room.memory.len() as u64 / BYTES_A_STEP).sum();
    let size = (rooms.len() / (workers.max(1) * 8)).clamp(1, MOST_FILES);
    let mut jobs: Vec<Job<'a>> = Vec::with_capacity(rooms.len() / size + 1);
    while !rooms.is_empty() {
        jobs.push(Mutex::new(rooms.split_off(rooms.len().saturating_sub(size))));
    }
    let mut errors = Vec::new();
    let merge = |part: Part<'a>| {
        found(part.texts);
        errors.extend(part.errors);
    };
    batch::run(&jobs, workers, steps, read, merge, interrupted)?;
    errors.sort_unstable_by_key(|&(index, _)| index);
    Ok(errors)
}

/// What was read of a few files.
#[derive(Default)]
struct Part<'a> {
    texts: Vec<(usize, Text<'a>)>,
    errors: Vec<(usize, Error)>,
}

/// Some files that are read one after the other; whoever takes the job takes them out.
type Job<'a> = Mutex<Vec<Room<'a>>>;

/// No job has more files; to give a part away costs as much as to read some of them.
const MOST_FILES: usize = 128;

/// What it takes to ask for a size, to open and close a file, and to read some bytes, in nanoseconds.
const ASK_STEPS: u64 = 1_500;
const READ_STEPS: u64 = 4_000;
const BYTES_A_STEP: u64 = 4;

/// A part with so many bytes apart is given away before the next file.
const PART_BYTES: usize = 1 << 20;

fn read<'a>(queue: &Queue<'_, Job<'a>>, results: &Results<'_, Part<'a>>) {
    while let Some(job) = queue.take() {
        let rooms = std::mem::take(&mut *job.lock().unwrap_or_else(PoisonError::into_inner));
        let (mut part, mut apart) = (Part::default(), 0);
        part.texts.reserve(rooms.len());
        for room in rooms {
            if queue.stopped() {
                return;
            }
            match text(room.path, room.memory, &|| queue.stopped()) {
                Ok(text) => {
                    apart += if let Text::Apart(text) = &text { text.len() } else { 0 };
                    part.texts.push((room.index, text));
                }
                Err(error) => part.errors.push((room.index, error)),
            }
            if apart >= PART_BYTES {
                apart = 0;
                results.give(std::mem::take(&mut part));
            }
        }
        results.give(part);
    }
}

fn text<'a>(path: &Path, room: &'a mut [MaybeUninit<u8>], stopped: &dyn Fn() -> bool) -> Result<Text<'a>, Error> {
    match read_into(path, room, stopped) {
        Some(bytes) if bytes.is_ascii() => Ok(Text::Ascii(bytes)),
        Some(bytes) => valid(path, bytes, stopped).map(Text::Unicode),
        None => read_apart(path, stopped).map(Text::Apart),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::id;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::Kind;

    /// A path that nothing has.
    fn fresh() -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        std::env::temp_dir().join(format!("wings_read_{}_{}", id(), COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    /// What there is to say of a file that has `before` when its size is asked for, and is changed by `change` then.
    fn read_after(before: &str, change: impl FnOnce(&Path)) -> String {
        let path = fresh();
        fs::write(&path, before).unwrap();
        let mut size = 0;
        sizes(&[&path], 1, |_, mut told| size = told.remove(0).unwrap(), || false).unwrap();
        change(&path);
        let mut memory = vec![MaybeUninit::new(b'?'); if size == 0 { 0 } else { size + 1 }];
        let said = read(&path, &mut memory);
        fs::remove_file(&path).or_else(|_| fs::remove_dir(&path)).unwrap();
        said
    }

    fn read(path: &Path, memory: &mut [MaybeUninit<u8>]) -> String {
        let (start, mut said) = (memory.as_ptr().cast(), String::new());
        let found = |texts: Vec<(usize, Text<'_>)>| {
            for (_, text) in texts {
                let kind = match &text {
                    Text::Ascii(bytes) if bytes.as_ptr() == start => "ascii",
                    Text::Unicode(text) if text.as_ptr() == start => "unicode",
                    Text::Apart(_) => "apart",
                    _ => "elsewhere",
                };
                said = format!("{kind} {}", std::str::from_utf8(text.bytes()).unwrap());
            }
        };
        let rooms = vec![Room { index: 0, path, memory }];
        let errors = read_files_batch(rooms, 1, found, || false).unwrap();
        errors.first().map_or(said, |(_, error)| error.kind().to_string())
    }

    fn become_fifo(path: &Path) {
        fs::remove_file(path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    fn become_folder(path: &Path) {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }

    #[test]
    fn a_file_as_it_was_told_lies_in_its_room() {
        assert_eq!(read_after("wing", |_| ()), "ascii wing");
        assert_eq!(read_after("naïve", |_| ()), "unicode naïve");
        assert_eq!(read_after("", |_| ()), "apart ");
    }

    #[test]
    fn a_long_file_is_read_in_pieces_and_may_be_stopped_between_them() {
        let (path, size, asked) = (fresh(), 20 << 20, std::cell::Cell::new(0));
        fs::File::create(&path).unwrap().set_len(size as u64).unwrap();
        let mut memory = vec![MaybeUninit::uninit(); size + 1];
        let count = || {
            asked.set(asked.get() + 1);
            false
        };
        assert_eq!(read_into(&path, &mut memory, &count).map(<[u8]>::len), Some(size));
        assert_eq!(asked.get(), 3);
        assert_eq!(read_into(&path, &mut memory, &|| asked.replace(asked.get() + 1) > 3), None);
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_of_another_size_is_read_whole_apart() {
        let becomes = |text: &'static str| move |path: &Path| fs::write(path, text).unwrap();
        assert_eq!(read_after("wing", becomes("wings")), "apart wings");
        assert_eq!(read_after("wing", becomes("wings and more")), "apart wings and more");
        assert_eq!(read_after("wing", becomes("win")), "apart win");
        assert_eq!(read_after("wing", becomes("")), "apart ");
        assert_eq!(read_after("", becomes("naïve")), "apart naïve");
        assert_eq!(read_after("wing", becomes("naïf")), "apart naïf");
    }

    #[test]
    fn what_is_no_file_any_more_is_an_error() {
        assert_eq!(read_after("wing", become_fifo), Kind::NotRegular.to_string());
        assert!(read_after("wing", become_folder).contains("irectory"));
        let zeros = |path: &Path| {
            fs::remove_file(path).unwrap();
            std::os::unix::fs::symlink("/dev/zero", path).unwrap();
        };
        assert_eq!(read_after("wing", zeros), Kind::NotRegular.to_string());
        let latin = |path: &Path| fs::write(path, b"na\xefv").unwrap();
        assert_eq!(read_after("wing", latin), Kind::NotUtf8(2).to_string());
        assert_eq!(read_after("wings", latin), Kind::NotUtf8(2).to_string());
    }

    #[test]
    fn no_files_have_no_sizes_and_no_texts() {
        sizes(&[], 2, |_, _| panic!("nothing to tell"), || true).unwrap();
        assert!(read_files_batch(Vec::new(), 2, |_| panic!("nothing to find"), || true).unwrap().is_empty());
    }

    #[test]
    fn an_interrupt_stops_both_halves() {
        let path = fresh();
        let paths = vec![&*path; 1_000_000];
        assert_eq!(sizes(&paths, 2, |_, _| (), || true).unwrap_err(), Interrupted);
        let room = |index| Room { index, path: &path, memory: &mut [] };
        let rooms = (0..1_000_000).map(room).collect();
        assert_eq!(read_files_batch(rooms, 2, |_| (), || true).unwrap_err(), Interrupted);
    }
}
