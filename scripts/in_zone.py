"""Run a command with the environment of a zone's tests: `python -m scripts.in_zone review -- …`."""

import os
import subprocess
import sys


def main() -> int:
    zone, command = sys.argv[1], sys.argv[3:]
    os.environ["ZONE"] = zone
    sys.argv = [sys.argv[0], f"tests/{zone}"]
    import tests.zone  # noqa: F401  (sets the environment and starts the engines)

    os.environ["DJANGO_SETTINGS_MODULE"] = f"config.settings.{zone}"
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
