//! Redaction as Python asks for it.

use crate::reading::Reading;
use crate::source::{open, raise};
use crate::values::Redaction;
use gardener_core::redact::{self, OwnRule};
use pyo3::prelude::*;
use std::io::Write;

/// A rule as Python spells it: kind, pattern, keywords, least entropy.
type Rule = (String, String, Vec<String>, f64);

#[pyclass(frozen)]
pub(crate) struct Redactor(redact::Redactor);

#[pymethods]
impl Redactor {
    #[new]
    #[pyo3(signature = (key, rules = Vec::new(), allowed = Vec::new()))]
    fn new(key: &[u8], rules: Vec<Rule>, allowed: Vec<String>) -> PyResult<Self> {
        let own = |(kind, pattern, keywords, entropy)| OwnRule { kind, pattern, keywords, entropy };
        redact::Redactor::new(key, rules.into_iter().map(own).collect(), &allowed).map(Self).map_err(raise)
    }
    #[staticmethod]
    fn kinds() -> Vec<(&'static str, String)> {
        redact::Redactor::kinds()
    }
    fn text(&self, text: &str) -> String {
        self.0.text(text)
    }
    fn parts(&self, parts: Vec<String>) -> Vec<String> {
        self.0.parts(&parts)
    }
    fn json(&self, text: &str) -> Option<String> {
        self.0.json(text)
    }
    fn find_named(&self, text: &str) -> Vec<(String, String)> {
        self.0.find_named(text)
    }
    fn whole(&self, kind: &str, secret: &str) -> String {
        self.0.whole(kind, secret)
    }
    fn find(&self, text: &str) -> Vec<(String, usize, usize)> {
        self.0.find_letters(text)
    }
    #[pyo3(signature = (source, write, reading = None))]
    fn stream(&self, source: &Bound<'_, PyAny>, write: Py<PyAny>, reading: Option<&Reading>) -> PyResult<Redaction> {
        let (opened, plain) = (open(source)?, Reading::default());
        let Reading(_, meter) = reading.unwrap_or(&plain);
        source.py().detach(|| self.0.stream(opened, &mut Output(write), meter)).map(Redaction::from).map_err(raise)
    }
}

struct Output(Py<PyAny>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !bytes.is_empty() {
            Python::attach(|py| self.0.call1(py, (bytes,)))?;
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
