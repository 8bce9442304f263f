//! Responses of the Cloud Logging API, as Python hands them over.

use crate::source::raise;
use gardener_core::unwrap::{self, Progress};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locked while the GIL is released, so that another thread may ask how far it is.
#[pyclass(frozen)]
pub(crate) struct Unwrapper(Mutex<unwrap::Unwrapper>);

impl Unwrapper {
    fn lock(&self) -> MutexGuard<'_, unwrap::Unwrapper> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn progress(&self, py: Python<'_>) -> Progress {
        py.detach(|| self.lock().progress())
    }
}

#[pymethods]
impl Unwrapper {
    #[new]
    fn new(py: Python<'_>, descriptors: &[u8]) -> PyResult<Self> {
        py.detach(|| unwrap::Unwrapper::new(descriptors)).map(Mutex::new).map(Self).map_err(raise)
    }
    fn unwrap<'py>(&self, py: Python<'py>, response: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let lines = py.detach(|| self.lock().unwrap(response)).map_err(raise)?;
        Ok(PyBytes::new(py, &lines))
    }
    fn resume(&self, py: Python<'_>) {
        py.detach(|| self.lock().resume());
    }
    #[getter]
    fn entries(&self, py: Python<'_>) -> u64 {
        self.progress(py).entries
    }
    #[getter]
    fn newest(&self, py: Python<'_>) -> Option<i64> {
        self.progress(py).newest
    }
    #[getter]
    fn last(&self, py: Python<'_>) -> Option<i64> {
        self.progress(py).last
    }
}
