//! A source read by several threads: one decompresses and cuts, the others count.

use crate::error::Error;
use crate::framing::{Block, Framer};
use crate::seen::Seen;
use crate::tally::{Intake, Reading, Tally};
use crate::totals::Reason;
use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{sync_channel, Receiver};
use std::sync::{Mutex, PoisonError};

/// Blocks that may wait for a thread: enough to keep all busy, few enough to bound memory.
const WAITING: usize = 4;

/// Bytes asked of a source at a time.
const CHUNK: usize = 256 << 10;

/// How far a reading is, and whether it should stop; shared with whoever shows progress.
#[derive(Debug, Default)]
pub struct Meter {
    bytes: AtomicU64,
    is_stopped: AtomicBool,
}

impl Meter {
    /// Bytes read from the source, before decompression.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Asks the reading to stop at the next chunk.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }
}

/// Counts what passes, remembers whether the source itself failed, and stops when asked.
struct Metered<'m, R> {
    inner: R,
    meter: &'m Meter,
    has_failed: &'m AtomicBool,
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
                Ok(length)
            }
            Err(error) => {
                self.has_failed.store(error.kind() != ErrorKind::Interrupted, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}

/// Tells gzip and zstd by their first bytes; all else is read as it is.
fn decompress<'a>(mut source: impl Read + Send + 'a) -> std::io::Result<Box<dyn Read + Send + 'a>> {
    // A pipe may hand over less than the bytes that tell.
    let mut head = Vec::new();
    source.by_ref().take(4).read_to_end(&mut head)?;
    let source = BufReader::with_capacity(CHUNK, Cursor::new(head.clone()).chain(source));
    Ok(match head.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(source)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(source)?),
        _ => Box::new(source),
    })
}

/// Reads a source to its end and hands on its blocks. A damaged compression ends it early, as a
/// counted fault.
///
/// # Errors
///
/// [`Error::Io`] when the source itself cannot be read, or when it was stopped.
pub(crate) fn read_blocks(
    source: impl Read + Send,
    reading: &Reading,
    meter: &Meter,
    emit: &mut dyn FnMut(Block),
) -> Result<(), Error> {
    let has_failed = AtomicBool::new(false);
    let mut decoder = decompress(Metered { inner: source, meter, has_failed: &has_failed })?;
    let mut framer = Framer::new(reading.input);
    let mut chunk = vec![0; CHUNK];
    let mut line = 0;
    let mut count_lines = |block: Block| {
        line = block.ends.last().map_or(block.line, |end| end.1);
        emit(block);
    };
    let ended = loop {
        match decoder.read(&mut chunk) {
            Ok(0) => break Ok(None),
            Ok(length) => framer.push(&chunk[..length], &mut count_lines),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if has_failed.load(Ordering::Relaxed) => break Err(error),
            Err(error) => break Ok(Some(error)),
        }
    };
    // What came before a failure is kept, so the framer is emptied whatever the end.
    framer.finish(&mut count_lines);
    if ended?.is_some() {
        emit(Block { faults: vec![(Reason::DamagedCompression, line)], line, ..Block::default() });
    }
    Ok(())
}

impl Tally {
    /// Folds a source in with `threads` threads beside the one that reads.
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
        let (sender, receiver) = sync_channel::<Block>(WAITING);
        let receiver = Mutex::new(receiver);
        let (outcome, parts) = std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..threads.max(1)).map(|_| scope.spawn(|| count_blocks(&receiver, reading, seen))).collect();
            let outcome = read_blocks(source, reading, meter, &mut |block| {
                // Fails only when every worker is gone, and then joining them tells why.
                let _ = sender.send(block);
            });
            drop(sender);
            let parts: Vec<Tally> = workers.into_iter().map(join).collect();
            (outcome, parts)
        });
        for part in parts {
            *self = std::mem::take(self).merge(part);
        }
        outcome
    }
}

/// A worker that panicked has lost counts: its panic goes on here.
fn join(worker: std::thread::ScopedJoinHandle<'_, Tally>) -> Tally {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn count_blocks(receiver: &Mutex<Receiver<Block>>, reading: &Reading, seen: Option<&Seen>) -> Tally {
    let mut tally = Tally::default();
    let mut intake = Intake::new(reading, seen);
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(block) = next else { return tally };
        intake.take(&block, &mut tally);
    }
}
