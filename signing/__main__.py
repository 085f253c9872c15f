"""`python -m signing verify …` and `python -m signing cards …`: the library's own commands."""

import argparse
import sys

from signing.cli import BAD_INPUT, make_cards, verify_filing


def main(argv: list[str]) -> int:
    """Run one of the two commands and return its exit code."""
    if argv[:1] == ["verify"]:
        return verify_filing(argv[1:])
    if argv[:1] == ["cards"]:
        parser = argparse.ArgumentParser(prog="python -m signing cards")
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--out", required=True)
        options = parser.parse_args(argv[1:])
        return make_cards(options.count, options.out)
    sys.stderr.write("usage: python -m signing verify|cards …\n")
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
