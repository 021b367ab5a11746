"""Templates to HTML, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from aggregator.core.links import http_url
from aggregator.core.slugs import language_name
from aggregator.web.pages.charts import charted
from aggregator.web.pages.speech import NAMES, Speech, chosen, closest
from aggregator.wiring import House

HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("aggregator.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"interface_languages": NAMES, "closest": closest, "link": http_url, "charted": charted}
    made.globals |= {"tag": language_name, "written_in": written_in}
    return made


def written_in(language: str) -> Markup:
    """The attribute that says so, where it is known."""
    return Markup(' lang="{}"').format(language_name(language)) if language else Markup()


@dataclass(frozen=True, slots=True)
class Pages:
    """What all pages share: the house as it is now, whether people may act on them, and the templates."""

    house: Callable[[], House]
    acts: bool = False
    templates: Environment = field(default_factory=_environment)

    def speech(self, request: Request) -> Speech:
        """The language that a request is answered in."""
        house = self.house()
        tag, asked = chosen(request.headers.get("accept-language", ""), request.query_params.get("ui", ""))
        return Speech(tag, ZoneInfo(house.settings.site.timezone), house.pipeline.clock(), asked)

    def render(self, request: Request, template: str, *, status: int = 200, twin: str = "", **values: Any) -> Response:
        """A page."""
        speech = self.speech(request)
        query = {name: value for name, value in request.query_params.items() if name != "ui"}
        text = self.templates.get_template(template).render(
            ui=speech,
            say=speech.say,
            site=self.house().settings.site.title,
            path=request.url.path,
            query=query,
            twin=twin,
            acts=self.acts,
            **values,
        )
        return HTMLResponse(text, status_code=status, headers=HEADERS | {"Content-Language": speech.tag})
