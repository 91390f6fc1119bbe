"""Fail on what the content security policy forbids in a template: inline scripts, styles and event handlers."""

import re
import sys
from pathlib import Path

RULES = {
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", re.IGNORECASE),
    "inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"(?:href|src|action)\s*=\s*[\"']javascript:", re.IGNORECASE),
    "htmx that needs eval": re.compile(r"\shx-on[:-]|\shx-(?:vals|headers)\s*=\s*[\"']js:", re.IGNORECASE),
    "blocktranslate without trimmed": re.compile(r"{%\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)"),
    "address of another site": re.compile(
        r"<(?:script|link|img|source|iframe)\b[^>]*\b(?:src|href)=[\"']https?:", re.IGNORECASE
    ),
}
# Mail readers know no style sheets; HTML mails carry their own styles.
MAIL_MAY = {"inline style element", "style attribute"}


def findings(path: Path) -> list[str]:
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", blank, path.read_text(encoding="utf-8"), flags=re.DOTALL)
    allowed = MAIL_MAY if "emails" in path.parts else set()
    return [
        f"{path}:{text.count(chr(10), 0, hit.start()) + 1}: {name}"
        for name, rule in RULES.items()
        if name not in allowed
        for hit in rule.finditer(text)
    ]


def blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def main() -> int:
    files = [*Path("templates").rglob("*"), *(file for file in Path().glob("*/templates/**/*"))]
    found = [line for file in files if file.suffix in {".html", ".txt", ".svg"} for line in findings(file)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
