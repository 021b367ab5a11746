"""What a request that changes something says: a form or a JSON object of texts, within bounds."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 64 * 1024
MOST_FIELDS = 20
FORM = "application/x-www-form-urlencoded"


class TooLarge(Exception):
    """The body is longer than MOST_BYTES."""


async def read(request: Request, *, most: int) -> bytes:
    """The body. Raises TooLarge."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise TooLarge
    return bytes(body)


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of the body. Raises TooLarge, or ValueError in words where it is neither a form nor an object of texts."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read(request, most=MOST_BYTES)
    if kind == FORM:
        return _of_form(body)
    if kind == "application/json":
        return _of_object(body)
    raise ValueError(f"Send the fields as {FORM} or as application/json.")


def _of_form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError:
        raise ValueError(f"The form can't be read: send at most {MOST_FIELDS} fields, in UTF-8.") from None


def _of_object(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("The body is not JSON.") from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise ValueError("The body has to be a JSON object whose values are texts.")
    for value in given.values():
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ValueError("A text holds a half of a character.")
    return given
