from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.normalize import normalize, skip_reason
from aggregator.model import Media, ParsedFeed, RawItem, Source

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
FEED = ParsedFeed(entries=(), link="https://feed.example/", language="fr")
CLEAN = Source(name="s", title="The Source", url="https://example.org/feed.xml", timezone="Asia/Shanghai", tags=("own",))
COMPAT = replace(CLEAN, profile="compat")


def item(raw, source=CLEAN):
    return normalize(raw, source, feed=FEED, now=NOW)


# compat


def test_compat_keeps_every_byte():
    raw = RawItem(
        guid="tag:x",
        link="https://e.org/a b",
        title=" A &amp; <b>B</b> ",
        html="<div> x\u200b<script>y</script></div>",
        language="ZH_cn",
        image="/rel.png",
        label=" L ",
        authors=(" a ",),
        published="2025-02-13 11:36:36",
    )
    made = item(raw, COMPAT)
    assert (made.guid, made.url, made.title, made.html, made.language) == (raw.guid, raw.link, raw.title, raw.html, "ZH_cn")
    assert (made.image, made.label, made.authors, made.summary) == (raw.image, " L ", (" a ",), " x\u200by")
    assert made.published == datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC)


def test_compat_wraps_plain_text_and_joins_the_link():
    made = item(RawItem(text=" a \nb", link="/n/1"), replace(COMPAT, link_base="https://cn.investing.com"))
    assert (made.html, made.url) == ("<div> a <br />b</div>", "https://cn.investing.com/n/1")
    assert made.summary == " a b"


def test_compat_falls_back_to_source_and_feed():
    assert item(RawItem(), COMPAT).language == "fr"
    assert item(RawItem(), replace(COMPAT, language="zh-CN")).language == "zh-CN"
    assert (item(RawItem(), COMPAT).label, item(RawItem(), COMPAT).guid) == ("s", "")
    assert item(RawItem(summary="<p>s</p>"), COMPAT).html == "<p>s</p>"
    assert (item(RawItem(published="soon"), COMPAT).published, item(RawItem(), COMPAT).flags) == (NOW, ("empty", "undated"))


@pytest.mark.parametrize("label", ["中文", "english (us)", "x.y", "../x", " en"])
def test_compat_has_one_language_for_all_labels_that_share_a_folder(label):
    made = item(RawItem(language=label), COMPAT)
    assert (made.language, made.declared) == ("und", label)
    assert not skip_reason(RawItem(language=label), made, COMPAT)


# clean: titles


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("  A\n B ", "A B"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("<b>Bold</b> <br/>move", "Bold move"),
        ("One<br>two", "One two"),
        ("The &lt;canvas&gt; and <video> elements", "The <canvas> and <video> elements"),
        ("a < b &copy 2", "a < b &copy 2"),
        ("x\u200b\u202ey", "xy"),
        ("Free gifts <script>document.title=1</script>for <STYLE type=x>p{}</STYLE >all", "Free gifts for all"),
        ("The <script> tag, <!-- a <!-- b --> c", "The <script> tag, <!-- a c"),
        ("Huîtres\u00a0: «\u00a0une année record\u202f!\u00a0»\u00a0", "Huîtres\u00a0: «\u00a0une année record\u202f!\u00a0»"),
        ("\u3000速報\u3000港の新駅 \u3000開業", "速報\u3000港の新駅 開業"),
        ("财经&nbsp;快讯&#65306;", "财经\u00a0快讯："),
    ],
)
def test_titles_are_one_line_of_text(title, text):
    assert item(RawItem(title=title)).title == text


def test_a_title_that_is_text_is_left_alone():
    assert item(RawItem(title=" Use &amp; and <b> ", title_is_text=True)).title == "Use &amp; and <b>"
    assert item(RawItem(title="What <script>x</script> does", title_is_text=True)).title == "What <script>x</script> does"


@pytest.mark.parametrize("opener", ["<script>", "<!--", "<style "])
def test_titles_that_open_and_never_close_take_linear_time(opener):
    assert item(RawItem(title=opener * 10_000)).title == (opener * 10_000).strip()


# clean: bodies


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (" 收盘报113.80 \n港元，自1月", "<p>收盘报113.80 港元，自1月</p>"),
        ("主管Andy \nWong表示", "<p>主管Andy Wong表示</p>"),
        ("阿里 \n巴巴", "<p>阿里巴巴</p>"),
        ("a long \r\nline\r\nbroken", "<p>a long line broken</p>"),
        ("First. \nSecond.", "<p>First.<br>Second.</p>"),
        ("他说。” \n新段", "<p>他说。”<br>新段</p>"),
        ("One\n\n\nTwo \n\nThree", "<p>One</p><p>Two</p><p>Three</p>"),
        ("List \n- a \n- b \n1. c", "<p>List<br>- a<br>- b<br>1. c</p>"),
        ("a\u00a0b &amp; c \u00a0d", "<p>a&nbsp;b &amp; c d</p>"),
        ("\u3000\u3000首批\u300040\u00a0辆\u3000\n\u3000\u3000客车", "<p>首批\u300040&nbsp;辆客车</p>"),
        ("a [[pro_promotion |Try [[pro |it]] now]]b [[Wiki|page]]", "<p>a b [[Wiki|page]]</p>"),
    ],
)
def test_wrapped_lines_of_plain_text_are_joined(text, html):
    made = item(RawItem(text=text))
    assert made.html == html
    assert item(RawItem(html="<div>" + text.replace("\n", "<br />") + "</div>")).digest == made.digest


def test_html_is_cleaned_and_absolute():
    raw = RawItem(link="https://e.org/a/1", html='<p class="x">[[pro_promotion |x]]a <a href="/b">c</a><img src="data:x"></p>')
    assert item(raw).html == '<p>a <a href="https://e.org/b">c</a></p>'
    assert item(replace(raw, base="https://base.org/d/")).html == '<p>a <a href="https://base.org/b">c</a></p>'
    assert item(replace(raw, link="")).html == '<p>a <a href="https://feed.example/b">c</a></p>'


@pytest.mark.parametrize(
    "html", ["", "<p>&nbsp;</p>", "<p>\u3000</p><p>\u202f<br>\u00a0</p>", "<div id='block-content'> </div>", "<script>x</script>", "<hr>"]
)
def test_nothing_to_see_is_marked_and_not_invented(html):
    made = item(RawItem(html=html, title="t"))
    assert (made.html, made.summary, made.flags) == ("", "", ("empty", "undated"))


def test_a_picture_is_something_to_see():
    assert item(RawItem(html='<img src="https://e.org/a.png">', published="2025-01-01T00:00:00Z")).flags == ()


def test_the_summary_is_the_upstreams_or_the_beginning():
    assert item(RawItem(html="<p>One.</p><p>Two</p>")).summary == "One. Two"
    assert item(RawItem(html="<p>One.</p>", summary="<p>Own &amp; short</p>")).summary == "Own & short"
    assert item(RawItem(summary="<p>Only</p>")).html == "<p>Only</p>"


# clean: the rest


def test_dates_are_in_the_sources_zone_and_never_far_ahead():
    assert item(RawItem(published="2025-02-13 11:36:36")).published == datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC)
    assert item(RawItem(published="2031-01-01")).published == NOW + timedelta(days=1)
    undated = item(RawItem(published="soon", text="x"))
    assert (undated.published, undated.flags) == (NOW, ("undated",))
    updated = item(RawItem(updated="2025-01-02T00:00:00Z"))
    assert updated.published == updated.updated == datetime(2025, 1, 2, tzinfo=UTC)
    ahead = item(RawItem(published="2025-02-13", updated="2099-01-01"))
    assert (ahead.updated, ahead.dated) == (NOW + timedelta(days=1), None)


def test_compat_keeps_the_date_of_a_document_and_lets_no_feed_run_ahead():
    made = item(RawItem(published="2099-01-01 08:00:00", updated="2099-01-02"), COMPAT)
    assert made.published == made.updated == NOW + timedelta(days=1)
    assert made.dated == datetime(2099, 1, 1, tzinfo=UTC)
    assert item(RawItem(published="2025-02-13"), COMPAT).dated is None


def test_addresses_are_absolute_and_http():
    media = (
        Media(url="/p.mp3", type="audio/mpeg", length=-1),
        Media(url="/p.mp3"),
        Media(url="ftp://e.org/x"),
        Media(url="/i.png", role="image"),
    )
    made = item(RawItem(link="/a", media=media, image="data:x"), replace(CLEAN, link_base="https://cn.example.org"))
    assert made.url == "https://cn.example.org/a"
    assert [(found.url, found.length) for found in made.media] == [("https://cn.example.org/p.mp3", 0), ("https://cn.example.org/i.png", 0)]
    assert made.image == "https://cn.example.org/i.png"
    assert item(RawItem(guid="https://e.org/1")).url == "https://e.org/1"
    assert item(RawItem(link="javascript:alert(1)")).url == ""


def test_labels_authors_and_tags():
    made = item(RawItem(authors=(" Ann ", "", "Ann", "Bo\nB"), tags=("x", " own ", "x")))
    assert (made.authors, made.tags, made.label) == (("Ann", "Bo B"), ("x", "own"), "The Source")
    assert item(RawItem(label="Reuters")).label == "Reuters"


def test_script_evidence_wins_over_the_label_and_both_are_kept():
    made = item(RawItem(title="雲端安全處理 Gemini 運算", language="en"))
    assert (made.language, made.declared, made.detected) == ("zh-TW", "en", "zh-Hant")
    assert item(RawItem(title="Les actions montent")).language == "fr"
    assert normalize(RawItem(title="x"), CLEAN, feed=ParsedFeed(entries=()), now=NOW).language == "und"


def test_the_digest_follows_what_people_read():
    one = item(RawItem(guid="1", title="t", html="<p>text 12 views</p>"))
    assert one.digest == item(RawItem(guid="2", title="t ", html="<div class=x><b>text</b> 13 views</div>", image="/i")).digest
    assert one.digest != item(RawItem(guid="1", title="t", html="<p>other 12 views</p>")).digest
    assert item(RawItem(title="a\u00a0b", text="c\u3000d")).digest == item(RawItem(title="a b", text="c d")).digest


# what is left out


def reason(raw, source):
    return skip_reason(raw, item(raw, source), source)


def test_compat_leaves_out_flashes_and_what_has_no_language():
    assert reason(RawItem(kind=" 2 ", language="en"), COMPAT) == "a flash (kind 2)"
    assert not reason(RawItem(kind="2"), CLEAN) and not reason(RawItem(kind="1", language="en"), COMPAT) and not reason(RawItem(), COMPAT)
    bare = ParsedFeed(entries=())
    assert skip_reason(RawItem(), normalize(RawItem(), COMPAT, feed=bare, now=NOW), COMPAT) == "no language"
    assert skip_reason(RawItem(), normalize(RawItem(), CLEAN, feed=bare, now=NOW), CLEAN) == ""


def test_a_sources_own_filters_leave_out_too():
    raw = RawItem(title="Gold", html="<p>up <b>10</b> %</p>", link="https://e.org/brokers/x")
    assert not reason(raw, replace(CLEAN, include={"anywhere": "^Gold$"}))
    assert reason(raw, replace(CLEAN, include={"anywhere": "Silver"})) == "nothing that `include` asks for"
