"""A few known sentences that show whether a service still translates, keeps placeholders where they belong and texts apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from aggregator.core.codes import bare, canonical, numbers
from aggregator.errors import BadOutput
from aggregator.model import Hints, Tier, Verdict
from aggregator.ports import Translator
from aggregator.ports.spending import Budget
from aggregator.translators.metering import ITSELF, Account, Call
from aggregator.translators.tags import language

_SENTENCES = {
    "en": (
        "Train 417 leaves {0}the old station{1} an hour late.",
        "House number 862 has a red door.",
        "We counted 935 birds at {0}.",
    ),
    "zh": ("417次列车从{0}老车站{1}晚点一小时发车。", "862号房子有一扇红色的门。", "我们在{0}数到了935只鸟。"),
    "ja": ("417号列車は{0}古い駅{1}を1時間遅れて出発します。", "862番の家には赤いドアがあります。", "{0}で935羽の鳥を数えました。"),
    "de": (
        "Zug 417 verlässt {0}den alten Bahnhof{1} eine Stunde zu spät.",
        "Haus Nummer 862 hat eine rote Tür.",
        "Bei {0} zählten wir 935 Vögel.",
    ),
    "fr": (
        "Le train 417 quitte {0}la vieille gare{1} avec une heure de retard.",
        "La maison 862 a une porte rouge.",
        "Nous avons compté 935 oiseaux à {0}.",
    ),
    "es": (
        "El tren 417 sale de {0}la vieja estación{1} con una hora de retraso.",
        "La casa 862 tiene una puerta roja.",
        "Contamos 935 aves en {0}.",
    ),
    "ru": (
        "Поезд 417 отправляется со {0}старого вокзала{1} на час позже.",
        "У дома 862 красная дверь.",
        "Мы насчитали 935 птиц у {0}.",
    ),
}
_NUMBERS = ("417", "862", "935")
_TIERS: tuple[Tier, ...] = ("title",)  # nothing goes on without it, so it may use what is kept for titles


def sentences(source: str) -> tuple[str, ...]:
    """The sentences for a source language, in codec "plain"; English ones where there are none."""
    return _SENTENCES.get(language(source), _SENTENCES["en"])


async def canary(engine: Translator, source: str, target: str, *, budget: Budget | None = None) -> Verdict:
    """Put the sentences to an engine with the codec "plain", in one call. Raises what stands in the way, such as RateLimited."""
    asked = sentences(source)
    account = Account(engine=engine.name, source=ITSELF, language=target, tiers=_TIERS)
    async with Call(budget, account, characters=sum(map(len, asked))) as call:
        try:
            answers = await engine.translate(asked, source=source, target=target, hints=Hints(meter=call.meter))
        except BadOutput:
            return "broken"
    if call.refused:
        raise call.refused
    return judge(asked, answers, source=source, target=target)


def judge(asked: Sequence[str], answers: Sequence[str], *, source: str, target: str) -> Verdict:
    """What the answers to the sentences say about the engine."""
    if len(answers) != len(asked) or any(number not in _digits(answer) for number, answer in zip(_NUMBERS, answers, strict=True)):
        return "broken"  # numbers are what stays the same in every language: without its own, an answer belongs to another text
    from aggregator.core.verify import problems  # see judging

    found = [set(problems(text, answer, source=source, target=target)) for text, answer in zip(asked, answers, strict=True)]
    if any(each - {"placeholders"} for each in found) and language(source) in _SENTENCES:
        return "broken"
    return "fine" if all(map(_keeps_codes, asked, answers)) else "runs"


def _keeps_codes(text: str, answer: str) -> bool:
    """Whether the placeholders are there, a pair's in order, and with words between them as before."""
    said = canonical(answer)
    return numbers(said) == numbers(text) and ("{1}" not in text or 0 <= said.find("{0}") < said.find("{1}") - 3)


def _digits(answer: str) -> str:
    return "".join(str(unicodedata.digit(char, char)) for char in bare(canonical(answer)))
