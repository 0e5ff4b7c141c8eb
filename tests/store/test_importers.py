"""Importing: every format, every bad file one line, nothing lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import seeds
from store import articles, importers
from store.dates import find_dateline, parse_published
from store.importers.result import Failure, Summary
from store.library import Library
from store.records import Article, Incoming
from tests.conftest import data_folder


def _import(library: Library, *paths: Path, **more: object) -> Summary:
    def stream() -> Iterator[Incoming | Failure]:
        for file in importers.files(paths):
            if isinstance(file, Failure):
                yield file
            else:
                yield from importers.read(file, **more)  # type: ignore[arg-type]

    return importers.store(library, stream())


def _article(library: Library, number: int = 1) -> tuple[Article, str]:
    with library.reading() as connection:
        article = articles.get(connection, number)
        assert article is not None
        return article, articles.text(connection, number)


def test_the_seed_has_its_title_on_its_first_line(seeded: Library) -> None:
    article, text = _article(seeded)
    assert article.title == "Ukraine Escalates Offensive as Support from European Leaders Grows"
    assert text == seeds.read().decode("utf-8")
    assert article.published is None and article.dateline is None


def test_html_gives_the_article_its_title_date_and_language(
    library: Library, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html lang="en"><head><title>Blast in Odesa - Wire</title>'
        '<meta property="article:published_time" content="2025-01-15T08:00:00Z">'
        '<meta property="og:title" content="Blast in Odesa"></head><body><nav>Home Sport</nav>'
        "<article><h1>Blast in Odesa</h1><p>A blast hit the port of Odesa on Tuesday, officials"
        " said, killing three people and wounding many more.</p><p>The governor said the grain"
        " terminal burned through the night &amp; that nobody had claimed it.</p></article>"
        "<script>alert(1)</script></body></html>"
    )
    assert not _import(library, page).failures
    article, text = _article(library)
    assert article.title.startswith("Blast in Odesa")
    assert (article.published, article.language) == ("2025-01-15", "en")
    assert "night & that" in text and "alert" not in text and "Sport" not in text


def test_markdown_loses_its_markup(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "---\ndate: 2025-02-03\nsource: Wire\n---\n# A *loud* night\n\nSome [link](http://x.y)"
        " and `code`.\n\n- one\n- two\n"
    )
    _import(library, file)
    article, text = _article(library)
    assert (article.title, article.published, article.source) == (
        "A loud night",
        "2025-02-03",
        "Wire",
    )
    assert text == "A loud night\n\nSome link and code.\n\none\n\ntwo"


def test_jsonl_and_csv_rows(library: Library, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        '{"id": "a", "text": "One text.", "title": "T", "date": "2025-01-14T06:30:00+02:00",'
        ' "source": "S", "url": "http://u", "author": ["A", "B"]}\nnot json\n\n[1]\n{"id": "b"}\n'
    )
    table = tmp_path / "rows.csv"
    table.write_text('headline;body;published\nHello;"text; more";2024-05\n;;\n')
    summary = _import(library, rows, table)
    assert len(summary.added) == 2
    assert [f.where.rsplit("/", 1)[1] for f in summary.failures] == [
        "rows.jsonl, line 2", "rows.jsonl, line 4", "rows.jsonl, line 5", "rows.csv, line 3",
    ]  # fmt: skip
    first, _ = _article(library, 1)
    assert (first.external_id, first.author) == ("a", "A, B")
    assert (first.published, first.published_precision) == ("2025-01-14T04:30Z", "minute")
    second, text = _article(library, 2)
    assert (second.title, second.published_precision, text) == ("Hello", "month", "text; more")


def test_a_named_column(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("story,when\nhello,2025-01-01\n")
    (failure,) = _import(library, table).failures
    assert "no column “text” (found: story, when)" in failure.why
    assert len(_import(library, table, columns={"text": "story", "date": "when"}).added) == 1


def test_dates_that_disagree_are_both_kept_and_flagged(library: Library) -> None:
    text = "Heading\n\nThursday, May 7, 2015\n\nA story."
    summary = importers.store(library, [Incoming(text, date="2011-12-02")])
    article, _ = _article(library)
    assert (article.published, article.dateline, article.date_conflict) == (
        "2011-12-02",
        "2015-05-07",
        1,
    )
    assert article.status == "flagged" and "both kept" in summary.added[0].remarks[0]


@pytest.mark.parametrize(
    ("raw", "text", "remark"),
    [
        ("\ufeffKyiv".encode(), "Kyiv", False),
        ("Київ".encode("utf-16"), "Київ", False),
        ("Café déjà vu à Köln, était Zürich.".encode("cp1252"), "Café déjà vu à Köln, était Zürich.", True),
        ("Київ був обстріляний уночі, повідомили місцеві жителі.".encode("cp1251"), "Київ був", True),
    ],
)  # fmt: skip
def test_encodings(raw: bytes, text: str, remark: bool) -> None:
    (found,) = importers.parse(raw, "f.txt", "text", {})
    assert isinstance(found, Incoming)
    assert found.text.startswith(text)
    assert bool(found.remarks) == remark


def test_a_declared_encoding_is_believed() -> None:
    raw = ('<html><head><meta charset="windows-1251"></head><body><article><p>'
           + "Київ був обстріляний уночі, повідомили місцеві жителі та влада міста. " * 4
           + "</p></article></body></html>").encode("cp1251")  # fmt: skip
    (found,) = importers.parse(raw, "f.html", "html", {})
    assert isinstance(found, Incoming) and "Київ був обстріляний" in found.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("binary.txt", bytes(range(256)) * 40, "not a text file"),
        ("doc.pdf.txt", b"%PDF-1.7 ...", "PDF"),
        ("doc.txt", b"PK\x03\x04zip", "office"),
        ("page.html", b"<html><body></body></html>", "no article"),
        ("big.html", b"<p>" + b"x" * 5_100_000, "limit is 5,000,000"),
        ("big.txt", b"word " * 10_000_000, "split the file"),
        ("bad.json", b"[1, 2", "not JSON"),
        ("no.csv", b"a,b\n1,2\n", "no column “text”"),
        ("deep.jsonl", b"[" * 100_000, "not JSON"),
    ],
)
def test_bad_files_are_one_line_each_and_the_others_go_in(
    library: Library, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "good.txt").write_text("A good text.")
    summary = _import(library, folder)
    assert [s.title for s in summary.added] == ["A good text."]
    (failure,) = summary.failures
    assert name in failure.where and says in failure.why and "\n" not in failure.why


def test_what_cannot_be_read_is_said(library: Library, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    (failure,) = _import(library, missing).failures
    assert "no such file" in failure.why
    if os.geteuid() != 0:
        closed = tmp_path / "closed"
        closed.mkdir()
        closed.chmod(0)
        (failure,) = _import(library, closed).failures
        assert "cannot be read" in failure.why
        closed.chmod(0o700)


def test_real_articles_have_their_datelines(library: Library) -> None:
    data = data_folder()
    if data is None:
        pytest.skip("CONFLICT_READER_DATA is not set")
    rows = (data / "wikinews_articles.jsonl").read_text("utf-8").splitlines()
    summary = _import(library, data / "wikinews_articles.jsonl")
    assert len(summary.added) == len(rows) and not summary.failures
    for number, row in enumerate(map(json.loads, rows), start=1):
        article, text = _article(library, number)
        assert article.title == row["title"] and text == row["text"]
        assert article.dateline is not None
        assert bool(article.date_conflict) == (article.dateline != row["date"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2025-01-14", ("2025-01-14", "day")),
        ("20250114", ("2025-01-14", "day")),
        ("2025-01", ("2025-01", "month")),
        ("2025", ("2025", "year")),
        ("2025-01-14 06:30", ("2025-01-14T06:30", "minute")),
        ("Tue, 14 Jan 2025 06:30:00 GMT", ("2025-01-14T06:30Z", "minute")),
        ("January 14, 2025", ("2025-01-14", "day")),
        ("14 Jan. 2025", ("2025-01-14", "day")),
        ("January 14, 2025 10:30 PM", ("2025-01-14", "day")),
        ("Jan 14, 2025 10:30 PM EST", ("2025-01-14", "day")),
        ("٢٠٢٥", (None, None)),
        ("0000", (None, None)),
        ("2025-13-40", (None, None)),
        ("soon", (None, None)),
        ("February 30, 2025", (None, None)),
    ],
)
def test_published_dates(given: str, expected: tuple[str | None, str | None]) -> None:
    assert parse_published(given) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n\nFriday, July 21, 2017\n\nText", "2017-07-21"),
        ("KYIV, Jan. 14, 2025 — Text", "2025-01-14"),
        ("Kyiv (14 January 2025) Text", "2025-01-14"),
        ("KHERSON, Ukraine, March 5, 2024 — Text", "2024-03-05"),
        ("KHERSON, Ukraine (AP) — 5 March 2024 — Text", "2024-03-05"),
        ("THE war that began on March 5, 2024, goes on", None),
        ("In a story of January 14, 2025 this is no dateline", None),
        ("On January 14, Ukraine", None),
    ],
)
def test_datelines(text: str, expected: str | None) -> None:
    assert find_dateline(text, "Title") == expected


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_the_first_and_last_moment_do_not_stop_an_import(library: Library, edge: str) -> None:
    assert len(importers.store(library, [Incoming("A text.", date=edge)]).added) == 1


def test_a_csv_row_with_too_many_cells_is_said_and_not_cut(
    library: Library, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,text\n1,Rockets hit Kyiv, killing five\n2,Whole.\n")
    summary = _import(library, table)
    assert [s.title for s in summary.added] == ["Whole."]
    assert "more cells than the header" in summary.failures[0].why


def test_one_json_object_over_several_lines(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"id": "x", "text": "A text."}, indent=2))
    assert len(_import(library, file).added) == 1


def test_a_folder_says_what_it_left_out(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (failure,) = _import(library, folder).failures
    assert "no file in it" in failure.why
    (folder / "a.pdf").write_bytes(b"%PDF")
    (failure,) = _import(library, folder).failures
    assert "1 .pdf" in failure.why


def test_an_id_that_is_used_already_is_said(library: Library) -> None:
    summary = importers.store(
        library, [Incoming("One.", external_id="k"), Incoming("Two.", external_id="k")]
    )
    assert "article 1's too" in summary.added[1].remarks[0]
