"""Links in the header of an answer (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

_LINK = re.compile(r'<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)')
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))')


def related(field: str, relation: str, *, base: str) -> str:
    """The first target of a Link field with this relation type, absolute; empty where there is none."""
    return next((urljoin(base, target) for target, relations in _links(field) if target and relation in relations), "")


def _links(field: str) -> Iterator[tuple[str, list[str]]]:
    """Targets with their relation types, which are compared without case; of several `rel` the first counts (section 3.3)."""
    for target, parameters in _LINK.findall(field):
        named: dict[str, str] = {}
        for name, quoted, token in _PARAMETER.findall(parameters):
            named.setdefault(name.lower(), quoted or token)
        if "anchor" not in named:  # such a link is about another resource (section 3.2)
            yield target.strip(), named.get("rel", "").lower().split()
