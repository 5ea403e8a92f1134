/*!
The thin layer between `wings_core` and Python: it borrows the arguments, detaches from the interpreter while Rust
works, and turns results and errors into Python's. One file an operation, named like it in `wings_core::ops`.
*/

mod error;
mod input;
mod interrupt;
mod word_count;

/// The module as Python sees it; safe without the GIL, since nothing here is shared between two calls.
#[pyo3::pymodule(gil_used = false)]
mod wings_rs {
    #[pymodule_export]
    use super::word_count::word_count;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
