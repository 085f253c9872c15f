"""python -m tax [FILE or -] [--explain]: compute_tax without the web project."""

from __future__ import annotations

import argparse
import sys

from tax.jsonl import run


def main() -> int:
    """Read cases from a file or standard input; write answers to standard output."""
    parser = argparse.ArgumentParser(prog="python -m tax", description="住民税の計算（JSON Lines）")
    parser.add_argument("file", nargs="?", default="-", help="入力（- は標準入力）")
    parser.add_argument("--explain", action="store_true", help="計算の説明を付ける")
    options = parser.parse_args()
    if options.file == "-":
        return run(sys.stdin, sys.stdout, explain=options.explain)
    try:
        with open(options.file, encoding="utf-8") as lines:
            return run(lines, sys.stdout, explain=options.explain)
    except (OSError, UnicodeDecodeError) as problem:
        sys.stderr.write(f"{options.file} を読めません: {problem}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
