/*! `word_count` for Python. */

use std::thread;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use wings_core::ops;

use crate::error::exception;
use crate::input::{items, sources};
use crate::interrupt::Signals;

/// Count the words of all texts and files into one dict; the second dict has the errors by index.
#[pyfunction]
pub(crate) fn word_count<'py>(texts: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let py = texts.py();
    let (words, errors) = (PyDict::new(py), PyDict::new(py));
    let items = items(texts)?;
    let sources = sources(&items, &errors)?;
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut signals = Signals::default();
    let counted =
        py.detach(|| ops::word_count(&sources, workers, || signals.pending())).map_err(|_| signals.into_error())?;
    for (index, error) in &counted.errors {
        errors.set_item(index, exception(error))?;
    }
    for (word, count) in &counted.words {
        words.set_item(&**word, count)?;
    }
    Ok((words, errors))
}
