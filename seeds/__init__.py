"""The article that a new library opens on, stored as it was handed over."""

from importlib import resources

NAME = "000_5ea7ee2c598f6c99.txt"


def read() -> bytes:
    """Return the bundled article's bytes (UTF-8, its title on the first line)."""
    return resources.files(__name__).joinpath(NAME).read_bytes()
