"""One file, one article: plain text, Markdown and HTML."""

from __future__ import annotations

import re

from store.importers.decode import declared_encoding, decode, known_encoding
from store.importers.result import Failure
from store.records import Incoming

MAX_HTML = 5_000_000
"""Bytes; a page of 20 MB takes the extractor many seconds, and no article is that long."""


def read_text(raw: bytes, name: str, declared: str | None = None) -> Incoming | Failure:
    """Read a plain text; it is stored as it is. ``declared``: the encoding that a server named."""
    text, encoding, remarks = decode(raw, known_encoding(declared))
    if not text.strip():
        return Failure(name, "empty; nothing to store")
    return Incoming(text=text, file_name=name, raw=raw, encoding=encoding, remarks=remarks)


def read_markdown(raw: bytes, name: str) -> Incoming | Failure:
    """Read a Markdown text without its markup: blocks stand apart, links keep their words."""
    from markdown_it import MarkdownIt

    source, encoding, remarks = decode(raw)
    front: dict[str, str] = {}
    if m := re.match(r"---\s*\n(.*?)\n---\s*\n", source, re.S):
        for line in m[1].splitlines():
            key, colon, value = line.partition(":")
            if colon:
                front[key.strip().casefold()] = value.strip().strip("\"'")
        source = source[m.end() :]
    blocks: list[str] = []
    title = front.get("title")
    heading = False
    for token in MarkdownIt("commonmark", {"html": False}).parse(source):
        if token.type == "heading_open":
            heading = token.tag == "h1"
        elif token.type == "inline":
            words = "".join(
                "\n" if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or []
                if child.type in ("text", "code_inline", "softbreak", "hardbreak")
                or child.type == "image"
            )
            if heading and title is None:
                title = words
            heading = False
            blocks.append(words)
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
    text = "\n\n".join(block for block in blocks if block.strip())
    if not text:
        return Failure(name, "empty; nothing to store")
    return Incoming(
        text=text,
        title=title,
        date=front.get("date"),
        source=front.get("source"),
        author=front.get("author"),
        url=front.get("url"),
        file_name=name,
        raw=raw,
        encoding=encoding,
        remarks=remarks,
    )


def read_html(
    raw: bytes, name: str, *, declared: str | None = None, url: str | None = None
) -> Incoming | Failure:
    """Read the article out of a web page, with the title, date, author and site it names;
    ``declared``: the encoding that its server named; ``url``: where it came from, which then stands
    before what the page says of itself."""
    if len(raw) > MAX_HTML:
        return Failure(
            name, f"a page of {len(raw):,} bytes; the limit is {MAX_HTML:,}: save its text"
        )
    from trafilatura import bare_extraction

    source, encoding, remarks = decode(raw, known_encoding(declared) or declared_encoding(raw))
    source = source.replace("\0", "\ufffd")
    page = bare_extraction(
        source, url=url, with_metadata=True, include_comments=False, include_tables=True
    )
    if page is None or isinstance(page, dict) or not (page.text or "").strip():
        return Failure(name, "no article was found in the page; paste its text instead")
    language = re.search(r"<html[^>]{0,300}?\blang=[\"']?([A-Za-z-]{2,10})", source[:5000])
    return Incoming(
        text=page.text or "",
        title=page.title,
        date=page.date,
        source=page.sitename or page.hostname,
        author=page.author,
        url=url or page.url,
        language=language[1].lower() if language else None,
        file_name=name,
        raw=raw,
        encoding=encoding,
        remarks=remarks,
    )
