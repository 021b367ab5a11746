"""The services whose protocols our engines speak: LibreTranslate, DeepL and OpenAI's chat completions, each as its documentation has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from tests.loopback.server import Answer, Asked, Loopback, as_json, serving


@dataclass
class Libre(Loopback):
    """POST /translate with `q` as a text or a list (LibreTranslate 1.6). `limit` is its --char-limit."""

    limit: int = 100_000
    languages: tuple[str, ...] = ("en", "de", "fr", "zh", "zt", "ja", "ar")
    keys: tuple[str, ...] = ()

    def answer(self, asked: Asked) -> Answer:
        body = asked.body
        if (asked.method, asked.path) != ("POST", "/translate"):
            return as_json(404, {"error": "Not Found"})
        if self.keys and body.get("api_key") not in self.keys:
            return as_json(403, {"error": "Invalid API key"}) if "api_key" in body else as_json(400, {"error": "Visit x to get an API key"})
        if body["source"] not in (*self.languages, "auto") or body["target"] not in self.languages:
            return as_json(400, {"error": f"{body['target']} is not supported"})
        texts = body["q"] if isinstance(body["q"], list) else [body["q"]]
        size = sum(map(len, texts))
        if size > self.limit:
            return as_json(400, {"error": f"Invalid request: request ({size}) exceeds text limit ({self.limit})"})
        answers = self.texts(texts)
        return as_json(200, {"translatedText": answers if isinstance(body["q"], list) else answers[0]})


@dataclass
class DeepL(Loopback):
    """POST /v2/translate and /v3/glossaries (API 3.9). `room` is how many glossaries the plan allows."""

    glossaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    room: int = 1000
    made: int = 0

    def answer(self, asked: Asked) -> Answer:
        if self.fault == "456":
            return as_json(456, {"message": "Quota exceeded"})
        if not asked.headers.get("authorization", "").startswith("DeepL-Auth-Key "):
            return as_json(403, {"message": "Authorization failure"})
        if asked.path.startswith("/v3/glossaries"):
            return self.glossary(asked)
        return self.translation(asked.body) if asked.path == "/v2/translate" else as_json(404, {"message": "Not found"})

    def translation(self, body: dict[str, Any]) -> Answer:
        if len(body["text"]) > 50 or len(json.dumps(body, ensure_ascii=False).encode()) > 128 * 1024:
            return as_json(413, {"message": "Payload too large"})
        if body.get("glossary_id", "") and body["glossary_id"] not in self.glossaries:
            return as_json(404, {"message": "Glossary not found"})
        try:
            for text in body["text"]:
                ElementTree.fromstring(f"<t>{text}</t>")
        except ElementTree.ParseError:
            return as_json(400, {"message": "Tag handling parsing failed, please check input."})
        return as_json(200, {"translations": [{"detected_source_language": "EN", "text": text} for text in self.texts(body["text"])]})

    def glossary(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            return as_json(200, {"glossaries": [{"glossary_id": key, "name": each["name"]} for key, each in self.glossaries.items()]})
        if asked.method == "DELETE":
            self.glossaries.pop(asked.path.rpartition("/")[2], None)
            return 204, {}, b""
        if len(self.glossaries) >= self.room:
            return as_json(456, {"message": "Too many glossaries"})
        self.made += 1
        self.glossaries[f"id-{self.made}"] = asked.body
        return as_json(201, {"glossary_id": f"id-{self.made}", "name": asked.body["name"]})


@dataclass
class Chat(Loopback):
    """POST /chat/completions. `refuses` are fields that the server answers with 400, `heeds` is whether it keeps to a response_format."""

    refuses: tuple[str, ...] = ()
    heeds: bool = True

    def answer(self, asked: Asked) -> Answer:
        body = asked.body
        for name in self.refuses:
            if name in body:
                return as_json(400, {"error": {"message": f"Unsupported parameter: '{name}'", "param": name}})
        if self.fault == "insufficient quota":
            return as_json(429, {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}})
        told = json.loads(body["messages"][1]["content"])["texts"]
        form = body.get("response_format", {}).get("type", "lines")
        if form == "json_schema":
            assert body["response_format"]["json_schema"]["schema"]["required"] == list(told)
        return as_json(200, self.completion(told, form))

    def completion(self, told: dict[str, str], form: str) -> dict[str, Any]:
        answers, finish = self.texts(list(told.values())), "stop"
        if self.fault in {"prose", "cut short"}:
            answers, finish = answers[:-1], "length" if self.fault == "cut short" else "stop"
        found = dict(zip(told, answers, strict=False))
        if self.fault == "another id":
            found = {**found, "ffffffff": "mehr"}
        content = (
            json.dumps(found, ensure_ascii=False) if form != "lines" else "\n".join(f"<<{key}>>\n{text}" for key, text in found.items())
        )
        if self.fault == "prose" or (not self.heeds and form != "lines"):
            content = f"Here is the translation: {' '.join(answers)}"
        if self.fault == "thinks":
            content = f"<think>The user wants {len(told)} texts.</think>\n```json\n{content}\n```"
        message = {"role": "assistant", "content": None if self.fault == "declines" else content}
        if self.fault == "declines":
            message["refusal"] = "I can't."
        return {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "finish_reason": finish, "message": message}]}


@contextmanager
def service(kind: type[Loopback], **settings: Any) -> Iterator[Any]:
    """One of these, while the block runs."""
    made = kind(**settings)
    with serving(made):
        yield made
