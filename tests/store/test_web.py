"""Import of a page of the web: from a real server on loopback, with a resolver that gives public
addresses and a connector that leads them there."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from store.importers import web
from store.importers.result import Failure
from store.records import Incoming

PUBLIC = "93.184.216.34"
PAGE = b"""<!doctype html><html lang="en"><head><title>Depot struck</title>
<meta property="og:site_name" content="The Daily Wire">
<meta property="article:published_time" content="2025-01-14T06:30:00Z"></head>
<body><article><h1>Depot struck</h1><p>Drones struck an oil depot near Engels in the night, the
regional governor said on Tuesday, and a fire was burning at the site in the morning.</p><p>It was
the second strike on the depot in a week, and schools in the town were closed.</p></article></body>
</html>"""


class _Handler(http.server.BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, Callable[[_Handler], None]]] = {}
    asked: ClassVar[list[tuple[str, str]]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.asked.append((self.headers.get("Host", ""), self.path))
        self.answers[self.path.partition("?")[0]](self)

    def give(
        self, body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in more:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    _Handler.answers, _Handler.asked = {}, []
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield str(served.server_address[0]), int(served.server_address[1])
    served.shutdown()
    served.server_close()


@pytest.fixture
def get(server: tuple[str, int]) -> Callable[..., Incoming | Failure]:
    connected: list[str] = []

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        connected.append(address)
        return socket.create_connection(server, timeout=seconds)

    def get(
        url: str, resolve: web.Resolve = lambda host, port: [PUBLIC], seconds: float = 5
    ) -> Incoming | Failure:
        return web.read(url, resolve=resolve, connect=connect, seconds=seconds)

    get.connected = connected  # type: ignore[attr-defined]
    return get


def _answer(path: str, *a: object, **k: object) -> None:
    _Handler.answers[path] = lambda handler: handler.give(*a, **k)  # type: ignore[arg-type]


def test_a_page_keeps_its_date_and_source(get: Callable[..., Incoming | Failure]) -> None:
    _answer("/a", PAGE)
    found = get("http://news.example/a?x=1")
    assert isinstance(found, Incoming)
    assert "oil depot near Engels" in found.text and found.title == "Depot struck"
    assert (found.date, found.source) == ("2025-01-14", "The Daily Wire")
    assert found.url == "http://news.example/a?x=1" and found.raw == PAGE
    assert _Handler.asked == [("news.example", "/a?x=1")]


def test_the_encoding_that_the_server_names_counts(get: Callable[..., Incoming | Failure]) -> None:
    body = PAGE.decode().replace("Engels", "Энгельс").encode("cp1251")
    _answer("/a", body, "text/html; charset=windows-1251")
    found = get("http://news.example/a")
    assert isinstance(found, Incoming) and "Энгельс" in found.text


def test_plain_text_and_packed_pages(get: Callable[..., Incoming | Failure]) -> None:
    _answer("/t", b"Shelling was reported.", "text/plain")
    _answer("/z", gzip.compress(PAGE), Content_Encoding="gzip")
    plain, packed = get("http://news.example/t"), get("http://news.example/z")
    assert isinstance(plain, Incoming) and plain.source == "news.example"
    assert isinstance(packed, Incoming) and "Engels" in packed.text


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://news.example/a", "http and https alone"),
        ("file:///etc/passwd", "http and https alone"),
        ("gopher://news.example/", "http and https alone"),
        ("http:///a", "names no site"),
        ("http://user:secret@news.example/", "name or password"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:99999/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://a b/", "spaces"),
        ("http://news.example/a\r\nX: y", "spaces"),
    ],
)
def test_what_is_no_address_of_a_page(
    get: Callable[..., Incoming | Failure], url: str, why: str
) -> None:
    found = get(url)
    assert isinstance(found, Failure) and why in found.why
    assert get.connected == [] and _Handler.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1",
        "::", "fec0::1", "3fff::1", "192.88.99.1", "168.63.129.16", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "nonsense",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(
    get: Callable[..., Incoming | Failure], address: str
) -> None:
    for found in ([address], [PUBLIC, address]):
        refused = get("http://news.example/a", resolve=lambda host, port, f=found: f)
        assert isinstance(refused, Failure) and "which is refused" in refused.why
    assert get.connected == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "localhost"]
)
def test_every_way_to_write_loopback_is_refused(host: str) -> None:
    found = web.read(f"http://{host}/", seconds=5)  # by the real resolver
    assert isinstance(found, Failure)
    assert "which is refused" in found.why or "was not found" in found.why


def test_public_addresses_pass() -> None:
    for address in (PUBLIC, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"):
        assert web.is_public(address) or address.startswith("64:"), address


def test_a_redirect_is_checked_like_the_first_address(
    get: Callable[..., Incoming | Failure],
) -> None:
    _answer("/a", b"", status=302, Location="http://inside.example/secret")
    _answer("/secret", PAGE)

    def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.5"] if host == "inside.example" else [PUBLIC]

    found = get("http://news.example/a", resolve=resolve)
    assert isinstance(found, Failure) and "inside.example" in found.why
    assert _Handler.asked == [("news.example", "/a")]


def test_a_name_that_changes_between_check_and_connection_changes_nothing(
    get: Callable[..., Incoming | Failure],
) -> None:
    _answer("/a", PAGE)
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    found = get("http://news.example/a", resolve=lambda host, port: next(answers))
    assert isinstance(found, Incoming)
    assert get.connected == [PUBLIC]  # type: ignore[attr-defined]  # resolved once, and there


def test_redirects_end(get: Callable[..., Incoming | Failure]) -> None:
    for n in range(12):
        _answer(f"/{n}", b"", status=302, Location=f"/{n + 1}")
    _answer("/12", PAGE)
    found = get("http://news.example/0")
    assert isinstance(found, Failure) and "more than 3 times" in found.why
    assert len(_Handler.asked) == 4
    found = get("http://news.example/9")
    assert isinstance(found, Incoming) and found.url == "http://news.example/12"


def test_redirects_to_other_schemes_are_refused(get: Callable[..., Incoming | Failure]) -> None:
    for onward in ("file:///etc/passwd", "ftp://x.example/", "javascript:alert(1)"):
        _answer("/a", b"", status=301, Location=onward)
        found = get("http://news.example/a")
        assert isinstance(found, Failure) and "http and https alone" in found.why
    _answer("/a", b"", status=301)
    found = get("http://news.example/a")
    assert isinstance(found, Failure) and "without saying where" in found.why


def test_size_is_limited_whatever_is_declared(
    get: Callable[..., Incoming | Failure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 100_000)
    _answer("/declared", b"x", Content_Length="5000000000")

    def endless(handler: _Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    _Handler.answers["/endless"] = endless
    _answer("/bomb", gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    for path in ("declared", "endless", "bomb"):
        found = get(f"http://news.example/{path}")
        assert isinstance(found, Failure) and "limit" in found.why, path


@pytest.mark.parametrize("where", ["headers", "body", "silence"])
def test_time_is_limited_for_a_slow_drip_too(
    get: Callable[..., Incoming | Failure], where: str
) -> None:
    def drip(handler: _Handler) -> None:
        try:
            if where == "silence":
                time.sleep(6)
                return
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            if where == "body":
                handler.wfile.write(b"Content-Type: text/html\r\n\r\n")
            for _ in range(60):
                handler.wfile.write(b"X")
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    _Handler.answers["/slow"] = drip
    begun = time.monotonic()
    found = get("http://news.example/slow", seconds=1.0)
    assert isinstance(found, Failure) and "took too long" in found.why
    assert time.monotonic() - begun < 4


def test_a_resolver_that_hangs_is_left(get: Callable[..., Incoming | Failure]) -> None:
    def resolve(host: str, port: int) -> list[str]:
        time.sleep(5)
        return [PUBLIC]

    begun = time.monotonic()
    assert isinstance(get("http://news.example/", resolve=resolve, seconds=0.5), Failure)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("kind", "status", "why"),
    [
        ("application/pdf", 200, "not a page"),
        ("image/png", 200, "not a page"),
        ("text/html", 404, "answered 404"),
        ("text/html", 500, "answered 500"),
    ],
)
def test_other_answers_are_words(
    get: Callable[..., Incoming | Failure], kind: str, status: int, why: str
) -> None:
    _answer("/a", PAGE, kind, status)
    found = get("http://news.example/a")
    assert isinstance(found, Failure) and why in found.why


def test_answers_that_are_no_http_are_words(get: Callable[..., Incoming | Failure]) -> None:
    for raw in (b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n", b"",
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>cut",
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\nnot"):  # fmt: skip

        def give(handler: _Handler, raw: bytes = raw) -> None:
            handler.wfile.write(raw)
            handler.close_connection = True

        _Handler.answers["/a"] = give
        found = get("http://news.example/a")
        assert isinstance(found, Failure) and "\n" not in found.why, raw


def test_a_certificate_that_nobody_signed_is_refused(get: Callable[..., Incoming | Failure]) -> None:  # fmt: skip
    found = get("https://news.example/a")  # the server speaks no TLS at all
    assert isinstance(found, Failure) and found.why


def test_it_is_off_until_it_is_enabled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui import cli, config

    asked: list[str] = []

    def read(url: str) -> Incoming:
        asked.append(url)
        return Incoming("Fetched.")

    monkeypatch.setattr(web, "read", read)
    arguments = ["--db", str(tmp_path / "l.db"), "import", "--no-annotate", "https://news.example/a"]  # fmt: skip
    assert cli.run(arguments) == 1 and asked == []
    assert "set url_import = true in" in capsys.readouterr().err
    config.folder().mkdir(parents=True)
    (config.folder() / "config.toml").write_text("url_import = true\n")
    assert cli.run(arguments) == 0 and asked == ["https://news.example/a"]
    (config.folder() / "config.toml").chmod(0o666)  # others could have enabled it
    assert cli.run(arguments) == 1 and len(asked) == 1


def test_what_else_servers_do(get: Callable[..., Incoming | Failure]) -> None:
    _answer("/a", b"", status=302, Location="http://[::1")
    found = get("http://news.example/a")
    assert isinstance(found, Failure) and "no address" in found.why
    _answer("/a", b"", status=302, Location="/новости/1".encode().decode("latin-1"))
    _Handler.answers["/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1"] = lambda h: h.give(PAGE)
    assert isinstance(get("http://news.example/a"), Incoming)
    _answer("/t", gzip.compress(PAGE * 50)[:-200], Content_Encoding="gzip")
    found = get("http://news.example/t")
    assert isinstance(found, Failure) and "ended in the middle" in found.why
    _answer("/r", "Обстрел Белгорода.".encode("cp1251"), "text/plain; charset=windows-1251")
    found = get("http://news.example/r")
    assert isinstance(found, Incoming) and found.text == "Обстрел Белгорода." and not found.remarks


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "undefined", "unicode_escape", "utf-7", "zip"]
)
def test_encodings_that_no_page_is_in_end_nothing(name: str) -> None:
    from store import importers

    body = PAGE.replace(b"<title>", f'<meta charset="{name}"><title>'.encode())
    (found,) = importers.parse(body, "page.html", "html", {})
    assert isinstance(found, Incoming) and "oil depot" in found.text
