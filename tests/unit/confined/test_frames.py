from __future__ import annotations

import io

from aggregator.confined import frames


def test_frames_come_out_as_they_went_in():
    stream = io.BytesIO(frames.packed(frames.QUESTION, b"{}") + frames.packed(frames.BODY))
    assert [frames.take(stream) for _ in range(3)] == [b"{}", b"", None]


def test_a_frame_that_breaks_off_is_none():
    assert frames.take(io.BytesIO(frames.packed(frames.BODY, b"whole")[:-1])) is None


def test_the_head_says_what_follows():
    whole = frames.packed(frames.FAILED, b"why", last=True)
    assert frames.head(whole[: frames.HEAD_SIZE]) == (frames.FAILED, True, 3)
