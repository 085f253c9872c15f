"""The name that a file had (ファイル名), as it may be shown and carried along."""

import unicodedata

MOST = 100


def plain_name(name: str) -> str:
    """Return a file's name without folders and without characters that nobody sees.

    Control and formatting characters could turn a name round on the screen or break a line; every
    other character stays as it came. "" where nothing is left.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    return _shortened(" ".join(seen.split()))


def _shortened(name: str) -> str:
    """Cut a long name in the middle, so that its ending is still there."""
    return name if len(name) <= MOST else f"{name[: MOST - 21]}…{name[-20:]}"
