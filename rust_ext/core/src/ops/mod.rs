/*! The operations, one file each; a file and its public function have the same name. */

mod word_count;

pub use word_count::{Counted, word_count};
