"""What goes wrong between us and an origin, told so that a person knows what to do; addresses are shown without secrets."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from aggregator.core.hosts import host_of
from aggregator.errors import AggregatorError
from aggregator.model import NOTHING, Failed, FailureKind

ADVICE: Mapping[FailureKind, str] = {
    "dns": "Check the spelling of the address; if it is right, the site has gone or a name server is down.",
    "connect": "The site may be down or refuse this machine: try it in a browser; polling goes on by itself.",
    "tls": "Ask the site to mend its certificate, or use the address that its certificate is for; check this machine's clock.",
    "timeout": "The site is slow or hangs; polling goes on by itself. A higher fetch.timeout gives it longer.",
    "gone": "The feed was taken down for good, so polling has stopped. Look for a new address, or fetch the source by name to try again.",
    "bot_wall": "The site wants a browser. Look for another address of the feed, or ask the site to let feed readers through.",
    "blocked_address": "If this network is meant to be reached, name it in allow_networks of the source or of [fetch].",
    "redirects": "Open the address in a browser and configure the one it ends at.",
    "encoding": "The site sends broken or unknown compression; polling goes on by itself.",
    "protocol": "The site's server or something on the way to it is faulty; polling goes on by itself.",
    "empty": "The site answered with nothing; polling goes on by itself.",
    "robots": "The site wants no programs on this page: ask it, or take what the feed itself has, with full_text = false.",
    "no_robots": "The site's rules are asked for again within the hour.",
    "bad_source": "Correct the source in the configuration.",
}
STATUS_ADVICE = {
    401: "The site wants a login: set an Authorization header in the source's headers.",
    403: "The site refuses this program: it may want a login, or another user_agent.",
    404: "The feed is not there: look on the site for its new address.",
    429: "The site asked to be polled less often, and will be.",
    451: "The site may not show this here, for legal reasons.",
}


class FetchError(AggregatorError):
    """An exchange that brought nothing; `failed` is what it comes to for the pipeline. Never leaves this folder's client."""

    def __init__(
        self, kind: FailureKind, message: str, *, advice: str = "", status: int = 0, headers: Mapping[str, str] = NOTHING, host: str = ""
    ) -> None:
        super().__init__(message)
        self.failed = Failed(kind=kind, message=message, advice=advice or ADVICE.get(kind, ""), status=status, headers=headers, host=host)


def scrubbed(url: str) -> str:
    """An address fit for logs and screens: without user name, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2] if parts.port != 0 else ""  # what is no port may be half a password
    except ValueError:
        return "an unreadable address"
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"


def refused_status(where: str, status: int, headers: Mapping[str, str]) -> FetchError:
    """What a status that is neither success nor redirect means."""
    kind: FailureKind = "gone" if status == HTTPStatus.GONE else "status"
    advice = STATUS_ADVICE.get(status, "" if kind == "gone" else "The site has a fault of its own; polling goes on by itself.")
    text = f"{where}: the site answered {status}{_phrase(status)}"
    return FetchError(kind, text, advice=advice, status=status, headers=headers, host=host_of(where))


def asked_to_wait(host: str, status: int, headers: Mapping[str, str]) -> FetchError:
    """For those who wait for a turn at a host that has just asked for no more requests: they make none."""
    text = f"{host}: the site answered {status} to another request a moment ago, so this one was not made"
    return FetchError("status", text, advice=STATUS_ADVICE[429], status=status, headers=headers, host=host)


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def unresolved(host: str, error: OSError | UnicodeError) -> FetchError:
    """What a name that can't be resolved means."""
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return FetchError("dns", f"{host}: the name servers did not answer")
    return FetchError("dns", f"{host}: there is no such host")
