"""From a subscription and the options of Beam to slices: the job, its panes, and when to commit which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from threading import Event
from uuid import uuid4

from log_gardener.engines.beam.options import find_temp_location, is_local, make_options
from log_gardener.engines.beam.streaming.engine import PaneEngine
from log_gardener.engines.beam.streaming.job import LOCAL_RUNNER, Begun, Job
from log_gardener.engines.beam.streaming.pipeline import Task
from log_gardener.engines.beam.streaming.shelf import Shelf
from log_gardener.engines.beam.streaming.source import PaneSource
from log_gardener.engines.beam.streaming.terms import Terms
from log_gardener.errors import EngineError, UsageError
from log_gardener.ports import Clock, Observer, Request, Source

_UNSAFE = (
    "a runner on this machine acknowledges messages before they are counted, so that some would be lost: "
    "give --beam runner=DataflowRunner with its options, or leave out --engine beam"
)
_ONE = "watch --engine beam takes one pubsub://PROJECT/SUBSCRIPTION; for all else leave out --engine beam"
_NO_TEXT = "the messages of a subscription are entries as JSON, each as a whole; leave out --input text"
_NO_FOLDER = "panes wait in a folder that all workers see: --beam temp_location=gs://BUCKET/FOLDER, or in [beam]"


class Conductor:
    """A subscription that a pipeline counts, and this process commits.

    Args:
        given: options of Beam and of its runner, and ours, by name.
        sources: the one subscription.
        request: what is asked for.
        clock: the present time.

    Raises:
        UsageError: it is no subscription, an option is none, there is no folder for panes, or the runner would lose
            messages.
    """

    def __init__(self, given: Mapping[str, str], sources: Sequence[Source], request: Request, *, clock: Clock) -> None:
        feed = sources[0].feed
        if feed is None or len(sources) != 1:
            raise UsageError(_ONE)
        if request.input == "text":
            raise UsageError(_NO_TEXT)
        terms = Terms.parse(given)
        digest = blake2b(request.name_scope(sources[0]).encode(), digest_size=6).hexdigest()
        options = make_options(given)
        whole = {"job_name": f"log-gardener-{digest}"} | dict(given) | {"streaming": "true"}
        if is_local(options):
            if not feed.emulator:
                raise UsageError(_UNSAFE)
            whole["runner"] = LOCAL_RUNNER
            # Its clock of processing time stands in the way of its end.
            terms = replace(terms, patience_seconds=0)
        folder = find_temp_location(options)
        if not folder:
            raise UsageError(_NO_FOLDER)
        shelf = Shelf(f"{folder}/log-gardener-panes-{digest}")
        self.job = Job(Begun(whole, Task(feed, request, terms, shelf, uuid4().hex)))
        self.source = PaneSource(feed, shelf, clock, on_close=self.job.end)
        self.engine = PaneEngine(self.source)

    def list_requests(self, request: Request, observer: Observer, ended: Event, seconds: float) -> Iterator[Request]:
        """Begin the job, and ask again and again for the panes that wait.

        Args:
            request: what is asked for.
            observer: is told what it waits for.
            ended: set when no more is wanted; what was chosen by then is still asked for.
            seconds: how often to look for panes.

        Raises:
            EngineError: the job has failed; all panes that it has counted were asked for.
        """
        self.job.start()
        while not ended.is_set():
            # Before looking: what it wrote last is there then.
            is_over = self.job.has_ended()
            if self.source.choose():
                yield request
            elif is_over:
                break
            else:
                whose = f" of {self.job.name}, which is at work already" if self.job.is_taken else ""
                observer.tell(f"waiting for a window{whose} to close")
                ended.wait(seconds)
        if failure := self.job.find_failure():
            raise EngineError(failure)
