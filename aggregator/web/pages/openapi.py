"""`/openapi.json`: what programs can ask for, made from the very classes that are answered with (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import TypeAdapter

import aggregator
from aggregator.web.pages.view import Failure, Parameter, View, adapter

_REFERENCE = "#/components/schemas/{model}"
_FORMS = ("application/x-www-form-urlencoded", "application/json")
_TEXT: Mapping[str, Any] = {"type": "string"}
_DONE = {"type": "object", "properties": {"done": _TEXT}, "required": ["done"]}
_REFUSED = {
    "400": "These fields can't be read, or some are missing.",
    "413": "That is too much text.",
    "422": "It can't be done.",
}
_KEPT_OUT = {
    "401": "The operator's token is wanted.",
    "403": "Only pages of this server may do that.",
    "429": "That was too often.",
}
_SECURITY = {"bearer": {"type": "http", "scheme": "bearer"}, "basic": {"type": "http", "scheme": "basic"}}


class Act(Protocol):
    """What a person can do: its fields, those that may be left out last."""

    @property
    def about(self) -> str: ...  # noqa: D102

    @property
    def needs(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def may_have(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What else a program can ask for: its `data` is a class of ours, or None for what others have described.

    `also` says with which other statuses it is answered, in the same form if `same`, else in one line of text.
    """

    path: str
    about: str
    media_type: str = "application/json"
    data: type[Any] | None = None
    parameters: tuple[Parameter, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    same: bool = False


def document(views: Sequence[View[Any]], acts: Mapping[str, Act], told: Sequence[Told] = (), *, title: str) -> dict[str, Any]:
    """The description of every JSON twin, of what is told beside them, and of the acts by their paths."""
    answers: list[type[Any]] = [Failure, *(view.data for view in views), *(each.data for each in told if each.data)]
    forms = {form.__name__: form for form in answers}
    asked = [(name, "serialization", adapter(form)) for name, form in forms.items()]
    made, schemas = TypeAdapter.json_schemas(asked, ref_template=_REFERENCE)  # type: ignore[arg-type]
    schema_of = {name: schema for (name, _), schema in made.items()}
    shown = {view.twin: {"get": _operation(view, schema_of)} for view in views}
    beside = {each.path: {"get": _beside(each, schema_of)} for each in told}
    done = {path: {"post": _deed(path, act, schema_of[Failure.__name__])} for path, act in acts.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": aggregator.__version__, "description": "Everything that the pages show, as JSON."},
        "paths": shown | beside | done,
        "components": {"schemas": schemas["$defs"]} | ({"securitySchemes": _SECURITY} if acts else {}),
    }


def _operation(view: View[Any], schema_of: Mapping[str, Any]) -> dict[str, Any]:
    failure = {"description": "What is wrong with the request.", "content": _json(schema_of[Failure.__name__])}
    answers = {"200": {"description": view.about, "content": _json(schema_of[view.data.__name__])}}
    if any(parameter.place == "path" for parameter in view.parameters):
        answers["404"] = failure
    if any(set(parameter.schema) - {"type"} for parameter in view.parameters):
        answers["400"] = failure
    name = view.twin.strip("/").removesuffix(".json").partition("/")[0]
    return {
        "operationId": name if "{" not in view.twin else f"one_of_{name}",
        "summary": view.about,
        "parameters": [_parameter(each) for each in view.parameters],
        "responses": answers,
    }


def _beside(told: Told, schema_of: Mapping[str, Any]) -> dict[str, Any]:
    schema = schema_of[told.data.__name__] if told.data else {"type": "object" if told.media_type.endswith("json") else "string"}
    content = {told.media_type: {"schema": schema}}
    other = content if told.same else {"text/plain": {"schema": _TEXT}}
    return {
        "operationId": "_".join(re.findall(r"\w+", told.path)),
        "summary": told.about,
        "parameters": [_parameter(each) for each in told.parameters],
        "responses": {"200": {"description": told.about, "content": content}}
        | {status: {"description": text, "content": other} for status, text in told.also.items()},
    }


def _parameter(given: Parameter) -> dict[str, Any]:
    return {
        "name": given.name,
        "in": given.place,
        "required": given.place == "path",
        "description": given.about,
        "schema": dict(given.schema),
    }


def _deed(path: str, act: Act, failure: Any) -> dict[str, Any]:
    fields = {"type": "object", "properties": dict.fromkeys((*act.needs, *act.may_have), _TEXT), "required": list(act.needs)}
    answers = {"200": {"description": "It is done, and what came of it.", "content": _json(_DONE)}}
    answers |= {code: {"description": text, "content": _json(failure)} for code, text in _REFUSED.items()}
    answers |= {code: {"description": text, "content": {"text/plain": {"schema": _TEXT}}} for code, text in _KEPT_OUT.items()}
    return {
        "operationId": path.strip("/").replace("/", "_"),
        "summary": act.about,
        "security": [{name: []} for name in _SECURITY],
        "requestBody": {"required": True, "content": {form: {"schema": fields} for form in _FORMS}},
        "responses": dict(sorted(answers.items())),
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
