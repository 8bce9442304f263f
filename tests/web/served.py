"""The live page as it is served: a real server on the loopback, and who asks it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from log_gardener import wiring
from log_gardener.config import Settings, load_settings
from log_gardener.exits import leaks
from log_gardener.ports import Clock
from log_gardener.sections.serve import ServeSettings
from log_gardener.web import serving
from log_gardener.web.app import AppOptions, make_app
from log_gardener.web.desk import Desk, DeskOptions
from log_gardener.web.safety.guard import Guard

KEY = "a-token-of-quite-some-length"
HERE = ServeSettings()


@dataclass
class Place:
    """Where a garden is, and how it is configured."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "log-gardener.toml"

    @property
    def state(self) -> Path:
        return self.folder / "garden.db"

    def read(self) -> Settings:
        settings = load_settings(self.config if self.config.is_file() else None)
        settings = settings.model_copy(update={"state": str(self.state)})
        leaks.arm(lambda: wiring.make_redactor(settings))
        return settings

    def open_desk(self, secret: bytes = b"secret", clock: Clock = wiring.tell_time) -> Desk:
        return Desk(DeskOptions(self.read, self.config, secret, clock))


@dataclass
class Served:
    """A page that is served."""

    address: str
    desk: Desk
    guard: Guard

    def open(self, **headers: str) -> httpx.Client:
        """Somebody with a browser's memory for cookies."""
        return httpx.Client(base_url=self.address, headers=headers, timeout=30)


@contextmanager
def serve(place: Place, settings: ServeSettings = HERE, clock: Clock = wiring.tell_time) -> Iterator[Served]:
    """Serve a garden while the context lasts."""
    protection = serving.make_protection(settings)
    desk = place.open_desk(protection.secret, clock)
    app = make_app(desk, AppOptions(protection.guard, is_public=protection.is_public))
    with serving.open_socket("127.0.0.1", 0) as listening:
        server = serving.make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(serving.spell_address(listening).rstrip("/"), desk, protection.guard)
        finally:
            server.should_exit = True
            thread.join()


def find_token(client: httpx.Client) -> dict[str, str]:
    """The header that decisions need."""
    return {"X-CSRF-Token": client.get("/api/v1/session").raise_for_status().json()["csrf"]}


def list_ids(client: httpx.Client) -> list[str]:
    """Ids of the most urgent issues."""
    return [issue["id"] for issue in client.get("/api/v1/issues").raise_for_status().json()["issues"]]


def find_problem(answer: httpx.Response) -> Any:
    """A problem, as every refusal of the API is one."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return problem
