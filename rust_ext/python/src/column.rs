/*! Columns: many numbers or texts as one Python object, read by NumPy without a copy. */

// A buffer is a raw pointer for whoever asked; the safe twin of a column is the list of its values.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ops::Range;

use pyo3::exceptions::{PyMemoryError, PyOverflowError};
use pyo3::ffi;
use pyo3::prelude::*;

/// Numbers that NumPy reads where they lie.
#[pyclass(frozen, module = "wings_rs")]
pub(crate) struct Column(Box<dyn Numbers>);

trait Numbers: Send + Sync {
    /// What NumPy calls this kind of number.
    fn dtype(&self) -> &'static str;
    /// Where the numbers lie, and in how many bytes.
    fn memory(&self) -> (*const u8, usize);
}

macro_rules! column_of {
    ($($number:ty: $dtype:literal),*) => {
        $(impl Numbers for Vec<$number> {
            fn dtype(&self) -> &'static str {
                $dtype
            }

            fn memory(&self) -> (*const u8, usize) {
                (self.as_ptr().cast(), size_of_val(&self[..]))
            }
        })*
    };
}

column_of!(u8: "u1", MaybeUninit<u8>: "u1", i32: "i4", i64: "i8", f64: "f8");

impl<N> From<Vec<N>> for Column
where
    Vec<N>: Numbers + 'static,
{
    fn from(numbers: Vec<N>) -> Self {
        Self(Box::new(numbers))
    }
}

impl<N> FromIterator<N> for Column
where
    Vec<N>: Numbers + 'static,
{
    fn from_iter<I: IntoIterator<Item = N>>(numbers: I) -> Self {
        Vec::from_iter(numbers).into()
    }
}

#[pymethods]
impl Column {
    #[getter]
    fn dtype(&self) -> &'static str {
        self.0.dtype()
    }

    /// # Safety
    /// Called by the interpreter only, with a view to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let (start, bytes) = slf.get().0.memory();
        let length = bytes.try_into().map_err(PyOverflowError::new_err)?;
        // SAFETY: `view` is the interpreter's. The memory is never changed or moved (the class is frozen and offers
        // no way to) and lives as long as this object, to which the view takes a reference of its own. It is lent
        // read-only.
        let filled = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start.cast_mut().cast(), length, 1, flags) };
        if filled == 0 { Ok(()) } else { Err(PyErr::fetch(slf.py())) }
    }
}

/// Arena, starts and ends, as `wingslib.accel.columns.Texts` takes them.
pub(crate) type Texts = (Column, Column, Column);

/// Texts, one after the other in one arena.
pub(crate) fn joined<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Texts {
    let (mut arena, mut starts, mut ends) = (Vec::<u8>::new(), Vec::<i64>::new(), Vec::<i64>::new());
    for text in texts {
        starts.push(arena.len() as i64);
        arena.extend_from_slice(text);
        ends.push(arena.len() as i64);
    }
    (arena.into(), starts.into(), ends.into())
}

/// An arena whose texts are still to be written, each with a byte to spare.
pub(crate) struct Arena {
    memory: Vec<MaybeUninit<u8>>,
    places: Vec<Range<usize>>,
}

/// Where a text begins: on some processors the system copies slowly to what begins a little behind a page's start.
const ALIGNED: usize = 64;

impl Arena {
    /// Room for texts of these sizes.
    pub(crate) fn new(sizes: &[usize]) -> PyResult<Self> {
        let mut end = 0_usize;
        let room = |&size: &usize| {
            let start = end.next_multiple_of(ALIGNED);
            end = start + size + usize::from(size > 0);
            start..end
        };
        let mut places: Vec<Range<usize>> = sizes.iter().map(room).collect();
        let mut memory = reserved(end + ALIGNED)?;
        let first = memory.as_ptr().align_offset(ALIGNED);
        places.iter_mut().for_each(|place| *place = place.start + first..place.end + first);
        memory.truncate(end + first);
        Ok(Self { memory, places })
    }

    /// Where each text begins.
    pub(crate) fn starts(&self) -> impl Iterator<Item = usize> {
        self.places.iter().map(|place| place.start)
    }

    /// The memory of each text; what lies between them becomes 0.
    pub(crate) fn rooms(&mut self) -> impl Iterator<Item = &mut [MaybeUninit<u8>]> {
        let (mut rest, mut end) = (&mut self.memory[..], 0);
        self.places.iter().map(move |place| {
            let (gap, after) = std::mem::take(&mut rest).split_at_mut(place.start - end);
            gap.fill(MaybeUninit::new(0));
            let (room, after) = after.split_at_mut(place.len());
            (rest, end) = (after, place.end);
            room
        })
    }

    /// Make the memory of a text that has not come 0: nobody may see what was there before.
    pub(crate) fn clear(&mut self, number: usize) {
        self.memory[self.places[number].clone()].fill(MaybeUninit::new(0));
    }

    /// Add a text behind all others; return where it lies.
    pub(crate) fn add(&mut self, text: &str) -> Range<usize> {
        let start = self.memory.len();
        self.memory.extend(text.bytes().map(MaybeUninit::new));
        start..self.memory.len()
    }
}

impl From<Arena> for Column {
    fn from(arena: Arena) -> Self {
        arena.memory.into()
    }
}

/// So much memory with nothing in it.
fn reserved(bytes: usize) -> PyResult<Vec<MaybeUninit<u8>>> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(bytes).map_err(|error| PyMemoryError::new_err(error.to_string()))?;
    // SAFETY: so much was reserved, and what may be without a value needs none.
    unsafe { memory.set_len(bytes) };
    #[cfg(target_os = "linux")]
    advise_huge_pages(&memory);
    Ok(memory)
}

/// Ask for pages of 2 MiB, as NumPy does: half of the time to fill new memory is the making of small pages.
#[cfg(target_os = "linux")]
fn advise_huge_pages(memory: &[MaybeUninit<u8>]) {
    use rustix::mm::{Advice, madvise};

    if memory.len() >= 4 << 20 {
        let first = memory.as_ptr().align_offset(HUGE_PAGE);
        let bytes = (memory.len() - first) & !(HUGE_PAGE - 1);
        let start = memory[first..].as_ptr().cast_mut();
        // SAFETY: these whole pages are our own, and the advice does not change what they hold.
        // A system that has no such pages refuses, and then it has others.
        _ = unsafe { madvise(start.cast(), bytes, Advice::LinuxHugepage) };
    }
}

#[cfg(target_os = "linux")]
const HUGE_PAGE: usize = 2 << 20;
