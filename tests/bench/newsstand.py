"""An origin of recorded feeds, in a process of its own: as tests/bench/origin.py, whose generated ones it has where none are recorded."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from functools import cache

from tests.bench import origin, recorded


def stock(bodies: list[bytes]) -> Callable[[str, int], bytes]:
    """What makes each feed: the recorded ones in turn, from the second turn on under ids of their own."""

    @cache
    def document(feed: str, published: int) -> bytes:
        turn, which = divmod(int(feed), len(bodies))
        return recorded.copied(recorded.with_news(bodies[which], published), turn)

    return document if bodies else origin.document


def facts(document: Callable[[str, int], bytes], bodies: list[bytes], feeds: int) -> dict[str, float]:
    """How many recorded documents there are, and the bytes of a feed in the mean."""
    return {"recorded": len(bodies), "bytes": sum(len(document(str(feed), 0)) for feed in range(feeds)) / feeds}


if __name__ == "__main__":
    found = recorded.bodies()
    document = stock(found)
    sys.stdout.write(json.dumps(facts(document, found, int(sys.argv[1]))) + "\n")
    asyncio.run(origin.main(origin.Origin(document)))
