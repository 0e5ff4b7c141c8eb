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
    except Exception as problem:  # another package's code: whatever it does, we go on
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
            for start, end, label, rule in layer(document.text, document.title, document.date):
                if 0 <= start < end <= len(document.text) and isinstance(label, str):
                    yield Suggestion(start, end, label, "rule", name, str(rule))
        except Exception as problem:
            print(f"annotator {name} failed: {problem!r}", file=sys.stderr)
