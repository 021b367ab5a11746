"""What the exceptions of a transport mean; loaded, with the libraries that raise them, when the first exchange breaks."""

from __future__ import annotations

import ssl

import h11
import httpcore

from aggregator.fetch.failures import FetchError
from aggregator.model import FailureKind

ERRORS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ProxyError,
    h11.ProtocolError,
    OSError,
)


def broken_exchange(where: str, error: Exception) -> FetchError:
    """What an exception of the transport means. The library's own words stay out: they may hold what the server sent."""
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLError):
        return FetchError("tls", f"{where}: no secure connection: {_tls_reason(cause)}")
    for kinds, kind, text in TRANSPORT:
        if isinstance(error, kinds):
            return FetchError(kind, f"{where}: {text}")
    return FetchError("connect", f"{where}: the connection failed")


TRANSPORT: tuple[tuple[type[Exception] | tuple[type[Exception], ...], FailureKind, str], ...] = (
    (httpcore.ConnectTimeout, "timeout", "the site did not accept a connection in time"),
    (httpcore.TimeoutException, "timeout", "the site stopped answering"),
    (httpcore.ProxyError, "connect", "the proxy refused the connection"),
    (httpcore.ConnectError, "connect", "the site accepts no connection"),
    ((h11.LocalProtocolError, httpcore.LocalProtocolError), "bad_source", "a configured header can't be sent"),
    (
        (h11.RemoteProtocolError, httpcore.RemoteProtocolError),
        "protocol",
        "the site broke off its answer, or answered with something that is not HTTP, or without end",
    ),
    ((OSError, httpcore.ReadError, httpcore.WriteError), "connect", "the site cut the connection"),
)


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    return (error.reason or "handshake failed").replace("_", " ").lower()
