/*!
The thin layer between `wings_core` and Python: it borrows the arguments, detaches from the interpreter while Rust
works, and turns results and errors into Python's. One function an operation, named like it in `wings_core::ops`.
*/

mod column;
mod error;
mod input;
mod interrupt;
mod reading;

/// The module as Python sees it; safe without the GIL, since nothing here is shared between two calls.
#[pyo3::pymodule(gil_used = false)]
mod wings_rs {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;
    use pyo3::types::{IntoPyDict, PyDict, PyList};
    use wings_core::batch::{self, Queue, Results};
    use wings_core::ops;
    use wings_core::ops::pattern_match_batch::Patterns;
    use wings_core::ops::text_similarity::Metric;
    use wings_core::pattern::{Meaning, Refused};
    use wings_core::walk::{Choice, Report};

    use crate::column::{Column, joined};
    use crate::error::by_path;
    use crate::input::{Batch, files, items};
    use crate::interrupt::{Breath, detached, list, threads};
    use crate::reading::Files;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// A value, and the errors by index of the item.
    type Found<'py> = PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>)>;

    /// A value, the errors by path, and how many entries were left out, by reason.
    type Walked<'py> = PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>, Bound<'py, PyDict>)>;

    /// Read the files at all paths into a list with a text or None for each.
    #[pyfunction]
    fn read_files_batch<'py>(paths: &Bound<'py, PyAny>, workers: Option<usize>, columns: bool) -> Found<'py> {
        let py = paths.py();
        let paths = files(paths)?;
        let batch = Batch::files(py, &paths)?;
        let mut files = Files::new(&batch, threads(workers));
        let value = if columns {
            [("text", files.texts(py)?)].into_py_dict(py)?.into_any()
        } else {
            files.list(py)?.into_any()
        };
        let errors = files.errors();
        Ok((value, batch.errors(&errors)?))
    }

    /// List the files below all roots as paths, or with details as (path, size in bytes, nanoseconds since 1970).
    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn scan_files<'py>(
        py: Python<'py>,
        roots: Vec<PathBuf>,
        suffixes: Vec<OsString>,
        ignore: Vec<OsString>,
        hidden: bool,
        follow_links: bool,
        details: bool,
        workers: Option<usize>,
        columns: bool,
    ) -> Walked<'py> {
        let choice = Choice { suffixes, ignore, hidden, follow_links };
        let roots: Vec<&Path> = roots.iter().map(PathBuf::as_path).collect();
        let found = detached(py, |stop| ops::scan_files::scan_files(&roots, &choice, details, threads(workers), stop))?;
        let (paths, known) = (&found.paths, &found.details);
        let value = if columns {
            let value = PyDict::new(py);
            value.set_item("path", joined(paths.iter().map(|path| bytes(path))))?;
            if details {
                value.set_item("size_bytes", Column::from_iter(known.iter().map(|known| known.size_bytes as i64)))?;
                value.set_item("modified_ns", Column::from_iter(known.iter().map(|known| known.modified_ns)))?;
            }
            value.into_any()
        } else if details {
            let rows = paths.iter().zip(known);
            list(py, rows.map(|(path, known)| (path.as_os_str(), known.size_bytes, known.modified_ns)))?
        } else {
            list(py, paths.iter().map(|path| path.as_os_str()))?
        };
        walked(value, found.report)
    }

    /// Find all patterns in all texts and files as (text, pattern, start, end), or without spans as (text, pattern).
    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn pattern_match_batch<'py>(
        texts: &Bound<'py, PyAny>,
        patterns: Vec<String>,
        literal: bool,
        ignore_case: bool,
        spans: bool,
        workers: Option<usize>,
        columns: bool,
    ) -> Found<'py> {
        let py = texts.py();
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let meaning = Meaning { literal, ignore_case, lines: false, spans };
        let items = items(texts)?;
        let batch = Batch::new(py, &items)?;
        let (sources, workers) = (&batch.sources, threads(workers));
        let patterns =
            detached(py, |stop| Patterns::new(&patterns, meaning, sources, stop))?.map_err(|why| refusal(&why))?;
        let search = |stop: &mut dyn FnMut() -> bool| {
            ops::pattern_match_batch::pattern_match_batch(&patterns, sources, workers, stop)
        };
        let mut found = detached(py, search)?;
        found.hits.iter_mut().for_each(|hit| hit.text = batch.indices.of(hit.text));
        let hits = &found.hits;
        let value = if columns {
            let value = PyDict::new(py);
            value.set_item("text", Column::from_iter(hits.iter().map(|hit| hit.text as i32)))?;
            value.set_item("pattern", Column::from_iter(hits.iter().map(|hit| hit.pattern as i32)))?;
            if spans {
                value.set_item("start", Column::from_iter(hits.iter().map(|hit| hit.start as i64)))?;
                value.set_item("end", Column::from_iter(hits.iter().map(|hit| hit.end as i64)))?;
            }
            value.into_any()
        } else if spans {
            list(py, hits.iter().map(|hit| (hit.text, hit.pattern, hit.start, hit.end)))?
        } else {
            list(py, hits.iter().map(|hit| (hit.text, hit.pattern)))?
        };
        Ok((value, batch.errors(&found.errors)?))
    }

    /// Find the matching lines of the chosen files below all roots as (path, line number, line).
    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn parallel_grep<'py>(
        py: Python<'py>,
        roots: Vec<PathBuf>,
        pattern: &str,
        literal: bool,
        ignore_case: bool,
        suffixes: Vec<OsString>,
        ignore: Vec<OsString>,
        hidden: bool,
        follow_links: bool,
        workers: Option<usize>,
        columns: bool,
    ) -> Walked<'py> {
        let choice = Choice { suffixes, ignore, hidden, follow_links };
        let roots: Vec<&Path> = roots.iter().map(PathBuf::as_path).collect();
        let compile = || ops::parallel_grep::pattern(pattern, literal, ignore_case);
        let pattern = detached(py, |_| Ok(compile()))?.map_err(|why| refusal(&why))?;
        let workers = threads(workers);
        let found = detached(py, |stop| ops::parallel_grep::parallel_grep(&pattern, &roots, &choice, workers, stop))?;
        let files = &found.files;
        if columns {
            let lines =
                || files.iter().enumerate().flat_map(|(file, lines)| lines.iter().map(move |line| (file, line)));
            let value = PyDict::new(py);
            value.set_item("path", joined(files.iter().map(|lines| bytes(&lines.path))))?;
            value.set_item("file", Column::from_iter(lines().map(|(file, _)| file as i32)))?;
            value.set_item("number", Column::from_iter(lines().map(|(_, (number, _))| number as i64)))?;
            value.set_item("line", joined(lines().map(|(_, (_, line))| line.as_bytes())))?;
            return walked(value.into_any(), found.report);
        }
        let paths =
            files.iter().map(|lines| lines.path.as_os_str().into_pyobject(py)).collect::<Result<Vec<_>, _>>()?;
        let lines = files.iter().zip(&paths);
        let rows = lines.flat_map(|(lines, path)| lines.iter().map(move |(number, line)| (path, number, line)));
        walked(list(py, rows)?, found.report)
    }

    /// Compare two texts; None where one of them could not be read.
    #[pyfunction]
    #[pyo3(signature = (text, other, metric, workers, _columns))]
    fn text_similarity<'py>(
        text: Bound<'py, PyAny>,
        other: Bound<'py, PyAny>,
        metric: &str,
        workers: Option<usize>,
        _columns: bool,
    ) -> PyResult<(Option<f64>, Bound<'py, PyDict>)> {
        let py = text.py();
        let (values, errors) = similar(PyList::new(py, [text, other])?.as_any(), Some(1), metric, workers)?;
        Ok((values.first().copied().filter(|value| !value.is_nan()), errors))
    }

    /// Compare one text, the first, with each of the others.
    #[pyfunction]
    fn text_similarity_one_to_many<'py>(
        texts: &Bound<'py, PyAny>,
        metric: &str,
        workers: Option<usize>,
        columns: bool,
    ) -> Found<'py> {
        let py = texts.py();
        let (values, errors) = similar(texts, Some(1), metric, workers)?;
        let value =
            if columns { Column::from(values).into_pyobject(py)?.into_any() } else { known(py, &values)?.into_any() };
        Ok((value, errors))
    }

    /// Compare each of the first `rows` texts with each of the others, or each with each if there is no such number.
    #[pyfunction]
    fn text_similarity_matrix<'py>(
        texts: &Bound<'py, PyAny>,
        rows: Option<usize>,
        metric: &str,
        workers: Option<usize>,
        columns: bool,
    ) -> Found<'py> {
        let py = texts.py();
        let count = texts.len()?;
        let (values, errors) = similar(texts, rows, metric, workers)?;
        if columns {
            return Ok((Column::from(values).into_pyobject(py)?.into_any(), errors));
        }
        let (value, mut breath) = (PyList::empty(py), Breath::default());
        let width = rows.map_or(count, |rows| count - rows);
        for row in 0..rows.unwrap_or(count) {
            breath.many(py, width)?;
            value.append(known(py, &values[row * width..(row + 1) * width])?)?;
        }
        Ok((value.into_any(), errors))
    }

    /// The matrix of the usable texts, put back into that of all texts.
    fn similar<'py>(
        texts: &Bound<'py, PyAny>,
        rows: Option<usize>,
        metric: &str,
        workers: Option<usize>,
    ) -> PyResult<(Vec<f64>, Bound<'py, PyDict>)> {
        let py = texts.py();
        let metric =
            Metric::named(metric).ok_or_else(|| PyValueError::new_err(format!("there is no metric {metric:?}")))?;
        let items = items(texts)?;
        let batch = Batch::new(py, &items)?;
        let (sources, indices, workers) = (&batch.sources, &batch.indices, threads(workers));
        let split = rows.map(|rows| (0..sources.len()).take_while(|&source| indices.of(source) < rows).count());
        let (left, right) = split.map_or((&sources[..], None), |split| (&sources[..split], Some(&sources[split..])));
        let found = detached(py, |stop| ops::text_similarity::text_similarity(left, right, metric, workers, stop))?;
        let (first, width) = rows.map_or((0, items.len()), |rows| (rows, items.len() - rows));
        let mut values = found.values;
        if sources.len() < items.len() {
            let (offset, usable) = split.map_or((0, sources.len()), |split| (split, sources.len() - split));
            let mut all = vec![f64::NAN; rows.unwrap_or(items.len()) * width];
            for (place, value) in values.iter().enumerate() {
                let (row, column) = (indices.of(place / usable), indices.of(offset + place % usable) - first);
                all[row * width + column] = *value;
            }
            values = all;
        }
        Ok((values, batch.errors(&found.errors)?))
    }

    /// A list of numbers with None for what is none.
    fn known<'py>(py: Python<'py>, values: &[f64]) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, values.iter().map(|value| (!value.is_nan()).then_some(*value)))
    }

    /// Index the words of all texts and files: for each word the indices of the texts that have it.
    #[pyfunction]
    fn word_index<'py>(texts: &Bound<'py, PyAny>, workers: Option<usize>, columns: bool) -> Found<'py> {
        let py = texts.py();
        let items = items(texts)?;
        let batch = Batch::new(py, &items)?;
        let (sources, workers) = (&batch.sources, threads(workers));
        let mut found = detached(py, |stop| ops::word_index::word_index(sources, workers, stop))?;
        found.texts.iter_mut().for_each(|text| *text = batch.indices.of(*text as usize) as u32);
        let value = PyDict::new(py);
        if columns {
            value.set_item("word", joined(found.words().map(str::as_bytes)))?;
            value.set_item("end", Column::from_iter(found.ends.iter().map(|&end| end as i64)))?;
            value.set_item("text", Column::from_iter(found.texts.iter().map(|&text| text as i32)))?;
            return Ok((value.into_any(), batch.errors(&found.errors)?));
        }
        let numbers: Vec<_> = (0..items.len()).map(|index| index.into_pyobject(py)).collect::<Result<_, _>>()?;
        let (mut start, mut breath) = (0, Breath::default());
        for (word, &end) in found.words().zip(&found.ends) {
            breath.many(py, end - start)?;
            let texts = PyList::new(py, found.texts[start..end].iter().map(|&text| &numbers[text as usize]))?;
            value.set_item(word, texts)?;
            start = end;
        }
        Ok((value.into_any(), batch.errors(&found.errors)?))
    }

    /// Count the words of all texts and files into one dict.
    #[pyfunction]
    fn word_count<'py>(texts: &Bound<'py, PyAny>, workers: Option<usize>, columns: bool) -> Found<'py> {
        let py = texts.py();
        let items = items(texts)?;
        let batch = Batch::new(py, &items)?;
        let (sources, workers) = (&batch.sources, threads(workers));
        let counted = detached(py, |stop| ops::word_count::word_count(sources, workers, stop))?;
        let (value, mut breath) = (PyDict::new(py), Breath::default());
        if columns {
            value.set_item("word", joined(counted.words().map(|(word, _)| word.as_bytes())))?;
            value.set_item("count", Column::from_iter(counted.words().map(|(_, count)| count as i64)))?;
        } else {
            for (word, count) in counted.words() {
                breath.take(py)?;
                value.set_item(word, count)?;
            }
        }
        Ok((value.into_any(), batch.errors(&counted.errors)?))
    }

    /// Compute for `held` seconds with the interpreter held, then for `free` seconds detached, in so many threads.
    #[pyfunction]
    fn burn(py: Python<'_>, held: f64, free: f64, workers: usize) -> PyResult<()> {
        let end = Instant::now() + Duration::try_from_secs_f64(held).map_err(refused_time)?;
        while Instant::now() < end {
            std::hint::spin_loop();
        }
        let free = Duration::try_from_secs_f64(free).map_err(refused_time)?;
        let spin = |queue: &Queue<'_, ()>, _: &Results<'_, ()>| {
            let end = Instant::now() + free;
            while Instant::now() < end && !queue.stopped() {
                std::hint::spin_loop();
            }
        };
        detached(py, |stop| batch::run(&vec![(); workers], workers, free.as_nanos() as u64, spin, |()| {}, stop))
    }

    fn refused_time(error: std::time::TryFromFloatSecsError) -> PyErr {
        PyValueError::new_err(error.to_string())
    }

    fn refusal(why: &Refused) -> PyErr {
        PyValueError::new_err(format!("{why}, or use backend=\"python\"."))
    }

    /// What a walk gives beside its value.
    fn walked<'py>(value: Bound<'py, PyAny>, report: Report) -> Walked<'py> {
        let (py, skipped) = (value.py(), report.skipped);
        let reasons = [
            ("ignored", skipped.ignored),
            ("hidden", skipped.hidden),
            ("links", skipped.links),
            ("special", skipped.special),
        ];
        Ok((value, by_path(py, &report.errors)?, reasons.into_py_dict(py)?))
    }

    /// A name may be no text; whoever reads it decodes it as Python does its paths.
    fn bytes(path: &Path) -> &[u8] {
        path.as_os_str().as_encoded_bytes()
    }
}
