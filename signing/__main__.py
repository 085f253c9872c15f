"""`python -m signing verify|cards|make-key|open-file …`: the library's own commands."""

import argparse
import sys

from signing.cli import BAD_INPUT, make_cards, verify_filing
from signing.handover_cli import make_key, open_command


def main(argv: list[str]) -> int:
    """Run one of the commands and return its exit code."""
    if argv[:1] == ["verify"]:
        return verify_filing(argv[1:])
    if argv[:1] == ["cards"]:
        parser = argparse.ArgumentParser(prog="python -m signing cards")
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--out", required=True)
        options = parser.parse_args(argv[1:])
        return make_cards(options.count, options.out)
    if argv[:1] == ["make-key"]:
        return make_key(argv[1:])
    if argv[:1] == ["open-file"]:
        return open_command(argv[1:])
    sys.stderr.write("usage: python -m signing verify|cards|make-key|open-file …\n")
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
