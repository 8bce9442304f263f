"""A real browser at a page on the loopback, and all that the page made it do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")

# For what a page may do late: a refresh of no seconds, an animation, an error of a picture.
SETTLING_MILLISECONDS = 500


@dataclass
class Seen:
    """What a page did, and what was in it at the end.

    Attributes:
        requests: addresses that the browser asked for, by path on the loopback or in full elsewhere.
        served: paths that the server was asked for.
        told: what dialogs said, what opened, where the page went.
        result: what the look at the page gave.
    """

    requests: list[str] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    is_pwned: bool = False
    result: object = None

    def dismiss(self, dialog: Dialog) -> None:
        """Note what a dialog says, and close it."""
        self.told.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def take_back(self, address: str, failure: str | None) -> None:
        """What the policy has stopped never left, though the browser tells of it first."""
        if failure == "csp":
            self.requests.remove(address)

    def find_harm(self) -> list[str]:
        """All but the page itself."""
        beyond = [*self.requests, *self.served]
        return [*(one for one in beyond if one != "/page"), *self.told, *(["a script ran"] if self.is_pwned else [])]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def visit(browser: Browser, html: str, policy: str = "", look: Callable[[Page], object] = lambda _: None) -> Seen:
    """Open a page under a policy, wait until it has settled, look at it, and tell what it did."""
    seen = Seen()
    headers = {"Content-Type": "text/html; charset=utf-8", **({"Content-Security-Policy": policy} if policy else {})}
    with _serve(html.encode("utf-8", "surrogatepass"), headers, seen) as origin:
        page = browser.new_page(color_scheme="light")
        page.add_init_script("window.pwned = () => { sessionStorage.setItem('pwned', 'yes') }")
        page.on("request", lambda request: seen.requests.append(request.url.removeprefix(origin)))
        page.on("requestfailed", lambda request: seen.take_back(request.url.removeprefix(origin), request.failure))
        page.on("dialog", seen.dismiss)
        page.on("popup", lambda opened: seen.told.append(f"popup {opened.url}"))
        page.on("download", lambda loaded: seen.told.append(f"download {loaded.url}"))
        page.goto(f"{origin}/page")
        page.wait_for_timeout(SETTLING_MILLISECONDS)
        if page.url != f"{origin}/page":
            seen.told.append(f"went to {page.url}")
        else:
            seen.is_pwned = page.evaluate("sessionStorage.getItem('pwned') !== null")
            seen.result = look(page)
        seen.told += [f"frame {frame.url}" for frame in page.frames[1:]]
        page.context.close()
    return seen


@contextmanager
def _serve(document: bytes, headers: dict[str, str], seen: Seen) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # What a browser asks of every site by itself is nobody's doing.
            if self.path != "/favicon.ico":
                seen.served.append(self.path)
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(document if self.path == "/page" else b"")

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
