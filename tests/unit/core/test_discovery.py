import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.discovery import feeds_in_page, known_feeds, likely_feeds, typed_address

CHANNEL = "UC" + "x_-4" * 5 + "ab"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("url", "feeds"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", [f"{VIDEOS}?channel_id={CHANNEL}"]),
        ("https://m.youtube.com/playlist?list=PL1&x=2", [f"{VIDEOS}?playlist_id=PL1"]),
        ("https://youtube.com/watch?v=1&list=PL%262", [f"{VIDEOS}?playlist_id=PL%262"]),
        ("https://www.youtube.com/user/NASA", [f"{VIDEOS}?user=NASA"]),
        ("https://www.youtube.com/@nasa", []),
        ("https://www.reddit.com/r/python", ["https://www.reddit.com/r/python/.rss"]),
        ("http://old.reddit.com/r/python/top/?t=week", ["https://www.reddit.com/r/python/top/.rss?t=week"]),
        ("https://www.reddit.com/user/someone/", ["https://www.reddit.com/user/someone/.rss"]),
        ("https://sh.reddit.com/r/python/", ["https://www.reddit.com/r/python/.rss"]),
        ("https://youtu.be/dQw4w9WgXcQ?list=PL1", [f"{VIDEOS}?playlist_id=PL1"]),
        ("https://www.reddit.com/", ["https://www.reddit.com/.rss"]),
        ("https://www.reddit.com/r/python/.rss", []),
        ("https://www.reddit.com/settings", []),
        ("https://github.com/torvalds", ["https://github.com/torvalds.atom"]),
        ("https://github.com/a/b.git", [f"https://github.com/a/b/{kind}.atom" for kind in ("releases", "commits", "tags")]),
        ("https://github.com/a/b/commits", [f"https://github.com/a/b/{kind}.atom" for kind in ("commits", "releases", "tags")]),
        ("https://github.com/a/b/tree/dev/x", ["https://github.com/a/b/commits/dev/x.atom"]),
        ("https://github.com/a/b/releases.atom", []),
        ("https://github.com/features/actions", []),
        ("https://github.com/", []),
        ("https://example.org/r/python", []),
        ("ftp://github.com/a/b", []),
        ("https://[", []),
    ],
)
def test_sites_whose_feeds_follow_a_rule(url, feeds):
    assert known_feeds(url) == feeds


@pytest.mark.parametrize(
    "page",
    [
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'{{"externalId":"{CHANNEL}","x":1}}',
        f'<meta itemprop="identifier" content="{CHANNEL}">',
    ],
)
def test_the_page_of_a_youtube_handle_names_its_channel(page):
    assert feeds_in_page("https://www.youtube.com/@nasa", page) == [f"{VIDEOS}?channel_id={CHANNEL}"]
    assert feeds_in_page("https://youtu.be/dQw4w9WgXcQ", page) == [f"{VIDEOS}?channel_id={CHANNEL}"]
    assert feeds_in_page("https://example.org/@nasa", page) == []


def test_a_mastodon_profile_or_tag_is_tried_first():
    assert likely_feeds("https://social.example/@ines")[0] == "https://social.example/@ines.rss"
    assert likely_feeds("https://social.example/@ines@other.example/")[0] == "https://social.example/@ines@other.example.rss"
    assert likely_feeds("https://social.example/tags/mar")[0] == "https://social.example/tags/mar.rss"


def test_a_profile_in_its_old_form_is_tried_in_both():
    found = likely_feeds("https://social.example/users/ines/")
    assert found[:2] == ["https://social.example/@ines.rss", "https://social.example/users/ines.rss"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("@ines@social.example", "https://social.example/@ines"),
        (" acct:ines.m@social.example ", "https://social.example/@ines.m"),
        ("feed://paper.example/rss?x=feed:1", "http://paper.example/rss?x=feed:1"),
        ("feed:https://paper.example/rss", "https://paper.example/rss"),
        ("FEED:paper.example/rss", "http://paper.example/rss"),
        ("https://paper.example/feed:1", "https://paper.example/feed:1"),
        ("https://ines:secret@social.example/", "https://ines:secret@social.example/"),
        ("paper.example", "paper.example"),
        ("feed:", "feed:"),
    ],
)
def test_what_people_type_is_an_address(typed, meant):
    assert typed_address(typed) == meant


def test_feeds_are_looked_for_below_the_address_and_at_the_root():
    found = likely_feeds("https://example.org/blog/?x=1#y")
    assert found[:3] == ["https://example.org/blog/feed", "https://example.org/feed", "https://example.org/rss"]
    assert len(found) == len(set(found)) == 8
    assert likely_feeds("https://example.org/index.html")[0] == "https://example.org/feed"


@given(st.text(max_size=60))
def test_any_text_is_taken_for_an_address(text):
    for url in (text, f"https://www.youtube.com/{text}", f"https://github.com/{text}", f"https://reddit.com/{text}"):
        assert all(feed.startswith(("https://", "http://")) for feed in [*known_feeds(url), *likely_feeds(url)])
