"""Every kind of broken configuration, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.errors import ConfigError, Problem

KEEP = ' what to keep; write "90d", 5000, or { age = "90d", items = 5000 }'
SOURCE = '[sources.a]\nurl = "https://news.example/feed"\n'


def problems(folder: Path, text: str, **environ: str) -> list[Problem]:
    """What is wrong with a main file of this text."""
    file = folder / "aggregator.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file, environ=environ)
    assert all(problem.file == str(file) for problem in caught.value.problems)
    return list(caught.value.problems)


FULL_TEXT = 'must be true, false, or the CSS selector of the article, such as "article .body"'
UNKNOWN_KEYS = [
    ("sites = 1", "sites", "there is no such key; did you mean 'site'?"),
    ("[budget]\ncharacters = 1", "budget.characters", "there is no such key; did you mean 'characters_per_day'?"),
    ("[budget.per_engine.google]\nprise = 1", "budget.per_engine.google.prise", "there is no such key; did you mean 'price'?"),
    ("[budget.per_engine.gogle]", "budget.per_engine.gogle", "there is no translator 'gogle'; did you mean 'google'?"),
    (SOURCE + "[budget.per_source]\nb = 1", "budget.per_source.b", "there is no source 'b'"),
    ('[bbc]\nurl = "https://a.example/"', "bbc", "is no table of a configuration; write [sources.bbc]"),
    ("[site]\ntitel = 'x'", "site.titel", "there is no such key; did you mean 'title'?"),
    ("[site]\nper_host = 2", "site.per_host", "there is no such key here; it belongs to [fetch]"),
    ("[store]\nzzz = 2", "store.zzz", "there is no such key; there are url, lease"),
    (
        "[feeds]\nhub = true",
        "feeds.hub",
        "there is no such key; there are limit, formats, bilingual, title, summary, bilingual_title, bilingual_summary, websub",
    ),
    (SOURCE + "full_text = 0", "sources.a.full_text", FULL_TEXT),
    (SOURCE + "full_text = ' '", "sources.a.full_text", FULL_TEXT),
    (SOURCE + "full_text = ['main']", "sources.a.full_text", FULL_TEXT),
    (SOURCE + "retention = '1h'", "sources.a.retention", "'1h' says not" + KEEP),
    (SOURCE + "retention = 0", "sources.a.retention", "0 says not" + KEEP),
    (SOURCE + "languages = 'de'", "sources.a.languages", "there is no such key; did you mean 'language'?"),
    ("[[routes]]\nform = 'zh'\nengines = ['google']", "routes[0].form", "there is no such key; did you mean 'from'?"),
    ("[[routes]]\nsource = 'zh'\nengines = ['google']", "routes[0].source", "there is no such key; there are from, to, engines"),
]

TYPES = [
    ("site = 1", "site", "must be a table, not a whole number"),
    ("sources = []", "sources", "must be a table, not a list"),
    ("[site]\ntitle = 1979-05-27", "site.title", 'must be text in quotes, such as "...", not a date or time'),
    ("[site]\nlanguages = 'en'", "site.languages", 'must be a list, such as ["..."], not text'),
    ("[site]\nlanguages = [1]", "site.languages[0]", 'must be text in quotes, such as "...", not a whole number'),
    ("[budget]\ncharacters_per_day = -1", "budget.characters_per_day", "-1 is too small; the least is 0"),
    ("[budget]\nmoney_per_month = '5'", "budget.money_per_month", "'5' is no amount; write a number such as 20 or 0.5"),
    ("[budget]\nmoney_per_day = -0.5", "budget.money_per_day", "a number is no amount; write a number such as 20 or 0.5"),
    ("[budget]\nreserve = 50", "budget.reserve", "50 is too much; the most is 49"),
    ("[budget]\ntiers = ['title']", "budget.tiers", "must name each of title, summary, body once, what comes first first"),
    ("[budget.per_engine]\ngoogle = 'x'", "budget.per_engine.google", "must be a table, not text"),
    ("[feeds]\nformats = []", "feeds.formats", "is empty; write at least one"),
    ("[fetch]\nconcurrency = '20'", "fetch.concurrency", "must be a whole number, without quotes, not text"),
    ("[fetch]\nconcurrency = 2.5", "fetch.concurrency", "must be a whole number, without quotes, not a number"),
    ("[fetch]\nconcurrency = true", "fetch.concurrency", "must be a whole number, without quotes, not true or false"),
    ("[fetch]\nper_host = 0", "fetch.per_host", "0 is too small; the least is 1"),
    ("[fetch]\nconcurrency = 2000", "fetch.concurrency", "2000 is too much; the most is 1000"),
    ("[fetch]\nconcurrency = 0x" + "f" * 9000, "fetch.concurrency", "a whole number is too much; the most is 1000"),
    ("[feeds]\nbilingual = 'yes'", "feeds.bilingual", "must be true or false, without quotes, not text"),
    ("[feeds]\nformats = ['rss', 'rdf']", "feeds.formats[1]", "'rdf' is not one of rss, atom, json"),
    ("[sources]\na = 'x'", "sources.a", "must be a table, not text"),
    ("[sources.a]", "sources.a.url", 'is missing; write url = "https://..."'),
    ("[translators.t]", "translators.t.engine", 'is missing; write engine = "opencc", for one'),
    ("[[routes]]", "routes[0].engines", 'is missing; write engines = ["google"], for one'),
    ("[[routes]]\nengines = []", "routes[0].engines", "is empty; write at least one"),
    (SOURCE + "fields = { id = 1 }\nkind = 'json'", "sources.a.fields.id", 'must be text in quotes, such as "...", not a whole number'),
]

VALUES = [
    ("[feeds]\ntitle = '{titel}'", "feeds.title", "'{titel}' has the unknown placeholder {titel}; did you mean 'title'?"),
    (
        "[feeds]\nbilingual_title = '{title} {}'",
        "feeds.bilingual_title",
        "has the unknown placeholder {}; there are {title}, {original}, {source}, {language}",
    ),
    ("[feeds]\nsummary = '{title}'", "feeds.summary", "has the unknown placeholder {title}; there are {summary}, {original},"),
    ("[feeds]\nbilingual_summary = ''", "feeds.bilingual_summary", "'' lacks {summary}: every entry would say the same"),
    ("[hugo]\ncommand = 'hugo \"x'", "hugo.command", "is no command: no closing quotation"),
    ("[hugo]\ncommand = ' '", "hugo.command", 'is empty; write a command such as "hugo --minify"'),
    ("[hugo]\nevery = '10'", "hugo.every", "'10' is no duration"),
    ("[paths]\nsite = 'a'\nfeeds = 'b'", "paths", "feeds stand in the folder feeds of site; remove feeds, or site"),
    ("[git]\ncommit = 'yes'", "git.commit", "must be true or false"),
    ("[site]\nbase_url = 'news.example'", "site.base_url", "'news.example' is no complete URL"),
    ("[site]\nbase_url = 'https://news.example/?a=b'", "site.base_url", "has a part after ? or #"),
    ("[site]\ntimezone = 'asia/shanghai'", "site.timezone", "did you mean 'Asia/Shanghai'?"),
    ("[site]\ntimezone = '../x'", "site.timezone", "'../x' is no IANA time zone; write one such as UTC or Asia/Shanghai"),
    ("[site]\ntimezone = 'Asia'", "site.timezone", "is no IANA time zone"),
    (
        "[site]\nlanguages = ['en', 'zh_CN']",
        "site.languages[1]",
        "'zh_CN' is no language tag; write one such as en, de or zh-CN; did you mean 'zh-CN'?",
    ),
    ("[paths]\ndata = ''", "paths.data", "'' is no path"),
    ('[paths]\ndata = "a\\u0000"', "paths.data", "'a\\x00' is no path"),
    ("[store]\nurl = 'postgres://h/d'", "store.url", "did you mean 'postgresql'?"),
    ("[store]\nurl = 'store.db'", "store.url", "is no store's; write postgresql://USER@HOST/NAME or sqlite:///PATH"),
    ("[store]\nurl = 3", "store.url", "must be text or a secret, not a whole number"),
    ("[fetch]\ntimeout = '10 minutos'", "fetch.timeout", "'10 minutos' is no duration; write 30s, 10m, 2h or 1d"),
    ("[fetch]\ntimeout = 30", "fetch.timeout", "30 is no duration; write 30s, 10m, 2h or 1d"),
    ("[fetch]\ntimeout = '0s'", "fetch.timeout", "'0s' is out of range; write something from 1s to 366d"),
    ("[fetch]\nspacing = '1'", "fetch.spacing", "'1' is no duration; write 30s, 10m, 2h or 1d"),
    ("[fetch]\ntimeout = '999999999d'", "fetch.timeout", "'999999999d' is out of range"),
    ("[fetch]\ntimeout.a.a = 1", "fetch.timeout", "a table is no duration"),
    ("[fetch]\nmax_bytes = '10 potatoes'", "fetch.max_bytes", "'10 potatoes' is no size"),
    ("[fetch]\nmax_bytes = true", "fetch.max_bytes", "true is no size"),
    ("[fetch]\nmax_bytes = '3GB'", "fetch.max_bytes", "'3GB' is out of range"),
    ('[fetch]\nuser_agent = "a\\nb"', "fetch.user_agent", "holds characters that an HTTP header can't carry"),
    ("[fetch]\nallow_networks = ['127.0.0.1/8']", "fetch.allow_networks[0]", "did you mean '127.0.0.0/8'?"),
    (
        "[fetch]\nallow_networks = ['localhost']",
        "fetch.allow_networks[0]",
        "'localhost' is no network; write one such as 127.0.0.0/8 or fd00::/8",
    ),
    ("[sources.'Der Spiegel']\nurl = 'https://a.example/'", "sources.'Der Spiegel'", "'Der Spiegel' is no usable name"),
    ("[sources.-x]\nurl = 'https://a.example/'", "sources.-x", "'-x' is no usable name"),
    ("[sources.all]\nurl = 'https://a.example/'", "sources.all", "the name 'all' is taken by the feeds of that name"),
    ("[sources.tag]\nurl = 'https://a.example/'", "sources.tag", "the name 'tag' is taken by the feeds of that name"),
    ("[sources.a]\nurl = 'ftp://a.example/'", "sources.a.url", "write one that begins with https:// or http:// and names a host"),
    ("[sources.a]\nurl = 'https:///feed'", "sources.a.url", "is no complete URL"),
    ("[sources.a]\nurl = 'https://[::1/feed'", "sources.a.url", "is no URL"),
    ("[sources.a]\nurl = 'https://a.example:99999/'", "sources.a.url", "is no URL"),
    ("[sources.a]\nurl = 'https://a.example/a b'", "sources.a.url", "holds a space or a control character"),
    (SOURCE + "link_base = 'a.example'", "sources.a.link_base", "is no complete URL"),
    (SOURCE + "folder = '../x'", "sources.a.folder", "'../x' is no name of one folder"),
    (SOURCE + "language = 'jp'", "sources.a.language", "did you mean 'ja'?"),
    (SOURCE + "language = 'english'", "sources.a.language", "'english' is no language tag"),
    (SOURCE + "language = 'de-abcd1-abcd2-abcd3-abcd4-abcd5-abcd6'", "sources.a.language", "is no language tag"),
    (SOURCE + "language = 'xx'", "sources.a.language", "'xx' is no language tag"),
    (SOURCE + "every = '10 minutos'", "sources.a.every", "'10 minutos' is no duration; write 30s, 10m, 2h or 1d"),
    (SOURCE + "min_every = '6h'", "sources.a", "min_every (6h) is longer than max_every (4h); swap or change them"),
    (SOURCE + "profile = 'compact'", "sources.a.profile", "'compact' is not one of compat, clean; did you mean 'compat'?"),
    (SOURCE + "profile = 1", "sources.a.profile", "1 is not one of compat, clean"),
    (SOURCE + "identity = 'url'", "sources.a.identity", "'url' is not one of guid, link, link-number"),
    (SOURCE + "translate_to = ['en', '']", "sources.a.translate_to[1]", "'' is no language tag"),
    (SOURCE + "tags = ['a/b']", "sources.a.tags[0]", "'a/b' is no tag"),
    (SOURCE + "include = '('", "sources.a.include", "'(' is no regular expression: missing ), unterminated subpattern at position 0"),
    (SOURCE + "exclude = { author = '(' }", "sources.a.exclude", "'(' is no regular expression: missing ), unterminated subpattern"),
    (SOURCE + "exclude = { autor = 'x' }", "sources.a.exclude", "'autor' is nothing to filter by; did you mean 'author'?"),
    (SOURCE + "exclude = { tag = 1 }", "sources.a.exclude", "tag must be a regular expression, not a whole number"),
    (SOURCE + "include = ['x']", "sources.a.include", 'must be a regular expression or a table such as { author = "Reuters" }, not a list'),
    (SOURCE + "exclude = '[[a]'", "sources.a.exclude", "is no regular expression: Possible nested set at position 1"),
    (SOURCE + "exclude = 'a{9999999999999}'", "sources.a.exclude", "is no regular expression"),
    (SOURCE + "strip = '^Ad$'", "sources.a.strip", "must be a list"),
    (
        SOURCE + "strip = ['^Ad$', '(']",
        "sources.a.strip[1]",
        "'(' is no regular expression: missing ), unterminated subpattern at position 0",
    ),
    (SOURCE + "strip = ['.*']", "sources.a.strip[0]", "'.*' also finds nothing at all; say what has to be there"),
    (SOURCE + "profile = 'compat'\nsame_story = true", "sources.a", 'same_story means nothing in profile "compat"'),
    (SOURCE + "update_translations = true", "sources.a", 'update_translations means nothing in profile "clean"'),
    (SOURCE + "profile = 'compat'\nstrip = ['^Ad$']", "sources.a", 'strip means nothing in profile "compat"'),
    (SOURCE + "max_items = 0", "sources.a.max_items", "0 is too small; the least is 1"),
    (SOURCE + "headers = { 'A B' = 'x' }", "sources.a.headers.'A B'", "'A B' is no name of an HTTP header"),
    (SOURCE + 'headers = { A = "é" }', "sources.a.headers.A", "holds characters that an HTTP header can't carry"),
    (SOURCE + "proxy = 'socks5://a.example:1'", "sources.a.proxy", "write one that begins with http:// or https:// and names a host"),
    (SOURCE + "next = 'a.older'", "sources.a.next", "means nothing to kind 'feed'; remove it or change the kind"),
    (
        SOURCE + "kind = 'json'\nitems = ['a', 3]",
        "sources.a.items",
        'must be text in quotes such as "data.news", or a list of such texts, not a list',
    ),
    (
        SOURCE + "kind = 'json'\nitems = []",
        "sources.a.items",
        'must be text in quotes such as "data.news", or a list of such texts, not a list',
    ),
    (SOURCE + "items = 'data'", "sources.a.items", "means nothing to kind 'feed'; remove it or change the kind"),
    (SOURCE + "kind = 'json'\noptions = {}", "sources.a.options", "means nothing to kind 'json'"),
    (SOURCE + "kind = 'gopher'\nfields = {}", "sources.a.fields", "means nothing to kind 'gopher'"),
    ("[translators.'My Engine']\nengine = 'pseudo'", "translators.'My Engine'", "'My Engine' is no usable name"),
    ("[[routes]]\nfrom = 'jp'\nengines = ['google']", "routes[0].from", "did you mean 'ja'?"),
    ("[[routes]]\nengines = ['opencc', 'googel']", "routes[0].engines[1]", "there is no translator 'googel'; did you mean 'google'?"),
    ("[budget]\nmoney_per_day = 1", "budget.money_per_day", "no engine has a price that counts here; set budget.per_engine.NAME.price"),
    ("[budget.per_source.a]\nmoney_per_month = 0.5\n" + SOURCE, "budget.per_source.a.money_per_month", "holds nothing back"),
    (
        "[budget.per_engine.google]\nmoney_per_day = 1\nprice = 0\n[budget.per_engine.opencc]\nprice = 2",
        "budget.per_engine.google.money_per_day",
        "set budget.per_engine.google.price, what a million characters cost, or price_per_request",
    ),
    ("[[routes]]\nengines = ['zzz']", "routes[0].engines[0]", "define it as [translators.zzz], or use opencc or google"),
]

SECRETS = [
    (SOURCE + "headers = { A = { env = 'UNSET' } }", "sources.a.headers.A", "the environment variable 'UNSET' is not set"),
    (SOURCE + "headers = { A = { env = 'EMPTY' } }", "sources.a.headers.A", "the environment variable 'EMPTY' is empty"),
    (
        SOURCE + "headers = { A = { file = 'nowhere.txt' } }",
        "sources.a.headers.A",
        "'nowhere.txt' can't be read: No such file or directory",
    ),
    (SOURCE + 'headers = { A = { file = "a\\u0000" } }', "sources.a.headers.A", "can't be read: not a path to a text file in UTF-8"),
    (SOURCE + "headers = { A = { environ = 'X' } }", "sources.a.headers.A", "did you mean 'env'?"),
    (SOURCE + "headers = { A = { env = 'X', file = 'y' } }", "sources.a.headers.A", "holds two places"),
    (SOURCE + "headers = { A = { env = 3 } }", "sources.a.headers.A", "env must be the name of a variable, in quotes"),
    (SOURCE + "headers = { A = 'Bearer {env:UNSET}' }", "sources.a.headers.A", "the environment variable 'UNSET' is not set"),
    (SOURCE + "headers = { A = 'Bearer {file:}' }", "sources.a.headers.A", "file must be the name of a file, in quotes"),
    (SOURCE + "headers = { A = 3 }", "sources.a.headers.A", "must be text or a secret, not a whole number"),
    ("[translators.t]\nengine = 'x'\nkey = { env = 'UNSET' }", "translators.t.key", "the environment variable 'UNSET' is not set"),
    ("[translators.t]\nengine = 'x'\napi_key = { environ = 'X' }", "translators.t.api_key", "a key does not belong into this file"),
    ("[store]\nurl = { env = 'UNSET' }", "store.url", "the environment variable 'UNSET' is not set"),
]


@pytest.mark.parametrize(("text", "key", "message"), UNKNOWN_KEYS + TYPES)
def test_a_wrong_key_or_type_is_named_in_words(tmp_path: Path, text: str, key: str, message: str) -> None:
    assert [(problem.key, problem.message) for problem in problems(tmp_path, text)] == [(key, message)]


@pytest.mark.parametrize(("text", "key", "message"), VALUES + SECRETS)
def test_a_wrong_value_is_quoted_with_what_to_write(tmp_path: Path, text: str, key: str, message: str) -> None:
    found = problems(tmp_path, text, EMPTY="")
    assert [problem.key for problem in found] == [key]
    assert message in found[0].message


def test_a_bound_on_money_is_right_where_an_engine_has_a_price(tmp_path: Path) -> None:
    bounds = "[budget]\nmoney_per_day = 1\n[budget.per_engine.google]\nmoney_per_month = 9\n"
    file = tmp_path / "aggregator.toml"
    for price in ("price = 20", "price_per_request = 0.01"):
        file.write_text(bounds + price, encoding="utf-8")
        assert config.load(file, environ={}).budget.money_per_day == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[site\n", "line 1, column 6: this is not TOML: "),
        ("[site", "end of document: this is not TOML: "),
        ("[site]\ntitle = 'a'\n\ntitle = 'b'\n", "line 4, column 12: this is not TOML: cannot overwrite a value"),
        ("[site]\ntitle = ", "this is not TOML: invalid value"),
        ("a = " + "9" * 5000, "this is not TOML: exceeds the limit"),
        ("a = " + "[" * 5000, "is nested too deeply to be read"),
    ],
)
def test_broken_toml_is_located(tmp_path: Path, text: str, message: str) -> None:
    found = problems(tmp_path, text)
    assert [problem.key for problem in found] == [""]
    assert message in found[0].message


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    main = tmp_path / "aggregator.toml"
    main.write_text("[site]\ntitle = 1\n[fetch]\ntimeout = 'soon'\n[sources.a]\nurl = 'x'\n[[routes]]\nengines = ['nobody']\n")
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "1.toml").write_text("[sources.a]\nurl = 'https://a.example/'\n[site]\ntitle = 'x'\n")
    (folder / "2.toml").write_text("[sources.b")
    (folder / "3.toml").write_bytes(b"# \xff")
    (folder / "4.toml").mkdir()
    with pytest.raises(ConfigError) as caught:
        config.load(main, environ={})
    assert [(Path(problem.file).name, problem.key) for problem in caught.value.problems] == [
        ("aggregator.toml", "site.title"),
        ("aggregator.toml", "fetch.timeout"),
        ("aggregator.toml", "sources.a.url"),
        ("1.toml", "site"),
        ("2.toml", ""),
        ("3.toml", ""),
        ("4.toml", ""),
        ("1.toml", "sources.a"),
        ("aggregator.toml", "routes[0].engines[0]"),
    ]
    assert [problem.message for problem in caught.value.problems if Path(problem.file).name == "1.toml"] == [
        "does not belong into a file of sources; move it to the main file",
        f"{main} has a source of this name already; rename one of them",
    ]
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: there is no such file; run `aggregator init`"):
        config.load(tmp_path / "nowhere.toml", environ={})


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        config.load(tmp_path, environ={})


def test_no_message_holds_a_password(tmp_path: Path) -> None:
    text = """
        site.base_url = 'https://user:canary@news.example/?'
        store.url = 'mysql://user:canary@host/name'
        [sources.a]
        url = 'https://user:canary@a.example/'
        proxy = 'ftp://user:can/ary-canary@a.example/'
        headers = { Authorization = { env = 'LINES' }, Cookie = { canary = 'x' } }
        [sources.b]
        url = 'user:canary@a.example/'
        [sources.c]
        url = 'gopher://a.example/?api_key=canary&page=2'
        [translators.t]
        engine = 'x'
        api_key = 'canary'
    """
    found = problems(tmp_path, text.replace("{ canary = 'x' }", "'canary\\né'"), LINES="canary\nline")
    shown = "\n".join(map(str, found))
    assert len(found) >= 8
    assert "page=2" in shown
    assert "canary" not in shown


def test_names_in_messages_carry_no_control_characters(tmp_path: Path) -> None:
    found = problems(tmp_path, '"\\u001b[31m\\u202e" = 1\n[sources."\\u0007"]\nurl = "\\u001b]0;x"\n')
    assert len(found) == 3
    assert all(str(problem).isprintable() for problem in found)
