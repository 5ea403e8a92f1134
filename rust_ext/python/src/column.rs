/*! Columns: many numbers or texts as one Python object, read by NumPy without a copy. */

// A buffer is a raw pointer for whoever asked; the safe twin of a column is the list of its values.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::path::Path;

use pyo3::exceptions::PyOverflowError;
use pyo3::ffi;
use pyo3::prelude::*;

/// Numbers that NumPy reads where they lie.
#[pyclass(frozen, module = "wings_rs")]
pub(crate) struct Column(Numbers);

enum Numbers {
    Bytes(Vec<u8>),
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Doubles(Vec<f64>),
}

macro_rules! column_from {
    ($($kind:ident: $number:ty),*) => {
        $(impl From<Vec<$number>> for Column {
            fn from(numbers: Vec<$number>) -> Self {
                Self(Numbers::$kind(numbers))
            }
        })*
    };
}

column_from!(Bytes: u8, Ints: i32, Longs: i64, Doubles: f64);

#[pymethods]
impl Column {
    /// What NumPy calls this kind of number.
    #[getter]
    fn dtype(&self) -> &'static str {
        match &self.0 {
            Numbers::Bytes(_) => "u1",
            Numbers::Ints(_) => "i4",
            Numbers::Longs(_) => "i8",
            Numbers::Doubles(_) => "f8",
        }
    }

    /// # Safety
    /// Called by the interpreter only, with a view to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let (start, bytes) = slf.get().memory();
        let length = bytes.try_into().map_err(PyOverflowError::new_err)?;
        // SAFETY: `view` is the interpreter's. The memory is never changed or moved (the class is frozen and offers
        // no way to) and lives as long as this object, to which the view takes a reference of its own. It is lent
        // read-only.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start.cast_mut().cast(), length, 1, flags) };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}

impl Column {
    /// Where the numbers lie, and in how many bytes.
    fn memory(&self) -> (*const u8, usize) {
        match &self.0 {
            Numbers::Bytes(numbers) => (numbers.as_ptr(), size_of_val(&numbers[..])),
            Numbers::Ints(numbers) => (numbers.as_ptr().cast(), size_of_val(&numbers[..])),
            Numbers::Longs(numbers) => (numbers.as_ptr().cast(), size_of_val(&numbers[..])),
            Numbers::Doubles(numbers) => (numbers.as_ptr().cast(), size_of_val(&numbers[..])),
        }
    }
}

/// Texts, one after the other in one arena.
#[derive(Default)]
pub(crate) struct Texts {
    arena: Vec<u8>,
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl Texts {
    /// So many texts, all absent.
    pub(crate) fn absent(count: usize) -> Self {
        Self { arena: Vec::new(), starts: vec![0; count], ends: vec![-1; count] }
    }

    pub(crate) fn set(&mut self, index: usize, text: &[u8]) {
        (self.starts[index], self.ends[index]) = self.add(text);
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// A name may be no text; whoever reads it decodes it as Python does its paths.
    pub(crate) fn push_path(&mut self, path: &Path) {
        self.push_bytes(path.as_os_str().as_encoded_bytes());
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        let (start, end) = self.add(bytes);
        self.starts.push(start);
        self.ends.push(end);
    }

    fn add(&mut self, bytes: &[u8]) -> (i64, i64) {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        (start as i64, self.arena.len() as i64)
    }

    /// Arena, starts and ends, as `wingslib.accel.columns.Texts` takes them.
    pub(crate) fn into_columns(self) -> (Column, Column, Column) {
        (self.arena.into(), self.starts.into(), self.ends.into())
    }
}
