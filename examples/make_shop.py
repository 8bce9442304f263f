# ruff: noqa: INP001 - a script to run, not a package to import
"""Make the sample logs: two days of a small flower shop on Cloud Run.

    python examples/make_shop.py [--seed 7] [--out examples/shop.json.gz] [--summary]

The same seed gives the same bytes. `--summary` writes no file and prints what is planted,
as the tables that `examples/README.md` shows.
"""

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

from shop.summary import summarise
from shop.tale import make_tale

DEFAULT_OUT = Path(__file__).with_name("shop.json.gz")


def main(arguments: list[str]) -> None:
    """Parse, make, and either show or write."""
    options = _parse(arguments)
    tale = make_tale(options.seed)
    if options.summary:
        sys.stdout.write(summarise(tale))
        return

    stream = "".join(f"{record.line}\n" for record in tale).encode()
    size = write_gzip(options.out, stream)
    digest = hashlib.sha256(stream).hexdigest()
    sys.stderr.write(f"{options.out}: {len(tale):,} entries, {size:,} bytes, sha256 {digest}\n")


def write_gzip(path: Path, stream: bytes) -> int:
    """Write the stream with neither time nor name in the header; return the size in bytes.

    Another zlib may compress to other bytes, so the digest to compare is the stream's.
    """
    packed = gzip.compress(stream, compresslevel=9, mtime=0)
    path.write_bytes(packed)
    return len(packed)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the sample logs of a small flower shop.")
    parser.add_argument("--seed", type=int, default=7, help="default 7, the seed of the sample")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="the file to write")
    parser.add_argument("--summary", action="store_true", help="print what is planted instead")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
