//! What to take from a source, as Python asks for it.

use crate::source::raise;
use gardener_core::digest;
use gardener_core::reading::Meter;
use gardener_core::severity::Severity;
use gardener_core::trace::conventions::Conventions;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::BTreeSet;

#[pyclass(frozen)]
#[derive(Default)]
pub(crate) struct Reading(pub(crate) gardener_core::Reading, pub(crate) Meter);

#[pymethods]
impl Reading {
    #[new]
    #[pyo3(signature = (source = String::new(), *, input = "auto", window = None, service = None, application = BTreeSet::new(), library = BTreeSet::new(), severity = "DEFAULT", news_only = false, line = 1))]
    #[allow(clippy::too_many_arguments)] // each is an option by its name
    fn new(
        source: String,
        input: &str,
        window: Option<(i64, i64)>,
        service: Option<String>,
        application: BTreeSet<String>,
        library: BTreeSet<String>,
        severity: &str,
        news_only: bool,
        line: u64,
    ) -> PyResult<Self> {
        let input = input.parse().map_err(raise)?;
        let conventions = Conventions { application, library }.into();
        let unknown = || PyValueError::new_err(format!("{severity:?} is no severity"));
        let severity = Severity::find_named(severity).ok_or_else(unknown)?;
        let is_news_only = news_only;
        let lines_before = line.checked_sub(1).ok_or_else(|| PyValueError::new_err("lines are counted from 1"))?;
        let asked = gardener_core::Reading {
            input,
            lines_before,
            source,
            window,
            service,
            severity,
            is_news_only,
            conventions,
        };
        Ok(Self(asked, Meter::default()))
    }
    #[getter]
    fn bytes(&self) -> u64 {
        self.1.bytes()
    }
    #[getter]
    fn digest(&self) -> String {
        digest::spell(self.1.digest())
    }
    fn stop(&self) {
        self.1.stop();
    }
}
