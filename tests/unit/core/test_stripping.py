from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.core.normalize import normalize
from aggregator.core.stripping import stripped
from aggregator.model import ParsedFeed, RawItem, Source

NOW = datetime(2025, 3, 1, tzinfo=UTC)
SOURCE = Source(name="s", url="https://e.org/feed.xml", language="en")
NO_RULE = ()
FOLLOW = r"^Follow\s+us"
EDITOR = "^编辑[:：].*$"


@pytest.mark.parametrize(
    ("html", "rules", "left"),
    [
        ("<p>News.</p><p>编辑：张三</p>", (EDITOR,), "<p>News.</p><p></p>"),
        ("<p>News.<br>编辑：张三</p>", (EDITOR,), "<p>News.</p>"),
        ("<p>编辑：张三<br>News.</p>", (EDITOR,), "<p>News.</p>"),
        ("<p>她是编辑：张三</p>", (EDITOR,), "<p>她是编辑：张三</p>"),
        (
            '<p><em>Follow <a href="https://e.org/">us</a></em> on X</p>',
            (FOLLOW + r".*$",),
            '<p><em><a href="https://e.org/"></a></em></p>',
        ),
        ("<p>A &amp; B.&nbsp;Read\n  more</p>", (r"\s*Read\s+more$",), "<p>A &amp; B.</p>"),
        ("<p>A. Read&nbsp;more\n of it.</p>", ("Read more .*$",), "<p>A. </p>"),
        ("<p>a &lt;b&gt; x</p>", ("<b>",), "<p>a  x</p>"),
        ('<p><img src="https://e.org/a.png"> Ad</p>', ("^Ad$",), '<p><img src="https://e.org/a.png"> </p>'),
        ("<p>xyx</p>", ("x", "y$"), "<p>y</p>"),
        ("<p>News.</p>", NO_RULE, "<p>News.</p>"),
    ],
)
def test_what_a_rule_finds_in_a_paragraph_goes_and_nothing_else(html, rules, left):
    assert stripped(html, rules) == left


def item(raw, **settings):
    return normalize(raw, replace(SOURCE, **settings), feed=ParsedFeed(entries=()), now=NOW)


def test_rules_hold_for_bodies_and_summaries_of_profile_clean():
    raw = RawItem(
        guid="1", title="Follow us", html="<p>News.</p><div><p>Follow <b>us</b> daily</p></div>", summary="<p>Short.</p><p>Follow us</p>"
    )
    made = item(raw, strip=(FOLLOW + ".*$",))
    assert (made.title, made.html, made.summary) == ("Follow us", "<p>News.</p>", "Short.")
    assert item(RawItem(text="News.\n\nFollow us daily"), strip=(FOLLOW + ".*$",)).html == "<p>News.</p>"
    kept = item(raw, strip=(FOLLOW + ".*$",), profile="compat")
    assert kept.html == raw.html


def test_a_body_of_which_nothing_is_left_is_marked_as_empty():
    made = item(RawItem(html="<p>Follow us</p>", published="2025-01-01T00:00:00Z"), strip=(FOLLOW,))
    assert (made.html, made.flags) == ("", ("empty",))


def test_what_is_stripped_once_stays_as_it_is():
    made = item(RawItem(title="t", html="<p>ab</p><p>aabb</p>"), strip=("ab",))
    assert item(RawItem(title=made.title, html=made.html), strip=("ab",)).html == made.html == ""
