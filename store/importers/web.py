"""A page of the web, fetched so that neither it nor its name can reach into the analyst's network.

Off until the user's configuration enables it: fetching shows the site, and whoever resolves its
name, that somebody reads it. A name is resolved once and that very address is connected to, so that
it cannot change between the check and the connection; every address that is not public is refused,
at each hop. Size, time and redirects are limited, proxies of the environment are not used, nothing
is sent but the request.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urljoin, urlsplit

from store.importers.documents import read_html, read_text
from store.importers.result import Failure
from store.records import Incoming

MAX_BYTES = 10_000_000
SECONDS = 20.0
"""How long one import may take, all hops together."""
HOPS = 3
_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MORE_REFUSED = tuple(
    ipaddress.ip_network(net)
    # site-local, documentation, 6to4 anycast, and where clouds answer their guests
    for net in ("fec0::/10", "3fff::/20", "192.88.99.0/24", "168.63.129.16/32")
)
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible)",
    "Accept": "text/html,application/xhtml+xml,text/plain",
    "Accept-Encoding": "identity",
    "Connection": "close",
}

Resolve = Callable[[str, int], list[str]]
"""Host and port to addresses."""
Connect = Callable[[str, int, float], socket.socket]
"""Address, port and seconds to a connected socket."""


class WebError(ValueError):
    """A page that was not fetched, with the reason."""


@dataclass(frozen=True)
class Page:
    """What a server gave: where it came from in the end, its bytes, type and declared encoding."""

    url: str
    raw: bytes
    type: str
    charset: str | None


def is_url(name: str) -> bool:
    """Whether what a user typed is meant as a page of the web."""
    return name.lower().startswith(("http://", "https://"))


def is_public(address: str) -> bool:
    """Whether an address is of the public internet; one that carries another (IPv4 in IPv6, 6to4,
    Teredo, NAT64) only where that one is too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner: list[ipaddress.IPv4Address] = []
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            inner.append(ip.ipv4_mapped)
        if ip.sixtofour:
            inner.append(ip.sixtofour)
        if ip.teredo:
            inner += ip.teredo
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip.ipv4_mapped:
            return all(is_public(str(part)) for part in inner)
    public = ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
    public = public and not any(ip in net for net in _MORE_REFUSED if net.version == ip.version)
    return public and all(is_public(str(part)) for part in inner)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address."""
    return socket.create_connection((address, port), timeout=seconds)


def read(
    url: str,
    *,
    resolve: Resolve = resolve,
    connect: Connect = connect,
    seconds: float = SECONDS,
    trust: ssl.SSLContext | None = None,
) -> Incoming | Failure:
    """Fetch a page and read the article out of it, with its own title, date and source, and the
    address it came from. ``resolve``, ``connect`` and ``trust`` are for tests."""
    try:
        page = fetch(url, resolve=resolve, connect=connect, seconds=seconds, trust=trust)
    except WebError as problem:
        return Failure(url, str(problem))
    if page.type == "text/plain":
        found = read_text(page.raw, page.url, page.charset)
        if isinstance(found, Incoming):
            return replace(found, url=page.url, source=urlsplit(page.url).hostname)
        return found
    return read_html(page.raw, page.url, declared=page.charset, url=page.url)


def fetch(
    url: str,
    *,
    resolve: Resolve = resolve,
    connect: Connect = connect,
    seconds: float = SECONDS,
    trust: ssl.SSLContext | None = None,
) -> Page:
    """Fetch a page.

    Raises:
        WebError: it is refused, or could not be had; the message says why and what to do.
    """
    deadline = time.monotonic() + seconds
    for _ in range(HOPS + 1):
        target = _target(url)
        address = _address(target, resolve, deadline)
        answer = _ask(target, address, connect, deadline, trust)
        if isinstance(answer, Page):
            return answer
        try:
            onward = urljoin(url, answer)
        except ValueError:
            raise WebError("leads on to what is no address") from None
        if target.scheme == "https" and urlsplit(onward).scheme == "http":
            raise WebError(
                f"leads from https to http ({onward[:80]}); save the page and import that"
            )
        url = onward
    raise WebError(f"leads on more than {HOPS} times; import the address it ends at")


def _target(url: str) -> SplitResult:
    if len(url) > 2000 or any(c <= " " or c == "\x7f" for c in url):
        raise WebError("is no address: it is too long or has spaces in it")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise WebError("is no address") from None
    if parts.scheme not in ("http", "https"):
        raise WebError(f"“{parts.scheme}” is not fetched: http and https alone")
    if not host:
        raise WebError("names no site")
    if parts.username is not None or parts.password is not None:
        raise WebError("has a name or password in it; leave that out")
    if port is not None and port not in (80, 443, 8080, 8443):
        raise WebError(f"port {port} is not one that sites are on")
    return parts


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _address(target: SplitResult, resolve: Resolve, deadline: float) -> str:
    """Resolve a host once, and refuse it where any of its addresses is not public."""
    host = target.hostname or ""
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise WebError(f"“{host[:60]}” is no name of a site") from None
    found: list[str] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.extend(resolve(plain, _port(target)))
        except (OSError, UnicodeError) as problem:
            failed.append(problem)

    thread = threading.Thread(target=work, daemon=True)  # the system's resolver has no time limit
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if failed or not found:
        raise WebError(f"the site {host[:60]} was not found; check the address and the network")
    if not all(is_public(address) for address in found):
        raise WebError(
            f"{host[:60]} is an address of this machine or its network, which is refused"
        )
    return found[0]


def _ask(
    target: SplitResult,
    address: str,
    connect: Connect,
    deadline: float,
    trust: ssl.SSLContext | None,
) -> Page | str:
    """Ask one server; return its page, or where it leads."""
    host = target.hostname or ""
    left = deadline - time.monotonic()
    if left <= 0:
        raise WebError("took too long")
    open_socket: list[socket.socket] = []
    late = threading.Event()

    def stop() -> None:  # also a server that gives one byte a second
        late.set()
        for sock in open_socket:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(left, stop)
    timer.daemon = True
    timer.start()
    client = http.client.HTTPConnection(host, _port(target), timeout=left)
    try:
        sock = connect(address, _port(target), left)
        open_socket.append(sock)
        if target.scheme == "https":
            context = trust or ssl.create_default_context()
            sock.settimeout(max(0.1, deadline - time.monotonic()))
            sock = context.wrap_socket(sock, server_hostname=host)
            open_socket[:] = [sock]
            sock.settimeout(max(0.1, deadline - time.monotonic()))
            if late.is_set():  # what it should have shut was not yet there
                raise TimeoutError
        client.sock = sock
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        client.request("GET", _quoted(path), headers=_HEADERS)
        response = client.getresponse()
        if response.status in _REDIRECTS:
            onward = response.getheader("Location")
            if not onward:
                raise WebError("leads on without saying where to")
            with contextlib.suppress(UnicodeError):  # sent as UTF-8, read as Latin-1
                onward = onward.encode("latin-1").decode("utf-8")
            return onward
        if response.status != 200:
            raise WebError(f"the site answered {response.status}; open it in a browser and save it")
        page = _page(target.geturl(), response, deadline)
        if late.is_set():  # what came until then ends in the middle
            raise TimeoutError
        return page
    except ssl.SSLCertVerificationError as problem:
        raise WebError(f"its certificate cannot be trusted ({problem.verify_message})") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if isinstance(problem, WebError):
            raise
        if late.is_set() or isinstance(problem, TimeoutError):
            raise WebError("took too long; open it in a browser and save it") from None
        raise WebError(f"could not be fetched ({type(problem).__name__})") from None
    finally:
        timer.cancel()
        client.close()
        for sock in open_socket:
            sock.close()


def _page(url: str, response: http.client.HTTPResponse, deadline: float) -> Page:
    kind = response.headers.get_content_type()
    if kind not in _TYPES:
        raise WebError(f"is {kind[:60]}, not a page; save it as text or HTML and import that")
    told = response.getheader("Content-Length", "")
    if told.isdecimal() and int(told) > MAX_BYTES:
        raise WebError(f"has {int(told):,} bytes; the limit is {MAX_BYTES:,}")
    parts: list[bytes] = []
    size = 0
    while part := response.read(65536):
        size += len(part)
        if time.monotonic() > deadline:
            raise TimeoutError
        if size > MAX_BYTES:
            raise WebError(f"has over {MAX_BYTES:,} bytes, which is the limit")
        parts.append(part)
    if told.isdecimal() and size < int(told):
        raise WebError("ended in the middle; try again")
    raw = b"".join(parts)
    packed = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packed in ("gzip", "x-gzip", "deflate"):
        try:
            unpacker = zlib.decompressobj(47 if "gzip" in packed else 15)
            raw = unpacker.decompress(raw, MAX_BYTES + 1)
            if not unpacker.eof and len(raw) <= MAX_BYTES:
                raise WebError("ended in the middle; try again")
        except zlib.error:
            raise WebError("is packed in a way that cannot be read") from None
        if len(raw) > MAX_BYTES:
            raise WebError(f"has over {MAX_BYTES:,} bytes unpacked, which is the limit")
    elif packed != "identity":
        raise WebError(f"is packed as {packed[:20]}, which was not asked for")
    return Page(url, raw, kind, response.headers.get_content_charset())


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/%?&=:;,+@!$'()*~-._[]")
