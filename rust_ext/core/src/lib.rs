/*!
The operations of Wings in plain Rust.

One file an operation in [`ops`]. Beside them lies what several share: what they read ([`Source`], [`walk`]), what a
[`pattern`] and what [`words`] mean, what can go wrong with one item of a batch ([`Error`]), the threads of a call
([`batch`]), and how long work is stopped ([`watch`]). Nothing here knows Python, so that every operation can be tested,
timed and fuzzed without it.
*/

mod alignment;
pub mod batch;
mod error;
mod folder;
pub mod pattern;
mod source;
mod symbols;
pub mod walk;
pub mod watch;
pub mod words;

/// The operations, one file each; a file and its public function have the same name.
pub mod ops {
    automod::dir!(pub "src/ops");
}

pub use error::{Error, Interrupted, Kind};
pub use source::{Contents, LIMIT_BYTES, Source};
