/*! Ctrl-C in a long call. */

use pyo3::prelude::*;

/// Asks Python for pending signals while Rust works detached; keeps the exception that a signal raised.
#[derive(Default)]
pub(crate) struct Signals(Option<PyErr>);

impl Signals {
    /// Whether to stop: a signal handler raised, or the interpreter is shutting down.
    pub(crate) fn pending(&mut self) -> bool {
        match Python::try_attach(|py| py.check_signals()) {
            Some(Ok(())) => false,
            Some(Err(raised)) => {
                self.0 = Some(raised);
                true
            }
            None => true,
        }
    }

    /// The exception to raise for a call that was stopped.
    pub(crate) fn into_error(self) -> PyErr {
        self.0.unwrap_or_else(|| pyo3::exceptions::PyKeyboardInterrupt::new_err(()))
    }
}
