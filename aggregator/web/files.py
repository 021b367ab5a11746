"""Published files over HTTP: right media types, validators, conditional requests (RFC 9110 section 13)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aggregator.core import identity

MEDIA_TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json",
    ".css": "text/css; charset=utf-8",
}
BROWSER_XML = "text/xml; charset=utf-8"  # a browser offers application/rss+xml for download, and without a charset shows mojibake
MAX_AGE = 300  # seconds a reader may keep a feed without asking


class Published:
    """Serves the files below one folder, and nothing outside of it."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._etags: dict[Path, tuple[int, int, str]] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer GET and HEAD for one file."""
        path = self._path(request.path_params["path"])
        try:
            body, stamp = path.read_bytes(), path.stat()
        except OSError as error:
            raise HTTPException(404) from error
        headers = {
            "ETag": self._etag(path, body, (stamp.st_mtime_ns, stamp.st_size)),
            "Last-Modified": format_datetime(datetime.fromtimestamp(int(stamp.st_mtime), UTC), usegmt=True),
            "Cache-Control": f"public, max-age={MAX_AGE}",
            "Vary": "Accept-Encoding, Sec-Fetch-Dest",
            "X-Content-Type-Options": "nosniff",
        }
        if is_fresh(request, headers["ETag"], int(stamp.st_mtime)):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type(path, request), headers=headers)

    def _path(self, relative: str) -> Path:
        if "\0" in relative or str(PurePosixPath(relative)) != relative:  # a slash too many
            raise HTTPException(404)
        path = (self._root / relative).resolve()
        if path.suffix not in MEDIA_TYPES or not path.is_relative_to(self._root):
            raise HTTPException(404)
        return path

    def _etag(self, path: Path, body: bytes, version: tuple[int, int]) -> str:
        known = self._etags.get(path)
        if known is None or known[:2] != version:
            known = (*version, f'"{identity.body_digest(body)}"')
            self._etags[path] = known
        return known[2]


def media_type(path: Path, request: Request) -> str:
    """The feed's own type, or one that a browser shows when a person opens the address."""
    if path.suffix in (".rss", ".atom") and request.headers.get("sec-fetch-dest") == "document":
        return BROWSER_XML
    return MEDIA_TYPES[path.suffix]


def is_fresh(request: Request, etag: str, modified: int) -> bool:
    """Whether what the client holds is current; If-None-Match goes before If-Modified-Since (RFC 9110 section 13.2.2)."""
    if tags := request.headers.get("if-none-match"):
        return tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = request.headers.get("if-modified-since", "")
    try:
        return modified <= datetime.strptime(since, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return False
