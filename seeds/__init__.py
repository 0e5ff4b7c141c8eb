"""What comes with the program: the article that a new library opens on, stored as it was handed
over, and a set of short related articles to link on the first day (``examples/``, with its own
licence)."""

from importlib import resources

NAME = "000_5ea7ee2c598f6c99.txt"
EXAMPLES = "articles.jsonl"
EXAMPLES_ABOUT = (
    "44 entries of Wikipedia's Portal:Current events, by Wikipedia contributors, CC BY-SA 4.0"
)
"""The attribution that is shown where the examples are added."""


def read() -> bytes:
    """Return the bundled article's bytes (UTF-8, its title on the first line)."""
    return resources.files(__name__).joinpath(NAME).read_bytes()


def read_examples() -> bytes:
    """Return the example articles as JSONL."""
    return resources.files(__name__).joinpath("examples", EXAMPLES).read_bytes()
