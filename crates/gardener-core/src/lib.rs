//! Log entries in, templates out: the native core of Log Gardener.
//!
//! Follow one entry: [`reading`] brings bytes, [`framing`] cuts records, [`entry`] reads one,
//! [`fragment`] keeps lines of traces aside, [`shape`] masks it ([`mask`], [`trace`]), [`intake`] counts it in its
//! [`record`] of the [`tally`], and at the end [`template`] finds what families of shapes have in common.
//! What comes as protocol buffers, [`unwrap`] makes lines of JSON first.
//!
//! No clock, no network, no Python, no unsafe code.

pub mod assign;
mod calendar;
mod class;
mod column;
mod crowd;
pub mod digest;
mod draft;
pub mod entry;
pub mod error;
pub mod exemplar;
mod family;
mod fragment;
pub mod framing;
mod gap;
pub mod generic;
mod intake;
mod joining;
pub mod json;
mod lesson;
mod list;
mod mapping;
mod marks;
pub mod mask;
mod memo;
pub mod names;
mod node;
mod outline;
mod pair;
pub mod payload;
pub mod place;
mod platform;
mod ranked;
pub mod reading;
pub mod rebuild;
pub mod record;
pub mod redact;
mod request;
pub mod seen;
pub mod severity;
pub mod shape;
mod siblings;
pub mod sketch;
mod snapshot;
mod structure;
pub mod tally;
pub mod template;
pub mod time;
mod token;
pub mod totals;
pub mod trace;
pub mod unwrap;
pub mod variable;
pub mod walk;
mod word;

pub use error::Error;
pub use tally::{Reading, Tally};
pub use template::{Facet, Grouping, Template};
