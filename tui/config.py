"""What is the user's own: a configuration file, keys, themes; and how the screen was left.

``config.toml`` in the configuration folder is the user's to write; nothing writes to it. What is
changed on screen (widths, spacing, theme) is kept apart, in the state folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui import keymap

if TYPE_CHECKING:
    from store.importers.result import Failure
    from store.library import Library
    from store.records import Incoming

EXAMPLE = """\
# conflict-reader's configuration. Every line is optional.
theme = "dark"            # dark, light, high-contrast, high-contrast-light, colour-blind,
                          # colour-blind-light, or NAME of themes/NAME.toml beside this file
keymap = "default"        # default, slate, prodigy, or NAME of keymaps/NAME.toml beside this file
# codebook = "mine.toml"  # for new libraries; check it with: conflict-reader codebook check FILE
# notes_in_editor = true  # write notes in $EDITOR
# url_import = true       # import https://… may fetch pages; the site then knows that you read it
# learn = false           # suggest nothing only because it was marked so before
# annotators = ["name"]   # layers of installed packages; their code runs in the annotation process

[keys]                    # action = key or keys; `conflict-reader keys` lists the actions
# accept = ["a", "y"]
"""
_COLOURS = ("background", "surface", "panel", "foreground", "primary", "secondary", "accent",
            "warning", "error", "success")  # fmt: skip
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class ThemeFile:
    """A theme as its file says it. ``labels`` takes the place of the codebook's colours."""

    name: str
    dark: bool
    colours: Mapping[str, str]
    about: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    contrast: float = 4.5


@dataclass(frozen=True)
class Config:
    """The configuration, with what is wrong in it, a line each."""

    theme: str = ""
    keymap: str = "default"
    codebook: Path | None = None
    notes_in_editor: bool = False
    url_import: bool = False
    learn: bool = True
    annotators: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """How the screen was left."""

    theme: str = ""
    measure: int = 96  # longest row of an article, cells
    spacing: int = 1  # rows a line of text takes
    labels: bool = False  # written after each mention
    library_width: int = 26  # per cent of the screen
    inspector_width: int = 26
    by_certainty: bool = False  # review the least certain first


def folder() -> Path:
    """Return the configuration folder."""
    from platformdirs import user_config_path

    return user_config_path("conflict-reader", appauthor=False)


def load() -> Config:
    """Read the configuration; what cannot be used is named and left out, never in the way."""
    path = folder() / "config.toml"
    raw, problems = _toml(path)
    found = Config()
    known = {f.name for f in fields(Config)} - {"problems"}
    problems += [f"{path.name}: there is no setting “{name}”" for name in raw if name not in known]
    for name in ("theme", "keymap"):
        value = raw.get(name)
        if value is not None and not isinstance(value, str):
            problems.append(f"{path.name}: {name} is a name in quotes")
        elif value:
            found = replace(found, theme=value) if name == "theme" else replace(found, keymap=value)
    if isinstance(raw.get("codebook"), str):
        found = replace(found, codebook=folder() / Path(raw["codebook"]).expanduser())
    found = replace(
        found,
        notes_in_editor=raw.get("notes_in_editor") is True,
        url_import=raw.get("url_import") is True,
        learn=raw.get("learn") is not False,
    )
    names = raw.get("annotators", [])
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        found = replace(found, annotators=tuple(names))
    else:
        problems.append(f"{path.name}: annotators is a list of names in quotes")
    keys, wrong = profile(found.keymap)
    own, more = _keys(raw.get("keys", {}), path.name)
    return replace(found, keys={**keys, **own}, problems=(*problems, *wrong, *more))


def faults(found: Config) -> list[str]:
    """Use the keys of a configuration; return all that is wrong with it, a line each."""
    problems = [*found.problems, *keymap.use(found.keys)]
    try:
        theme(found.theme or "dark")
    except ValueError as problem:
        problems.append(str(problem))
    return problems


def from_web(url: str) -> Incoming | Failure:
    """Fetch an article, where the user's configuration allows it."""
    from store.importers import web
    from store.importers.result import Failure

    if load().url_import:
        return web.read(url)
    return Failure(
        url, "is not fetched: the site would know that you read it. Save the page and import that, or"
        f" set url_import = true in {folder() / 'config.toml'}",
    )  # fmt: skip


def profile(name: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the keys of a profile, the program's or the user's, and what is wrong with it."""
    if name == "default":
        return {}, []
    own = folder() / "keymaps" / f"{name}.toml"
    if _plain(name) and own.is_file():
        raw, problems = _toml(own)
    elif name in profiles():
        raw = tomllib.loads(resources.files("tui.profiles").joinpath(f"{name}.toml").read_text())
        problems = []
    else:
        return {}, [f"there is no keymap “{name}”; there are {', '.join(profiles())}"]
    keys, wrong = _keys(raw.get("keys", {}), own.name)
    return keys, [*problems, *wrong]


def profiles() -> list[str]:
    """Return the names of the keymaps there are."""
    return ["default", *_names("tui.profiles", "keymaps")]


def themes() -> list[str]:
    """Return the names of the themes there are."""
    return _names("tui.themes", "themes")


def theme(name: str) -> ThemeFile:
    """Return a theme by name; the user's own goes before the program's.

    Raises:
        ValueError: there is none of this name, or its file cannot be used; in words.
    """
    own = folder() / "themes" / f"{name}.toml"
    if _plain(name) and own.is_file():
        raw, problems = _toml(own)
        if problems:
            raise ValueError(problems[0])
    elif (
        _plain(name)
        and (inside := resources.files("tui.themes").joinpath(f"{name}.toml")).is_file()
    ):
        raw = tomllib.loads(inside.read_text("utf-8"))
    else:
        raise ValueError(f"there is no theme “{name}”; there are {', '.join(themes())}")
    colours = {key: raw.get(key) for key in _COLOURS}
    labels = raw.get("labels", {})
    contrast = raw.get("contrast", 4.5)
    if not isinstance(labels, dict) or not isinstance(contrast, int | float):
        raise ValueError(f"theme {name}: [labels] holds LABEL = colour, contrast is a number")
    for key, value in (*colours.items(), *labels.items()):
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise ValueError(f'theme {name}: {key} is a colour like "#1e90ff"')
    return ThemeFile(
        name, raw.get("dark") is not False, {k: str(v) for k, v in colours.items()},
        str(raw.get("about", "")), labels, float(contrast),
    )  # fmt: skip


def _names(package: str, own: str) -> list[str]:
    found = {f.name[:-5] for f in resources.files(package).iterdir() if f.name.endswith(".toml")}
    with contextlib.suppress(OSError):
        found |= {f.stem for f in (folder() / own).glob("*.toml")}
    return sorted(name for name in found if _plain(name))


def _plain(name: str) -> bool:
    return re.fullmatch(r"[\w-]{1,60}", name) is not None


def _toml(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read a file of the user's; nothing where there is none. One that others can write to is
    not obeyed: it could give a key another meaning."""
    try:
        if not path.is_file():  # a pipe or a device would make the start wait
            return {}, []
        with path.open("rb") as file:
            if hasattr(os, "getuid"):
                about = os.fstat(file.fileno())
                if about.st_mode & stat.S_IWOTH or about.st_uid not in (0, os.getuid()):
                    return {}, [f"{path}: others can write to it, so it is left out; chmod o-w"]
            return tomllib.loads(file.read(1_000_000).decode("utf-8")), []
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, RecursionError) as problem:
        why = getattr(problem, "strerror", None) or " ".join(str(problem).split())
        return {}, [f"{path.name}: {why}; nothing in this file is used until that is mended"]


def _keys(raw: object, where: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    if not isinstance(raw, dict):
        return {}, [f'{where}: [keys] holds lines like accept = "a"']
    keys, problems = {}, []
    for name, value in raw.items():
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(k, str) and k for k in found):
            problems.append(f"{where}: {name} takes a key or a list of keys in quotes")
            continue
        unknown = [k for k in found if not keymap.is_key(k)]
        problems += [
            f'{where}: {name}: no key is called “{k}”; a key is like "a", "enter", "f5" or "ctrl+t"'
            for k in unknown
        ]
        if not found or unknown != found:  # no key at all is a way to take it off
            keys[name] = tuple(k for k in found if k not in unknown)
    return keys, problems


def furnish(library: Library, codebook: Path | None) -> str | None:
    """Give a new library the user's own codebook; return why not, where it cannot be used."""
    from store.errors import StoreError

    if codebook is None:
        return None
    try:
        library.use_codebook(codebook.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, StoreError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        return f"{codebook}: {why}; the library has the usual codebook"
    return None


# --- how the screen was left ------------------------------------------------------------------------


def _state_file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("conflict-reader", appauthor=False) / "view.json"


def load_view() -> View:
    """Return how the screen was left; the usual look where that is not known."""
    try:
        raw = json.loads(_state_file().read_text("utf-8"))
        kept = {f.name: raw[f.name] for f in fields(View)
                if type(raw.get(f.name)) is type(f.default)}  # fmt: skip
    except (OSError, ValueError, AttributeError):
        return View()
    return _bounded(View(**kept))


def save_view(view: View) -> None:
    """Keep how the screen is; nobody is told where that fails, nothing depends on it."""
    path = _state_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(view)), "utf-8")
        part.replace(path)
    except OSError:
        pass


def changed(view: View, **values: Any) -> View:
    """Return a view with some values changed, within what a screen can show."""
    return _bounded(replace(view, **values))


def _bounded(view: View) -> View:
    return replace(
        view,
        measure=max(40, min(view.measure, 160)),
        spacing=max(1, min(view.spacing, 3)),
        library_width=max(12, min(view.library_width, 50)),
        inspector_width=max(12, min(view.inspector_width, 50)),
    )
