/*! The items of a batch, borrowed from Python. */

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use wings_core::{Error, Source};

use crate::error::exception;
use crate::interrupt::Breath;

/// An item as Python gave it. It owns what it lends, whatever another thread does to the list meanwhile.
pub(crate) enum Item<'py> {
    Text(Bound<'py, PyString>),
    File(PathBuf),
    Unusable(PyErr),
}

/// Take over all items of a Python iterable: a str is a text, anything else a path.
pub(crate) fn items<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Vec<Item<'py>>> {
    taken(texts, Item::new)
}

/// Take over all items of a Python iterable as paths.
pub(crate) fn files(paths: &Bound<'_, PyAny>) -> PyResult<Vec<PyResult<PathBuf>>> {
    taken(paths, |path| path.extract())
}

fn taken<'py, T>(given: &Bound<'py, PyAny>, item: impl Fn(Bound<'py, PyAny>) -> T) -> PyResult<Vec<T>> {
    let mut breath = Breath::default();
    let take = |one: PyResult<Bound<'py, PyAny>>| breath.take(given.py()).and_then(|()| Ok(item(one?)));
    given.try_iter()?.map(take).collect()
}

impl<'py> Item<'py> {
    fn new(item: Bound<'py, PyAny>) -> Self {
        item.cast_into::<PyString>().map_or_else(|other| Self::file(other.into_inner()), Item::Text)
    }

    fn file(item: Bound<'py, PyAny>) -> Self {
        item.extract().map_or_else(Item::Unusable, Item::File)
    }

    /// No copy for ASCII, one encoding that Python keeps for other text, an error for a lone surrogate.
    fn source(&self, py: Python<'_>) -> PyResult<Source<'_>> {
        match self {
            Item::Text(text) => text.to_str().map(Source::Text),
            Item::File(path) => Ok(Source::File(path)),
            Item::Unusable(error) => Err(error.clone_ref(py)),
        }
    }
}

/// What Rust works on: the items that can be used, and the errors by index of all others.
pub(crate) struct Batch<'py, S> {
    pub(crate) sources: Vec<S>,
    pub(crate) count: usize,
    pub(crate) indices: Indices,
    pub(crate) errors: Bound<'py, PyDict>,
}

/// The index that Python knows each source by; none if all items can be used.
pub(crate) struct Indices(Option<Vec<usize>>);

impl Indices {
    pub(crate) fn of(&self, source: usize) -> usize {
        self.0.as_ref().map_or(source, |indices| indices[source])
    }
}

impl<'a, 'py> Batch<'py, Source<'a>> {
    pub(crate) fn new(py: Python<'py>, items: &'a [Item<'_>]) -> PyResult<Self> {
        Self::of(py, items.iter().map(|item| item.source(py)))
    }
}

impl<'a, 'py> Batch<'py, &'a Path> {
    pub(crate) fn files(py: Python<'py>, paths: &'a [PyResult<PathBuf>]) -> PyResult<Self> {
        Self::of(py, paths.iter().map(|path| path.as_deref().map_err(|error| error.clone_ref(py))))
    }
}

impl<'py, S> Batch<'py, S> {
    fn of(py: Python<'py>, items: impl ExactSizeIterator<Item = PyResult<S>>) -> PyResult<Self> {
        let count = items.len();
        let (errors, mut sources, mut indices) = (PyDict::new(py), Vec::with_capacity(count), Vec::new());
        for (index, item) in items.enumerate() {
            match item {
                Ok(source) => {
                    sources.push(source);
                    indices.push(index);
                }
                Err(error) => errors.set_item(index, error)?,
            }
        }
        let indices = Indices((indices.len() < count).then_some(indices));
        Ok(Self { sources, count, indices, errors })
    }

    /// Add what went wrong in Rust; give all errors.
    pub(crate) fn errors(self, found: &[(usize, Error)]) -> PyResult<Bound<'py, PyDict>> {
        for (source, error) in found {
            self.errors.set_item(self.indices.of(*source), exception(self.errors.py(), error)?)?;
        }
        Ok(self.errors)
    }
}
