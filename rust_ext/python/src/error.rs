/*! The errors of `wings_core` as the exceptions that Python itself would raise. */

use std::io;

use pyo3::exceptions::{PyOSError, PyUnicodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use wings_core::{Error, Kind};

#[cold]
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    Ok(match error.kind() {
        Kind::Unreadable(source) => unreadable(error, source),
        Kind::NotUtf8(_) => PyUnicodeError::new_err(error.to_string()),
        Kind::NotRegular => refused(py, error, "EINVAL")?,
        Kind::TooBig => refused(py, error, "EFBIG")?,
        Kind::Changed => refused(py, error, "EBUSY")?,
        Kind::LinkLoop => refused(py, error, "ELOOP")?,
    })
}

/// The errors of files that an operation found itself, by their path.
pub(crate) fn by_path<'py>(py: Python<'py>, found: &[Error]) -> PyResult<Bound<'py, PyDict>> {
    let errors = PyDict::new(py);
    for error in found {
        errors.set_item(error.path().as_os_str(), exception(py, error)?)?;
    }
    Ok(errors)
}

/// OSError picks its own subclass (FileNotFoundError, …) from the code; only Windows looks at the last argument.
fn unreadable(error: &Error, source: &io::Error) -> PyErr {
    let Some(code) = source.raw_os_error() else {
        return PyValueError::new_err(error.to_string());
    };
    let message = source.to_string().replace(&format!(" (os error {code})"), "");
    PyOSError::new_err((code, message, error.path().as_os_str().to_os_string(), code))
}

/// What we refuse ourselves, with the system's own number, which differs between systems.
fn refused(py: Python<'_>, error: &Error, name: &str) -> PyResult<PyErr> {
    let code: i32 = py.import("errno")?.getattr(name)?.extract()?;
    Ok(PyOSError::new_err((code, error.kind().to_string(), error.path().as_os_str().to_os_string())))
}
