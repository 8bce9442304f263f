"""The native core: raw log entries in, a mergeable tally, templates out.

Every entry is touched here and nowhere else; Python sees a few hundred templates. All times are
UTC nanoseconds since 1970-01-01T00:00:00Z, all minutes and hours are whole ones since then, and
a `span` is the first and the last time, both inclusive, or `None` where nothing bore a time.

Values that come out are frozen and made new at every call. Long calls release the GIL. Nothing
is redacted on the way out: texts, values and exemplars are the log's own until a `Redactor` has
seen them.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from os import PathLike
from typing import Literal, Protocol, Self, TypeAlias, final, type_check_only

__all__ = [
    "HEAD_BYTES",
    "LEAF_BYTES",
    "Account",
    "Exemplar",
    "Facet",
    "Reading",
    "Redaction",
    "Redactor",
    "Refusal",
    "Seen",
    "Sighting",
    "Tally",
    "Template",
    "Unwrapper",
    "Value",
    "Variable",
    "find_layout",
    "join_digests",
    "measure",
    "mine",
]

_Span: TypeAlias = tuple[int, int] | None
_Kind: TypeAlias = Literal["text", "json", "http", "audit", "trace"]
_Severity: TypeAlias = Literal[
    "DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"
]
_Reason: TypeAlias = Literal["not JSON", "not a log entry", "too long", "truncated", "damaged compression", "no time"]

@type_check_only
class _Readable(Protocol):
    """A binary stream, such as an open file: at most `size` bytes at a time, none at its end."""

    def read(self, size: int, /) -> bytes: ...

_Source: TypeAlias = str | PathLike[str] | bytes | bytearray | _Readable

HEAD_BYTES: int
"""How much of a source tells its layout: 64 KiB, and a byte order mark."""

LEAF_BYTES: int
"""How many bytes of a source are digested at a time: 64 MiB."""

def find_layout(head: bytes, input: str) -> Literal["lines", "text"] | None:
    """Tell how a source is laid out, if every line of it is a record, so that it may be read in stretches.

    Args:
        head: its first `HEAD_BYTES`, or all of it.
        input: as of `Reading`.

    Returns:
        The `input` that its stretches are read with; `None` for structure, and for what is compressed.

    Raises:
        ValueError: `input` is another word.
    """

def measure(source: _Source) -> tuple[int, str]:
    """Read a source to its end: how many newlines it has, and its digest (see `Reading.digest`).

    Raises:
        OSError: the source cannot be opened or read. An exception of a stream's own `read` comes through as it is.
    """

def join_digests(leaves: Sequence[str]) -> str:
    """Return the digest of a source by those of its leaves of `LEAF_BYTES`, in order.

    Raises:
        ValueError: one of them is not as `measure` gives it.
    """

@final
class Reading:
    """What to take from a source, and how far the reading of it is.

    May be shared between threads: while one thread reads with it, another may ask for `bytes`
    or `stop` it.

    Args:
        source: the source's name, for refusals and for entries without an `insertId`.
        input: how the bytes are laid out. `auto` tells by the first 64 KiB between `json` (one
            object a line, objects one after another, arrays, pages `{"entries": [...]}`) and
            `text` (one entry a line). `lines` is JSON, one object a line, whatever it begins with: a stretch
            of what `find_layout` has told to be so. Compression is told by content: gzip, zstd or none.
        window: half-open span `start <= t < end` in UTC nanoseconds. Without it every time is
            taken, and so are entries that bear none.
        service: the one service, container, function or job to take; all by default.
        application: which frames of stack traces are the application's own, before the conventions
            of the languages: beginnings of modules or functions (`com.acme.`), or folders between
            slashes (`/ours/`). The longest rule that fits decides.
        library: which frames are not.
        severity: the least severity to take, by the entry's own field.
        news_only: leave out what an earlier run has counted (`Seen.recall`), and count it as duplicates.
        line: the number of the first line, from 1; of a stretch, where in its source it begins. Counts only where
            every line is a record. What begins behind the first line has no byte order mark and is not compressed.

    Raises:
        ValueError: `input` or `severity` is another word, or `line` is 0.
        OverflowError: `line` is negative.
    """

    def __new__(
        cls,
        source: str = ...,
        *,
        input: str = "auto",
        window: _Span = None,
        service: str | None = None,
        application: AbstractSet[str] = ...,
        library: AbstractSet[str] = ...,
        severity: str = "DEFAULT",
        news_only: bool = False,
        line: int = 1,
    ) -> Self: ...
    @property
    def bytes(self) -> int:
        """Bytes read so far, before decompression, over all sources read with this value."""

    @property
    def digest(self) -> str:
        """XXH3-128 of these bytes, in hexadecimal digits.

        Of more than `LEAF_BYTES`, XXH3-128 of the digests of their leaves, 16 big-endian bytes each, so that
        stretches can be digested side by side.
        """

    def stop(self) -> None:
        """Stop at the next chunk (256 KiB); the call that reads raises `OSError`."""

@final
class Seen:
    """Which entries have been counted: in this run, and in the runs before it.

    An entry is known by a 64-bit hash (xxh3) of log name, `insertId` and timestamp; one without
    `insertId` by source, line and content. Two different entries of one hour are taken for one
    with a chance of `n**2 / 2**65` for `n` entries in that hour: 3 in 100 million at a million.
    Shared by all threads of a run.
    """

    def __new__(cls) -> Self: ...
    def recall(self, hour: int, identities: bytes) -> None:
        """Take in what earlier runs have counted in an hour, as `news` gave it.

        Args:
            hour: hour since 1970, negative before; `-2**63` for entries that bear no time.
            identities: eight little-endian bytes each; a last piece shorter than that is ignored.
        """

    def seal(self, hour: int) -> None:
        """Take every entry of an hour since 1970 for known: what of it was counted is not remembered any more."""

    def news(self) -> list[tuple[int, bytes]]:
        """Return every entry that this run was the first to see.

        Returns:
            Hour to identities, both ascending, each hour once: what to store for the next run.
        """

    def known(self) -> list[tuple[int, bytes]]:
        """Return every entry that this run has met and an earlier one had counted, as `news` does."""

    def fork(self) -> Seen:
        """Return another that knows the same of earlier runs and has met nothing.

        What was recalled is shared, not copied, until one of both recalls more.
        """

    def exclude(self, hour: int, identities: bytes) -> None:
        """Leave entries of an hour to another stretch of this run: they are met as duplicates.

        Args:
            hour: as of `recall`.
            identities: as of `recall`.
        """

@final
class Tally:
    """The mergeable summary of many entries, a commutative monoid.

    `merge` is associative and commutative, and an empty tally is its neutral element. So any
    split of the same entries, in any order, on any number of threads, gives the same bytes.

    Keeps at most 50,000 shapes, those of at least WARNING first, then by hash: what is kept does
    not depend on order. Entries of the others are counted in `Account.overflow`.
    """

    def __new__(cls) -> Self: ...
    def add(
        self,
        source: _Source,
        reading: Reading | None = None,
        *,
        seen: Seen | None = None,
        threads: int = 1,
    ) -> None:
        """Fold a source in, to its end.

        Bad records never raise: they are counted in `account` by reason. A damaged compression
        ends the source early and is such a reason.

        Args:
            source: a path, the bytes themselves, or a binary stream.
            reading: what to take; by default everything, under an empty name.
            seen: leaves out what comes twice, and tells what earlier runs have counted. Without
                it nothing is taken for a duplicate.
            threads: threads that count, besides the one that reads; 0 counts as 1.

        Raises:
            OSError: the source cannot be opened or read, or was stopped. What was read before
                is kept. An exception of a stream's own `read` comes through as it is.
            OverflowError: `threads` is negative.
        """

    def merge(self, other: Tally) -> Tally:
        """Return the tally of both; neither is changed."""

    def generalise(self) -> list[Template]:
        """Find what families of shapes have in common.

        Looks at all distinct shapes at once, in sorted order, so equal tallies give equal lists.
        Shapes under equal hard keys (kind, resource, service, module, function) become one
        template where they differ only by values; severity never tells templates apart.

        Returns:
            Templates by hard keys, then text. Their counts and the overflow sum to
            `account.entries`.
        """

    def assign(
        self,
        rows: Sequence[tuple[str, str, Sequence[tuple[str, str]]]],
        sources: Sequence[_Source],
        output: str | PathLike[str],
        reading: Reading,
    ) -> int:
        """Write one CSV row for every entry: `insertId,template_id,template,cluster_id`.

        Reads the sources a second time, on one thread. Takes every entry, whatever the reading's
        window and service, and duplicates too; records that are no entries get no row. Every line
        of a trace that was split has the row of the whole trace. An entry whose shape had no room has
        the template id `overflow`.

        Args:
            rows: what to write for each template, in the order of `generalise`: its id, its
                text, and its clusters as pairs of severity and cluster id. Where an entry's
                severity is absent, `cluster_id` is empty.
            sources: what was tallied.
            output: the file to write; an old one is replaced.
            reading: how to read the sources.

        Returns:
            Rows written, without the header. A source that cannot be read to its end has rows up to there
            and raises nothing: `add` has told of it.

        Raises:
            OSError: the rows cannot be written.
        """

    def to_bytes(self) -> bytes:
        """Return the tally as a versioned snapshot with a checksum: equal tallies, equal bytes."""

    @staticmethod
    def from_bytes(data: bytes) -> Tally:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: the bytes are no snapshot, are damaged, or are of a newer release.
        """

    @property
    def account(self) -> Account:
        """What became of every record read."""

@final
class Account:
    """What became of every record read.

    `read` is the sum of `entries`, `joined`, `outside`, `other_services`, `less_severe`, `duplicates` and the
    counts of the `refusals`.
    """

    @property
    def read(self) -> int:
        """Records read, good and bad. Blank lines are no records."""

    @property
    def entries(self) -> int:
        """Entries counted, in templates or in the overflow. A trace that was split is one entry."""

    @property
    def joined(self) -> int:
        """Further entries of traces that the platform split into one entry a line."""

    @property
    def outside(self) -> int:
        """Entries outside the window."""

    @property
    def other_services(self) -> int:
        """Entries of services that were not asked for."""

    @property
    def less_severe(self) -> int:
        """Entries below the severity that was asked for."""

    @property
    def duplicates(self) -> int:
        """Entries that this run had seen before; of a reading of news only, also those that earlier runs had."""

    @property
    def known(self) -> int:
        """Of `entries`, those that an earlier run had counted already."""

    @property
    def timeless(self) -> int:
        """Of `entries`, those that bear no time."""

    @property
    def repaired(self) -> int:
        """Of `entries`, those whose bytes were not valid UTF-8 and were read with U+FFFD."""

    @property
    def overflow(self) -> int:
        """Of `entries`, those whose shapes had no room."""

    @property
    def span(self) -> _Span:
        """First and last time of `entries`."""

    @property
    def severities(self) -> list[tuple[_Severity, int]]:
        """`entries` by severity, least urgent first; severities without any are absent."""

    @property
    def refusals(self) -> list[Refusal]:
        """Records that could not be used, by reason."""

@final
class Refusal:
    """Records that could not be used, for one reason."""

    @property
    def reason(self) -> _Reason:
        """Why. `no time` is a reason only where a window was asked for."""

    @property
    def count(self) -> int:
        """How many."""

    @property
    def places(self) -> list[tuple[str, int]]:
        """At most three of them, the first by source name and line, lines from 1. No payload."""

@final
class Template:
    """What a family of shapes has in common."""

    @property
    def text(self) -> str:
        """The text, variables as `<kind>`; of a trace its exception type and message."""

    @property
    def kind(self) -> _Kind:
        """What kind of body."""

    @property
    def resource(self) -> str:
        """`resource.type`, empty where unknown."""

    @property
    def service(self) -> str:
        """Service, container, function or job, empty where unknown."""

    @property
    def module(self) -> str:
        """Module of the place in the code, empty where unknown or where a logging library's."""

    @property
    def function(self) -> str:
        """Function of the place in the code, empty where unknown."""

    @property
    def bucket(self) -> str:
        """Of a generic line (`Container called exit(1).`), which of 4,096 buckets of instances wrote it.

        Such a line comes from every crash there is; instance by instance it can be given to its cause.
        Templates that differ only here are otherwise equal. Empty for all other templates.
        """

    @property
    def stated(self) -> _Severity | None:
        """The severity that the text states of itself, as in `[ERROR]` or `level=warn`."""

    @property
    def frames(self) -> list[str]:
        """Of a trace: at most five `function in module`, innermost first, without lines."""

    @property
    def facets(self) -> list[Facet]:
        """Its entries by severity, least urgent first; each severity once."""

    def find_values(self, entry: str) -> list[Value] | None:
        """Find what an entry has in the place of each variable, in the order of the text.

        Args:
            entry: a `LogEntry` as JSON text, such as `Exemplar.json`.

        Returns:
            As many values as there are variables; `None` if the text is no entry, or if the entry is none
            of this template. The head of an overlong entry is none, and so is one line of a trace that was
            split: the trace's exemplar has all of them.
        """

    def fill(self, values: Sequence[str]) -> str:
        """Put a text in the place of each variable.

        An entry's own values give its body back: white space and control characters folded, colour
        sequences left out, of a body over 4 KiB the first 4 KiB, of a trace the exception's type and
        message. An entry without a body has one that says why, such as `(empty: blank text)`.

        Raises:
            ValueError: there are more or fewer values than variables.
        """

@final
class Facet:
    """The entries of a template that bear one severity: counts and small samples."""

    @property
    def severity(self) -> _Severity:
        """The severity."""

    @property
    def count(self) -> int:
        """Entries."""

    @property
    def known(self) -> int:
        """Of `count`, those that an earlier run had counted already."""

    @property
    def span(self) -> _Span:
        """First and last time."""

    @property
    def minutes(self) -> list[tuple[int, int]]:
        """Minute since 1970 and entries, ascending.

        At most 4,096 rows. Where one minute each would be more, a row stands for 2, 4, 8 ...
        minutes and names the first of them.
        """

    @property
    def known_minutes(self) -> list[tuple[int, int]]:
        """Like `minutes`, of the entries that an earlier run had counted already."""

    @property
    def revisions(self) -> list[Sighting]:
        """Deployed revisions, a sample of at most 16."""

    @property
    def known_revisions(self) -> list[Sighting]:
        """Like `revisions`, of the entries that an earlier run had counted already."""

    @property
    def instance_count(self) -> int:
        """Distinct instances: exact up to 64, an estimate (bottom-k, see `Variable`) beyond."""

    @property
    def instances(self) -> list[Sighting]:
        """A sample of at most 64 instances, those of smallest hash.

        The hash is the same for every template, so all templates keep the same instances (a
        coordinated sample): how often two templates meet can be counted on it.
        """

    @property
    def requests(self) -> list[Sighting]:
        """A sample of at most 64 requests by the id of their trace, coordinated like `instances`.

        Kept of entries of WARNING and worse, and of those without a severity.
        """

    @property
    def places(self) -> list[Sighting]:
        """Places in the code as `file TAB function TAB line`, a sample of at most 8, no spans."""

    @property
    def variables(self) -> list[Variable]:
        """The template's variables, in the order of its text, with the values of these entries."""

    @property
    def exemplars(self) -> list[Exemplar]:
        """The first, the last, and the two whose `insertId` has the smallest hash; by time, each once."""

@final
class Variable:
    """A variable of a template with a bottom-k sample of its values.

    Keeps the 16 values of smallest hash with their exact counts (Beyer et al., "On synopses for
    distinct-value estimation under multiset operations", SIGMOD 2007).
    """

    @property
    def kind(self) -> str:
        """What it is, as its template shows it between `<` and `>`; `*` is anything."""

    @property
    def before(self) -> str:
        """The template's text before it, from the variable before or the beginning."""

    @property
    def distinct(self) -> int:
        """Distinct values: exact if `is_exact`, else an estimate.

        Its relative standard error is about `1 / sqrt(k - 2)`: 27 % for 16 values.
        """

    @property
    def is_exact(self) -> bool:
        """Whether `distinct` was counted and `values` are all there are."""

    @property
    def values(self) -> list[Sighting]:
        """The kept values, at most 16, without spans."""

@final
class Value:
    """What stands in one entry in the place of a variable."""

    @property
    def kind(self) -> str:
        """What it is: its variable's kind; of a variable `*` what this value is by itself, if that is known."""

    @property
    def text(self) -> str:
        """As it stands in the entry, white space folded; empty where the entry has nothing there."""

@final
class Sighting:
    """One value with how often and when it was seen. Lists of them: most frequent first."""

    @property
    def value(self) -> str:
        """The value, never empty."""

    @property
    def count(self) -> int:
        """Entries that bore it."""

    @property
    def span(self) -> _Span:
        """First and last of them; `None` where no times are kept."""

    @property
    def rank(self) -> int:
        """Its hash, the same in every sample: a full sample has every value seen up to its own highest."""

@final
class Exemplar:
    """A verbatim entry, not redacted, kept to show."""

    @property
    def nanos(self) -> int | None:
        """Its time."""

    @property
    def insert_id(self) -> str:
        """`insertId`, or the line number of a plain line; empty where absent."""

    @property
    def json(self) -> str:
        """The entry as JSON text.

        A plain line, and the first 4 KiB of an entry over 64 KiB, stand in `textPayload`;
        what was cut ends in ` [cut]`.
        """

@final
class Unwrapper:
    """Turns responses of the Cloud Logging API, as they come over gRPC, into entries as lines of JSON.

    A line is a `LogEntry` in the JSON mapping of protocol buffers, members of maps by name, but so that no
    entry is lost for what it holds: whole doubles have no fraction (137, up to 2**53), other numbers that JSON
    has not are words (`"NaN"`), a time or duration out of bounds is the object that it consists of, and an `Any`
    whose type is not described, or whose value is not of it, is `{"@type": "...", "value": "<base64>"}`,
    also inside others.

    May be shared between threads: while one unwraps, another may ask how far it is.

    Args:
        descriptors: a serialised `google.protobuf.FileDescriptorSet`: `google.logging.v2`, what `protoPayload`
            may hold, and all that these import.

    Raises:
        ValueError: it is none, or `google.logging.v2.LogEntry` is not in it.
    """

    def __new__(cls, descriptors: bytes) -> Self: ...
    def unwrap(self, response: bytes) -> bytes:
        """Return the entries of a response, one a line.

        Args:
            response: a serialised `ListLogEntriesResponse` or `TailLogEntriesResponse`.

        Raises:
            ValueError: it is damaged, or nests deeper than 100 messages; nothing of it counts as given.
        """

    def resume(self) -> None:
        """From now on, leave out what was given so far if it comes again.

        An entry is known by log name, timestamp and `insertId`, like in `Seen`; one without `insertId` by all
        that it says. Eight bytes are held for each.
        """

    @property
    def entries(self) -> int:
        """Entries given so far."""

    @property
    def newest(self) -> int | None:
        """The greatest timestamp so far, of entries left out too; `None` before any."""

    @property
    def last(self) -> int | None:
        """The timestamp of the last entry of the last response; `None` if it bore none, or there was no entry."""

def mine(texts: Sequence[str]) -> list[Template]:
    """Return the template of each text, in the order of the texts.

    Texts of one template get equal values, whose counts are over all texts. A text whose shape
    had no room (beyond 50,000 shapes) gets none, so the list is shorter then.
    """

@final
class Redaction:
    """What `Redactor.stream` has done."""

    @property
    def lines(self) -> int:
        """Lines read."""

    @property
    def bytes(self) -> int:
        """Bytes read, after decompression."""

    @property
    def replaced(self) -> list[tuple[str, int]]:
        """How much was replaced, by kind."""

@final
class Redactor:
    """Replaces secrets and personal data by marks, `<kind:ab12>`.

    What is a secret is a table (`crates/gardener-core/src/redact/`): by its look, by its name, as a number with a
    checksum, or in an address; `kinds` lists it with its reasons. Prose, ids, digests and versions stay.
    Redacting twice changes nothing. May be shared between threads.

    Args:
        key: keys the marks (first 64 bytes used): under one key the same secret gets the same
            mark, four hex digits of BLAKE2b, and without it there is no way back.
        rules: rules of your own: kind, pattern, keywords of which one must occur (case ignored; none: always
            tried), and least bits of entropy a byte. The pattern's group `s`, if there is one, is the secret.
            Patterns are those of Rust's `regex`.
        allowed: patterns; what one of them matches as a whole stays.

    Raises:
        ValueError: a pattern does not compile; it says which and where.
    """

    def __new__(
        cls,
        key: bytes,
        rules: Sequence[tuple[str, str, Sequence[str], float]] = ...,
        allowed: Sequence[str] = ...,
    ) -> Self: ...
    @staticmethod
    def kinds() -> list[tuple[str, str]]:
        """Return every kind of the table with the reasons for its rules, by name."""

    def text(self, text: str) -> str:
        """Replace every secret of a text."""

    def parts(self, parts: Sequence[str]) -> list[str]:
        """Redact a text that comes in parts: joined, they are the text redacted as a whole.

        Returns:
            As many parts. A secret that goes over several stands in the first of them.
        """

    def json(self, text: str) -> str | None:
        """Redact a document of JSON, the names of its members considered at any depth.

        All else stays byte for byte; a number that is a secret becomes a string.

        Returns:
            `None` if it is no JSON, or nests deeper than 128 levels.
        """

    def find_named(self, text: str) -> list[tuple[str, str]]:
        """Return random secrets that a document gives away by the names of its members, with their marks.

        The same may stand in a text that is made of the document, where no name tells it.
        """

    def whole(self, kind: str, secret: str) -> str:
        """Return the mark of a value that is a secret as a whole."""

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """Return what would be replaced: kind, start and end in characters, in order."""

    def stream(self, source: _Source, write: Callable[[bytes], object], reading: Reading | None = None) -> Redaction:
        """Write what a source holds without its secrets, each read of it as soon as it comes.

        Lines of text, of JSON, and of JSON over lines; gzip and zstd are told by content. What holds no secret
        stays byte for byte. Lines beyond 4 MiB are cut. A private key of which each line is an entry is followed.

        Args:
            source: see `Tally.add`.
            write: takes what is clean, whole lines where the source ends them.
            reading: counts the bytes read, and may stop it.

        Raises:
            OSError: the source cannot be read; what `write` raises comes as it is.
        """
