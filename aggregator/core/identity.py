"""Who is who: ids that never change, URLs without trackers, digests of what people read."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from urllib.parse import urljoin, urlsplit, urlunsplit
from uuid import UUID

import xxhash

from aggregator.core.links import public_url
from aggregator.model import IdentityPolicy, Incident, RawItem, Source

_NAMESPACE = UUID("6f0a8a43-5b0e-5c0d-9a55-0d4b6f7c3e21").bytes
_FREE = ~(0xF << 76 | 0x3 << 62)  # all bits of a UUID but those of its version and variant
_VERSION_5 = 0x5 << 76 | 0x2 << 62
_LAST_NUMBER = re.compile(r"-(\d+)/?$")
_TRACKER = re.compile(
    r"(?i)(?:utm_\w*|mtm_\w*|pk_\w+|hsa_\w+|_hs\w+|vero_\w+|oly_\w+|(?:fb|g|dc|tw|y|ms|ttc)clid|gclsrc|gbraid|wbraid|msclkid|igshid|mc_[ce]id|mkt_tok|wt_?mc|wt_zmc"
    r"|ns_\w+|spm|at_medium|at_campaign|at_custom\d*|cmpid|ocid|ftag|ref_src|ref_url|s_cid|sr_share|xtor|srsltid|guccounter|guce_\w+|__twitter_impression)"
)


def guid_of(raw: RawItem, policy: IdentityPolicy) -> str:
    """The upstream's own id as files and feeds show it: the number that ends the link's path, or the entry's guid, or ""."""
    if policy == "link-number" and (number := link_number(raw.link)):
        return number
    return raw.guid


def link_number(link: str) -> str:
    """The digits after the last hyphen of the link's path, as in `/news/economy/article-2669387`, or ""."""
    found = _LAST_NUMBER.search(_path(link))
    return found[1] if found else ""


def item_id(raw: RawItem, source: Source) -> str:
    """The item's UUID (version 5) in text form, by the source's identity policy. Never fails: guid, link, then title, date and text decide.

    Ids belong to a source, but for "link-number" and links under that policy, which belong to the site: an article that comes through
    three of its feeds is one item.
    """
    return _uuid(*_key(raw, source))


def apart(item: str, part: str) -> str:
    """An id made of one that is not enough to tell entries apart and of what does: version 8 (RFC 9562 section 5.8), so it shows."""
    made = _uuid("apart", item, part)
    return f"{made[:14]}8{made[15:]}"


def is_apart(item: str) -> bool:
    """Whether an id was made by `apart`."""
    return item[14:15] == "8"


def translation_id(item: str, language: str) -> str:
    """The UUID of an item's translation into one language."""
    return _uuid("translation", item, language)


def incident_id(incident: Incident) -> str:
    """The id of an incident, from its beginning to its end."""
    return _uuid("incident", incident.kind, incident.subject, incident.key)


def digest(*texts: str) -> str:
    """128 bits of XXH3 over the texts, in hexadecimal; equal exactly where all texts are."""
    return xxhash.xxh3_128_hexdigest(encode(*texts))


def stamp(*texts: str) -> int:
    """64 bits of XXH3 over the texts, for what is looked for among few."""
    return xxhash.xxh3_64_intdigest(encode(*texts))


def body_digest(body: bytes) -> str:
    """128 bits of XXH3 over a whole body, in hexadecimal."""
    return xxhash.xxh3_128_hexdigest(body)


def encode(*parts: str) -> bytes:
    """The parts as netstrings, so that different parts never give the same bytes."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join([b"%d:%b," % (len(part), part) for part in encoded])


def absolute_url(link: str, *bases: str) -> str:
    """The link joined to the first base that makes it absolute; the link itself where none does."""
    link = link.strip()
    for base in ("", *filter(None, bases)):
        try:
            joined = urljoin(base, link)
            parts = urlsplit(joined)
            if parts.scheme and parts.netloc:
                return joined
        except ValueError:
            continue
    return link


def canonical_url(url: str) -> str:
    """One spelling of many: sorted query without trackers, normalized escapes, no user, default port or fragment but `#!` and `#/`."""
    from w3lib.url import canonicalize_url  # with all of urllib behind it, for those who read entries

    try:
        parts = urlsplit(url.strip())
        query = "&".join(pair for pair in parts.query.split("&") if not _TRACKER.fullmatch(pair.partition("=")[0]))
        routed = parts.fragment.startswith(("!", "/"))
        port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in (("http", 80), ("https", 443)) else ""
        host = parts.netloc.rpartition("@")[2].lower().removesuffix(f":{parts.port}") + port
        return str(canonicalize_url(urlunsplit(parts._replace(netloc=host, query=query)), keep_fragments=routed))
    except (ValueError, UnicodeError):
        return url.strip()


def _key(raw: RawItem, source: Source) -> tuple[str, ...]:
    if source.identity == "guid" and (guid := raw.guid.strip()):
        return ("guid", source.name, guid)
    if source.identity == "content":
        return _content(raw, source)
    link = absolute_url(raw.link, source.link_base, raw.base, public_url(source.url)) if raw.link.strip() else ""
    if source.identity == "link-number" and link:
        number = link_number(link)
        return ("number", _site(link), number) if number else ("page", spelling(link))
    if link:
        return ("link", source.name, spelling(link))
    return _content(raw, source)


def _content(raw: RawItem, source: Source) -> tuple[str, ...]:
    published = raw.published.isoformat() if isinstance(raw.published, datetime) else str(raw.published or "")
    return ("text", source.name, raw.title.strip(), published, (raw.html or raw.text or raw.summary).strip())


def spelling(link: str) -> str:
    """The canonical link without scheme and `www.`, which sites change and articles survive."""
    return canonical_url(link).partition("://")[2].removeprefix("www.") or link


def address(link: str) -> str:
    """The link's spelling with its fragment, which may be all that tells two links apart."""
    fragment = link.partition("#")[2]
    return f"{spelling(link)}#{fragment}" if fragment else spelling(link)


def _site(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _path(link: str) -> str:
    try:
        return urlsplit(link.strip()).path
    except ValueError:
        return ""


def _uuid(*parts: str) -> str:
    """RFC 9562 section 5.5, on bytes: the library's uuid5 fails on lone surrogates."""
    name = hashlib.sha1(_NAMESPACE + encode(*parts), usedforsecurity=False).digest()
    figures = f"{int.from_bytes(name[:16]) & _FREE | _VERSION_5:032x}"
    return f"{figures[:8]}-{figures[8:12]}-{figures[12:16]}-{figures[16:20]}-{figures[20:]}"
