//! Back from templates to entries: which template, and which cluster, every entry belongs to.

use crate::draft::Reader;
use crate::error::Error;
use crate::fragment::find_fragment;
use crate::generic::tell_apart;
use crate::intake::{Intake, Raw};
use crate::reading::{Blocks, Meter};
use crate::severity::Severity;
use crate::shape::Shape;
use crate::tally::{Reading, Tally};
use crate::template::{Grouping, Template};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// What to write for the entries of one template.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// The template's id.
    pub template_id: String,
    /// The template's text.
    pub text: String,
    /// The cluster of its entries by severity; healthy severities are absent.
    pub clusters: Vec<(Severity, String)>,
}

/// A template's id and text, and clusters by the name of a severity.
pub type Row = (String, String, Vec<(String, String)>);

impl Label {
    /// The label that a row of plain texts spells.
    #[must_use]
    pub fn new((template_id, text, clusters): Row) -> Self {
        let clusters = clusters.into_iter().map(|(name, id)| (Severity::from_wire(&name), id)).collect();
        Self { template_id, text, clusters }
    }
}

/// The label of entries whose shapes had no room.
const OVERFLOW: &str = "overflow";

/// Names the columns.
const HEADER: &str = "insertId,template_id,template,cluster_id\n";

/// Writes one CSV row for every entry of the sources to a file, in the sources' order, and
/// returns how many. A source that breaks off has rows up to there: whoever tallied it knows.
///
/// # Errors
///
/// [`Error::Io`] when the rows cannot be written.
pub fn assign(
    tally: &Tally,
    labels: &[Label],
    sources: Vec<Box<dyn Read + Send>>,
    output: &Path,
    reading: &Reading,
    meter: &Meter,
) -> Result<u64, Error> {
    let grouping = tally.generalise();
    let mut rows = Rows {
        grouping: &grouping,
        labels,
        out: BufWriter::new(File::create(output)?),
        reader: Reader::default(),
        shape: Shape::new(&reading.conventions),
    };
    rows.out.write_all(HEADER.as_bytes())?;
    let mut count = 0;
    for source in sources {
        count += rows.write_source(source, reading, meter)?;
    }
    rows.out.flush()?;
    Ok(count)
}

struct Rows<'g, W> {
    grouping: &'g Grouping,
    labels: &'g [Label],
    out: W,
    reader: Reader,
    shape: Shape,
}

impl<W: Write> Rows<'_, W> {
    fn write_source(&mut self, source: impl Read + Send, reading: &Reading, meter: &Meter) -> std::io::Result<u64> {
        let Ok(blocks) = Blocks::open(source, reading, meter) else { return Ok(0) };
        let mut count = 0;
        for block in blocks {
            for (text, line) in block.records() {
                count += self.write_entry(&Raw::new(&text, line, block.is_text))?;
            }
        }
        Ok(count)
    }

    /// Writes the row of a record, none for one that is no entry.
    fn write_entry(&mut self, record: &Raw<'_>) -> std::io::Result<u64> {
        let Ok(entry) = record.entry(&mut self.reader) else { return Ok(0) };
        let joined = find_fragment(&entry, record.is_line).and_then(|_| self.grouping.find_line(*record));
        let found = joined.or_else(|| {
            self.shape.take(&entry);
            self.find(&entry.instance).map(|number| (number, entry.graded()))
        });
        let label = found.and_then(|(number, _)| self.labels.get(number));
        let severity = found.map_or(entry.graded(), |(_, severity)| severity);
        write_row(&mut self.out, &record.id(&entry), label, severity)?;
        Ok(1)
    }
}

impl<W> Rows<'_, W> {
    /// The template of what was shaped last: by its text, or by its text and instance.
    fn find(&mut self, instance: &str) -> Option<usize> {
        let key = &mut self.shape.masked.key;
        self.grouping.find(key).or_else(|| {
            tell_apart(key, instance);
            self.grouping.find(key)
        })
    }
}

fn write_row(rows: &mut impl Write, id: &str, label: Option<&Label>, severity: Severity) -> std::io::Result<()> {
    let cluster = label.and_then(|label| label.clusters.iter().find(|(known, _)| *known == severity));
    let cells = [
        id,
        label.map_or(OVERFLOW, |label| &label.template_id),
        label.map_or(OVERFLOW, |label| &label.text),
        cluster.map_or("", |(_, id)| id),
    ];
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            rows.write_all(b",")?;
        }
        if begins_formula(cell) {
            write!(rows, "\"'{}\"", cell.replace('"', "\"\""))?;
        } else if cell.contains(['"', ',', '\n', '\r']) {
            write!(rows, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            rows.write_all(cell.as_bytes())?;
        }
    }
    rows.write_all(b"\n")
}

/// Whether a spreadsheet would take a cell for a formula, so that an apostrophe must stand before it
/// (<https://owasp.org/www-community/attacks/CSV_Injection>). Ids of Google begin with a hyphen quite often: a sign is
/// one only where something is calculated behind it.
fn begins_formula(cell: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '~' | '/' | '-');
    let bare = cell.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}'));
    match bare.chars().next() {
        _ if cell.starts_with(['\t', '\r']) => true,
        Some('=' | '@' | '＝' | '＠' | '＋' | '－') => true,
        Some('+' | '-') => !bare[1..].chars().all(is_plain),
        _ => false,
    }
}

/// The template of each text.
#[must_use]
pub fn mine(texts: &[String]) -> Vec<Template> {
    let reading = Reading::default();
    let mut intake = Intake::new(&reading, None);
    let mut tally = Tally::default();
    let keys: Vec<String> = texts.iter().map(|text| intake.take_line(text, &mut tally)).collect();
    let grouping = tally.generalise();
    keys.iter().filter_map(|key| grouping.find(key)).map(|number| grouping.templates[number].clone()).collect()
}
