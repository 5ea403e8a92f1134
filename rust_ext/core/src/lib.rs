/*!
The operations of Wings in plain Rust.

One file an operation in [`ops`]. Beside them lies what all of them share: what they read ([`Source`]), what can
go wrong with one item of a batch ([`Error`]), and the threads of a call ([`batch`]). Nothing here knows Python, so
that every operation can be tested, timed and fuzzed without it.
*/

pub mod batch;
mod error;
pub mod ops;
mod source;

pub use error::{Error, Interrupted, Kind};
pub use source::{Contents, Source};
