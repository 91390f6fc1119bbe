"""Looks of mails where they are read: style attributes on the plain tags that a mail's words use."""

import re

INK = "#0f252a"
FJORD = "#0b515b"
LINE = "#d0dad9"

STYLES = {
    "h1": "margin:0 0 14px;font-size:26px;line-height:32px;letter-spacing:-.4px;",
    "h2": "margin:24px 0 8px;font-size:18px;line-height:24px;",
    "p": "margin:0 0 18px;font-size:16px;line-height:25px;",
    "ul": "margin:0 0 18px;padding:0 0 0 22px;font-size:16px;line-height:25px;",
    "ol": "margin:0 0 18px;padding:0 0 0 26px;font-size:16px;line-height:25px;",
    "blockquote": f"margin:0 0 18px;padding:2px 0 2px 16px;border-left:4px solid {LINE};font-size:16px;line-height:25px;",
    "hr": f"border:0;border-top:1px solid {LINE};margin:24px 0;",
    "a": f"color:{FJORD};",
}
_TAG = re.compile(rf"<({'|'.join(STYLES)})(\s[^>]*)?>")


def _styled(match: re.Match[str]) -> str:
    tag, attributes = match[1], match[2] or ""
    return match[0] if "style=" in attributes else f'<{tag}{attributes} style="{STYLES[tag]}">'


def inline(html: str) -> str:
    """The HTML with a style on every h1, h2, p, ul, ol, blockquote, hr and a that has none."""
    return _TAG.sub(_styled, html)
