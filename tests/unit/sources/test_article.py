from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from aggregator.core.bodies import read_body
from aggregator.core.contents import Contents
from aggregator.errors import ParseError
from aggregator.model import LONG_AGO, Failed, Fetched, Item, Source
from aggregator.sources.article import ArticleBySelector, problems
from aggregator.sources.found_article import ArticleByLooks

URL = "https://e.org/news/1.html?key=secret"
KNOWN = {"title": "Title & more", "link": "https://e.org/1", "summary": "", "selector": ".body"}
SOURCE = Source(name="s", url="https://e.org/rss", language="en", options=KNOWN)
SENTENCES = "".join(f"<p>Sentence {n} of the article says something that is long enough to be one.</p>" for n in range(9))
PAGE = f"""<!doctype html><html><head><title>Title</title></head><body><nav><a href="/">Home</a></nav>
<article><div class="body">{SENTENCES}<p>The last one <a href="../x">links to another page</a>, and says as much as all before.</p>
<img src="p.jpg" alt="P"><pre><code>a
  b</code></pre></div></article>
<footer>All rights reserved</footer></body></html>"""
BOTH = pytest.mark.parametrize("kind", [ArticleBySelector(), ArticleByLooks()], ids=["selector", "looks"])


def read(page: str | bytes, kind: ArticleBySelector | None = None, source: Source = SOURCE, **headers: str) -> Item:
    body = page if isinstance(page, bytes) else page.encode()
    fetched = Fetched(url=URL, body=body, headers={"content-type": "text/html; charset=utf-8"} | headers)
    contents = read_body(kind or ArticleBySelector(), source, fetched, now=LONG_AGO)
    assert isinstance(contents, Contents), contents
    (item,) = contents.items
    return item


@BOTH
def test_an_article_is_read_without_what_stands_around_it_links_and_images_absolute(kind: ArticleBySelector):
    item = read(PAGE, kind)
    assert (item.title, item.url, item.flags) == ("Title & more", "https://e.org/1", ("undated",))
    assert item.html.count("<p>Sentence") == 9
    assert 'href="https://e.org/x"' in item.html
    assert '<img src="https://e.org/news/p.jpg" alt="P">' in item.html
    assert not any(word in item.html for word in ("Home", "rights", "secret"))
    assert item.html.count("<pre>") == 1
    assert "a\n  b" in item.html


@BOTH
def test_what_the_page_says_of_its_base_holds(kind: ArticleBySelector):
    item = read(PAGE.replace("<head>", '<head><base href="https://cdn.example/a/b/">'), kind)
    assert 'href="https://cdn.example/a/x"' in item.html
    assert 'src="https://cdn.example/a/b/p.jpg"' in item.html


@BOTH
@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        ('src="https://cdn.example/im-123456"', "https://cdn.example/im-123456"),
        ('src="//cdn.example/image?id=5&amp;w=9"', "https://cdn.example/image?id=5&amp;w=9"),
        ('src="/wait.gif" data-original="/late/4"', "https://e.org/late/4"),
        ('src="data:image/gif;base64,R0" data-lazy-src="late.jpg#top"', "https://e.org/news/late.jpg#top"),
        ('srcset="/big.webp 2x, /small.webp 1x"', "https://e.org/big.webp"),
        ('src="/wait.svg" data-src="p.png?w=10"', "https://e.org/news/p.png?w=10"),
    ],
)
def test_pictures_stay_however_the_page_names_them(kind: ArticleBySelector, attributes: str, address: str):
    item = read(PAGE.replace('src="p.jpg"', attributes), kind)
    assert f'<img src="{address}" alt="P">' in item.html


@BOTH
@pytest.mark.parametrize("pixel", ['src="/count.gif" width="1" height="1"', 'src="https://pixel.example/?id=5"'])
def test_what_counts_readers_is_no_picture(kind: ArticleBySelector, pixel: str):
    item = read(PAGE.replace('<img src="p.jpg"', f'<img {pixel}><img src="p.jpg"'), kind)
    assert item.html.count("<img") == 1


@BOTH
def test_in_compat_the_text_is_clean_and_absolute_too(kind: ArticleBySelector):
    item = read(PAGE.replace("<p>Sentence 1", "<p onclick=x>Sentence 1<script>evil</script>"), kind, replace(SOURCE, profile="compat"))
    assert 'src="https://e.org/news/p.jpg"' in item.html
    assert not any(word in item.html for word in ("onclick", "evil"))


def test_several_elements_are_put_together_and_none_is_read_twice():
    source = replace(SOURCE, options=KNOWN | {"selector": "article, .body, p, aside"})
    item = read("<html><article><div class=body><p>one</p></div></article><p>two</p><aside>three</aside></html>", source=source)
    assert [item.html.count(word) for word in ("one", "two", "three")] == [1, 1, 1]


def test_the_publisher_s_own_summary_stays():
    assert read(PAGE, source=replace(SOURCE, options=KNOWN | {"summary": "Why &amp; how."})).summary == "Why & how."
    assert read(PAGE).summary.startswith("Sentence 0")


def test_pages_in_other_encodings_are_read():
    page = '<html><head><meta charset="gb18030"></head><div class="body"><p>人工智能软件的市场</p></div></html>'
    item = read(page.encode("gb18030"), **{"content-type": "text/html"})
    assert "人工智能软件的市场" in item.html


@BOTH
@pytest.mark.parametrize(
    ("page", "failure"),
    [
        ("", "empty"),
        ("<!doctype html><html><body></body></html>", "empty"),
        ("<!doctype html><html><div class=body><script>x</script></div></html>", "empty"),
        ("<!doctype html>" + "<div>" * 100_000, "not_a_feed"),
        ('{"a": 1}', "not_a_feed"),
        ("<rss><channel/></rss>", "not_a_feed"),
        ("<html><head><title>Access denied</title></head><div class=body>No.</div></html>", "bot_wall"),
    ],
)
def test_what_is_no_article_is_refused_with_what_to_do(kind: ArticleBySelector, page: str, failure: str):
    fetched = Fetched(url=URL, body=page.encode(), headers={"content-type": "text/html"})
    found = read_body(kind, SOURCE, fetched, now=LONG_AGO)
    assert isinstance(found, Failed)
    assert (found.kind, bool(found.advice), "secret" in found.message) == (failure, True, False)


def test_an_article_about_captchas_is_one():
    page = "<html><head><title>Captcha farms</title></head><div class=body><p>Text.</p></div></html>"
    with pytest.raises(ParseError):
        ArticleBySelector().parse(SOURCE, Fetched(url=URL, body=page.encode()))
    assert read(page, source=replace(SOURCE, options=KNOWN | {"title": "Captcha farms"})).html == "<div><p>Text.</p></div>"


def test_selectors_are_checked():
    assert problems(replace(SOURCE, full_text="article .body")) == []
    ((key, message),) = problems(replace(SOURCE, full_text="p["))
    assert (key, "CSS selector" in message) == ("full_text", True)


def test_a_missing_library_is_told_with_what_to_install():
    program = (
        "import sys; sys.modules['trafilatura'] = None\n"
        "from aggregator import wiring; from aggregator.model import Source\n"
        "for full_text in (False, True, 'p'):\n"
        "    print(list(wiring.source_problems(Source(name='s', url='https://e.org/', full_text=full_text))))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    assert (said[0], said[2]) == ("[]", "[]")
    assert "full_text" in said[1]
    assert 'pip install "aggregator[extract]"' in said[1]
