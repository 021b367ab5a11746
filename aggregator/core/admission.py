"""Who may come in: the operator by a token, the reader of one feed by that feed's own, no page of another site on a person's behalf."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aggregator.core.slugs import feed_stem

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
FEED_TOKEN_BYTES = 18  # 144 bits, 24 characters


@dataclass(frozen=True, slots=True)
class Keys:
    """The operator's token, and the tokens of feeds that follow from it: nothing is stored, and another token makes all others new."""

    token: str = field(repr=False)

    def admits(self, authorization: str) -> bool:
        """Whether an Authorization field holds the token: `Bearer`, or `Basic` with any user name and the token for a password."""
        scheme, _, credentials = authorization.partition(" ")
        match scheme.lower():
            case "bearer":
                return self.is_token(credentials.strip())
            case "basic":
                return self.is_token(_password(credentials.strip()))
        return False

    def is_token(self, given: str) -> bool:
        """Whether a text is the token."""
        return _same(given, self.token)

    def of_feed(self, path: str) -> str:
        """The token of a feed by the path of any document of it: the same for its formats, its bilingual variant and its archives."""
        name = "/".join(feed_stem(path))
        digest = hmac.digest(self.token.encode(), f"feed\n{name}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:FEED_TOKEN_BYTES]).decode()

    def opens_feed(self, path: str, given: str) -> bool:
        """Whether a text is the token of this feed."""
        return _same(given, self.of_feed(path))


def _same(given: str, wanted: str) -> bool:
    """In a time that says nothing about where they differ, nor how long the wanted one is."""
    first, second = (hashlib.sha256(text.encode(errors="replace")).digest() for text in (given, wanted))
    return hmac.compare_digest(first, second)


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def answers_for(host: str, names: Collection[str]) -> bool:
    """Whether a Host field names us: an address, this machine, or one of the names, whatever the port.

    Only a name can be made to point here by somebody else (DNS rebinding), an address can't.
    """
    match = _HOST.fullmatch(host.lower())
    name = match[1].strip("[]") if match else ""
    return bool(name) and (name in ("localhost", *names) or _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_own_page(*, origin: str, site: str, host: str, base_url: str) -> bool:
    """Whether a request that changes something comes from a page of ours, or from no page at all.

    `origin` and `site` are the fields Origin and Sec-Fetch-Site, empty where there is none. Browsers send them and let no page change them.
    """
    if site not in ("", "same-origin", "none"):
        return False
    if not origin:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() in (host.lower(), urlsplit(base_url).netloc.lower())
