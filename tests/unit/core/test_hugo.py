from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.hugo import _escaped_text as escaped_text
from aggregator.core.hugo import buildable, harmless


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "A **b** [c](https://example.org/?a=b&c=d) ![d](/e.png)",
        "1 < 2 and <汇港通讯>",
        "`<b>` and `` ` <i> ``",
        "<https://example.org/>",
        "\\<b>",
        "```html\n<script>x</script>\n```",
        "- a\n\n  ```\n  <b>\n  ```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "{{ .Title }} {a} {% x %}.",
        "![x](data:image/png;base64,AA)",
    ],
)
def test_what_is_harmless_stays_as_it_is(markdown: str) -> None:
    assert harmless(markdown) == markdown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a <b>x</b>", "a \\<b>x\\</b>"),
        ("<!-- x -->", "\\<!-- x -->"),
        ("    <b>", "    \\<b>"),
        ("# Title {onclick=x}", "# Title \\{onclick=x}"),
        ("```go {onclick=x}\n1\n```", "```go\n1\n```"),
        ("[a](javascript:x) [b](https://example.org/)\n\n[c](https://example.org/)",
         "&#91;a](javascript:x) &#91;b](https://example.org/)\n\n[c](https://example.org/)"),
        ("[a]\n\n[a]: JavaScript:x", "&#91;a]\n\n[a]: JavaScript:x"),
        ("[a](&#106;avascript:x)", "&#91;a](&#106;avascript:x)"),
        ("| ` | <b> ` |\n|---|---|\n| 1 | 2 |", "| ` | &lt;b> ` |\n|---|---|\n| 1 | 2 |"),
        ("`{{< x >}}` and {{% y %}}", "`{{</* x */>}}` and {{%/* y */%}}"),
        ("{{% open", "{ {% open"),
        ("{{< a {{% b %}} c >}}", "{ {< a {{%/* b */%}} c >}}"),
    ],
)  # fmt: skip
def test_what_is_live_becomes_text(markdown: str, expected: str) -> None:
    assert harmless(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a <b>b</b> <br/> [c](javascript:x) {#d} <https://example.org/>", None),
        ("1 < 2\n\n```go\n<script>\n```", None),
        ("```go {onclick=x}\n1\n```", "```go \n1\n```"),
        ("- ~~~ x {a\n  b\n  ~~~", "- ~~~ x \n  b\n  ~~~"),
        ("{{< x >}}", "{{</* x */>}}"),
        ("<p onclick=x>", "&lt;p onclick=x>"),
        ("<b>\n<script>\nx\n</script>", "&lt;b>\n&lt;script>\nx\n&lt;/script>"),
        ("<!-- x -->", "&lt;!-- x -->"),
    ],
)
def test_a_reference_body_changes_only_where_it_would_stop_the_site_or_run(markdown: str, expected: str | None) -> None:
    assert buildable(markdown) == (markdown if expected is None else expected)


HALF = 1 << 20  # characters: the longest body has twice as many


@pytest.mark.parametrize("piece", [f"{{{{% {'x' * 60}", "`", "~", "> ```", "1.", "1. ~~~ "])
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    once, twice = piece * (HALF // len(piece)), piece * (2 * HALF // len(piece))
    assert taken(buildable, twice) < 3 * taken(buildable, once) + 0.05


def test_backticks_of_every_length_take_no_more_than_as_many_others() -> None:
    every = " x ".join("`" * length for length in range(1, 500))
    assert taken(harmless, every) < 20 * taken(harmless, "`` x ` y " * (len(every) // 9)) + 0.05


SPANS = re.compile(r"\\[!-/:-@\[-`{-~]|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)|(?P<tag><)(?=[a-z])", re.DOTALL)


@given(st.lists(st.sampled_from(["`", "``", "`", "\\", "<b", "x", " ", "\n", "\n \n"]), max_size=30).map("".join))
def test_code_spans_end_at_the_next_run_as_long(text: str) -> None:
    assert escaped_text(text) == SPANS.sub(lambda found: "\\<" if found["tag"] else found[0], text)


def taken(work: Callable[[str], str], text: str) -> float:
    """Seconds of CPU, the least of five times: the machine has moods."""

    def one() -> float:
        began = time.process_time()
        work(text)
        return time.process_time() - began

    return min(one() for _ in range(5))
