//! The border between the core and Python: types, the GIL, errors. No logic. Arguments of a call are owned by it.
#![allow(clippy::needless_pass_by_value)]

mod reading;
mod redaction;
mod source;
mod unwrapper;
mod values;

use gardener_core::assign::{assign, mine, Label, Row};
use gardener_core::{digest, framing, reading as core_reading, seen};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use reading::Reading;
use source::{open, raise};
use std::path::PathBuf;
use values::{Account, Template};

#[pyclass(frozen)]
#[derive(Default)]
struct Seen(seen::Seen);

#[pymethods]
impl Seen {
    #[new]
    fn new() -> Self {
        Self::default()
    }
    fn recall(&self, hour: i64, identities: &[u8]) {
        self.0.recall(hour, identities);
    }
    fn seal(&self, hour: i64) {
        self.0.seal(hour);
    }
    fn news(&self) -> Vec<(i64, Vec<u8>)> {
        self.0.news().into_iter().collect()
    }
    fn known(&self) -> Vec<(i64, Vec<u8>)> {
        self.0.known().into_iter().collect()
    }
    fn fork(&self) -> Self {
        Self(self.0.fork())
    }
    fn exclude(&self, hour: i64, identities: &[u8]) {
        self.0.exclude(hour, identities);
    }
}

#[pyclass]
#[derive(Default)]
struct Tally(gardener_core::Tally);

#[pymethods]
impl Tally {
    #[new]
    fn new() -> Self {
        Self::default()
    }
    #[pyo3(signature = (source, reading = None, *, seen = None, threads = 1))]
    fn add(
        &mut self,
        source: &Bound<'_, PyAny>,
        reading: Option<&Reading>,
        seen: Option<&Seen>,
        threads: usize,
    ) -> PyResult<()> {
        let (opened, plain) = (open(source)?, Reading::default());
        let Reading(reading, meter) = reading.unwrap_or(&plain);
        let seen = seen.map(|seen| &seen.0);
        source.py().detach(|| self.0.add_source(opened, reading, seen, threads, meter)).map_err(raise)
    }
    fn merge(&self, py: Python<'_>, other: &Self) -> Self {
        py.detach(|| Self(self.0.clone().merge(other.0.clone())))
    }
    fn generalise(&self, py: Python<'_>) -> Vec<Template> {
        py.detach(|| values::each(self.0.generalise().templates))
    }
    fn assign(
        &self,
        py: Python<'_>,
        rows: Vec<Row>,
        sources: Vec<Bound<'_, PyAny>>,
        output: PathBuf,
        reading: &Reading,
    ) -> PyResult<u64> {
        let sources = sources.iter().map(open).collect::<PyResult<_>>()?;
        let labels: Vec<Label> = rows.into_iter().map(Label::new).collect();
        py.detach(|| assign(&self.0, &labels, sources, &output, &reading.0, &reading.1)).map_err(raise)
    }
    fn to_bytes(&self, py: Python<'_>) -> Vec<u8> {
        py.detach(|| self.0.to_bytes())
    }
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        gardener_core::Tally::from_bytes(data).map(Self).map_err(raise)
    }
    #[getter]
    fn account(&self) -> Account {
        self.0.totals().into()
    }
}

#[pyfunction(name = "mine")]
fn mine_texts(py: Python<'_>, texts: Vec<String>) -> Vec<Template> {
    py.detach(|| values::each(mine(&texts)))
}

#[pyfunction]
fn find_layout(head: &[u8], input: &str) -> PyResult<Option<&'static str>> {
    let found = core_reading::find_layout(head, input.parse().map_err(raise)?);
    Ok(found.map(|is_text| if is_text { "text" } else { "lines" }))
}

#[pyfunction]
fn measure(source: &Bound<'_, PyAny>) -> PyResult<(u64, String)> {
    let opened = open(source)?;
    let (newlines, digest) = source.py().detach(|| digest::measure(opened))?;
    Ok((newlines, digest::spell(digest)))
}

#[pyfunction]
fn join_digests(leaves: Vec<String>) -> PyResult<String> {
    let read =
        |leaf: &String| digest::find(leaf).ok_or_else(|| PyValueError::new_err(format!("{leaf:?} is no digest")));
    let leaves = leaves.iter().map(read).collect::<PyResult<Vec<u128>>>()?;
    Ok(digest::spell(digest::join(&leaves)))
}

#[pymodule]
#[pyo3(name = "_core")]
mod core {
    #[pymodule_export]
    const LEAF_BYTES: usize = super::digest::LEAF_BYTES;
    #[pymodule_export]
    const HEAD_BYTES: usize = super::framing::HEAD_BYTES;
    #[pymodule_export]
    use super::values::{Account, Exemplar, Facet, Redaction, Refusal, Sighting, Template, Value, Variable};
    #[pymodule_export]
    use super::{find_layout, join_digests, measure};
    #[pymodule_export]
    use super::{mine_texts, reading::Reading, redaction::Redactor, unwrapper::Unwrapper, Seen, Tally};
}
