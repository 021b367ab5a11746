"""Profile `clean`, defect by defect: what upstreams really send, and the document that comes of it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter, images, pages, wraps
from aggregator.core.normalize import normalize
from aggregator.model import ParsedFeed, RawItem, Source, Translation

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
SITE_ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = Source(name="wire", url="https://wire.example/feed.xml", timezone="Asia/Shanghai", language="en")


def item(source=SOURCE, **fields):
    raw = RawItem(**{"guid": "1", "link": "https://wire.example/a/1", "title": "Title", "published": "2025-02-13 11:36:36"} | fields)
    return normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW)


def document(made, source=SOURCE, **translated):
    page = pages.original(made, source, languages=(made.language,))
    return frontmatter.render(replace(page, **translated), zone=SITE_ZONE)


def body(made, source=SOURCE):
    return frontmatter.parse(document(made, source))[1].removesuffix(f"\n\n[{source.name}]({made.url})").removesuffix(f"[wire]({made.url})")


def test_an_empty_body_is_marked_in_the_document_and_in_its_translations():
    made = item(html="<p> </p><script>load()</script>")
    metadata, text = frontmatter.parse(document(made))
    assert (metadata["empty"], metadata["summary"], text) == (True, "", "[wire](https://wire.example/a/1)")
    translation = Translation(
        item_id=made.id, language="fr", title="Titre", summary="", body="", engine="x", of_digest=made.digest, made_at=NOW
    )
    assert frontmatter.parse(document(made, language="fr", translation=translation))[0]["empty"] is True
    for whole in (item(text="Text."), item(html='<img src="/chart.png">')):
        assert "empty" not in frontmatter.parse(document(whole))[0]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("S&amp;P 500 &quot;flat&quot;", 'S&P 500 "flat"'),
        ("S&amp;amp;P 500 &amp;#8216;flat&amp;#8217;", "S&P 500 ‘flat’"),
        ("财经&nbsp;快讯", "财经\u00a0快讯"),
    ],
)
def test_entities_are_decoded_in_titles_and_summaries(sent, read):
    made = item(title=sent, html=f"<p>{sent}</p>")
    assert (made.title, made.summary) == (read, read)
    assert item(summary=sent, html="<p>Body</p>").summary == read


@pytest.mark.parametrize(
    ("html", "summary"),
    [
        ("<p>It calmed investors.</p><p>Wall St rose.</p>", "It calmed investors. Wall St rose."),
        ("<div>It calmed investors.<br/>Wall St rose.</div>", "It calmed investors. Wall St rose."),
        ("<ul><li>Oil</li><li>Gold</li></ul><h2>Outlook</h2>Calm", "Oil Gold Outlook Calm"),
        ("<table><tr><td>Oil</td><td>70</td></tr></table>", "Oil 70"),
        ("<h3>要点</h3><p>指数上涨。</p><p>成交放大，</p><p>外资流入</p>", "要点 指数上涨。成交放大，外资流入"),
    ],
)
def test_tags_become_spaces_in_summaries(html, summary):
    assert item(html=html).summary == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("It sold most of his holdings.Tanji sold more.", "It sold most of his holdings. Tanji sold more."),
        ("He called it “a strong quarter.”The bank agreed.", "He called it “a strong quarter.” The bank agreed."),
        ("Who would buy it now?We’re not sure of that.", "Who would buy it now? We’re not sure of that."),
        ("They met in the spring (again).In the autumn it ended.", "They met in the spring (again). In the autumn it ended."),
        ("Shares of Booking.Com and of Node.Js fell.", "Shares of Booking.Com and of Node.Js fell."),
        ("He runs amazon.Com and the U.S.Steel works; see app.Exit() or React.Component too.", None),
    ],
)
def test_sentences_that_came_glued_are_parted_in_summaries_and_names_are_not(text, summary):
    assert item(text=text).summary == (summary or text)


def test_hard_wraps_in_plain_text_are_joined():
    sent = " 收盘报113.80 \n港元，自1月以来 \n上涨。\r\nThe long \r\nline goes\r\non here."
    assert body(item(text=sent)) == "收盘报113.80 港元，自1月以来上涨。\\\nThe long line goes on here."
    assert body(item(html="<div>" + sent.replace("\n", "<br />") + "</div>")) == body(item(text=sent))


def test_hard_wraps_in_html_are_joined():
    full = "The living room in the four-bedroom house on the hill has tall<br>windows and"
    assert body(item(html=f"<p>{full}<br>oak floors.</p>")) == full.replace("<br>", " ") + " oak floors."
    assert body(item(html=f"<p><b>The</b> {full[4:]}</p>")).startswith("**The** living")
    assert "tall windows" in body(item(html=f"<p><b>The</b> {full[4:]}</p>"))
    assert body(item(html="<p>新措施将实施\n  三年。</p>")) == "新措施将实施三年。"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hey you,<br>like words, don’t you?</p>",  # a poem
        "<p>12 High Street<br>Springfield</p>",
        "<p>For the whole of the year that has now ended it came to this sum:<br>nothing</p>",
        "<p>in the first place a clause that is long enough to fill a whole line;<br>in the second another</p>",
        "<p>A heading that is long enough to fill a whole line of the narrow column<br>Next it begins</p>",
        "<pre>a line of code that is certainly longer than sixty characters, that one<br>next</pre>",
    ],
)
def test_breaks_that_mean_something_stay(html):
    first, second = re.findall(r">([^<]+)(?=<)", html)
    assert re.search(f"{re.escape(first)}\\\\?\n{re.escape(second)}", body(item(html=html)))


def test_relative_links_are_absolute():
    made = item(html='<p><a href="/spy">SPY</a> <a href="#n1">1</a> <img src="../i.png"></p>', image="/t.png")
    assert body(made) == "[SPY](https://wire.example/spy) [1](https://wire.example/a/1#n1) ![](https://wire.example/i.png)"
    assert frontmatter.parse(document(made))[0]["thumbnail"] == "https://wire.example/t.png"
    assert item(link="/a/2").url == "https://wire.example/a/2"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><img>https://i.example/a.png<img></p><p>Source</p>", "![](https://i.example/a.png)\n\nSource"),
        ("<p><img>https://i.example/a.png</img></p>", "![](https://i.example/a.png)"),
        ('<p>a</p><img :src="imgModalSrc" class="x"/>', "a"),
        ('<p>a <img src="data:image/gif;base64,R0" data-src="/late.png"></p>', "a ![](https://wire.example/late.png)"),
        ('<p>a <img src="data:image/gif;base64,R0"></p>', "a"),
    ],
)
def test_pictures_have_an_address_or_go(html, text):
    assert body(item(html=html)) == text


def test_invisible_characters_go():
    made = item(title="Ti\u200btle\ufeff", html="<p>\u200bA\u200c \u2060word\u00ad</p>")
    assert (made.title, made.summary, body(made)) == ("Title", "A word", "A word")


def test_blank_lines_are_single():
    assert "\n\n\n" not in document(item(html="<p>a</p><br><br><br><br><p>&nbsp;</p>\n\n\n\n<div><div><p>b</p></div></div>"))


def test_dates_are_aware_and_in_the_sources_zone():
    assert frontmatter.parse(document(item()))[0]["date"] == "2025-02-13T11:36:36+08:00"
    assert frontmatter.parse(document(item(replace(SOURCE, timezone="UTC"))))[0]["date"] == "2025-02-13T19:36:36+08:00"


def test_macros_go():
    sent = "<div>终点。[[pro_promotion |升级至<br />Pro]]该公司表示</div>"
    assert body(item(html=sent)) == "终点。该公司表示"


def test_summaries_end_at_the_end_of_a_sentence_or_of_a_character():
    assert item(html="<p>" + "word " * 40 + "end.</p><p>" + "word " * 40 + "</p>").summary.endswith("end. …")
    family = "👨‍👩‍👧"
    assert item(html="字" * 78 + family * 4, language="zh-CN").summary == "字" * 78 + "…"


@pytest.mark.parametrize(
    "part", ["<img>https://e.org/a.png?.png?", "<img", "word<br>", "a full line of more than sixty characters goes on and on to<br>a"]
)
def test_repairs_take_linear_time(part):
    """A megabyte of it: what is quadratic would take minutes."""
    html = part * (1_000_000 // len(part))
    assert wraps.unwrapped(images.addressed(html)) and images.are_broken(html) in (True, False)
