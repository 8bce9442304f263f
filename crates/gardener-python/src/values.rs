//! The core's values as frozen Python objects, field by field.

use gardener_core::severity::Severity;
use gardener_core::{exemplar, rebuild, redact, sketch, template, totals};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

macro_rules! value {
    ($name:ident of $source:ty as $it:ident { $($field:ident: $kind:ty = $from:expr),* $(,)? }) => {
        #[pyclass(frozen, get_all)]
        #[derive(Clone)]
        pub(crate) struct $name { $($field: $kind),* }

        impl From<$source> for $name {
            fn from($it: $source) -> Self { Self { $($field: $from),* } }
        }
    };
}

pub(crate) fn each<A, B: From<A>>(values: Vec<A>) -> Vec<B> {
    values.into_iter().map(B::from).collect()
}

value!(Sighting of sketch::Sighting as it {
    value: String = it.value, count: u64 = it.count, span: Option<(i64, i64)> = it.span, rank: u64 = it.rank,
});
value!(Exemplar of exemplar::Exemplar as it {
    json: String = it.json(), nanos: Option<i64> = it.nanos, insert_id: String = it.insert_id,
});
value!(Variable of template::Variable as it {
    kind: &'static str = it.kind.name(), before: String = it.before, distinct: u64 = it.values.distinct(),
    is_exact: bool = it.values.is_exact(), values: Vec<Sighting> = each(it.values.sightings()),
});
value!(Facet of template::Facet as it {
    severity: &'static str = it.severity.name(), count: u64 = it.record.count, known: u64 = it.record.known,
    span: Option<(i64, i64)> = it.record.span, minutes: Vec<(i64, u64)> = it.record.minutes.rows(),
    known_minutes: Vec<(i64, u64)> = it.record.known_minutes.rows(),
    revisions: Vec<Sighting> = each(it.record.revisions.sightings()),
    known_revisions: Vec<Sighting> = each(it.record.known_revisions.map_or_else(Vec::new, |known| known.sightings())),
    instance_count: u64 = it.record.instances.distinct(), instances: Vec<Sighting> = each(it.record.instances.sightings()),
    requests: Vec<Sighting> = each(it.record.requests.sightings()),
    places: Vec<Sighting> = each(it.record.places.sightings()), variables: Vec<Variable> = each(it.variables),
    exemplars: Vec<Exemplar> = each(it.record.exemplars.in_order()),
});
value!(Value of rebuild::Value as it { kind: &'static str = it.kind.name(), text: String = it.text });

/// Not mirrored field by field: what it finds and fills, the core's own value knows.
#[pyclass(frozen)]
pub(crate) struct Template {
    core: template::Template,
    #[pyo3(get)]
    facets: Vec<Facet>,
}

impl From<template::Template> for Template {
    fn from(mut core: template::Template) -> Self {
        let facets = each(std::mem::take(&mut core.facets));
        Self { core, facets }
    }
}

#[pymethods]
#[rustfmt::skip] // a table of fields
impl Template {
    #[getter] fn text(&self) -> &str { &self.core.text }
    #[getter] fn kind(&self) -> &'static str { self.core.kind.name() }
    #[getter] fn resource(&self) -> &str { &self.core.resource }
    #[getter] fn service(&self) -> &str { &self.core.service }
    #[getter] fn module(&self) -> &str { &self.core.module }
    #[getter] fn function(&self) -> &str { &self.core.function }
    #[getter] fn bucket(&self) -> &str { &self.core.bucket }
    #[getter] fn stated(&self) -> Option<&'static str> { self.core.stated.map(Severity::name) }
    #[getter] fn frames(&self) -> Vec<String> { self.core.frames.clone() }
    fn find_values(&self, entry: &str) -> Option<Vec<Value>> { self.core.find_values(entry).map(each) }
    fn fill(&self, values: Vec<String>) -> PyResult<String> {
        let mismatch = || PyValueError::new_err("as many values are needed as the template has variables");
        self.core.fill(&values).ok_or_else(mismatch)
    }
}

value!(Refusal of (totals::Reason, totals::Refusal) as it {
    reason: &'static str = it.0.name(), count: u64 = it.1.count, places: Vec<(String, u64)> = it.1.places.into_iter().collect(),
});
value!(Account of totals::Totals as it {
    read: u64 = it.read, entries: u64 = it.entries, joined: u64 = it.joined, outside: u64 = it.outside, other_services: u64 = it.other_services,
    less_severe: u64 = it.less_severe,
    duplicates: u64 = it.duplicates, known: u64 = it.known, timeless: u64 = it.timeless, repaired: u64 = it.repaired,
    span: Option<(i64, i64)> = it.span, overflow: u64 = it.overflow.count,
    severities: Vec<(&'static str, u64)> = it.severities.rows().map(|row| (row.0.name(), row.1)).collect(),
    refusals: Vec<Refusal> = each(it.refusals.into_iter().collect()),
});
value!(Redaction of redact::stream::Account as it {
    lines: u64 = it.lines, bytes: u64 = it.bytes, replaced: Vec<(String, u64)> = it.replaced.into_iter().collect(),
});
