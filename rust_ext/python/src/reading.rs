/*!
Files read where their texts will lie: in str objects that nobody has seen yet, or in the arena of a column.

Memory is made while attached and read into while detached; no Python object is touched then. The two forms are each
other's safe twin: they give equal texts.
*/

// A str that is still to be written is raw memory.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::path::Path;
use std::{ptr, slice};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use wings_core::Error;
use wings_core::ops::read_files_batch::{Room, Text, read_files_batch, sizes};

use crate::column::{Arena, Texts};
use crate::input::Batch;
use crate::interrupt::detached;

/// The files of a batch: those that have a size, by their index, and the errors of the others.
pub(crate) struct Files<'b, 'py> {
    batch: &'b Batch<'py, &'b Path>,
    sized: Vec<(usize, &'b Path)>,
    errors: Vec<(usize, Error)>,
    workers: usize,
}

impl<'b, 'py> Files<'b, 'py> {
    pub(crate) fn new(batch: &'b Batch<'py, &'b Path>, workers: usize) -> Self {
        Self { batch, sized: Vec::with_capacity(batch.sources.len()), errors: Vec::new(), workers }
    }

    /// Read them into a list of texts or None.
    pub(crate) fn list(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let (indices, count) = (&self.batch.indices, self.batch.count);
        let (mut blanks, mut failed) = (Vec::with_capacity(count), PyResult::Ok(()));
        self.ask(py, |sizes| {
            if failed.is_ok() {
                // While other sizes are asked for: to make these takes as long.
                failed = Python::attach(|py| {
                    for size in sizes {
                        blanks.push(Blank::new(py, size)?);
                    }
                    Ok(())
                });
            }
        })?;
        failed?;
        let mut texts: Vec<Option<Py<PyString>>> = (0..count).map(|_| None).collect();
        let (mut written, mut failed) = (vec![false; count], PyResult::Ok(()));
        self.read(py, blanks.iter_mut().map(Blank::memory), |found| {
            let (ascii, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| matches!(one.1, Text::Ascii(_)));
            ascii.iter().for_each(|(index, _)| written[indices.of(*index)] = true);
            if failed.is_ok() && !others.is_empty() {
                failed = Python::attach(|py| {
                    others.iter().try_for_each(|(index, text)| {
                        texts[indices.of(*index)] = Some(PyString::from_bytes(py, text.bytes())?.unbind());
                        Ok(())
                    })
                });
            }
        })?;
        failed?;
        for (blank, &(index, _)) in blanks.into_iter().zip(&self.sized) {
            if written[indices.of(index)] {
                // SAFETY: for this index core gave ASCII, which is the memory of this blank, written wholly.
                texts[indices.of(index)] = Some(unsafe { blank.written() });
            }
        }
        PyList::new(py, texts)
    }

    /// Read them into one arena.
    pub(crate) fn texts(&mut self, py: Python<'_>) -> PyResult<Texts> {
        let (indices, count, mut sizes) = (&self.batch.indices, self.batch.count, Vec::new());
        self.ask(py, |some| sizes.extend(some))?;
        let mut arena = Arena::new(&sizes)?;
        let (mut starts, mut ends, mut apart) = (vec![0_i64; count], vec![-1; count], Vec::new());
        for (&(index, _), start) in self.sized.iter().zip(arena.starts()) {
            starts[indices.of(index)] = start as i64;
        }
        self.read(py, arena.rooms(), |found| {
            for (index, text) in found {
                match text {
                    Text::Apart(text) => apart.push((indices.of(index), text)),
                    here => ends[indices.of(index)] = starts[indices.of(index)] + here.bytes().len() as i64,
                }
            }
        })?;
        for (number, &(index, _)) in self.sized.iter().enumerate() {
            if ends[indices.of(index)] < 0 {
                arena.clear(number);
            }
        }
        for (index, text) in apart {
            let place = arena.add(&text);
            (starts[index], ends[index]) = (place.start as i64, place.end as i64);
        }
        Ok((arena.into(), starts.into(), ends.into()))
    }

    /// The errors of all that could not be read.
    pub(crate) fn errors(self) -> Vec<(usize, Error)> {
        self.errors
    }

    /// Ask which files there are; give the size of each that is one, in their order here.
    fn ask(&mut self, py: Python<'_>, mut found: impl FnMut(&mut dyn Iterator<Item = usize>) + Send) -> PyResult<()> {
        let (paths, sized, errors) = (&self.batch.sources[..], &mut self.sized, &mut self.errors);
        let mut keep = |first, told: Vec<Result<usize, Error>>| {
            found(&mut told.into_iter().zip(first..).filter_map(|(size, index)| match size {
                Ok(size) => {
                    sized.push((index, paths[index]));
                    Some(size)
                }
                Err(error) => {
                    errors.push((index, error));
                    None
                }
            }));
        };
        let workers = self.workers;
        detached(py, |stop| sizes(paths, workers, &mut keep, stop))
    }

    fn read<'m>(
        &mut self,
        py: Python<'_>,
        memory: impl Iterator<Item = &'m mut [MaybeUninit<u8>]>,
        found: impl FnMut(Vec<(usize, Text<'m>)>) + Send,
    ) -> PyResult<()>
    where
        'b: 'm,
    {
        let rooms = self.sized.iter().zip(memory).map(|(&(index, path), memory)| Room { index, path, memory });
        let (rooms, workers) = (rooms.collect(), self.workers);
        self.errors.extend(detached(py, |stop| read_files_batch(rooms, workers, found, stop))?);
        Ok(())
    }
}

/// A str of ASCII that nobody else has and that is still to be written.
struct Blank {
    text: Py<PyString>,
    start: *mut MaybeUninit<u8>,
    size: usize,
}

// SAFETY: the memory belongs to the str, which may go from thread to thread as any Python object.
unsafe impl Send for Blank {}

impl Blank {
    fn new(py: Python<'_>, size: usize) -> PyResult<Self> {
        // SAFETY: a size is at most the limit of a file; Python gives a new reference, or NULL and an exception.
        let made = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyUnicode_New(size as ffi::Py_ssize_t, 0x7f)) }?;
        // SAFETY: it is a str. Of one that is ASCII Python gives its own characters, without a look at them.
        let start = unsafe { ffi::PyUnicode_AsUTF8AndSize(made.as_ptr(), ptr::null_mut()) };
        Ok(Self { text: made.cast_into()?.unbind(), start: start.cast_mut().cast(), size })
    }

    /// Its characters and the zero behind them; nothing of the empty str, which is one for all.
    fn memory(&mut self) -> &mut [MaybeUninit<u8>] {
        if self.size == 0 {
            return &mut [];
        }
        // SAFETY: a str of so many ASCII characters has this memory in one piece and keeps it in place while it lives,
        // longer than this loan. One that is not empty is new, so that nobody else reads or writes it.
        unsafe { slice::from_raw_parts_mut(self.start, self.size + 1) }
    }

    /// # Safety
    /// All its characters have been written and are ASCII, and the zero is as it was.
    unsafe fn written(self) -> Py<PyString> {
        self.text
    }
}
