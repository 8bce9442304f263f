"""What Identity-Aware Proxy signs about who asks, and whether it really did.

https://cloud.google.com/iap/docs/signed-headers-howto tells what to look at.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2 import id_token

ISSUER = "https://cloud.google.com/iap"

KEYS = "https://www.gstatic.com/iap/verify/public_key"

KEPT_SECONDS = 3_600.0

# A key that is not known may be a new one, which a stranger may claim as often as he likes.
LEAST_SECONDS = 60.0


class Verifier:
    """Knows the proxy's keys, and looks at what it signs.

    Args:
        audience: for whom it signs: `/projects/NUMBER/...`, as IAP shows it beside the service.
        keys: the address of its public keys.
        clock: seconds that only grow.
    """

    def __init__(self, audience: str, keys: str, clock: Callable[[], float]) -> None:
        self._audience, self._keys = audience, keys
        self._fetch = _KeptAnswers(clock)

    def __call__(self, word: str) -> str:
        """The address of whom a signed word speaks.

        Raises:
            ValueError: it is none, or not signed by the proxy, or not for us, or too old; or the keys are out of reach.
        """
        try:
            claims = self._verify(word)
        except ValueError:
            if not self._fetch.forget():
                raise
            claims = self._verify(word)
        if claims.get("iss") != ISSUER or not claims.get("email"):
            msg = "signed, but not by the proxy"
            raise ValueError(msg)
        return str(claims["email"])

    def _verify(self, word: str) -> dict[str, Any]:
        try:
            return dict(id_token.verify_token(word, self._fetch, audience=self._audience, certs_url=self._keys))
        except GoogleAuthError as error:
            raise ValueError(str(error)) from None


class _KeptAnswers(Request):
    """Asks for the keys once an hour."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._answer: Any = None
        self._at = 0.0
        self._lock = Lock()

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the class has it
        with self._lock:
            if self._answer is None or self._clock() - self._at > KEPT_SECONDS:
                fetch: Callable[..., Any] = super().__call__
                self._answer, self._at = fetch(*arguments, **named), self._clock()
            return self._answer

    def forget(self) -> bool:
        """Forget the keys, unless they are fresh; whether they are to be asked for again."""
        with self._lock:
            is_stale = self._clock() - self._at > LEAST_SECONDS
            self._answer = None if is_stale else self._answer
            return is_stale
