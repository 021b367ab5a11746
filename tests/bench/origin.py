"""An origin in a process of its own, so that its work is not counted: many feeds of forty items, which get a new one when told to.

/tagged/7   has an entity tag and answers 304 to it         /plain/7   has none, so it always comes whole
/publish    adds an item to every feed                      /restart    takes all those away again
/answers    says how often it has answered in which way
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

ITEMS = 40
BEGAN = datetime(2024, 5, 1, tzinfo=UTC)
TEXT = "The council has decided that the harbour will be <b>rebuilt</b>, &amp; the <a href='https://example.org/plan'>plan</a> is public. "
ITEM = """
<item><title>Item {id} of feed {feed}</title><link>https://example.org/{feed}/{id}</link><guid isPermaLink="false">{feed}-{id}</guid>
<pubDate>{date}</pubDate><author>a@example.org (Ada)</author><category>News</category>
<description><![CDATA[<p>{text}</p>]]></description></item>"""


@cache
def document(feed: str, published: int) -> bytes:
    """The feed's newest items, about 40 KB."""
    items = "".join(
        ITEM.format(feed=feed, id=id, date=format_datetime(BEGAN + timedelta(hours=id)), text=f"{id}: {TEXT * 6}")
        for id in range(published + ITEMS, published, -1)
    )
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {feed}</title><link>https://example.org/</link>'
    return f"{head}<description>d</description>{items}</channel></rss>".encode()


class Origin:
    """What all connections share: how many items were published since the beginning. `document` makes a feed that has so many more."""

    def __init__(self, document: Callable[[str, int], bytes] = document) -> None:
        self.published, self.document = 0, document
        self.answers: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer(request))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    def answer(self, request: bytes) -> bytes:
        """What a request gets."""
        _, kind, *feed = request.split(b" ", 2)[1].decode().split("/")
        if kind in ("publish", "restart"):
            self.published = self.published + 1 if kind == "publish" else 0
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if kind not in ("plain", "tagged"):
            return self.other(kind)
        tag = f'ETag: "{self.published}"\r\n'.encode() if kind == "tagged" else b""
        if tag and f'if-none-match: "{self.published}"'.encode() in request.lower():
            self.answers["304"] += 1
            return b"HTTP/1.1 304 Not Modified\r\n" + tag + b"\r\n"
        self.answers["200"] += 1
        body = self.document(feed[0], self.published)
        return b"HTTP/1.1 200 OK\r\n%bContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n%b" % (tag, len(body), body)

    def other(self, kind: str) -> bytes:
        """What is no feed."""
        if kind != "answers":
            self.answers["404"] += 1
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        body = json.dumps(self.answers).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def main(origin: Origin) -> None:
    """Serve on a free port of all loopback addresses, and say which."""
    server = await asyncio.start_server(origin.serve, "0.0.0.0", 0, backlog=512)  # 127.0.0.2 and so on are other hosts
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Origin()))
