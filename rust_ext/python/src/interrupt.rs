/*! Long calls: other threads go on, Ctrl-C ends them, and a defect does not take the process along. */

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::thread;

use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyList;
use wings_core::Interrupted;

/// Run `work` detached from the interpreter; the closure that it gets says whether to stop.
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> bool) -> Result<T, Interrupted> + Send,
) -> PyResult<T> {
    let mut signals = Signals::default();
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(|| work(&mut || signals.pending()))));
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Interrupted)) => Err(signals.into_error()),
        Err(panic) => Err(defect(&*panic)),
    }
}

/// As many threads as there are cores to use, unless the caller says how many.
pub(crate) fn threads(workers: Option<usize>) -> usize {
    // To find out takes as long as a small call: the system keeps it in several files.
    static USABLE: OnceLock<usize> = OnceLock::new();
    workers.unwrap_or_else(|| *USABLE.get_or_init(|| thread::available_parallelism().map_or(1, usize::from)))
}

/// Made while many Python objects are: lets other threads and signals have their turn now and then.
#[derive(Default)]
pub(crate) struct Breath(usize);

impl Breath {
    pub(crate) fn take(&mut self, py: Python<'_>) -> PyResult<()> {
        self.many(py, 1)
    }

    pub(crate) fn many(&mut self, py: Python<'_>, objects: usize) -> PyResult<()> {
        self.0 += objects + 1;
        if self.0 > 16_384 {
            self.0 = 0;
            py.detach(|| {});
            py.check_signals()?;
        }
        Ok(())
    }
}

/// Make a list of Python objects, with a breath now and then.
pub(crate) fn list<'py>(
    py: Python<'py>,
    values: impl Iterator<Item: IntoPyObject<'py>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (list, mut breath) = (PyList::empty(py), Breath::default());
    for value in values {
        breath.take(py)?;
        list.append(value)?;
    }
    Ok(list.into_any())
}

/// Asks Python for pending signals while Rust works detached; keeps the exception that a signal raised.
#[derive(Default)]
struct Signals(Option<PyErr>);

impl Signals {
    /// Whether to stop: a signal handler raised, or the interpreter is shutting down.
    fn pending(&mut self) -> bool {
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
    fn into_error(self) -> PyErr {
        self.0.unwrap_or_else(|| PyKeyboardInterrupt::new_err(()))
    }
}

#[cold]
fn defect(panic: &(dyn Any + Send)) -> PyErr {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let message = message.unwrap_or("no message");
    PyRuntimeError::new_err(format!("a defect in wings_rs: {message}; backend=\"python\" gives the same values"))
}
