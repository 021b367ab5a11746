import pytest

from aggregator.core.markup import clean, clean_summary, compat_html, compat_summary, plain_to_html, to_html, to_markdown, visible_text

BASE = "https://example.org/news/1"


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<p onclick="x()" class="a" id="b" style="c">Hi</p>', "<p>Hi</p>"),
        ("<script>alert(1)</script><style>p{}</style><!-- no --><b>yes</b>", "<b>yes</b>"),
        (
            '<a href="javascript:alert(1)">x</a> <a href="data:text/html,x">y</a> <a href="mailto:a@b.org">z</a>',
            '<a>x</a> <a>y</a> <a href="mailto:a@b.org">z</a>',
        ),
        (
            '<a href="/spy">a</a><a href="more">b</a><a href="//cdn.org/x">c</a>',
            '<a href="https://example.org/spy">a</a><a href="https://example.org/news/more">b</a><a href="https://cdn.org/x">c</a>',
        ),
        ('<img src="/a.png" alt="A" srcset="/b.png 2x" loading="lazy">', '<img src="https://example.org/a.png" alt="A">'),
        ('<img src="data:image/gif;base64,R0" data-src="/real.jpg">', '<img src="https://example.org/real.jpg">'),
        ('<img data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', '<img src="https://example.org/a.jpg">'),
        ('<picture><source srcset="/a.webp 1x"><img srcset="/s.jpg 1x, /t.jpg 2x"></picture>', '<img src="https://example.org/s.jpg">'),
        ('<p>a<img src="data:image/png;base64,xx"></p>', "<p>a</p>"),
        ('a<img src="https://stats.org/p.gif" width="1" height="1"><img src="https://pixel.wp.com/b.gif">', "a"),
        ("<div><p></p><p>&nbsp;</p><span>x</span><figure></figure></div>", "<div>x</div>"),
        ("a\u200bb\ufeffc\u00add\x07e&#8203;f\u202eg", "abcdefg"),
        ("می\u200cخواهم 👩\u200d💻 a\u200db", "می\u200cخواهم 👩\u200d💻 ab"),
        (
            "<video controls><source src='/v.mp4' type='video/mp4'></video><video></video><iframe src='x'></iframe>",
            '<video controls=""><source src="https://example.org/v.mp4" type="video/mp4"></video>',
        ),
        ("<table><tr><td colspan=2 class=x>1</table>", '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>'),
        ("<ul><li>a<li>b</ul><pre>x\n  y</pre>", "<ul><li>a</li><li>b</li></ul><pre>x\n  y</pre>"),
        (
            '<pre class="chroma"><code class="hljs language-c++ x" data-lang="c">i</code></pre>',
            '<pre><code class="language-c++">i</code></pre>',
        ),
        ('<code class="x" lang="en">a</code><code class="language-{#a}">b</code>', '<code lang="en">a</code><code>b</code>'),
        ('<p class="language-python">a</p>', "<p>a</p>"),
        ("\ud800<p>x\udfff", "<p>x</p>"),
        ("", ""),
    ],
)
def test_what_the_cleaner_lets_through(html, cleaned):
    assert clean(html, BASE) == cleaned
    assert clean(cleaned, BASE) == cleaned


def test_without_a_base_relative_addresses_go():
    assert clean('<a href="/x">a</a><img src="y.png">', "") == "<a>a</a>"
    assert clean('<a href="/x">a</a>', "http://[broken") == "<a>a</a>"


@pytest.mark.parametrize("opener", ["<div>", "<ul><li>", "<table><tr><td>", "<blockquote>"])
def test_depth_costs_its_markup_and_not_the_process(opener):
    assert visible_text(clean(opener * 50_000 + "text", BASE)) == "text"


@pytest.mark.parametrize("html", ["<a><table><a>", "<h1><a><h6></a></h6>", "<p><svg><foreignobject><p>x", "&#13;x", "<pre>\n\nx</pre>"])
def test_markup_that_other_cleaners_change_again(html):
    once = clean(html, BASE)
    assert clean(once, BASE) == once


@pytest.mark.parametrize("markup", ["x<br>", "<p>x", "<p>x</p>", "<b>x</b> "])
def test_of_more_tags_than_can_be_held_the_text_is_left(markup):
    html = markup * 100_001
    for _ in range(2):
        html = clean(html, "")
        assert html == f"<p>{' '.join('x' * 100_001)}</p>"
    assert visible_text(markup * 100_001).split() == ["x"] * 100_001


def test_of_more_lines_than_can_be_held_the_text_is_left():
    assert plain_to_html("<x>\n" * 99_999).count("<br>") == 99_998
    assert plain_to_html("<x>\n" * 100_001) == f"<p>{' '.join(['&lt;x&gt;'] * 100_001)}</p>"


def test_visible_text():
    assert visible_text("<p>One &amp; <b>t</b>wo</p><p>three<br>four</p><script>x</script>") == "One & two\nthree\nfour"
    assert visible_text("plain \n text &lt;b&gt;") == "plain text <b>"
    assert visible_text("<p>À 9&nbsp;h\u202f: fini.&nbsp;</p><p>\u3000东\u3000西 \u3000北</p>") == "À 9\u00a0h\u202f: fini.\n东\u3000西 北"
    assert visible_text("") == ""


def test_plain_text_becomes_paragraphs():
    assert plain_to_html("a < b\r\nc\r\n\r\n d & e ") == "<p>a &lt; b<br>c</p><p>d &amp; e</p>"


# Markdown


def both_ways(html):
    markdown = to_markdown(html, "clean")
    assert visible_text(to_html(markdown)) == visible_text(html)
    return markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>A</h2><p>b</p><hr><p>c<br>d</p>", "## A\n\nb\n\n---\n\nc\\\nd"),
        ('<ul><li>a<ul><li>b</li></ul></li></ul><ol start="3"><li>c</li></ol>', "- a\n  - b\n\n3. c"),
        ("<p><b>a</b> <strong>b</strong> <i>c</i> <del>d</del> <code>e</code></p>", "**a** **b** *c* ~~d~~ `e`"),
        (
            '<p><a href="https://e.org/a(b)?c=1&amp;d=2">x</a> <img src="https://e.org/i j.png" alt="k"></p>',
            "[x](https://e.org/a%28b%29?c=1&d=2) ![k](https://e.org/i%20j.png)",
        ),
        ("<pre><code>a\n\n\n  b</code></pre>", "```\na\n\n\n  b\n```"),
        (
            "<table><thead><tr><th>a</th><th>b|c</th></tr></thead><tbody><tr><td>1</td><td><p>2</p></td></tr></tbody></table>",
            "| a | b\\|c |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<div>a</div>\n\n\n<div>b</div>", "a\n\nb"),
        (
            '<a href="https://e.org/"><img src="https://e.org/i.png" alt="A"><p>caption</p></a>',
            "[![A](https://e.org/i.png)](https://e.org/)\n\n[caption](https://e.org/)",
        ),
        ("<p>snake_case -5% +3 a - b 1.5 #1 wow! a &amp; b &gt; c</p>", "snake_case -5% +3 a - b 1.5 #1 wow! a & b > c"),
        ("", ""),
    ],
)
def test_html_as_markdown(html, markdown):
    assert both_ways(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a<br><br>b<br>\n &nbsp;<br><br>c<br>d<br><br></p>", "a\n\nb\n\nc\\\nd"),
        ("<p><b>a<br></b><br>b</p>", "**a**\n\nb"),
        ("<ul><li>a<br><br>b</li></ul>", "- a\n\n  b"),
        ("<blockquote>a<br><br>b</blockquote>", "> a\n>\n> b"),
        ("<blockquote><p>a<br><br>b</p></blockquote>", "> a\n>\n> b"),
        ("<ul><li><br><i>a</i><br></li></ul>", "- *a*"),
        ('a<br><img src="https://e.org/i.png"><br>b', "a\\\n![](https://e.org/i.png)\\\nb"),
    ],
)
def test_line_breaks_in_a_row_part_paragraphs(html, markdown):
    assert both_ways(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a</p><blockquote>b</blockquote><p>c</p>", "a\n\n> b\n\nc"),
        ("<div><p>a</p> <blockquote><p>b</p></blockquote></div>", "a\n\n> b"),
        ("<h2>a</h2><blockquote>b</blockquote><blockquote>c</blockquote>", "## a\n\n> b\n\n> c"),
        ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<ul><li>a<blockquote>b</blockquote>c</li><li><blockquote>d</blockquote></li></ul>", "- a\n\n  > b\n\n  c\n\n- > d"),
        ("<blockquote></blockquote>a", "a"),
    ],
)
def test_quotations_stand_apart(html, markdown):
    assert both_ways(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<pre><code class="language-python">a = 1\n</code></pre>', "```python\na = 1\n```"),
        ('<ul><li><pre><code class="language-c#">a</code></pre></li></ul>', "- ```c#\n  a\n  ```"),
        ('<p><code class="language-python">a</code></p><pre>b <code class="language-python">c</code></pre>', "`a`\n\n```\nb c\n```"),
    ],
)
def test_code_keeps_its_language(html, markdown):
    assert both_ways(html) == markdown
    assert clean(html, "") == html


def test_a_class_that_is_no_language_does_not_reach_the_fence():
    assert to_markdown('<pre><code class="language-a`b">x</code></pre>', "clean") == "```\nx\n```"
    assert to_markdown('<pre class="language-{#a}">x</pre>', "clean") == "```\nx\n```"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>«&nbsp;<i>Le Monde</i>&nbsp;» é&nbsp;: 9\u202f%</p>", "«\u00a0*Le Monde*\u00a0» é\u00a0: 9\u202f%"),
        ("<p>\u3000\u3000东<br>\u3000西\u3000北\u3000</p>", "东\\\n西\u3000北"),
        ("<p><b>标题\u3000</b>正文 &nbsp;<b>\u3000你</b>好</p>", "**标题**\u3000正文 **你**好"),
        ('<p>amid<a href="https://e.org/">&nbsp;some</a></p>', "amid\u00a0[some](https://e.org/)"),
        ("<table><tr><th>&nbsp;a&nbsp;b</th></tr></table>", "| a\u00a0b |\n| --- |"),
    ],
)
def test_spaces_that_mean_something_are_kept_within_text(html, markdown):
    assert to_markdown(html, "clean") == markdown


def test_no_line_begins_with_a_stray_space():
    html = '<p>a</p> <img src="https://e.org/i.png"> b <p> <b> c</b></p> <a href="https://e.org/">d</a> <i>e</i> <p>f</p>'
    assert both_ways(html) == "a\n\n![](https://e.org/i.png) b\n\n**c**\n\n[d](https://e.org/) *e*\n\nf"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# a", "\\# a"),
        ("1. a", "1\\. a"),
        ("2) a", "2\\) a"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("> a", "\\> a"),
        (": a", "\\: a"),
        ("*a* _b_ `c` ~d~", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~"),
        ("[a](b) ![c](d)", "\\[a\\](b) !\\[c\\](d)"),
        ("[^1]", "\\[^1\\]"),
        ("a|b", "a\\|b"),
        ("a\\b", "a\\\\b"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("<!-- x", "\\<!-- x"),
        ("&lt; &copy;", "\\&lt; \\&copy;"),
        ("{{< youtube x >}} {{% y %}} {#id}", "\\{\\{\\< youtube x >}} \\{\\{% y %}} \\{#id}"),
    ],
)
def test_text_never_becomes_markup(text, escaped):
    assert both_ways(plain_to_html(text)) == escaped


def test_line_starts_that_only_the_converter_makes():
    assert both_ways("<ul><li>- a<br># b</li></ul>") == "- \\- a\\\n  \\# b"
    assert both_ways("<h2>C #</h2>") == "## C \\#"
    assert both_ways('<p>wow!<a href="https://e.org/">x</a></p>') == "wow\\![x](https://e.org/)"


def test_shortcodes_do_not_survive_in_code():
    markdown = to_markdown("<pre>{{&lt; x &gt;}}</pre><p><code>{{% y %}}</code></p>", "clean")
    assert markdown == "```\n{{ < x >}}\n```\n\n`{{ % y %}}`"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("你好<b>！你</b>他", "你好！**你**他"),
        ("<strong>标题：</strong>正文", "**标题**：正文"),
        ("<b>标题：</b> 正文", "**标题：** 正文"),
        ('他<b><a href="https://e.org/">说</a></b>话', "他[说](https://e.org/)话"),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("a<b><i>b</i></b>c", "a***b***c"),
        ("<b>x <i>y</i> z</b>", "**x *y* z**"),
        ("<b>x<i>y</i>z</b>", "**xyz**"),
        ("<b>a<br></b>b", "**a**\\\nb"),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("<b> </b>a<i></i>", "a"),
    ],
)
def test_emphasis_that_would_show_its_asterisks(html, markdown):
    assert both_ways(html) == markdown


def test_much_emphasis_in_one_paragraph_takes_linear_time():
    html = "<p>" + "a <b> b <i>！c</i></b> " * 4_000 + "</p>"
    assert to_markdown(html, "clean").startswith("a **b *！c*** a")


def test_exponents_stay_exponents():
    assert to_markdown("10<sup>6</sup> H<sub>2</sub>O 1<sup>st</sup>", "clean") == "10⁶ H₂O 1st"


def test_markup_that_is_not_clean_does_not_pass_either():
    markdown = to_markdown('<p>a</p><iframe src="https://e.org"></iframe><script>x</script><form><u>b</u></form><!-- c -->', "clean")
    assert "<iframe" not in markdown and "<script" not in markdown and "<form" not in markdown
    assert markdown.count("<!--") == markdown.count("\\<!--")


def test_markdown_as_html():
    html = to_html("# a\n\nb **c** ~~d~~\n\n| e |\n| --- |\n| f |")
    assert html.startswith("<h1>a</h1>\n<p>b <strong>c</strong> <s>d</s></p>\n<table>")
    assert "<td>f</td>" in html


def test_raw_html_and_script_links_in_markdown_are_text():
    assert to_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert "<a" not in to_html("[x](javascript:alert(1)) <a href=javascript:alert(1)>y</a>")


# summaries


def test_compat_summary_keeps_the_faults():
    assert compat_summary("<div> " + "字" * 90 + "</div>", "zh-CN") == " " + "字" * 49 + "..."
    assert compat_summary("<p>a</p><p>b &amp; c</p>", "en") == "ab &amp; c"
    assert compat_summary(" ".join(["w"] * 49), "en") == " ".join(["w"] * 49)
    assert compat_summary("  ".join(["w"] * 50), "en") == " ".join(["w"] * 50) + "..."
    assert compat_summary("字" * 79, "zh-HK") == "字" * 79
    assert compat_summary("<p> </p>", "zh") == " "
    assert compat_html("a\nb") == "<div>a<br />b</div>"


def test_short_texts_are_their_own_summary():
    assert clean_summary("One.\nTwo & three", "en") == "One. Two & three"
    assert clean_summary("要点\n第一行。\n第二行 a\nb", "zh-CN") == "要点 第一行。第二行 a b"
    assert clean_summary("", "en") == ""


def test_summaries_end_where_a_sentence_ends():
    assert clean_summary("word " * 30 + "end. " + "word " * 40, "en") == "word " * 30 + "end. …"
    assert clean_summary("字" * 60 + "。" + "字" * 60, "zh-CN") == "字" * 60 + "。…"


def test_summaries_else_end_where_a_word_or_a_grapheme_ends():
    assert clean_summary("word\u00a0" * 60, "fr") == "word\u00a0" * 49 + "word…"
    assert clean_summary("word " * 60, "en") == "word " * 49 + "word…"
    assert clean_summary("字" * 78 + "2025年", "zh-CN") == "字" * 78 + "…"
    assert clean_summary("字" * 79 + "👩‍💻" + "字" * 9, "ja") == "字" * 79 + "…"
    assert clean_summary("字" * 79 + "🇩🇪🇫🇷" + "字" * 9, "ja") == "字" * 79 + "…"
    assert len(clean_summary("x" * 5000, "en")) == 601
