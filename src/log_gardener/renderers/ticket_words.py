"""Words of our own in tickets."""

from log_gardener.model.cluster import Trend
from log_gardener.model.priority import FaultClass, Priority

ALERTS = {
    Priority.P0: "CAUTION",
    Priority.P1: "CAUTION",
    Priority.P2: "WARNING",
    Priority.P3: "NOTE",
    Priority.P4: "NOTE",
}
"""The colour in which GitHub sets a first sentence, by the name that it has there."""

TRENDS = {
    Trend.NEW: "new",
    Trend.ONGOING: "ongoing",
    Trend.ESCALATING: "escalating",
    Trend.REGRESSED: "back after it was resolved",
    Trend.QUIET: "quiet now",
}

DOES = {
    FaultClass.STARTUP: "does not start, or does not stay up",
    FaultClass.REQUEST: "fails requests",
    FaultClass.AUTHENTICATION: "has trouble with authentication or permissions",
    FaultClass.CONFIGURATION: "is not configured as it should be",
    FaultClass.DEPENDENCY: "misses something that it depends on",
    FaultClass.DATA: "meets data that it cannot take",
    FaultClass.UPSTREAM: "is let down by a service that it calls",
    FaultClass.PERFORMANCE: "is slow, or short of something",
    FaultClass.DEPRECATION: "uses what is about to go away",
    FaultClass.CODE: "has a fault in its code",
    FaultClass.NOTICE: "reports something",
}
"""What the service does, by class of fault."""

REPORTS = "reports something"
"""The same where the class of fault is not known any more."""

RESOLUTIONS = {
    FaultClass.STARTUP: (
        "A revision whose instances start, pass their probe and stay up.",
        "Until it is there: send the traffic to the latest revision that did.",
    ),
    FaultClass.REQUEST: (
        "A revision that answers the request of the entry above, and a test that makes this request.",
    ),
    FaultClass.AUTHENTICATION: (
        "Credentials, keys and roles that fit what is called, or a client that no longer comes with wrong ones.",
        "If these are attacks that were refused, nothing needs to be mended: mute it.",
    ),
    FaultClass.CONFIGURATION: (
        "The setting that the entry names, set for every environment that runs this service.",
        "A check at the start that names what is missing, so that the next one is seen before it is deployed.",
    ),
    FaultClass.DEPENDENCY: ("The missing dependency in the image, or no more use of it.",),
    FaultClass.DATA: (
        "Code that takes this input, or refuses it where it comes in, with a test that has it.",
        "What is stored already may have to be corrected too.",
    ),
    FaultClass.UPSTREAM: (
        "An upstream service that answers in time; the facts above are what its owners will ask for.",
        "Time-outs, retries and a fallback that fit, so that its next failure is none of this service.",
    ),
    FaultClass.PERFORMANCE: ("What is slow found and made faster, or what is short given more of.",),
    FaultClass.DEPRECATION: ("The replacement in use before the old way goes.",),
    FaultClass.CODE: ("The line above mended, and a test that has failed without it.",),
    FaultClass.NOTICE: ("A decision: mend it, log it at a severity that fits, or mute it.",),
}
"""What would resolve an issue, by class of fault."""

UNKNOWN_RESOLUTIONS = ("Find out what it means, and mend it or mute it.",)
"""The same where the class of fault is not known any more."""
