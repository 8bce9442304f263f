"""How fast do rows of BigQuery become lines of JSON, beside other ways to write them?

    python -m benchmarks.columns [--entries 100000] [--runs 3] [--write docs/performance.md]

The tables are in memory, as the Storage Read API gives them, a thousand rows a block. One thread makes the lines, and
nobody reads them.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import page, streams
from benchmarks.process import Cost, measure
from benchmarks.streams import Stream
from log_gardener.sources.bigquery.columns import make_plan
from log_gardener.sources.bigquery.lines import make_lines, make_plain
from log_gardener.sources.bigquery.spelling import quote_name, quote_text
from tests.fakes.bigquery_tables import Entry, make_analytics_table, make_sink_table

COMMAND = (sys.executable, "-m", "benchmarks.columns")
ROWS_A_BLOCK = 1_000

SINK, SPARSE, ANALYTICS = "log sink", "log sink, columns of all kinds", "Log Analytics"
TABLES: Mapping[str, Callable[[Sequence[Entry]], pa.Table]] = {
    SINK: make_sink_table,
    SPARSE: lambda entries: make_sink_table([_vary(number, entry) for number, entry in enumerate(entries)]),
    ANALYTICS: make_analytics_table,
}


def main(arguments: Sequence[str]) -> None:
    """Measure all ways, or one in this process."""
    options = _parse(arguments)
    if options.way:
        print(json.dumps(_measure_here(options)))
        return
    rows = [row for name in TABLES for row in _measure_table(options, name)]
    table = page.spell_table(["table", "way", "seconds", "entries/s", "MB/s of JSON", "peak MiB"], rows, names=2)
    said = f"{page.describe_machine()} {page.describe_runs(options.runs)}"
    page.publish(options.write, "columns", f"{table}\n\n{said}")


def _measure_table(options: argparse.Namespace, name: str) -> Iterator[list[str]]:
    path = _find_table(options, name)
    for way in WAYS:
        yield _spell(name, way, measure([*COMMAND, "--way", way, "--table", str(path)], options.runs))


def _spell(name: str, way: str, cost: Cost) -> list[str]:
    entries, size = cost.printed["entries"], cost.printed["bytes"]
    rates = (f"{entries / cost.seconds:,.0f}", f"{size / cost.seconds / 1e6:,.0f}")
    return [name, way, f"{cost.seconds:.2f}", *rates, f"{cost.peak_bytes / 2**20:,.0f}"]


def _find_table(options: argparse.Namespace, name: str) -> Path:
    """A table of the stream's entries, in a file of Arrow."""
    source = streams.find_stream(options, Stream(options.entries))
    path = source.with_suffix(f".{'-'.join(name.replace(',', '').lower().split())}.arrow")
    if not path.is_file():
        entries = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        made = TABLES[name](entries)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, made.schema) as writer:
            writer.write_table(made, max_chunksize=ROWS_A_BLOCK)
    return path


def _vary(number: int, entry: Entry) -> Entry:
    """The same, as one of many kinds, so that of most columns most rows have no value."""
    request = {"requestMethod": "GET", "requestUrl": f"https://shop.example/beds/{number}", "status": 200}
    audit = {"serviceName": "run.googleapis.com", "methodName": "Replace", "status": {"code": 7, "message": "denied"}}
    kinds: Sequence[Entry] = (
        {},
        {"httpRequest": {**request, "latency": "0.123s", "responseSize": "512", "userAgent": "curl/8"}},
        {"jsonPayload": {f"field{number % 50}": number, "message": f"no {number}"}},
        {"protoPayload": audit},
        {"textPayload": f"no {number}", "sourceLocation": {"file": "a.py", "line": "7", "function": "go"}},
    )
    own = kinds[number % len(kinds)]
    return {**{name: value for name, value in entry.items() if not own or name != "jsonPayload"}, **own}


def _measure_here(options: argparse.Namespace) -> Mapping[str, float]:
    with pa.OSFile(str(options.table), "rb") as file:
        table = pa.ipc.open_file(file).read_all()
    plain = table.cast(make_plain(table.schema))
    started = time.perf_counter()
    size = WAYS[options.way](table.schema, plain.to_batches(max_chunksize=ROWS_A_BLOCK))
    return {"entries": table.num_rows, "bytes": size, "seconds": time.perf_counter() - started}


def _make_lines(schema: pa.Schema, batches: Sequence[pa.RecordBatch]) -> int:
    """Ours."""
    return sum(len(lines) for lines in make_lines(schema, make_plan(schema).layout, iter(batches)))


def _merge(schema: pa.Schema, batches: Sequence[pa.RecordBatch]) -> int:
    """DuckDB's own JSON of each row, without what is null: also without what was logged as null."""
    row = ", ".join(f"{quote_text(name)}: {quote_name(name)}" for name in schema.names)
    sql = f"SELECT json_merge_patch('{{}}', to_json({{{row}}}))::VARCHAR || chr(10) FROM rows"  # noqa: S608 - quoted
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", pa.RecordBatchReader.from_batches(make_plain(schema), iter(batches)))
        lines = connection.sql(sql).to_arrow_reader(2_048)
        return sum(pc.sum(pc.binary_length(batch.column(0))).as_py() for batch in lines)


def _dump(schema: pa.Schema, batches: Sequence[pa.RecordBatch]) -> int:
    """A Python object for each row."""
    del schema
    return sum(len(json.dumps(row, default=str)) + 1 for batch in batches for row in batch.to_pylist())


WAYS: Mapping[str, Callable[[pa.Schema, Sequence[pa.RecordBatch]], int]] = {
    "our SQL in DuckDB": _make_lines,
    "`json_merge_patch` in DuckDB": _merge,
    "`json.dumps` of each row": _dump,
}


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.columns", description="Measure columns to lines of JSON.")
    parser.add_argument("--entries", type=int, default=100_000, help="how many")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
