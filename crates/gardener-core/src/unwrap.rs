//! Answers of the Cloud Logging API, as protocol buffers, to entries as lines of JSON.
//!
//! What an entry is comes at run time, as descriptors, so that no generated code is kept.

use crate::error::Error;
use crate::mapping::Json;
use crate::seen::identify;
use prost::bytes::Bytes;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};

const ENTRY: &str = "google.logging.v2.LogEntry";

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// What responses of listing and of tailing have in common; entries stay as they came, to be decoded one by one.
#[derive(Clone, PartialEq, Message)]
struct Response {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    entries: Vec<Bytes>,
}

/// Turns responses into lines, and knows which entries it gave.
#[derive(Debug, Clone)]
pub struct Unwrapper {
    entry: MessageDescriptor,
    /// The identities of what was given since the last resumption.
    given: Vec<u64>,
    /// Of what was given before it, ascending.
    known: Vec<u64>,
    progress: Progress,
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Entries given.
    pub entries: u64,
    /// The greatest time so far, UTC nanoseconds.
    pub newest: Option<i64>,
    /// The time of the last entry of the last response, UTC nanoseconds.
    pub last: Option<i64>,
}

/// An entry with what tells it apart.
struct Told {
    message: DynamicMessage,
    nanos: Option<i64>,
    identity: u64,
}

impl Unwrapper {
    /// By a serialised `google.protobuf.FileDescriptorSet`.
    ///
    /// # Errors
    ///
    /// [`Error::Descriptors`] where it is none, or does not say what an entry is.
    pub fn new(descriptors: &[u8]) -> Result<Self, Error> {
        let pool = DescriptorPool::decode(descriptors).map_err(|error| Error::Descriptors(error.to_string()))?;
        let entry = pool.get_message_by_name(ENTRY).ok_or_else(|| Error::Descriptors(format!("{ENTRY} is missing")))?;
        Ok(Self { entry, given: Vec::new(), known: Vec::new(), progress: Progress::default() })
    }

    /// The entries of a serialised `ListLogEntriesResponse` or `TailLogEntriesResponse`, one a line.
    ///
    /// # Errors
    ///
    /// [`Error::Response`] where it is damaged: then nothing of it counts as given.
    pub fn unwrap(&mut self, response: &[u8]) -> Result<Vec<u8>, Error> {
        let mut progress = Progress { last: None, ..self.progress };
        let (mut lines, mut given) = (Vec::with_capacity(2 * response.len()), Vec::new());
        for bytes in Response::decode(response)?.entries {
            let Told { message, nanos, identity } = self.tell(&bytes)?;
            progress.last = nanos;
            progress.newest = progress.newest.max(nanos);
            if self.known.binary_search(&identity).is_err() {
                given.push(identity);
                // Memory takes every byte, and the mapping has a word for every value.
                let _ = serde_json::to_writer(&mut lines, &Json(&message, 0));
                lines.push(b'\n');
            }
        }
        progress.entries += given.len() as u64;
        self.progress = progress;
        self.given.append(&mut given);
        Ok(lines)
    }

    /// From now on, what was given is not given again if it comes again.
    pub fn resume(&mut self) {
        self.known.append(&mut self.given);
        self.known.sort_unstable();
        self.known.dedup();
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }

    fn tell(&self, bytes: &Bytes) -> Result<Told, Error> {
        let message = DynamicMessage::decode(self.entry.clone(), bytes.clone())?;
        let nanos = message.get_field_by_name("timestamp").and_then(|time| find_nanos(time.as_message()?));
        let [log, id] = ["log_name", "insert_id"].map(|name| message.get_field_by_name(name));
        let [log, id] = [&log, &id].map(|text| text.as_deref().and_then(Value::as_str).unwrap_or_default().as_bytes());
        // Without an id it is told apart by all that it says.
        let identity = identify([log, if id.is_empty() { bytes } else { id }], nanos);
        Ok(Told { message, nanos, identity })
    }
}

/// The time that a `google.protobuf.Timestamp` says, if it is one that 64 bits of nanoseconds hold.
fn find_nanos(time: &DynamicMessage) -> Option<i64> {
    let [seconds, nanos] = [1, 2].map(|number| time.get_field_by_number(number));
    let nanos = nanos?.as_i32()?;
    seconds?.as_i64()?.checked_mul(NANOS_PER_SECOND)?.checked_add(nanos.into())
}
