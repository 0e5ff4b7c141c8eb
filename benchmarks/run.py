"""``python -m benchmarks.run [screen|edits|annotation …] [--rounds N]``: print the speed table."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import annotation, edits, quality, screen

PARTS = {
    "screen": screen.main,
    "edits": edits.main,
    "annotation": annotation.main,
    "quality": quality.main,
}


def main() -> None:
    """Run the parts that were named, or all of them."""
    parser = argparse.ArgumentParser(description="Speed as ratios against floors in the same run.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.parts or PARTS:
            PARTS[name](Path(folder), options.rounds)


if __name__ == "__main__":
    main()
