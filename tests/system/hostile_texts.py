"""Titles and bodies that are made to run in a page, to stop Hugo, or to be taken for front matter. 400 and more of each."""

# ruff: noqa: E501  a text a line would be 400 lines
from __future__ import annotations

from itertools import product

CALLS = ("alert(1)", "canary()")
TAGS = (
    "<script>{}</script>", "<script src=//evil.example/x.js></script>", "<SCRIPT>{}</SCRIPT >", "<script\n>{}</script\n>", "<script/x>{}</script>",
    "<img src=x onerror={}>", "<img src=x onerror={}", "<img/src=x/onerror={}>", '<img src="x" onerror="{}">', "<svg onload={}>",
    "<svg/onload={}>", "<svg><script>{}</script></svg>", "<math><mtext><script>{}</script></math>", "<body onload={}>",
    "<iframe src=javascript:{}></iframe>", '<iframe srcdoc="<script>{}</script>">', "<object data=javascript:{}></object>",
    "<embed src=javascript:{}>", "<form action=javascript:{}><input type=submit></form>", "<button formaction=javascript:{}>x</button>",
    "<isindex action=javascript:{} type=image>", "<style>*{{background:url(javascript:{})}}</style>", "<style>@import 'x'</style>",
    "<link rel=stylesheet href=javascript:{}>", "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<base href=javascript:{}//>",
    "<a href=javascript:{}>x</a>", "<a href='java\tscript:{}'>x</a>", "<a href='&#106;avascript:{}'>x</a>", "<a href=' javascript:{}'>x</a>",
    "<a href=data:text/html,<script>{}</script>>x</a>", "<a href=vbscript:{}>x</a>", "<a onclick={} href=#>x</a>", "<p style=x:expression({})>x</p>",
    "<details open ontoggle={}>", "<video><source onerror={}></video>", "<audio src=x onerror={}>", "<marquee onstart={}>x</marquee>",
    "<input autofocus onfocus={}>", "<select autofocus onfocus={}>", "<textarea autofocus onfocus={}>", "<keygen autofocus onfocus={}>",
    "<template><script>{}</script></template>", "<noscript><p title='</noscript><img src=x onerror={}>'>", "<!--><img src=x onerror={}>-->",
    "<![CDATA[<script>{}</script>]]>", "<?x <script>{}</script>?>", "<!DOCTYPE x [<!ENTITY y '{}'>]>", "</p><script>{}</script><p>",
    "</title><script>{}</script>", "</textarea><script>{}</script>", "\"><script>{}</script>", "' onmouseover={} x='", '" onmouseover="{}" x="',
    "`onmouseover={}`", "<<script>{}//<</script>", "<scr<script>ipt>{}</scr</script>ipt>", "<a\x00href=javascript:{}>x</a>", "<x onclick={}>x</x>",
)  # fmt: skip
MARKDOWN = (
    "[x](javascript:{})", "[x](  javascript:{} )", "[x](JaVaScRiPt:{})", "[x](&#106;avascript:{})", "[x](\\javascript:{})", "[x](<javascript:{}>)",
    "[x](java&Tab;script:{})", "[x](vbscript:{})", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x][y]\n\n[y]: javascript:{}", "[y]: javascript:{}\n\n[y]",
    "![x](javascript:{})", "![x](x\" onerror=\"{})", '[x](https://e.example "a" onclick={})', "<javascript:{}>", "<https://e.example/\"onclick={}>",
    "# x {{#id .class onclick={}}}", "x\n=\n{{onclick={}}}", "x {{onclick={}}}\n---", "## x ## {{ onmouseover=\"{}\" }}", "> x\n{{onclick={}}}",
    "* x\n{{onclick={}}}", "```go {{onclick={}}}\nx\n```", "```\n<script>{}</script>\n```\n<script>{}</script>", "~~~\n<script>{}</script>",
    "    <script>{}</script>", "`<script>{}</script>`", "`` ` `` <script>{}</script>", "| a | <script>{}</script> |\n|---|---|\n| b | c |",
    "[^1]\n\n[^1]: <script>{}</script>", "*[HTML]: <script>{}</script>", "term\n: <script>{}</script>", "- [ ] <script>{}</script>",
    "\\<script>{}\\</script>", "&lt;script&gt;{}&lt;/script&gt;", "&amp;lt;script&amp;gt;{}", "[<script>{}</script>](https://e.example)",
    "[x](https://e.example/<script>{}</script>)", "---\nlayout: x\n---\n{}", "+++\ntitle = 'x'\n+++\n{}", "---", "+++", "...", "{{\"title\": \"{}\"}}",
    "x\n---\n<script>{}</script>", "x\n===", "***\n{}", "https://e.example/?javascript:{}", "[url=javascript:{}]x[/url]", "[img]javascript:{}[/img]",
    "[b]x[/b][script]{}[/script]", "$${}$$", "\\({}\\)", "<!--more--> {}", "<!-- {} -->", "![x][y]\n\n[y]: data:text/html,{}",
)  # fmt: skip
SHORTCODES = tuple(
    text.replace("@", inside)
    for text in (
        "{{< @ >}}", "{{% @ %}}", "{{<@>}}", "{{< @", "{{% @", "@ >}}", "@ %}}", "{{</* @ */>}}", "{{</* @ >}}", "{{< @ >}}x{{< /@ >}}", "{{< /@ >}}",
        "{{< @ `x >}}", '{{< @ "x >}}', '{{< @ x=" >}}', "{{ @ }}", "{{- @ -}}", "{{{< @ >}}}", "{ {{< @ >}} }", "`{{< @ >}}`", "    {{% @ %}}",
        "{{<\n@\n>}}", "{{% @ >}}", "{{< @ %}}", "{{<>}}@", "```\n{{< @ >}}\n```", "[x](https://e.example/{{< @ >}})", "{{\u200b< @ >}}", "{{\0< @ >}}",
    )
    for inside in ("x", "youtube id", 'ref "nowhere"', "figure src=x onerror=alert(1)", "highlight go", "param nothing")
)  # fmt: skip
YAML = (
    '"', "'", "\\", '\\"', '"\nevil: true', "\nlayout: evil", "\n---\nevil", "a: b", "- a", "? a", "!!python/object:os.system x", "!tag x", "&anchor x",
    "*alias", "%YAML 1.1", "@x", "`x", "| x", "> x", "#comment", "a #b", "{a: b}", "[a, b]", "~", "null", "true", "no", "1e3", "0x1F", "2020-01-01",
    "12:30:45", "=", "<<", "\\u0000", "\\x00", "\\U0010FFFF", "%", "{{ .Site.Title }}", "{{ readFile \"hugo.toml\" }}", "$HOME", "`id`", "../../etc/passwd",
    "/", ".", "..", "con", "x" * 300, "长" * 200, "index", "_index", "page/2", "?a=b#c", "a/b/c", "#", "+", "C++", "C#", "%2e%2e%2f", "😀", " ", "",
)  # fmt: skip
CHARACTERS = "\0\x01\x07\b\x0b\x0c\x1b\x7f\x80\x85\x9b\xa0\xad\u200b\u200e\u2028\u2029\u202e\u2066\ufeff\ufff9\ufffe\uffff\ufdd0\ud800\udfff\U000e0041"
PLACES = ("a{}b", "{}title", "title{}", "\n{}---\n", "<scr{}ipt>alert(1)</scr{}ipt>")
ODD = tuple(text.replace("{}", character) for character, text in product(CHARACTERS, PLACES))


def _filled(templates: tuple[str, ...]) -> list[str]:
    return [text.replace("{}", call).replace("{{", "{").replace("}}", "}") for text, call in product(templates, CALLS)]


TEXTS = list(dict.fromkeys([*_filled(TAGS), *_filled(MARKDOWN), *SHORTCODES, *YAML, *ODD]))
