"""Addresses that may be written into a document: absolute, http or https, percent-encoded."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit, urlunsplit

from aggregator.core.characters import one_line

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:@\[\]-]+")
_SECRET = re.compile(
    r"(?i).*(?:token|secret|passw|pwd|credential|signature|session|sessid|authori[sz]ation|(?:api|access|auth)[_-]?key).*"
    "|o?auth|key|pass|sig|sid|hmac|e-?mail"
)
_BRACKETS = str.maketrans({"[": "%5B", "]": "%5D"})


@lru_cache(maxsize=512)
def http_url(url: str) -> str:
    """The URL in its RFC 3986 spelling, or empty where it is not an absolute http or https URL."""
    from w3lib.url import safe_url_string  # with all of urllib behind it, for those who write addresses

    try:
        parts = urlsplit(_STRAY_PERCENT.sub("%25", safe_url_string(one_line(url))))
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and _AUTHORITY.fullmatch(parts.netloc)
    except ValueError:  # an impossible port, host or IPv6 address
        return ""
    return urlunsplit((*parts[:2], *(part.translate(_BRACKETS) for part in parts[2:]))) if usable else ""


@lru_cache(maxsize=1024)
def public_url(url: str) -> str:
    """The same without what may be secret: user, password, query and fragment."""
    parts = urlsplit(http_url(url))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def page_url(url: str) -> str:
    """The address of a page that anybody may be led to: without user, password and fragment, and without parameters named as secrets are.

    >>> page_url("https://me:pw@a.example/index.php?rubrique=7&token=x#top")
    'https://a.example/index.php?rubrique=7'
    """
    parts = urlsplit(http_url(url))
    open_to_all = (pair for pair in parts.query.split("&") if not _SECRET.fullmatch(unquote(pair.partition("=")[0])))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "&".join(open_to_all), ""))
