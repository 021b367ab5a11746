"""What must hold of the pure text functions for any input."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aggregator.core import dates, identity, language, wraps
from aggregator.core.characters import grapheme_border, printable
from aggregator.core.markup import clean, clean_summary, compat_summary, plain_to_html, to_html, to_markdown, visible_text
from aggregator.core.normalize import clean_body, normalize
from aggregator.model import ParsedFeed, RawItem, Source

BASE = "https://example.org/a/b"
NOW = datetime(2025, 3, 1, tzinfo=UTC)
RAW_HTML = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ", "0123456789+-=()n0123456789+-=()n")

anything = st.text(alphabet=st.characters(), max_size=60)
words = st.sampled_from([
    "a", "你好", "！", "“", "”", "（x）", " ", "1", ".", ")", "1. ", "2) ", "- ", "* ", "*", "_", "__", "**", "`",
    "``", "#", "# ", " ##", "~", "~~", "[x](y)", "[", "]", "!", "![", "|", "\\", "{{", "{", "}", "=", "===",
    "---", "+ ", ": ", "\n", "    ", "\t", "é", "http://x.org/a_b", "[^1]:", "[a]: b", "$x$", "&lt;script&gt;",
    "&gt; ", "&amp;lt;", "&amp;amp;", "{{&lt; x &gt;}}", "{{% y %}}", "&nbsp;", "\u200b", "\u202e", "👩‍💻",
    "&#8203;", "&#13;", "[[promo |x]]",
])  # fmt: skip
texts = st.lists(words, max_size=6).map("".join)
hostile = st.sampled_from([
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>", "</a>",
    "<svg><foreignobject>", "<table><a>", "<!--", "-->", "<iframe src=//evil>", "<p onclick=x>", "</p>",
    "<div>", "</div>", "<b>", "</b>", "<h1>", "<pre>", "</pre>", "<code>", "</code>", "<td>", "<li>", "<ul>",
    "<style>", "</style>", "<math>", "<title>", "<textarea>", "<plaintext>", "<img src=data:x>",
    "<img src='/i.png' alt='a*b[c]'>", "<br>", "<hr>", "&", "<", ">", '"', "'", "<noscript>",
    "<base href=//evil>", "\ud800", "\x00", "<i>", "</i>", "<del>", "<summary>", "<caption>", "<video src=/v>",
    "<template>", '<code class="language-x">', '<code class="a language-b`">', "<blockquote>", "</blockquote>", "<ul>",
    "</ul>", "</li>", "<br><br>", "\u3000", "\u00a0",
])  # fmt: skip
fragments = st.lists(st.one_of(words, hostile), max_size=14).map("".join)


def wrapped(*tags):
    return lambda inner: st.builds(
        lambda tag, body: f"<{tag}>{body}</{tag.split()[0]}>", st.sampled_from(tags), st.lists(inner, max_size=4).map("".join)
    )


phrases = st.recursive(
    texts, wrapped("b", "i", "strong", "em", "del", "s", "code", "small", "sup", 'a href="https://e.org/x_(y)?a=1&amp;b=2"'), max_leaves=8
)  # fmt: skip
blocks = st.one_of(
    wrapped("p", "h2", "div", "pre", "figcaption")(phrases),
    st.builds("<ul><li>{}</li><li>{}</li></ul>".format, phrases, phrases),
    st.builds("<blockquote><p>{}</p><p>{}</p></blockquote>".format, phrases, phrases),
    st.builds("<table><caption>{}</caption><tr><th>{}</th><td>{}</td></tr></table>".format, texts, texts, texts),
    st.just('<p><img src="https://e.org/i.png" alt="a*b[c]"></p>'),
)
articles = st.lists(blocks, max_size=4).map("".join)


def letters(text):
    return re.sub(r"\s+", "", text).translate(RAISED)


def markup_in(markdown):
    """Raw HTML that a renderer would pass through, and shortcodes that Hugo would run."""
    tokens = [inner for token in RAW_HTML.parse(markdown) for inner in (token, *(token.children or ()))]
    return [token.content for token in tokens if token.type in ("html_block", "html_inline")] + re.findall(r"\{\{[<%]", markdown)


@given(fragments)
@settings(max_examples=200, deadline=None)
def test_cleaning_is_idempotent_and_leaves_nothing_that_runs(fragment):
    once = clean(fragment, BASE)
    assert clean(once, BASE) == once
    assert not re.search(
        r"<(?:script|iframe|svg|style|form|object|base)\b|<[^>]*\s(?:on\w+|style|id|class)=|<[^>]*=\"(?:javascript|data):",
        re.sub(r'(<code)((?: (?:lang|dir)="[^"]*")*) class="language-[\w+#.-]{1,20}"', r"\1\2", once),
    )
    assert all(url.startswith(("https://", "http://", "mailto:")) for url in re.findall(r'<[^>]*\s(?:href|src)="([^"]*)"', once))


@given(fragments)
@settings(max_examples=200, deadline=None)
def test_no_fragment_becomes_live_markdown(fragment):
    for html in (clean(fragment, BASE), fragment.replace("\ud800", "")):
        markdown = to_markdown(html, "clean")
        assert markup_in(markdown) == []
        assert to_markdown(html, "clean") == markdown


@given(articles)
@example("<p><i>！</i><b><i>+ </i>a</b></p>")
@settings(max_examples=2 * settings.get_profile("costly").max_examples, deadline=None)
def test_markdown_shows_the_text_of_the_html(article):
    html = clean(article, BASE)
    markdown = to_markdown(html, "clean")
    assert letters(visible_text(to_html(markdown))).replace("{{<", "{{ <") == letters(visible_text(html)).replace("{{<", "{{ <")


@given(texts)
@settings(max_examples=150, deadline=None)
def test_plain_text_comes_through_markdown_unchanged(text):
    assert letters(visible_text(to_html(to_markdown(plain_to_html(text), "clean")))) == letters(printable(text))


@given(anything)
@settings(deadline=None)
def test_printable_text_is_stable_and_can_be_encoded(text):
    once = printable(text)
    assert printable(once) == once
    once.encode("utf-8")


@given(anything, st.integers(0, 60))
@settings(deadline=None)
def test_a_grapheme_border_is_never_after_the_wish(text, at):
    assert 0 <= grapheme_border(text, at) <= at


@given(st.one_of(anything, texts))
@settings(deadline=None)
def test_joined_text_is_joined(text):
    once = wraps.joined(text)
    assert "\n\n\n" not in once and "  " not in once


@given(st.text(max_size=2000), st.sampled_from(["en", "zh-CN", "th", ""]))
@settings(deadline=None)
def test_summaries_are_short(text, tag):
    summary = clean_summary(text, tag)
    assert len(summary) <= 602 and "\n" not in summary
    assert len(compat_summary(text, "zh")) < 80


@given(st.lists(anything, max_size=4), st.lists(anything, max_size=4))
@settings(deadline=None)
def test_encoding_is_injective(one, other):
    assert (identity.encode(*one) == identity.encode(*other)) == (one == other)
    assert (identity.digest(*one) == identity.digest(*other)) == (one == other)


@given(anything, anything, anything, st.sampled_from(["guid", "link", "link-number"]))
@settings(deadline=None)
def test_every_entry_has_an_id(guid, link, title, policy):
    raw = RawItem(guid=guid, link=link, title=title)
    source = Source(name="s", url=BASE, identity=policy)
    assert uuid.UUID(identity.item_id(raw, source)).version == 5
    assert identity.item_id(raw, source) == identity.item_id(raw, source)


@given(st.one_of(anything, st.from_regex(r"\A(https?://)?[a-zA-Z0-9.:@/?&=#%-]*\Z", fullmatch=True)))
@settings(deadline=None)
def test_canonical_urls_are_canonical(url):
    once = identity.canonical_url(url)
    assert identity.canonical_url(once) == once


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 12, 30)), st.integers(-12, 14))  # noqa: DTZ001
@settings(deadline=None)
def test_dates_come_back_from_every_spelling(moment, hours):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    local = moment + timedelta(hours=hours)
    zone = f"{'+-'[hours < 0]}{abs(hours):02d}"
    for written in (
        f"{local:%a, %d %b %Y %H:%M:%S} {zone}00",
        f"{local:%Y-%m-%dT%H:%M:%S}{zone}:00",
        f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S} GMT{zone}",
        f"{local:%d.%m.%Y %H:%M:%S} UTC{zone}:00",
        f"{local:%B %d, %Y %I:%M:%S %p} {zone}00",
    ):
        assert dates.parse(written, zone=UTC) == moment


@given(st.one_of(anything, st.from_regex(r"\A[0-9:. /+T年月日-]{1,30}\Z", fullmatch=True)))
@settings(deadline=None)
def test_no_text_breaks_the_date_reader(text):
    found = dates.parse(text, zone=UTC)
    assert found is None or 1970 <= found.year <= 2100


@given(anything, anything)
@settings(deadline=None)
def test_languages_are_always_tags(declared, text):
    for tag in (language.canonical(declared), language.effective(declared, language.evidence(text))):
        assert language.canonical(tag) == tag
    assert language.detect(text) in ("", language.evidence(text))


@given(fragments, fragments, st.booleans(), st.sampled_from(["", "/n/1", "https://e.org/x-1"]))
@settings(max_examples=150, deadline=None)
def test_normalizing_what_is_normalized_changes_nothing(title, body, plain, link):
    source = Source(name="s", url=BASE)
    raw = RawItem(title=title, text=body if plain else "", html="" if plain else body, link=link)
    once = normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW)
    back = replace(raw, title=once.title, title_is_text=True, html=once.html, text="", link=once.url)
    again = normalize(back, source, feed=ParsedFeed(entries=()), now=NOW)
    assert (again.title, again.html, again.digest) == (once.title, once.html, once.digest)
    assert "\n" not in once.title and once.published <= NOW + timedelta(days=1)


sentences = st.sampled_from([
    "The living room in the four-bedroom house on the hill has tall", "windows and floors.", "港元，自1月 ", "上涨", "\n", "\n ", "<br>",
    " <br />", "<p>", "</p>", "<em>", "</em>", "<pre>", "</pre>", "<img>https://e.org/a.png", "<img src=/b.png>", "<li>",
    "a &amp;amp; b", ";",
])  # fmt: skip


@given(st.lists(sentences, max_size=14).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_repair_of_a_body_loses_text(html):
    made = clean_body(RawItem(html=html), BASE)
    kept = re.sub(r"<img>https://e\.org/a\.png(?=\s*<img)", "", html)  # the address moves into the tag
    assert letters(visible_text(made)) == letters(visible_text(kept))
    assert clean_body(RawItem(html=made), BASE) == made


@given(st.lists(sentences, max_size=14).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_repair_of_plain_text_loses_text(text):
    text = re.sub("<[^>]*>|&amp;", "", text)
    assert letters(visible_text(clean_body(RawItem(text=text), BASE))) == letters(text)


@given(
    st.lists(st.sampled_from(["holdings", ".", "The", " ", "(", "”", "report", "Node.Js", "5", "!", "他说。", "\n"]), max_size=30).map(
        "".join
    )
)
@settings(max_examples=300, deadline=None)
def test_a_summary_that_is_not_cut_keeps_every_letter(text):
    summary = clean_summary(text, "en")
    assert summary.endswith("…") or letters(summary) == letters(text)
    assert clean_summary(summary, "en") == summary
