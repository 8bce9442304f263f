//! What Python may hand over to be read: a path, bytes, or an object with `read(size)`; and what can go wrong.

use gardener_core::Error;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;

struct Stream(Py<PyAny>);

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        Python::attach(|py| {
            let bytes: PyBackedBytes =
                self.0.call_method1(py, "read", (buffer.len(),))?.extract(py).map_err(PyErr::from)?;
            buffer.get_mut(..bytes.len()).ok_or(std::io::ErrorKind::InvalidData)?.copy_from_slice(&bytes);
            Ok(bytes.len())
        })
    }
}

/// An error of the core as Python knows it.
pub(crate) fn raise(error: Error) -> PyErr {
    match error {
        Error::Io(error) => error.into(),
        other => PyValueError::new_err(other.to_string()),
    }
}

pub(crate) fn open(source: &Bound<'_, PyAny>) -> PyResult<Box<dyn Read + Send>> {
    if let Ok(path) = source.extract::<PathBuf>() {
        return Ok(Box::new(File::open(path)?));
    }
    let bytes = source.extract::<PyBackedBytes>().map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>);
    Ok(bytes.unwrap_or_else(|_| Box::new(Stream(source.clone().unbind()))))
}
