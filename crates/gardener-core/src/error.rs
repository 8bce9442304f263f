//! Everything that can go wrong in the core as a whole.
//!
//! A bad *entry* is never an error: it is counted in the tally as a refusal.

/// An error of the core.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source could not be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The bytes are not a tally's snapshot, or they were damaged.
    #[error("not a tally snapshot: {0}")]
    Snapshot(&'static str),
    /// The snapshot was written by a newer release.
    #[error("the snapshot has format {found}, this release reads up to {known}: upgrade log-gardener")]
    NewerSnapshot {
        /// The format that the bytes name.
        found: u8,
        /// The newest format that this release reads.
        known: u8,
    },
    /// The descriptors do not say what an entry is.
    #[error("the descriptors cannot be used: {0}")]
    Descriptors(String),
    /// The bytes are no response of the Cloud Logging API.
    #[error("the response cannot be decoded: {0}")]
    Response(#[from] prost::DecodeError),
    /// A pattern of a user's own rule is no regular expression.
    #[error("{0}")]
    Pattern(String),
    /// A name that the core does not know, for example of an input format.
    #[error("unknown {what}: {name:?}")]
    UnknownName {
        /// What was asked for.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
}
