"""Lines of JSON as a stream of bytes."""

from collections.abc import Callable, Iterator

from log_gardener.sources.cloud_logging.service import FAILURES


class LineReader:
    """Blocks of lines as a stream of bytes, to be read once.

    Args:
        blocks: gives them.
        explain: what went wrong, and what to do, in words.
        begin: told when somebody reads.
    """

    def __init__(
        self, blocks: Iterator[bytes], explain: Callable[[Exception], str], begin: Callable[[], None] | None = None
    ) -> None:
        self._blocks = blocks
        self._explain = explain
        self._begin = begin
        self._rest = memoryview(b"")
        self._failure: OSError | None = None
        self.is_whole = False

    def prime(self) -> None:
        """Wait for the first block, so that what is wrong from the start is known before anything is read.

        Raises:
            OSError: there is none, for a reason.
        """
        self._fill()

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes, none at the end.

        Raises:
            OSError: there is no more, for a reason.
        """
        if self._begin:
            self._begin()
            self._begin = None
        self._fill()
        part = self._rest[:size] if size >= 0 else self._rest
        self._rest = self._rest[len(part) :]
        return bytes(part)

    def _fill(self) -> None:
        while not self._rest and not self.is_whole:
            if self._failure:
                raise self._failure
            block = self._find_block()
            self.is_whole = block is None
            self._rest = memoryview(block or b"")

    def _find_block(self) -> bytes | None:
        try:
            return next(self._blocks, None)
        except (*FAILURES, ValueError) as error:
            # A damaged answer is a ValueError of the core.
            self._failure = OSError(self._explain(error))
            raise self._failure from error
        except OSError as error:
            self._failure = error
            raise
