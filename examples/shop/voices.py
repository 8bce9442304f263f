"""How each service words what it says: its log library decides the form, not the fault."""

from dataclasses import dataclass, field

from shop.wire import Body, Json, Plant, Record, Scene, Scribe

STDOUT = "run.googleapis.com%2Fstdout"
STDERR = "run.googleapis.com%2Fstderr"
SYSTEM = "run.googleapis.com%2Fvarlog%2Fsystem"


@dataclass(frozen=True, slots=True)
class Where:
    """The place in the source that logs a line."""

    module: str
    function: str
    line: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message before a service's log library gives it a form."""

    message: str
    where: Where
    severity: str = "INFO"
    extra: Json = field(default_factory=dict)
    plant: Plant | None = None


def say_text(scribe: Scribe, scene: Scene, message: str, *, log: str = STDOUT) -> Record:
    """A bare line: Cloud Run knows no severity for it, and neither does the entry."""
    return scribe.write(scene, Body(log, {"textPayload": message}))


def say_system(scribe: Scribe, scene: Scene, message: str) -> Record:
    """A line of the platform itself about the container."""
    return scribe.write(scene, Body(SYSTEM, {"textPayload": message}, "INFO"))


def say_api(scribe: Scribe, scene: Scene, said: Said) -> Record:
    """Python: JSON on stderr, with the source location as labels in the payload."""
    where = said.where
    payload: Json = {
        "labels": {"function": where.function, "line": str(where.line), "module": where.module},
        "message": said.message,
        "timestamp": scribe.inner_time(scene.time),
        **said.extra,
    }
    return scribe.write(scene, Body(STDERR, {"jsonPayload": payload}, said.severity, plant=said.plant))


def say_web(scribe: Scribe, scene: Scene, said: Said) -> Record:
    """Node: JSON on stdout; the platform lifts the source location out of the payload."""
    where = said.where
    location = {"file": where.module, "function": where.function, "line": str(where.line)}
    payload: Json = {"message": said.message, "pid": 1, **said.extra}
    fields: Json = {"jsonPayload": payload, "sourceLocation": location}
    return scribe.write(scene, Body(STDOUT, fields, said.severity, plant=said.plant))


def say_mailer(scribe: Scribe, scene: Scene, said: Said) -> Record:
    """Java: JSON on stdout. The formatter says things twice, and adds errors to healthy lines."""
    phantom: Json = {"error": {"reason": "none", "severity": "ERROR", "stack": ""}}
    payload: Json = {
        **(phantom if said.severity == "INFO" else {}),
        "logger_name": f"{said.where.module}.{said.where.function}",
        "message": said.message,
        "textPayload": said.message,
        "thread_name": f"push-{scribe.rng.randrange(1, 9)}",
        "timestamp": scribe.inner_time(scene.time),
        **said.extra,
    }
    return scribe.write(scene, Body(STDOUT, {"jsonPayload": payload}, said.severity, plant=said.plant))
