"""What `init` puts into a new folder."""

from __future__ import annotations

from pathlib import Path

from aggregator.errors import UsageError

CONFIG = """\
# The configuration of your aggregator. Every other key is optional: `aggregator config schema` lists them all.
[site]
title = "My news"
base_url = "http://127.0.0.1:8080"    # where readers find your feeds
timezone = "UTC"                      # of the dates in documents
languages = ["en"]                    # the languages that you read; every item is translated into them

[paths]                               # relative to the folder of this file
data = "../data"
content = "../data/content"
feeds = "../data/feeds"

# One table a source; more of them can stand in files of their own in sources/, beside this one.
[sources.tagesschau]
url = "https://www.tagesschau.de/index~rss2.xml"
title = "Tagesschau"
language = "de"

[sources.nhk]
url = "https://www3.nhk.or.jp/rss/news/cat0.xml"
title = "NHK"
language = "ja"
timezone = "Asia/Tokyo"               # of dates that carry none
"""
IGNORE = "/data/\n"


HUGO_SITE = (
    'languages = ["en"]                    # the languages that you read; every item is translated into them\n',
    'languages = ["en"]                    # the languages that you read; every item is translated into them\n'
    'retention = { age = "365d", items = 2000 }   # of each source; the rest leaves site and feeds: every page makes a build longer\n',
)
HUGO_PATHS = ('content = "../data/content"\nfeeds = "../data/feeds"', 'content = "../content"\nfeeds = "../static/feeds"')


def begin(folder: Path, *, hugo: bool = False) -> list[Path]:
    """Write the files of a new folder, with `hugo` that of a Hugo site. Returns them; raises UsageError where one of them exists."""
    text = CONFIG.replace(*HUGO_PATHS).replace(*HUGO_SITE) if hugo else CONFIG
    files = {folder / "config" / "aggregator.toml": text} | ({} if hugo else {folder / ".gitignore": IGNORE})
    taken = [path for path in files if path.exists() and path.name != ".gitignore"]
    if taken:
        raise UsageError(f"{taken[0]} exists already: choose another folder, or change that file.")
    written = []
    for path, content in files.items():
        if path.exists():
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"Can't write {path}: {error.strerror}. Choose another folder.") from error
        written.append(path)
    return written
