"""Templates of titles and summaries, checked for what stands in their braces."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from aggregator.config.words import meant, quoted
from aggregator.core.templates import SHARED, placeholders


def template(value: str, *, of: str) -> str:
    """A template that holds the text it is `of`, and otherwise knows what stands in its braces."""
    known, found = (of, *SHARED), placeholders(value)
    for name in found:
        if name not in known:
            advice = meant(name, known) or f"; there are {', '.join(f'{{{each}}}' for each in known)}"
            raise ValueError(f"{quoted(value)} has the unknown placeholder {{{name}}}{advice}")
    if of not in found:
        raise ValueError(f"{quoted(value)} lacks {{{of}}}: every entry would say the same")
    return value


TitleTemplate = Annotated[str, AfterValidator(lambda value: template(value, of="title"))]
SummaryTemplate = Annotated[str, AfterValidator(lambda value: template(value, of="summary"))]
