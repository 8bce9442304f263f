"""Our own account: its login, and in whose name everything is asked."""

from pydantic import BaseModel

from log_gardener.errors import TrackerError
from log_gardener.trackers.github.failures import FORBIDDEN, require
from log_gardener.trackers.github.gateway import Gateway, Pacing
from log_gardener.trackers.github.keys import InstallationKeys, TokenKeys
from log_gardener.trackers.github.options import INSTALLATION_PREFIX, GitHubOptions
from log_gardener.trackers.github.payloads import User, read

# What GitHub appends to an App's short name for the account that its tickets are written by.
BOT = "[bot]"


class _App(BaseModel):
    slug: str


class Account:
    """Who we are.

    Args:
        options: whose token, or which App.
        app: asks in the App's own name; `None` for a token.
        keys: of the token or the installation.
    """

    def __init__(self, options: GitHubOptions, app: Gateway | None, keys: TokenKeys | InstallationKeys) -> None:
        self._options = options
        self._app = app
        self._keys = keys
        self._login = options.login

    @property
    def is_person(self) -> bool:
        """Whether the repository tells our role; it does not to installations of Apps."""
        return self._app is None and not self._options.token.startswith(INSTALLATION_PREFIX)

    def find_login(self, gateway: Gateway) -> str:
        """Our login; asked for once.

        Raises:
            TrackerError: the token may not ask, or is no good.
        """
        if not self._login:
            self._login = self._ask_user(gateway) if self._app is None else self._ask_app(self._app)
        return self._login

    def find_permissions(self) -> dict[str, str]:
        """What an App may do, such as `issues: write`; empty for a token."""
        return self._keys.find_permissions() if isinstance(self._keys, InstallationKeys) else {}

    def _ask_user(self, gateway: Gateway) -> str:
        reply = gateway.get("/user")
        if reply.status == FORBIDDEN:
            msg = (
                f"{gateway.place.spelt}: the token may not ask whose it is; set login in [github] to its account,"
                ' in a workflow of GitHub Actions "github-actions[bot]"'
            )
            raise TrackerError(msg)
        return read(User, require(reply, gateway.place).payload, gateway.place).login

    def _ask_app(self, app: Gateway) -> str:
        return read(_App, require(app.get("/app"), app.place).payload, app.place).slug + BOT


def find_app_pacing(pacing: Pacing) -> Pacing:
    """How an App asks for its tokens: nobody sees them, so they need no space between."""
    return Pacing(pacing.clock, pacing.sleep, 0.0, pacing.patience)
