"""Annotator layers that other installed packages add, off until the user enables them by name.

A package offers a layer under the entry point group ``conflict_reader.annotators``: a function
``layer(text, title, date)`` that gives ``(start, end, label, rule)`` tuples, offsets in code points
of ``text``. Which are enabled stands in the user's ``config.toml`` (``annotators = ["name"]``); code
of a package is loaded in the worker process only. See docs/annotation.md for an example.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from annotators.base import Document
from store import codebook
from store.records import Suggestion

GROUP = "conflict_reader.annotators"
External = Callable[[str, str | None, str | None], Iterable[tuple[int, int, str, str]]]

_enabled: tuple[str, ...] = ()


def enable(names: Sequence[str]) -> list[str]:
    """Enable layers by name from now on; return what is wrong with the names, a line each."""
    global _enabled
    known = available()
    _enabled = tuple(dict.fromkeys(name for name in names if name in known))
    offered = f"; installed packages offer {', '.join(sorted(known))}" if known else ""
    return [f"there is no annotator “{name}”{offered}" for name in names if name not in known]


def enabled() -> tuple[str, ...]:
    """Return the names of the enabled layers."""
    return _enabled


@cache
def available() -> dict[str, importlib.metadata.EntryPoint]:
    """Return the layers that installed packages offer, by name; nothing of them is run."""
    return {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}


def versions() -> list[str]:
    """Return the enabled layers with their packages' versions, for the pipeline's fingerprint."""
    out = []
    for name in _enabled:
        distribution = available()[name].dist
        out.append(f"{name}-{distribution.version if distribution else '?'}")
    return out


@cache
def _loaded(name: str) -> External | None:
    try:
        layer: External = available()[name].load()
    except (Exception, SystemExit) as problem:
        print(f"annotator {name} cannot be loaded: {problem!r}", file=sys.stderr)
        return None
    return layer


def find(document: Document) -> Iterator[Suggestion]:
    """Give what the enabled layers mark; one that fails on a text is left out there."""
    for name in _enabled:
        layer = _loaded(name)
        if layer is None:
            continue
        try:
            found = list(layer(document.text, document.title, document.date))
            marks = [_mark(name, document.text, *mark) for mark in found]
        except (Exception, SystemExit) as problem:  # another package's code: we go on without it
            print(f"annotator {name} failed: {problem!r}", file=sys.stderr)
            continue
        yield from (mark for mark in marks if mark is not None)


def _mark(name: str, text: str, start: int, end: int, label: str, rule: str) -> Suggestion | None:
    """Return what a layer gave as a suggestion, or None where it is no span or no known label."""
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return None
    if label not in _labels():
        return None
    return Suggestion(start, end, label, "rule", name, str(rule))


@cache
def _labels() -> frozenset[str]:
    return frozenset(label.id for label in codebook.default().labels)


def load() -> list[str]:
    """Load the enabled layers; return which could not be, a line each."""
    return [
        f"annotator {name} cannot be loaded; it is left out"
        for name in _enabled
        if _loaded(name) is None
    ]
