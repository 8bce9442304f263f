"""Identity-Aware Proxy tells who asks: its words are really signed here, and really checked there."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import jwt
from google.auth.crypt import ES256Signer

from log_gardener.sections.serve import ServeSettings
from log_gardener.web.safety.iap import ISSUER, Verifier
from tests.web.served import Place, Served, find_problem, find_token, list_ids, serve

AUDIENCE = "/projects/1/global/backendServices/2"
HEADER = "X-Goog-IAP-JWT-Assertion"


@dataclass
class Proxy:
    """What the proxy has: keys by id, of which it shows the public halves."""

    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    address: str = ""
    asked: int = 0

    def add_key(self, name: str) -> ec.EllipticCurvePrivateKey:
        self.keys[name] = ec.generate_private_key(ec.SECP256R1())
        return self.keys[name]

    def spell_keys(self) -> bytes:
        form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return json.dumps(
            {name: key.public_key().public_bytes(*form).decode() for name, key in self.keys.items()}
        ).encode()

    def sign(self, name: str = "first", key: ec.EllipticCurvePrivateKey | None = None, **claims: object) -> str:
        """A word about Ann, with other claims."""
        pem = (key or self.keys[name]).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        now = int(time.time())
        about = {"iss": ISSUER, "aud": AUDIENCE, "email": "ann@example.com", "iat": now - 1, "exp": now + 600}
        encode: Callable[..., bytes] = jwt.encode
        return encode(ES256Signer.from_string(pem, name), about | claims).decode()


@contextmanager
def run_proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    proxy.add_key("first")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            proxy.asked += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(proxy.spell_keys())

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.address = f"http://127.0.0.1:{server.server_address[1]}/keys"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with run_proxy() as one:
        yield one


@pytest.fixture
def behind(place: Place, proxy: Proxy) -> Iterator[Served]:
    # It listens here and is asked under any name, as behind a proxy.
    settings = ServeSettings(host="0.0.0.0", iap_audience=AUDIENCE, iap_keys=proxy.address)  # noqa: S104
    with serve(place, settings) as one:
        yield one


def test_who_the_proxy_vouches_for_may_look_and_decide(behind: Served, proxy: Proxy) -> None:
    with behind.open(**{HEADER: proxy.sign()}) as client:
        issue = list_ids(client)[0]

        assert client.get("/api/v1/session").json()["who"] == "ann@example.com"
        assert client.post(f"/api/v1/issues/{issue}/mute", json={}).status_code == 403
        assert client.post(f"/api/v1/issues/{issue}/mute", json={}, headers=find_token(client)).status_code == 200


def test_the_keys_are_asked_for_once(behind: Served, proxy: Proxy) -> None:
    with behind.open(**{HEADER: proxy.sign()}) as client:
        for _ in range(3):
            client.get("/api/v1/issues")

    assert proxy.asked == 1


def test_the_token_of_forms_is_of_one_person(behind: Served, proxy: Proxy) -> None:
    with (
        behind.open(**{HEADER: proxy.sign()}) as ann,
        behind.open(**{HEADER: proxy.sign(email="bob@example.com")}) as bob,
    ):
        answer = bob.post(f"/api/v1/issues/{list_ids(bob)[0]}/mute", json={}, headers=find_token(ann))

        assert answer.status_code == 403


def test_a_word_that_proves_nothing_lets_nobody_in(behind: Served, proxy: Proxy) -> None:
    now = int(time.time())
    stranger = ec.generate_private_key(ec.SECP256R1())
    word = proxy.sign()
    words = {
        "stripped": "",
        "for another server": proxy.sign(aud="/projects/1/global/backendServices/3"),
        "too old": proxy.sign(iat=now - 7_200, exp=now - 3_600),
        "not yet": proxy.sign(iat=now + 3_600, exp=now + 7_200),
        "by another key": proxy.sign(key=stranger),
        "by a key that nobody knows": proxy.sign("second", key=stranger),
        "of another issuer": proxy.sign(iss="https://accounts.google.com"),
        "of nobody": proxy.sign(email=""),
        "changed": word[:-6] + ("AAAAAA" if not word.endswith("AAAAAA") else "BBBBBB"),
        "unsigned": ".".join([*word.split(".")[:2], ""]),
        "no word": "x",
    }
    with behind.open() as client:
        for name, one in words.items():
            answer = client.get("/api/v1/issues", headers={HEADER: one} if one else {})
            assert (name, find_problem(answer)["status"]) == (name, 401)
        # What proxies less careful than this one would tell.
        assert client.get("/api/v1/issues", headers={"X-Goog-Authenticated-User-Email": "ann"}).status_code == 401


def test_a_new_key_is_asked_for_but_not_by_every_stranger(proxy: Proxy) -> None:
    now = [0.0]
    verify = Verifier(AUDIENCE, proxy.address, lambda: now[0])
    assert verify(proxy.sign()) == "ann@example.com"
    stranger = ec.generate_private_key(ec.SECP256R1())

    for _ in range(3):
        with pytest.raises(ValueError, match=r".+"):
            verify(proxy.sign("third", key=stranger))
    assert proxy.asked == 1

    now[0] += 61
    proxy.add_key("second")
    assert verify(proxy.sign("second")) == "ann@example.com"
    assert proxy.asked == 2


def test_where_the_keys_are_out_of_reach_nobody_gets_in() -> None:
    verify = Verifier(AUDIENCE, "http://127.0.0.1:9/keys", time.monotonic)
    proxy = Proxy()
    proxy.add_key("first")

    with pytest.raises(ValueError, match=r".+"):
        verify(proxy.sign())
