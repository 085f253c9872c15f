"""`make demo-reset`: forget the demo's data, keys and secrets."""

import shutil
import sys

from demo import zones
from demo.home import Home
from demo.prechecks import NotReady, check


def main() -> int:
    try:
        home = Home.default()
        check(home)
    except (NotReady, ValueError) as error:
        print(f"make demo-reset: {error}", file=sys.stderr)
        return 1
    if home.env_file("portal").exists():
        zones.engines(home).postgres.stop()
    for folder in ("demo", "zones", "postgres", "valkey"):
        shutil.rmtree(home.folder / folder, ignore_errors=True)
    print("デモのデータを消しました。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
