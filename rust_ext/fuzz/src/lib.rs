/*!
What the trials share: inputs made of bytes, and the two ways to run a trial.

A trial is a file in `src/bin`, named like its operation: cases, a naive twin that is obviously right, and `check`, which
compares the two on one input. `cargo test` runs it on a thousand random inputs, `cargo fuzz run NAME` for as long as you
like; what it finds is replayed by `cargo run --bin NAME -- FILE`.
*/

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use arbitrary::{Arbitrary, Result, Unstructured};
#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// Make a trial of `check`: a fuzz target, a test on random inputs, and a program that replays the inputs in files.
#[macro_export]
macro_rules! trial {
    ($input:ty, $check:path) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|input: $input| $check(input));

        #[cfg(not(fuzzing))]
        fn main() {
            std::env::args_os().skip(1).for_each(|path| $crate::once(&std::fs::read(path).unwrap(), $check));
        }

        #[test]
        fn equals_its_naive_twin() {
            $crate::random($check);
        }
    };
}

/// Check the input that these bytes make.
pub fn once<'a, I: Arbitrary<'a>>(bytes: &'a [u8], check: impl Fn(I)) {
    if let Ok(input) = I::arbitrary_take_rest(Unstructured::new(bytes)) {
        check(input);
    }
}

/// Check a thousand inputs, the same in every run.
pub fn random<I: for<'a> Arbitrary<'a>>(check: impl Fn(I)) {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..1_000 {
        let length = next() % 400;
        let bytes: Vec<u8> = (0..length).map(|_| (next() >> 32) as u8).collect();
        once(&bytes, &check);
    }
}

/// A text of few letters, so that equal words and hits are likely.
#[derive(Debug, Clone)]
pub struct Text(pub String);

const SORTS: [&str; 7] =
    ["a", "ab", "abAB zZ09_.\n", "aeéÉß \n", "日本語、\n ", "🪶🐦a\u{200d} \n", "e\u{301}a\u{327}\0\r\n\u{80}\u{7f} "];

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let letters: Vec<char> = bytes.choose(&SORTS)?.chars().collect();
        let length = bytes.arbitrary_len::<u8>()?.min(200);
        (0..length).map(|_| bytes.choose(&letters).copied()).collect::<Result<String>>().map(Self)
    }
}

/// A folder of its own, removed in the end.
#[derive(Debug)]
pub struct Folder(PathBuf);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Folder {
    /// An empty folder among the system's temporary ones.
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wings_fuzz_{}_{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Write a file and return its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The words of a text, character by character.
pub fn words(text: &str) -> Vec<String> {
    let separator = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c >= '\u{80}');
    text.split(separator).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}
