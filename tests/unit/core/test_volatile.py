"""What is no edit."""

from __future__ import annotations

import time

import pytest

from aggregator.core.volatile import steady, text_digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Story  1,024 views\n3 hours ago", "Story 2k views 4 hours ago"),
        ("Story 12 comments, 4 likes", "Story 13 comments, 5 likes"),
        ("Points: 121 # Comments: 45", "Points: 130 # Comments: 46"),
        ("posted a minute ago", "posted 2 weeks ago"),
        ("正文 阅读(12) 5分钟前", "正文 阅读(1300) 1小时前"),
        ("正文 1.2万次阅读 评论数:3", "正文 900次阅读 评论数:14"),
        ("正文 阅读：12（评论：3）", "正文 阅读：13（评论：4）"),
        ("기사 3시간 전", "기사 5분 전"),
        ("Il y a 3 minutes - texte", "Il y a 2 heures - texte"),
        ("hace 3 horas", "hace 1 día"),
        ("Vor 3 Minuten", "vor 2 Stunden"),
        ("2 часа назад", "5 часов назад"),
        ("Last updated: 2024-05-01 10:32 GMT. Text", "Last updated: 2024-05-02 8:01 GMT. Text"),
        ("正文 更新时间:2024年5月1日 10:32", "正文 更新时间:2024年5月2日 08:00:01"),
        ("正文 更新时间：2024年5月1日 10:32", "正文 更新时间：2024年5月2日 08:00:01"),
    ],
)
def test_counters_and_times_that_go_on_by_themselves_are_no_edit(one: str, other: str) -> None:
    assert steady(one) == steady(other)
    assert text_digest(one, "") == text_digest(other, "")
    assert text_digest("", one) == text_digest("", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sold 99,342 shares", "sold 99,432 shares"),
        ("up 120 points", "up 130 points"),
        ("wins by 12 votes", "wins by 13 votes"),
        ("in 3 hours", "in 4 hours"),
        ("at 10:30", "at 10:45"),
        ("涨3天", "涨4天"),
    ],
)
def test_figures_of_the_news_are_an_edit(one: str, other: str) -> None:
    assert text_digest("", one) != text_digest("", other)


@pytest.mark.parametrize("piece", ["1,", "1", "1 ", "a", "更新", "updated: ", "12:", "1.1万", "阅读(", "vor 1 "])
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text, start = piece * (length // len(piece)), time.process_time()
        steady(text)
        return time.process_time() - start

    assert seconds(400_000) < 20 * seconds(40_000) + 0.5
