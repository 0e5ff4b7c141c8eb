"""``python -m benchmarks [screen|edits|annotation …] [--rounds N]``: print the speed table;
``python -m benchmarks effort GOLD.jsonl [--json FILE]``: keys to make every mark of a text right."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import annotation, case_file, edits, effort, latency, linking, quality, screen

PARTS = {
    "screen": screen.main,
    "latency": latency.main,
    "edits": edits.main,
    "annotation": annotation.main,
    "quality": quality.main,
    "linking": linking.main,
    "case_file": case_file.main,
}


def main() -> int:
    """Run the parts that were named, or all of them."""
    if sys.argv[1:2] == ["effort"]:
        return _effort(sys.argv[2:])
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed as ratios against floors in the same run.",
        epilog="python -m benchmarks effort GOLD.jsonl: keys a gold mention; see its own --help",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fit", action="store_true", help="linking: write the weights anew")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]}; there are {', '.join(PARTS)}")
    if options.fit:
        linking.run(write=True)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name in options.parts or PARTS:
            PARTS[name](Path(folder), options.rounds)
    return 0


def _effort(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks effort", description=effort.__doc__)
    parser.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    options = parser.parse_args(arguments)
    return effort.run(options.gold, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
