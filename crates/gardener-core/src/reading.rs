//! A source read by several threads: each takes turns to cut a block, and counts it by itself.

use crate::digest::Digest;
use crate::error::Error;
use crate::framing::{find_lines, strip_mark, Block, Framer, Input, CHUNK};
use crate::intake::Intake;
use crate::seen::Seen;
use crate::tally::{Reading, Tally};
use crate::totals::Reason;
use std::collections::VecDeque;
use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far a reading is, and whether it should stop; shared with whoever shows progress.
#[derive(Default)]
pub struct Meter {
    bytes: AtomicU64,
    is_stopped: AtomicBool,
    passed: Mutex<Digest>,
}

impl Meter {
    /// Bytes read from the source, before decompression.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The digest of the bytes read so far, before decompression.
    pub fn digest(&self) -> u128 {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).value()
    }

    /// Asks the reading to stop at the next chunk.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

/// Counts what passes, remembers whether the source itself failed, and stops when asked.
pub(crate) struct Metered<'m, R> {
    inner: R,
    meter: &'m Meter,
    has_failed: Arc<AtomicBool>,
}

impl<'m, R> Metered<'m, R> {
    pub(crate) fn new(inner: R, meter: &'m Meter) -> Self {
        Self { inner, meter, has_failed: Arc::default() }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.meter.is_stopped.load(Ordering::Relaxed) {
            self.has_failed.store(true, Ordering::Relaxed);
            return Err(std::io::Error::other("stopped"));
        }
        match self.inner.read(buffer) {
            Ok(length) => {
                self.meter.bytes.fetch_add(length as u64, Ordering::Relaxed);
                self.meter.passed.lock().unwrap_or_else(PoisonError::into_inner).update(&buffer[..length]);
                Ok(length)
            }
            Err(error) => {
                self.has_failed.store(error.kind() != ErrorKind::Interrupted, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// Told by the first bytes, never by a name.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Bytes as they were before they were compressed.
pub(crate) fn decompress<'a>(mut source: impl Read + Send + 'a) -> std::io::Result<Box<dyn Read + Send + 'a>> {
    // A pipe may hand over less than the bytes that tell.
    let mut head = Vec::new();
    source.by_ref().take(4).read_to_end(&mut head)?;
    let source = BufReader::with_capacity(CHUNK, Cursor::new(head.clone()).chain(source));
    Ok(match Compression::of(&head) {
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(source)),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(source)?),
        Compression::None => Box::new(source),
    })
}

/// How a source that begins so is laid out, if every line of it is a record: whether the lines are plain text.
/// `None` for structure, and for what is compressed. The head is the first [`HEAD_BYTES`], or all there is.
///
/// [`HEAD_BYTES`]: crate::framing::HEAD_BYTES
#[must_use]
pub fn find_layout(head: &[u8], input: Input) -> Option<bool> {
    match Compression::of(head) {
        Compression::None => find_lines(strip_mark(head), input),
        Compression::Gzip | Compression::Zstd => None,
    }
}

/// A source as blocks of whole records, in its order.
pub(crate) struct Blocks<'s> {
    decoder: Box<dyn Read + Send + 's>,
    framer: Framer,
    ready: VecDeque<Block>,
    has_failed: Arc<AtomicBool>,
    /// The number of the last line that a block began or ended with.
    line: u64,
    /// How the source ended, once it has.
    outcome: Option<Result<(), Error>>,
}

impl<'s> Blocks<'s> {
    /// Opens a source, compressed or not.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when its first bytes cannot be read.
    pub(crate) fn open(source: impl Read + Send + 's, reading: &Reading, meter: &'s Meter) -> Result<Self, Error> {
        let framer = Framer::behind(reading.lines_before, reading.input);
        let metered = Metered::new(source, meter);
        let has_failed = Arc::clone(&metered.has_failed);
        // What a source is compressed with stands before its first line.
        let decoder = if reading.lines_before == 0 { decompress(metered)? } else { Box::new(metered) };
        Ok(Self { decoder, framer, ready: VecDeque::new(), has_failed, line: 0, outcome: None })
    }

    /// How the source ended: [`Error::Io`] when it could not be read on, or was stopped.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.outcome.unwrap_or(Ok(()))
    }

    fn read(&mut self) {
        let ended = match self.framer.read(&mut self.decoder, &mut |block| self.ready.push_back(block)) {
            Ok(0) => Ok(None),
            Ok(_) => return,
            Err(error) if error.kind() == ErrorKind::Interrupted => return,
            Err(error) if self.has_failed.load(Ordering::Relaxed) => Err(error),
            Err(error) => Ok(Some(error)),
        };
        // What came before a failure is kept, so the framer is emptied whatever the end.
        let mut keep = |block| self.ready.push_back(block);
        match ended {
            Ok(None) => self.framer.finish(&mut keep),
            _ => self.framer.break_off(&mut keep),
        }
        let line = self.ready.back().map_or(self.line, last_line);
        if matches!(ended, Ok(Some(_))) {
            // A damaged compression ends the source early, as a counted fault.
            let faults = vec![(Reason::DamagedCompression, line)];
            self.ready.push_back(Block { line, faults, ..Block::default() });
        }
        self.outcome = Some(ended.map(|_| ()).map_err(Error::from));
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        loop {
            if let Some(block) = self.ready.pop_front() {
                self.line = last_line(&block);
                return Some(block);
            }
            if self.outcome.is_some() {
                return None;
            }
            self.read();
        }
    }
}

fn last_line(block: &Block) -> u64 {
    block.ends.last().map_or(block.line, |end| end.1)
}

impl Tally {
    /// Folds a source in with `threads` threads, this one among them. Whichever is free reads and
    /// cuts the next block, and counts it while the others go on.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the source cannot be read; what was read before is kept.
    pub fn add_source(
        &mut self,
        source: impl Read + Send,
        reading: &Reading,
        seen: Option<&Seen>,
        threads: usize,
        meter: &Meter,
    ) -> Result<(), Error> {
        let blocks = Mutex::new(Blocks::open(source, reading, meter)?);
        let count = || count_blocks(&blocks, reading, seen);
        let parts: Vec<Tally> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(count)).collect();
            let own = count();
            others.into_iter().map(join).chain([own]).collect()
        });
        for part in parts {
            *self = std::mem::take(self).merge(part);
        }
        blocks.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

/// A worker that panicked has lost counts: its panic goes on here.
fn join(worker: std::thread::ScopedJoinHandle<'_, Tally>) -> Tally {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn count_blocks(blocks: &Mutex<Blocks<'_>>, reading: &Reading, seen: Option<&Seen>) -> Tally {
    let mut tally = Tally::default();
    let mut intake = Intake::new(reading, seen);
    let mut done = None;
    loop {
        let mut blocks = blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = done {
            blocks.framer.reuse(block);
        }
        let Some(block) = blocks.next() else { return tally };
        drop(blocks);
        intake.take(&block, &mut tally);
        done = Some(block);
    }
}
