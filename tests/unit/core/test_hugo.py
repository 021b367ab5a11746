from __future__ import annotations

import pytest

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
