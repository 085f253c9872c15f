"""Which promises of the privacy impact assessment are kept, and by which test."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.promises import Inconsistent, promises


def main() -> int:
    try:
        found = promises()
    except Inconsistent as problems:
        print(problems, file=sys.stderr)
        return 1
    for promise in found:
        print(f"{promise.status:16} {promise.id:8} {promise.text}")
        for line in [promise.remark] * bool(promise.remark) + promise.tests:
            print(f"{'':25} {line}{' FAILED' if line in promise.failed else ''}")
    counted = Counter(promise.status for promise in found)
    words = ", ".join(f"{number} {status}" for status, number in counted.most_common())
    last = max((promise.seen for promise in found), default="")
    print(f"{len(found)} promises: {words}; tests last run {last or 'never on this machine'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
