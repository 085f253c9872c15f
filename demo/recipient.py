"""A made-up recipient of files (模擬の引渡し先): its own key, and its entry by two of the staff.

Without one no file that leaves could be looked at in the demo: each is sealed for its recipient.
"""

import re
from pathlib import Path

from demo.clerk import Clerk
from demo.home import Home
from demo.visitor import Unexpected
from signing.handover import recipient_key
from signing.handover_cli import PRIVATE, PUBLIC, write_pair

NAME = "模擬 税務システム"
#: So many digits of the fingerprint are read out to the second person.
READ_OUT = 16
CONFIRM = re.compile(r'action="(/recipients/[0-9]+/confirm/)"')


def register(home: Home, clerk: Clerk, confirmer: Clerk) -> None:
    """Enter the recipient through the staff pages, once: proposed by one, confirmed by another."""
    done = home.recipient / "registered"
    if done.exists():
        return
    home.recipient.mkdir(mode=0o700, exist_ok=True)
    if not (home.recipient / PUBLIC).exists():
        write_pair(home.recipient)
    key = recipient_key((home.recipient / PUBLIC).read_bytes())
    clerk.browser.get("/recipients/")
    clerk.browser.send(
        "/recipients/",
        kind="tax_system",
        code="1",
        name=NAME,
        pem=key.pem.decode(),
        why="デモで引渡しファイルを開くため(模擬)",
    )
    waiting = CONFIRM.search(confirmer.browser.get("/recipients/"))
    if waiting is None:
        raise Unexpected("/recipients/ has nothing to confirm")
    confirmer.browser.send(waiting.group(1), fingerprint=key.kid[:READ_OUT])
    if f'title="{key.kid}"' not in clerk.browser.get("/recipients/"):
        raise Unexpected("/recipients/ does not show the recipient")
    done.touch()


def how_to_open(home: Home) -> str:
    """Return the command by which the recipient opens a file, once it has a key; else nothing."""
    if not (home.recipient / PRIVATE).exists():
        return ""
    (sender,) = (home.keys("portal") / "peers" / "review" / "signing").glob("*.pem")
    keys = f"--key {_shown(home.recipient / PRIVATE)} --sender {_shown(sender)}"
    return f".venv/bin/python -m signing open-file FILE.sealed {keys} --out FOLDER"


def _shown(path: Path) -> str:
    """Return a path as it is typed in the folder from which the demo was started."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
