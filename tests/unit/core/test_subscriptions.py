import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.values import source_name, tag
from aggregator.core.subscriptions import Names, Subscription, decide, same_feed, table_of, tag_of


def decided(urls, configured=(), refused=lambda url: ""):
    return [(each.outcome, each.name, each.why) for each in decide([Subscription(url=url) for url in urls], configured, refused=refused)]


def test_an_address_is_new_once():
    spellings = ["https://a.example/f", "http://www.a.example/f/", "https://a.example/f?utm_source=x#top"]
    assert decided(spellings) == [("new", "a_example", ""), ("twice", "a_example", ""), ("twice", "a_example", "")]
    assert decided(spellings[1:], [("paper", spellings[0])]) == [("subscribed already", "paper", "")] * 2


def test_other_feeds_of_a_host_get_names_of_their_own():
    assert [name for _, name, _ in decided(["https://a.example/1", "https://a.example/2"], [("a_example", "https://b.example/")])] == [
        "a_example_2",
        "a_example_3",
    ]


@pytest.mark.parametrize("url", ["", "/feed", "feed.xml", "javascript:alert(1)", "https://", "http://[", "mailto:a@b"])
def test_what_is_no_address_of_the_web_is_refused(url):
    ((outcome, name, why),) = decided([url])
    assert (outcome, name) == ("refused", "")
    assert "http" in why


def test_what_can_t_be_fetched_is_refused_in_the_words_of_the_guard():
    assert decided(["http://10.0.0.1/"], refused=lambda url: "it is private") == [("refused", "", "it is private")]


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("Le Monde – À la une", "https://x.example/", "le_monde_a_la_une"),
        ("みなと日報", "https://www.minato.example/f", "minato_example"),
        ("新华网 RSS feed", "https://feeds.x.example/f", "rss_feed"),
        ("all", "https://x.example/", "all_2"),
        ("", "https://münchen.example/", "munchen_example"),
        ("!!", "https://[::1]/", "1"),
        ("x" * 90, "https://x.example/", "x" * 40),
    ],
)
def test_names_are_legible(title, url, name):
    assert Names().take(Subscription(url=url, title=title)).replace("xn_mnchen_3ya_example", "munchen_example") == name


@given(st.text(max_size=50), st.text(max_size=30))
def test_every_name_and_tag_is_one_that_the_configuration_takes(title, host):
    name = Names({"source"}).take(Subscription(url=f"https://{host}/", title=title))
    assert source_name(name) == name
    folder = tag_of(title)
    assert not folder or tag(folder) == folder


def test_folders_become_tags():
    wanted = Subscription(url="https://a.example/", title="A", folders=("News & Views", "news views", "科技", "--"))
    assert table_of(wanted) == {"url": "https://a.example/", "title": "A", "tags": ["news-views", "科技"]}
    assert table_of(Subscription(url="https://a.example/")) == {"url": "https://a.example/"}


def test_two_queries_are_two_feeds():
    assert same_feed("https://a.example/?id=1") != same_feed("https://a.example/?id=2")
    assert re.fullmatch("a.example/f", same_feed("http://www.a.example/f/"))
