"""What `init --hugo` makes: a Hugo site around the folders that the aggregator publishes to."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import UsageError
from aggregator.runners.surroundings import HUGO_FILE, languages

if TYPE_CHECKING:
    from aggregator.config import Settings

IGNORE = "/public/\n/resources/_gen/\n/.hugo_build.lock\n/data/\n"
NAMES = {
    "ar": "العربية", "cs": "Čeština", "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی", "fr": "Français", "he": "עברית",
    "hi": "हिन्दी", "id": "Bahasa Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어", "nl": "Nederlands", "pl": "Polski",
    "pt": "Português", "ru": "Русский", "sv": "Svenska", "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt",
    "zh": "中文", "zh-CN": "简体中文", "zh-HK": "繁體中文（香港）", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "zh-TW": "繁體中文",
}  # fmt: skip
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")

HEAD = """\
# A Hugo site of what the aggregator publishes: `hugo server` shows it, and
# `hugo --cleanDestinationDir` builds it into public/; without that option the pages of documents that are gone stay there.
# Another theme: put it into themes/, write its name below, and keep the rest.
baseURL = {base_url}
title = {title}
theme = "aggregator"

# Dates of documents that name no zone are in this one.
timeZone = {zone}

# Show what a source dates in the future.
buildFuture = true

defaultContentLanguage = {first}
defaultContentLanguageInSubdir = true
capitalizeListTitles = false
pluralizeListTitles = false

# Documents in the reference format may hold tags that are left out; there is nothing to do about it.
ignoreLogs = ["warning-goldmark-raw-html"]

# The feeds are the aggregator's, below /feeds/; the site's pages link to them.
disableKinds = ["rss"]

[pagination]
pagerSize = 25

[params]
mainSections = ["news"]
# The newest items of a list that can be paged through: every further page costs time at each build.
listed = 500
# For the theme Mainroad: what stands under a title.
post_meta = ["date", "categories", "translations"]

[taxonomies]
category = "categories"
tag = "tags"
lang = "lang"
translation = "translations"

[markup.goldmark.renderer]
unsafe = false

[markup.goldmark.parser.attribute]
title = false
block = false

[markup.goldmark.extensions]
taskList = false

[markup.goldmark.extensions.typographer]
disable = true

[markup.highlight]
codeFences = false
"""
LANGUAGE = """
[languages.{key}]
weight = {weight}
contentDir = {folder}

[languages.{key}.params]
tag = {tag}
label = {label}
"""
MOUNTS = """
[[module.mounts]]
source = "static"
target = "static"

[[module.mounts]]
source = "assets"
target = "assets"

[[module.mounts]]
source = {feeds}
target = "static/feeds"

[[module.mounts]]
source = {feeds}
target = "assets/feeds"
"""


def begin_site(folder: Path, settings: Settings) -> list[Path]:
    """Write a Hugo site for these settings into a folder. Returns the files; raises UsageError where there is a site already."""
    if (folder / HUGO_FILE).exists():
        raise UsageError(f"{folder / HUGO_FILE} exists already: choose another folder, or change that file.")
    try:
        with as_file(files("aggregator.cli") / "hugo") as layouts:
            shutil.copytree(layouts, folder, dirs_exist_ok=True)
        written = [folder / name for name in (HUGO_FILE, "layouts", "themes/aggregator")]
        (folder / HUGO_FILE).write_text(configuration(folder, settings), encoding="utf-8")
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(IGNORE, encoding="utf-8")
            written.append(folder / ".gitignore")
    except OSError as error:
        raise UsageError(f"Can't write a site into {folder}: {error.strerror}. Choose another folder.") from error
    return written


def configuration(folder: Path, settings: Settings) -> str:
    """The site's hugo.toml."""
    tags = languages(settings)
    site = settings.site
    head = HEAD.format(
        base_url=text(f"{site.base_url}/" if site.base_url else "/"),
        title=text(site.title),
        zone=text(site.timezone),
        first=text(tags[0].lower()),
    )
    tables = (language(tag, number, folder, settings) for number, tag in enumerate(tags, 1))
    return "".join([head, *tables, MOUNTS.format(feeds=text(seen_from(folder, settings.paths.feeds)))])


def language(tag: str, weight: int, folder: Path, settings: Settings) -> str:
    """The tables of one language; Hugo wants its name in small letters."""
    content = seen_from(folder, settings.paths.content / tag)
    label = NAMES.get(tag) or NAMES.get(tag.partition("-")[0], tag)
    direction = 'direction = "rtl"\n' if tag.partition("-")[0] in RIGHT_TO_LEFT else ""
    table = LANGUAGE.format(key=tag.lower(), weight=weight, folder=text(content), tag=text(tag), label=text(label))
    return table + direction


def seen_from(folder: Path, path: Path) -> str:
    """A path as it is written in a site's configuration: relative where it lies within the site."""
    root = folder.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def text(value: str) -> str:
    """A string of TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
