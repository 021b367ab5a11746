"""Where the feeds of an address are by what is known of its site, and where they may be on any site."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, quote, urlsplit, urlunsplit

_WELL_KNOWN = ("/feed", "/rss", "/atom.xml", "/feed.xml", "/rss.xml", "/index.xml", "/feed.json")
_YOUTUBE = ("youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be")
_REDDIT = ("reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com", "sh.reddit.com")
_GITHUB_PAGES = frozenset(
    {"about", "apps", "collections", "enterprise", "explore", "features", "login", "marketplace", "orgs", "pricing", "settings", "sponsors",
     "topics", "trending"}
)  # fmt: skip
_FEDIVERSE = re.compile(r"/(?:@[\w.-]+(?:@[\w.-]+)?|tags/[^/]+)")
_ACCOUNT = re.compile(r"(?:acct:|@)([\w.-]+)@([\w.-]+(?::\d+)?)", re.IGNORECASE)
_FEED_SCHEME = re.compile("feed:(.+)", re.IGNORECASE)
_CHANNEL = re.compile(r'(?:"(?:externalId|channelId)":"|/channel/|itemprop="(?:identifier|channelId)" content=")(UC[\w-]{22})')


def known_feeds(url: str) -> list[str]:
    """The feeds of an address on a site whose feeds follow a rule: YouTube, Reddit, GitHub. The likeliest first."""
    parts = _parts(url)
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    if parts and host in _YOUTUBE:
        return _youtube(parts)
    if parts and host in _REDDIT:
        return _reddit(parts)
    return _github(parts) if parts and host == "github.com" else []


def feeds_in_page(url: str, text: str) -> list[str]:
    """The feeds that a page does not declare, but that follow from what stands in it: the channel behind a YouTube handle."""
    parts = _parts(url)
    channel = _CHANNEL.search(text) if parts and (parts.hostname or "").removeprefix("www.") in _YOUTUBE else None
    return [_youtube_feed("channel_id", channel[1])] if channel else []


def likely_feeds(url: str) -> list[str]:
    """Where the feeds of any site may be: those of a Mastodon profile or tag, then below the address, then at the site's root."""
    parts = _parts(url)
    if not parts:
        return []
    path = parts.path.rstrip("/")
    name = re.fullmatch(r"/users/([\w.-]+)", path)
    profile = [_with(parts, f"/@{name[1]}.rss")] if name else []
    fediverse = [*profile, _with(parts, f"{path}.rss")] if name or _FEDIVERSE.fullmatch(path) else []
    below = [_with(parts, f"{path}/feed")] if path and "." not in path.rpartition("/")[2] else []
    return list(dict.fromkeys([*fediverse, *below, *(_with(parts, known) for known in _WELL_KNOWN)]))


def typed_address(text: str) -> str:
    """What a person or a list means by an address: `feed:` stands before or for http (the draft of 2003), `@user@host` for a profile."""
    text = text.strip()
    if profile := _ACCOUNT.fullmatch(text):
        return f"https://{profile[2]}/@{profile[1]}"
    if not (feed := _FEED_SCHEME.fullmatch(text)):
        return text
    return feed[1] if feed[1].lower().startswith(("http:", "https:")) else f"http://{feed[1].lstrip('/')}"


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _with(parts: SplitResult, path: str, query: str = "") -> str:
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _youtube(parts: SplitResult) -> list[str]:
    query = parse_qs(parts.query)
    playlist = [_youtube_feed("playlist_id", query["list"][0])] if "list" in query else []
    steps = [step for step in parts.path.split("/") if step]
    if steps[:1] == ["channel"] and len(steps) > 1:
        return [*playlist, _youtube_feed("channel_id", steps[1])]
    if steps[:1] == ["user"] and len(steps) > 1:
        return [*playlist, _youtube_feed("user", steps[1])]
    return playlist


def _youtube_feed(key: str, value: str) -> str:
    return f"https://www.youtube.com/feeds/videos.xml?{key}={quote(value, safe='')}"


def _reddit(parts: SplitResult) -> list[str]:
    path = parts.path.rstrip("/")
    if path.endswith(".rss"):
        return []
    listed = re.fullmatch(r"/(?:r|u|user)/.+", path) or not path
    return [urlunsplit(("https", "www.reddit.com", f"{path}/.rss", parts.query, ""))] if listed else []


def _github(parts: SplitResult) -> list[str]:
    steps = [step for step in parts.path.split("/") if step]
    if not steps or steps[0] in _GITHUB_PAGES or steps[-1].endswith(".atom"):
        return []
    if len(steps) == 1:
        return [f"https://github.com/{steps[0]}.atom"]
    project = f"https://github.com/{steps[0]}/{steps[1].removesuffix('.git')}"
    if len(steps) > 3 and steps[2] in ("commits", "tree"):
        return [f"{project}/commits/{'/'.join(steps[3:])}.atom"]
    kinds = ("releases", "commits", "tags")
    asked = steps[2] if len(steps) > 2 and steps[2] in kinds else "releases"
    return [f"{project}/{kind}.atom" for kind in sorted(kinds, key=lambda kind: kind != asked)]
