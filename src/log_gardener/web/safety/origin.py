"""Where a request comes from: only our own pages may make a browser decide, and only by our own name."""

from urllib.parse import urlsplit

from log_gardener.web.safety.asked import Asked
from log_gardener.web.safety.refusal import Refusal

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# What a browser says of a request that somebody began by typing, by a bookmark, or by a page of ours.
OWN_SITES = frozenset({"", "none", "same-origin"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can ask there."""
    return host in LOOPBACK or host.startswith("127.")


def check_host(asked: Asked, hosts: frozenset[str]) -> Refusal | None:
    """Refuse a name that is not ours: a page elsewhere may have made its own name lead here (DNS rebinding).

    Args:
        asked: the request.
        hosts: names that are ours; empty for any.
    """
    name, _ = asked.find_host()
    if not hosts or name in hosts:
        return None
    known = " or ".join(sorted(hosts))
    advice = f"This page is served under {known} only. To serve it under another name, add it to serve.hosts."
    return Refusal(421, "asked for under a name that is not ours", advice)


def check_site(asked: Asked) -> Refusal | None:
    """Refuse what a page of another origin makes a browser do; links to here are no such thing."""
    site = asked.headers.get("sec-fetch-site", "")
    is_link = asked.headers.get("sec-fetch-mode") == "navigate" and asked.headers.get("sec-fetch-dest") == "document"
    if site not in OWN_SITES and not (asked.method == "GET" and is_link and not asked.is_of_api):
        return _refuse_site()
    origin = asked.headers.get("origin")
    # Where a browser tells no origin, the token of the form decides alone.
    if origin is not None and not asked.is_safe and not _is_own(origin, asked):
        return _refuse_site()
    return None


def _is_own(origin: str, asked: Asked) -> bool:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    # The scheme is that of the connection to us, which a proxy may have made of https.
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and parts.netloc == asked.find_host()[1]


def _refuse_site() -> Refusal:
    advice = "Only pages of this server may do that. Open the page itself, and do it there."
    return Refusal(403, "asked for by a page of another origin", advice)
