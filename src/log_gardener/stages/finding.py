"""What the stages hand to each other: unhealthy templates, and bundles of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from log_gardener._core import Facet, Template
from log_gardener.model.severity import Severity, worst
from log_gardener.stages.recipe import DIGEST_BYTES
from log_gardener.stages.sample import Sample, join_samples


def _join(cause: str, fingerprint: str) -> str:
    recipe = fingerprint.partition(":")[0]
    digest = hashlib.blake2b(f"{cause}\0{fingerprint}".encode(), digest_size=DIGEST_BYTES)
    return f"{recipe}:{digest.hexdigest()}"


@dataclass(frozen=True)
class Finding:
    """The unhealthy entries of one template.

    Attributes:
        fingerprints: what identifies the template, by each recipe, the newest first.
        text: the template's text, repaired where a wrong decoding had broken it.
        facets: its unhealthy entries by severity.
        tie: why it is one issue with the root of its bundle; empty for the root itself.
        cause: of a generic line, the fingerprints of what precedes it; empty if nothing is known to.
    """

    fingerprints: tuple[str, ...]
    text: str
    template: Template
    facets: tuple[Facet, ...]
    tie: str = ""
    cause: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What identifies the template, recipe included."""
        return self.fingerprints[0]

    @property
    def identity(self) -> str:
        """What leads to the issue: the fingerprint; of a generic line with its cause, that of both."""
        return self.identities[0]

    @property
    def identities(self) -> tuple[str, ...]:
        """The same by each recipe, the newest first."""
        if not self.cause:
            return self.fingerprints
        return tuple(_join(cause, own) for cause, own in zip(self.cause, self.fingerprints, strict=True))

    @property
    def count(self) -> int:
        """Unhealthy entries."""
        return sum(facet.count for facet in self.facets)

    @property
    def severity(self) -> Severity:
        """The worst severity, raised by the one that the text states; ERROR for a trace that has neither."""
        stated = Severity(self.template.stated) if self.template.stated else Severity.DEFAULT
        severity = worst(stated, *(Severity(facet.severity) for facet in self.facets))
        # What a process writes as it dies has no severity, or that of standard output, and is no less than an error.
        bare = {Severity.DEFAULT, Severity.INFO} if self.template.resource == "k8s_container" else {Severity.DEFAULT}
        return Severity.ERROR if self.template.kind == "trace" and severity in bare else severity

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last time, UTC nanoseconds."""
        return join_spans([facet.span for facet in self.facets])


@dataclass(frozen=True)
class Bundle:
    """Findings that are one issue, the root first.

    Attributes:
        symptoms: how many of the findings, from the end, are consequences of the root.
    """

    findings: tuple[Finding, ...]
    symptoms: int = 0

    @property
    def root(self) -> Finding:
        """The finding that names the issue."""
        return self.findings[0]

    @property
    def count(self) -> int:
        """Entries."""
        return sum(finding.count for finding in self.findings)

    @property
    def occurrences(self) -> int:
        """How often the fault was told of, without what followed from it."""
        return sum(finding.count for finding in self.findings[: len(self.findings) - self.symptoms])

    @property
    def severity(self) -> Severity:
        """The worst of all findings."""
        return worst(*(finding.severity for finding in self.findings))

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last time, UTC nanoseconds."""
        return join_spans([finding.span for finding in self.findings])

    @property
    def service(self) -> str:
        """The service of the root."""
        return self.root.template.service

    @cached_property
    def instances(self) -> Sample:
        """The instances that its entries come from."""
        return join_samples(facet.instances for finding in self.findings for facet in finding.facets)

    @cached_property
    def requests(self) -> Sample:
        """The requests that its entries were written in."""
        return join_samples(facet.requests for finding in self.findings for facet in finding.facets)


def join_spans(spans: list[tuple[int, int] | None]) -> tuple[int, int] | None:
    """The span of all that there are."""
    known = [span for span in spans if span]
    return (min(span[0] for span in known), max(span[1] for span in known)) if known else None


def tie(findings: Sequence[Finding], why: str) -> tuple[Finding, ...]:
    """Findings as one issue, the first its root: `why` ties each that is tied by nothing else yet."""
    root, *others = findings
    return (replace(root, tie=""), *(replace(other, tie=other.tie or why) for other in others))
