/*! The items of a batch, borrowed from Python. */

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use wings_core::Source;

/// An item as Python gave it. It owns what it lends, whatever another thread does to the list meanwhile.
pub(crate) enum Item<'py> {
    Text(Bound<'py, PyString>),
    File(PathBuf),
    Unusable(PyErr),
}

/// Take over all items of a Python iterable.
pub(crate) fn items<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Vec<Item<'py>>> {
    texts.try_iter()?.map(|item| Ok(Item::new(item?))).collect()
}

/// Lend the items to Rust; those that cannot be text become an empty text here and an exception in `errors`.
pub(crate) fn sources<'a>(items: &'a [Item<'_>], errors: &Bound<'_, PyDict>) -> PyResult<Vec<Source<'a>>> {
    let lend = |(index, item): (usize, &'a Item<'_>)| match item.source(errors.py()) {
        Ok(source) => Ok(source),
        Err(error) => errors.set_item(index, error).map(|()| Source::Text("")),
    };
    items.iter().enumerate().map(lend).collect()
}

impl<'py> Item<'py> {
    fn new(item: Bound<'py, PyAny>) -> Self {
        match item.cast_into::<PyString>() {
            Ok(text) => Item::Text(text),
            Err(other) => other.into_inner().extract().map_or_else(Item::Unusable, Item::File),
        }
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
