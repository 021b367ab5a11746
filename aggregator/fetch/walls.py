"""Tells a page that wants to see a browser from the document that was asked for."""

from __future__ import annotations

from collections.abc import Mapping

LOOKED_AT = 64 * 1024  # bytes from the beginning
MARKED_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", "challenge"), ("x-amzn-waf-action", "captcha"))
MARKS = (  # lower case; each stands in the challenge pages of one product and not in ordinary pages
    b"<title>just a moment...</title>",
    b"<title>attention required! | cloudflare</title>",
    b"window._cf_chl_opt",
    b"/_incapsula_resource?",
    b"captcha-delivery.com/",
    b"ddos-guard/js-challenge",
    b"sucuri_cloudproxy_js",
    b'id="px-captcha"',
    b"/.within.website/x/cmd/anubis/",
    b"<title>making sure you're not a bot!</title>",
    b"https://errors.edgesuite.net/",
)


def is_wall(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a challenge or a captcha. `headers` have lower-case names; `body` is decoded."""
    if any(headers.get(name, "").lower() == value for name, value in MARKED_HEADERS):
        return True
    beginning = body[:LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return beginning.startswith((b"<!doctype html", b"<html")) and any(mark in beginning for mark in MARKS)
