"""The codebook: labels, incident types, relations and code lists, read from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Label:
    """One thing that can be marked in a text."""

    id: str
    letter: str
    colour: str
    about: str
    key: str = ""
    ontonotes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()  # what it is not, where coders go wrong
    was: tuple[str, ...] = ()
    deprecated: bool = False


@dataclass(frozen=True)
class IncidentType:
    """One kind of incident, ``level.sublevel``, with the names two data sets give it."""

    id: str
    acled: str = ""
    plover: str = ""
    was: tuple[str, ...] = ()
    deprecated: bool = False


@dataclass(frozen=True)
class Relation:
    """A way one incident can stand to another; read ``from <id> to`` and back ``<inverse>``."""

    id: str
    inverse: str
    about: str
    inverse_about: str = ""
    was: tuple[str, ...] = ()
    deprecated: bool = False

    @property
    def directed(self) -> bool:
        """Whether the two sides read differently."""
        return self.inverse != self.id


@dataclass(frozen=True)
class Codebook:
    """All that a library is coded with. ``codes`` maps a field to its allowed values in order."""

    version: int
    labels: tuple[Label, ...]
    types: tuple[IncidentType, ...]
    relations: tuple[Relation, ...]
    codes: Mapping[str, tuple[str, ...]]

    @property
    def undirected(self) -> frozenset[str]:
        """The relations that read alike from both sides."""
        return frozenset(r.id for r in self.relations if not r.directed)

    def label(self, name: str) -> Label:
        """Return the label called ``name``; an unknown one is made up so that it can be shown."""
        for label in self.labels:
            if label.id == name:
                return label
        return Label(name, "?", "#888888", "Not in this codebook.")

    def relation(self, name: str) -> Relation:
        """Return the relation called ``name``; an unknown one reads the same both ways."""
        for relation in self.relations:
            if relation.id == name:
                return relation
        return Relation(name, name, "Not in this codebook.")


def parse(text: str) -> Codebook:
    """Read a codebook from TOML text.

    Raises:
        ValueError: the TOML is malformed, or an entry lacks or has an unknown field.
    """
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        raise ValueError("the codebook is nested too deep") from None
    try:
        return Codebook(
            version=int(raw["version"]),
            labels=tuple(_entry(Label, entry) for entry in raw["label"]),
            types=tuple(_entry(IncidentType, entry) for entry in raw["type"]),
            relations=tuple(_entry(Relation, entry) for entry in raw["relation"]),
            codes={field: _texts(field, values) for field, values in raw["codes"].items()},
        )
    except (KeyError, TypeError, AttributeError) as problem:
        what = str(problem).replace("__init__() ", "").replace("Label.", "").strip("'")
        raise ValueError(f"the codebook is not complete: {what}") from problem


def _entry(kind: type[T], entry: Mapping[str, object]) -> T:
    """Return one entry of a codebook as its class, each field of the type it has there."""
    found = {"not_" if name == "not" else name: value for name, value in entry.items()}
    types = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    for name, value in found.items():
        where = f"{found.get('id', 'an entry')}, {name}"
        if types.get(name) == "str" and not isinstance(value, str):
            raise ValueError(f"{where}: is a text in quotes")
        if types.get(name) == "bool" and not isinstance(value, bool):
            raise ValueError(f"{where}: is true or false")
        if str(types.get(name)).startswith("tuple"):
            found[name] = _texts(where, value)
    return kind(**found)


def _texts(where: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{where}: is a list of texts in quotes")
    return tuple(values)


def check(text: str) -> list[str]:
    """Return what is wrong with a codebook's TOML, a line each; nothing where it can be used."""
    try:
        book = parse(text)
    except ValueError as problem:
        return [" ".join(str(problem).split())]
    problems: list[str] = []

    def twice(what: str, values: list[tuple[str, str]]) -> None:
        seen: dict[str, str] = {}
        for value, owner in values:
            if value and value in seen:
                problems.append(f"{what} “{value}” is both {seen[value]}'s and {owner}'s")
            seen[value] = owner

    living = [label for label in book.labels if not label.deprecated]
    twice("the id", [(x.id, x.id) for x in book.labels])
    twice("the letter", [(x.letter, x.id) for x in living])
    twice("the digit", [(x.key, x.id) for x in living])
    twice("the type", [(x.id, x.id) for x in book.types])
    twice("the relation", [(x.id, x.id) for x in book.relations])
    for label in book.labels:
        where = f"label {label.id}"
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", label.id):
            problems.append(f"{where}: an id is capitals, digits and _")
        if not re.fullmatch(r"[a-z]", label.letter):
            problems.append(f"{where}: letter is one small letter, not “{label.letter}”")
        if label.key and not re.fullmatch(r"[0-9]", label.key):
            problems.append(f"{where}: key is one digit, not “{label.key}”")
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", label.colour):
            problems.append(f"{where}: colour is like #1e90ff, not “{label.colour}”")
        if not label.about.strip():
            problems.append(f"{where}: about says what it means")
    for kind in book.types:
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", kind.id):
            problems.append(f"type {kind.id}: an id is level.sublevel in small letters")
    if not living:
        problems.append("there is no label")
    return [" ".join(problem.split()) for problem in problems]


@cache
def default_toml() -> str:
    """Return the text of the codebook that new libraries start with."""
    return resources.files("store").joinpath("codebook.toml").read_text("utf-8")


@cache
def default() -> Codebook:
    """Return the codebook that new libraries start with."""
    return parse(default_toml())
