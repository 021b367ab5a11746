from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.core.normalize import normalize
from aggregator.model import ParsedFeed, RawItem, Source

NOW = datetime(2025, 3, 1, tzinfo=UTC)
CLEAN = Source(name="s", url="https://e.org/feed.xml", language="en")
COMPAT = replace(CLEAN, profile="compat")
FULL_LINE = "The living room in the four-bedroom house on the hill has very tall"


def flags(source=CLEAN, **fields):
    raw = RawItem(**{"title": "t", "html": "<p>a</p>", "published": "2025-01-01T00:00:00Z"} | fields)
    return normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW).flags


def test_an_entry_in_order_has_none():
    body = (
        '<p>a &amp; b<br>c <a href="https://e.org/x">x</a> <a href="#n">1</a> <a href="mailto:a@e.org">m</a> <img src="//e.org/i.png"></p>'
    )
    for source in (CLEAN, COMPAT):
        assert flags(source, title="Nothing", html=body.replace("&amp;", "and")) == ()
    assert flags(title="AT&amp;T", html=body) == ()


@pytest.mark.parametrize("source", [CLEAN, COMPAT])
@pytest.mark.parametrize(
    ("flag", "fields"),
    [
        ("empty", {"html": "<p> </p>"}),
        ("undated", {"published": "soon"}),
        ("zoneless", {"published": "2025-01-01 10:00:00"}),
        ("zoneless", {"published": None, "updated": "2025-01-01"}),
        ("entities", {"title": "AT&amp;amp;T"}),
        ("entities", {"html": "<p>AT&amp;amp;T</p>"}),
        ("entities", {"html": "", "text": "AT&amp;T"}),
        ("wrapped", {"html": "", "text": "a long \nline"}),
        ("wrapped", {"html": "<div>a long <br />line</div>"}),
        ("wrapped", {"html": f"<p>{FULL_LINE}<br/>windows</p>"}),
        ("relative", {"html": '<a href="/x">x</a>'}),
        ("relative", {"html": "", "summary": "<p>s <img alt='' src='i.png'></p>"}),
        ("images", {"html": '<p>a</p><img :src="modal" class="x">'}),
        ("images", {"html": '<p>a</p><img src="data:image/gif;base64,R0">'}),
        ("images", {"html": "<p>a</p><img>https://e.org/a.png<img>"}),
    ],
)
def test_a_defect_is_told_in_both_profiles(source, flag, fields):
    assert flags(source, **fields) == (flag,)


def test_entities_count_where_nothing_decodes_them():
    assert flags(COMPAT, title="AT&amp;T") == ("entities",)
    assert flags(html="<p>Write <code>&amp;amp;</code></p>") == ()
    assert flags(title="Use &amp;amp;", title_is_text=True) == ()


def test_a_picture_that_is_loaded_late_has_an_address():
    assert flags(html='<p>a</p><img src="data:x" data-src="https://e.org/i.png">') == ()
    assert flags(html='<p>a</p><img srcset="https://e.org/i.png 2x">') == ()
