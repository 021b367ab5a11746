"""The table [web]: for whom the pages and feeds are, and who may act."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema, model_validator

from aggregator.config.secrets import REFERENCE, Place, Secret, is_reference, resolve
from aggregator.config.table import Table
from aggregator.config.values import LAX, REFERENCE_SCHEMA, unique
from aggregator.config.words import quoted

SHORTEST = 20  # characters of a token
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?")


def token(value: object, info: ValidationInfo[Place]) -> Secret:
    """The operator's token, which never stands in the file itself."""
    if not is_reference(value):
        raise ValueError(f"a token does not belong into this file; {REFERENCE}")
    text = resolve(value, info.context)
    if len(text) < SHORTEST or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(f"is too short or not of ASCII: take at least {SHORTEST} characters, such as `openssl rand -hex 32` prints")
    return Secret(text)


def host(value: str) -> str:
    """A host's name, without a port."""
    if not _HOST.fullmatch(value.lower()):
        raise ValueError(f"{quoted(value)} is no host's name; write it without http:// and without a port, such as news.example.org")
    return value.lower()


Token = Annotated[str, PlainValidator(token), WithJsonSchema({"anyOf": REFERENCE_SCHEMA})]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(host)], ...], LAX, AfterValidator(unique)]


class Web(Table):
    """Who may see and do what over HTTP."""

    token: Token | None = Field(
        default=None,
        description="The operator's token, a secret. Without it nobody can act on pages, and only this machine reaches them.",
    )
    hosts: Hosts = Field(
        default=(),
        description="Names that the server answers for, besides localhost, that of site.base_url, and addresses: others are refused.",
    )
    private: bool = Field(default=False, description="Let only those with the token see pages and feeds.")
    feed_tokens: bool = Field(
        default=False,
        description="Give every feed an address of its own that can't be guessed, for readers that know no passwords; with private. "
        "`aggregator feeds` prints them.",
    )

    @model_validator(mode="after")
    def _has_a_key_to_its_locks(self) -> Self:
        """Check that what is locked can be opened, and that nothing tells what it should not."""
        if self.private and not self.token:
            raise ValueError("private means nothing without a token; set it, or remove private")
        if self.feed_tokens and not self.private:
            raise ValueError("feed_tokens hides feeds that everybody can read on the pages; set private = true too, or remove it")
        return self
