"""One article, one document: when its address changes with its text, and where others share its id. The real program, twice."""

from __future__ import annotations

from tests.system.conftest import Site
from tests.system.origin import Origin, plain

ITEM = """<item><guid isPermaLink="false">{guid}</guid><link>{link}</link><title>{title}</title>
<description>央行宣布下调存款准备金率{title}</description><pubDate>Mon, 29 Apr 2024 0{hour}:10:00 GMT</pubDate></item>"""
TABLE = '[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\ntimezone = "UTC"\n{more}\n'
SOURCES = {"slug": "", "scheme": "", "reference": 'profile = "compat"', "shared": "", "shared_reference": 'profile = "compat"'}


def rss(*entries: tuple[str, str, str]) -> bytes:
    """A feed of entries of guid, link and title."""
    items = (ITEM.format(guid=guid, link=link, title=title, hour=hour) for hour, (guid, link, title) in enumerate(entries))
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def shows(origin: Origin, slug: str, scheme: str, added: str) -> None:
    for name in SOURCES:
        moving = [(str(number), f"{scheme}://{name}.example/{number}", f"新闻{number}{added}") for number in (101, 102)]
        twins = [("post", f"https://{name}.example/live", f"消息{number}") for number in (1, 2, 3)]
        alone = [("post-77", f"https://{name}.example/{slug}", f"头条{added}")]
        origin.route(f"/{name}", plain(200, rss(*(twins if "shared" in name else alone if name == "slug" else moving))))


def test_an_edited_article_whose_address_changes_is_replaced_in_place(site: Site, origin: Origin) -> None:
    site.configure("".join(TABLE.format(name=name, url=origin.url(f"/{name}"), more=more) for name, more in SOURCES.items()))
    shows(origin, "first-title", "http", "")
    each = {"reference": 2, "scheme": 2, "shared": 3, "shared_reference": 3, "slug": 1}
    assert {row["source"]: row["new"] for row in site.lines("fetch", "--all")} == each
    before = documents(site)
    assert {name: sum(f"/news/{name}/" in path for path in before) for name in each} == {name: 2 * count for name, count in each.items()}
    shows(origin, "second-title", "https", "，已更正")
    edited = {row["source"]: (row["new"], row["updated"]) for row in site.lines("fetch", "--all")}
    assert edited == {"reference": (0, 2), "scheme": (0, 2), "shared": (0, 0), "shared_reference": (0, 0), "slug": (0, 1)}
    after = documents(site)
    assert after.keys() == before.keys()
    changed = {path for path in after if after[path] != before[path]}
    kept = {path for path in before if "/reference/" in path and path.startswith("zh-CN")}
    assert changed == {path for path in before if "shared" not in path} - kept, "an original in the reference format stays as it is"
    assert all(b"](https://" in after[path] and "已更正".encode() in after[path] for path in changed)


def documents(site: Site) -> dict[str, bytes]:
    """What is published, by path."""
    return {str(path.relative_to(site.content)): path.read_bytes() for path in site.content.rglob("*.md")}
