"""Languages in Latin and Cyrillic letters, guessed by the real library in the real program, and its absence."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.model import Failed, Fetched, Item
from aggregator.sources.guessing import guesser

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = {
    "en": "The central bank cut its key rate for the third time this year on Thursday. The move had been expected by most analysts, and"
    " markets barely reacted to the announcement.",
    "de": "Die Notenbank hat den Leitzins am Donnerstag zum dritten Mal in diesem Jahr gesenkt. Der Schritt war von den meisten Analysten"
    " erwartet worden, die Börse reagierte kaum.",
    "fr": "La banque centrale a abaissé jeudi son taux directeur pour la troisième fois cette année. La décision était attendue par la"
    " plupart des analystes et la Bourse a peu réagi.",
    "es": "El banco central recortó el jueves su tipo de interés por tercera vez este año. La decisión era esperada por la mayoría de los"
    " analistas y la bolsa apenas reaccionó.",
    "bg": "Централната банка намали основния лихвен процент за трети път тази година. Решението беше очаквано от повечето анализатори, а"
    " борсата почти не реагира на новината.",
    "nb": "Sentralbanken kuttet styringsrenten torsdag for tredje gang i år. Beslutningen var ventet av de fleste analytikere, og børsen"
    " reagerte knapt på nyheten fra hovedkontoret i Oslo.",
}
RSS = """<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>{title}</title><description>{text}</description></item>
</channel></rss>"""
MAIN = """
[site]
languages = ["en", "zh-CN"]
[store]
url = "sqlite://"
[sources.a]
url = "https://a.example/feed"
translate_to = ["de", "bg"]
"""


@pytest.mark.parametrize("language", TEXTS)
def test_news_of_two_sentences(language: str) -> None:
    guess = guesser(TEXTS)
    assert guess is not None
    assert guess(TEXTS[language]) == language


def test_never_a_language_that_the_configuration_does_not_name() -> None:
    guess = guesser(["en", "zh-CN"])
    assert guess is not None
    assert [guess(text) for text in TEXTS.values()] == ["en", "", "", "", "", ""]


def read(text: str, folder: Path) -> Item:
    """The one item of a feed without a language, by the program as it is put together."""
    (folder / "main.toml").write_text(MAIN, encoding="utf-8")
    settings = config.load(folder / "main.toml", environ={}, ask=wiring.ADAPTERS)
    title, _, body = text.partition(". ")
    fetched = Fetched(url="https://a.example/feed", body=RSS.format(title=title, text=text + " " + body).encode())

    async def whole(house: wiring.House) -> Item:
        try:
            contents = await house.pipeline.reader.read(settings.sources[0], fetched, now=NOW)
        finally:
            await house.readers.aclose()
        assert not isinstance(contents, Failed)
        return contents.items[0]

    with wiring.open_house(settings, offline=True) as house:
        return asyncio.run(whole(house))


def test_a_feed_without_a_language(tmp_path: Path) -> None:
    german, bulgarian, french = (read(TEXTS[language], tmp_path) for language in ("de", "bg", "fr"))
    assert (german.language, german.detected) == ("de", "de")
    assert (bulgarian.language, bulgarian.detected) == ("bg", "bg")
    assert (french.language, french.detected) == ("und", "und-Latn")


def test_without_the_library_nothing_is_guessed_and_nothing_breaks() -> None:
    program = (
        "import sys; sys.modules['py3langid'] = None\n"
        "from importlib.machinery import PathFinder\n"
        "find = PathFinder.find_spec\n"
        "PathFinder.find_spec = lambda name, *rest: None if name == 'py3langid' else find(name, *rest)\n"
        "del sys.modules['py3langid']\n"
        "from aggregator.sources.guessing import guesser\n"
        "print(guesser(['en']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("None\n", 0), done.stderr


def test_the_library_is_loaded_only_when_it_is_asked() -> None:
    program = (
        "import sys, aggregator.wiring; from aggregator.sources.guessing import guesser; guesser(['en']); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("False\n", 0), done.stderr
