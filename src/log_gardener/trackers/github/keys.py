"""Whose name GitHub is asked in: a token, or an App with a token that lasts an hour."""

from dataclasses import dataclass, field
from datetime import timedelta

from github.Auth import AppAuth
from jwt import PyJWTError
from pydantic import AwareDatetime, BaseModel

from log_gardener.errors import LostAnswerError, UsageError
from log_gardener.ports import Clock
from log_gardener.trackers.github.failures import CREATED, NOT_FOUND, Place, make_outage, make_refusal, require
from log_gardener.trackers.github.gateway import FIRST_WAIT_SECONDS, MOST_TRIES, Gateway
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.payloads import read
from log_gardener.trackers.github.wire import Call, Failure

# GitHub takes a signed statement that lasts ten minutes at most; its own advice is to date it back by one, since clocks
# differ: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
_BACK, _AHEAD = timedelta(seconds=60), timedelta(minutes=8)

# A token that ends sooner is not begun with: a request may wait for its turn.
_LEAST_LEFT = timedelta(minutes=5)

_ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """A token as it was given."""

    token: str = field(repr=False)

    def find_token(self) -> str:
        """The token."""
        return self.token

    def renew(self) -> bool:
        """There is no other."""
        return False


class AppKeys:
    """What an App says for itself, signed with its key; good for what is about the App only.

    Raises:
        UsageError: the key is none.
    """

    def __init__(self, options: GitHubOptions, clock: Clock) -> None:
        self._app_id = options.app_id
        self._sign = AppAuth.create_jwt_sign(options.private_key, _ALGORITHM)
        self._clock = clock
        self.find_token()

    def find_token(self) -> str:
        """A new statement. PyGithub's own would be dated by the system's clock."""
        now = self._clock()
        statement = {"iat": int((now - _BACK).timestamp()), "exp": int((now + _AHEAD).timestamp())}
        try:
            signed: str | bytes = self._sign({**statement, "iss": self._app_id})
        except (PyJWTError, ValueError, TypeError):
            # What the libraries say of a key may hold it.
            msg = "app_key in [github] is no private key in PEM; the App's settings make one, to be downloaded"
            raise UsageError(msg) from None
        return signed if isinstance(signed, str) else signed.decode()

    def renew(self) -> bool:
        """A statement that was refused would be refused again."""
        return False


class _Installation(BaseModel):
    id: int


class _AccessToken(BaseModel):
    token: str
    expires_at: AwareDatetime
    permissions: dict[str, str] = {}


class InstallationKeys:
    """The token of an App's installation in a repository; another one before it ends.

    Args:
        app: asks in the App's own name.
        options: which installation, or which repository.
        clock: the present time.
    """

    def __init__(self, app: Gateway, options: GitHubOptions, clock: Clock) -> None:
        self._app = app
        self._options = options
        self._clock = clock
        self._number = options.installation_id
        self._present: _AccessToken | None = None

    def find_token(self) -> str:
        """The present token, or a new one."""
        return self._find().token

    def find_permissions(self) -> dict[str, str]:
        """What the App may do in the repository, such as `issues: write`."""
        return self._find().permissions

    def renew(self) -> bool:
        """It may have been revoked; another one is made."""
        self._present = None
        return True

    def _find(self) -> _AccessToken:
        if self._present is None or self._present.expires_at - self._clock() < _LEAST_LEFT:
            self._present = self._make()
        return self._present

    def _make(self) -> _AccessToken:
        call = Call("POST", f"/app/installations/{self._find_number()}/access_tokens", payload={})
        place = self._app.place
        for tried in range(MOST_TRIES):
            try:
                reply = require(self._app.write(call), place, CREATED)
            except LostAnswerError:
                # A token that nobody has read is no harm; it ends within the hour.
                self._app.pacing.sleep(FIRST_WAIT_SECONDS * 2.0**tried)
            else:
                return read(_AccessToken, reply.payload, place)
        raise make_outage(Failure("GitHub makes no token for the App", is_sent=True), place)

    def _find_number(self) -> str:
        if not self._number:
            place = self._app.place
            reply = self._app.get(f"/repos/{self._options.repository}/installation")
            if reply.status == NOT_FOUND:
                raise make_refusal(reply, Place(f"the App has no installation in {place.name}", is_app=True))
            self._number = str(read(_Installation, require(reply, place).payload, place).id)
        return self._number
