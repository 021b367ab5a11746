"""What went wrong for long, as an Atom feed for who operates the program (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence

from feedgen.feed import FeedGenerator

from aggregator.core.characters import one_line
from aggregator.core.identity import incident_id
from aggregator.model import LONG_AGO, Incident

PATH = "/operations.atom"
NAME = "urn:aggregator:operations"
NOTHING = "There is nothing more to say of it."


def atom(incidents: Sequence[Incident], *, title: str, base_url: str) -> bytes:
    """The last changed first; an incident keeps its id and becomes an update when it is over."""
    generator = FeedGenerator()
    generator.id(f"{base_url}{PATH}" if base_url else NAME)
    generator.title(one_line(f"{title}: operations"))
    generator.author({"name": one_line(title) or "aggregator"})
    generator.language("en")
    generator.generator("aggregator")
    if base_url:
        generator.link(href=f"{base_url}{PATH}", rel="self", type="application/atom+xml")
    for incident in sorted(incidents, key=lambda each: (each.updated, each.kind, each.subject, each.key), reverse=True):
        _add(generator, incident)
    generator.updated(max((incident.updated for incident in incidents), default=LONG_AGO))
    data: bytes = generator.atom_str()
    return data


def _add(generator: FeedGenerator, incident: Incident) -> None:
    lasted = incident.ended is not None and incident.ended != incident.began
    entry = generator.add_entry(order="append")
    entry.id(f"urn:uuid:{incident_id(incident)}")
    entry.title(one_line(f"{'Over: ' if lasted else ''}{incident.title}"))
    entry.published(incident.began)
    entry.updated(incident.updated)
    entry.category({"term": incident.kind})
    entry.content(one_line(incident.text) or NOTHING, type="text")
