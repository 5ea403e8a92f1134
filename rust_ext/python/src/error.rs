/*! The errors of `wings_core` as the exceptions that Python itself would raise. */

use std::io;

use pyo3::exceptions::{PyOSError, PyUnicodeError, PyValueError};
use pyo3::prelude::*;
use wings_core::{Error, Kind};

#[cold]
pub(crate) fn exception(error: &Error) -> PyErr {
    match error.kind() {
        Kind::Unreadable(source) => unreadable(error, source),
        Kind::NotUtf8(_) => PyUnicodeError::new_err(error.to_string()),
    }
}

/// OSError picks its own subclass (FileNotFoundError, …) from the code; only Windows looks at the last argument.
fn unreadable(error: &Error, source: &io::Error) -> PyErr {
    let Some(code) = source.raw_os_error() else {
        return PyValueError::new_err(error.to_string());
    };
    let message = source.to_string().replace(&format!(" (os error {code})"), "");
    PyOSError::new_err((code, message, error.path().as_os_str().to_os_string(), code))
}
