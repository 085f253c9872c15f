"""Staff who accept by script, through the staff pages: one proposes, another confirms."""

import re
from datetime import UTC, datetime
from typing import Any

from demo.staff import code
from demo.visitor import Unexpected, Visitor

CASE = re.compile(r'href="(/cases/[0-9a-f-]{36}/)"')


class Clerk:
    """One member of staff, signed in with password and one-time code, with a reason given."""

    def __init__(self, site: str, account: dict[str, Any]) -> None:
        self.browser = Visitor(site)
        self.browser.get("/login/")
        self.browser.send("/login/", number=account["number"], password=account["password"])
        self.browser.get("/login/code/")
        self.browser.send("/login/code/", code=code(account, datetime.now(UTC)))
        self.browser.get("/reason/")
        self.browser.send("/reason/", code="review", text="デモの自動処理", next="/")

    def case_of(self, receipt_number: str) -> str | None:
        """Return the path of a filing's case, None while it has not arrived."""
        found = CASE.search(self.browser.get(f"/cases/?receipt_number={receipt_number}"))
        return found.group(1) if found else None

    def act(self, case: str, *steps: str) -> None:
        """Press the buttons of these steps on a case, one after the other."""
        for step in steps:
            page = self.browser.get(case)
            seen = re.search(rf'name="{step}-seen" value="(\d+)"', page)
            if seen is None:
                raise Unexpected(f"{case} offers no step {step}")
            self.browser.send(f"{case}do/{step}/", **{f"{step}-seen": seen.group(1)})
