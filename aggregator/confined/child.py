"""A child: `python -m aggregator.confined.child LIMITS KIND=MODULE:CLASS ...` reads one body after another for the pool."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pkgutil import resolve_name
from typing import BinaryIO

from aggregator.confined import frames
from aggregator.confined.limits import Limits
from aggregator.confined.question import Question, understood
from aggregator.core import jsonable
from aggregator.core.bodies import read_body
from aggregator.model import LONG_AGO, Failed, Fetched, Source
from aggregator.ports import SourceKind

PR_SET_PDEATHSIG = 1  # prctl(2)
_PAGE = resource.getpagesize()


def main() -> None:
    """Answer questions until no more come. What is printed on the way goes nowhere."""
    limits = jsonable.load(Limits, os.fsencode(sys.argv[1]))
    end_with_parent()
    kinds = loaded(sys.argv[2:])
    idle = confine(limits)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        answers.write(frames.packed(frames.READY))
        answers.flush()
        for answer in answered(sys.stdin.buffer, kinds, limits, idle=idle):
            answers.write(answer)
            answers.flush()


def end_with_parent() -> None:
    """Be killed with the parent, also in the middle of a body, where Linux can do that; elsewhere the CPU limit ends this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def loaded(targets: Sequence[str]) -> dict[str, SourceKind]:
    """The kinds by name, and all that they load on first use: the first body is to be read in time, and limits count from here."""
    kinds: dict[str, SourceKind] = {}
    for name, _, target in (word.partition("=") for word in targets):
        kind: SourceKind = resolve_name(target)()
        with suppress(Exception):
            nothing = Fetched(url="https://example.org/", body=b"<rss><channel><item><title>1</title></item></channel></rss>")
            read_body(kind, Source(name=name, url=nothing.url, kind=name), nothing, now=LONG_AGO)
        kinds[name] = kind
    return kinds


def confine(limits: Limits) -> int:
    """No more memory than `limits.memory` bytes beyond what is in use, no file written, no core dumped. Returns what is in use."""
    idle = address_space()
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, idle + limits.memory),
    ):
        with suppress(ValueError, OSError):  # a system that knows no such limit; time still has its bound
            resource.setrlimit(which, (most, most))
    return idle


def address_space() -> int:
    """Bytes of address space in use, or a guess where the system does not tell."""
    sizes = _sizes()
    return int(os.pread(sizes, 128, 0).split()[0]) * _PAGE if sizes >= 0 else 2**30


@cache
def _sizes() -> int:
    """The file that tells this process's sizes, open from now on, or -1 where there is none."""
    with suppress(OSError):
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    return -1


def answered(questions: BinaryIO, kinds: Mapping[str, SourceKind], limits: Limits, *, idle: int) -> Iterator[bytes]:
    """A frame for each question; the last of them when this child has done enough or has grown too much."""
    for number in range(1, limits.bodies + 1):
        source, asked, body = (frames.take(questions) for _ in range(3))
        if source is None or asked is None or body is None:
            return
        allow_cpu(limits)
        tag, data = answer(understood(source), jsonable.load(Question, asked), body, kinds, limits)
        grown = address_space() > idle + limits.memory // 2
        last = tag == frames.BROKEN or number == limits.bodies or grown
        yield frames.packed(tag, data, last=last)
        if last:
            return


def allow_cpu(limits: Limits) -> None:
    """CPU time for one more body: ends this process where the pool, which has the shorter limit, is there no more to do so."""
    allow_seconds(int(time.process_time() + limits.seconds) + 2)


@lru_cache(maxsize=1)
def allow_seconds(most: int) -> None:
    """Whole seconds of CPU time since the beginning, set once for all bodies that begin in the same one."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def answer(source: Source, question: Question, body: bytes, kinds: Mapping[str, SourceKind], limits: Limits) -> tuple[bytes, bytes]:
    """The tag and bytes of the answer."""
    try:
        kind, known, repeated = kinds[source.kind], frozenset(question.known), frozenset(question.repeated)
        found = read_body(kind, source, question.fetched(body), now=question.now, known=known, repeated=repeated)
        data = jsonable.dump(found)
    except MemoryError:
        return frames.FAILED, jsonable.dump(limits.too_big(source))
    except Exception:  # noqa: BLE001 - a fault of a kind is told to the pool, which passes it on as one
        return frames.BROKEN, traceback.format_exc().encode("utf-8", "replace")[-8192:]
    if len(data) > limits.answer:
        return frames.FAILED, jsonable.dump(limits.too_much(source))
    return (frames.FAILED if isinstance(found, Failed) else frames.CONTENTS), data


if __name__ == "__main__":
    main()
