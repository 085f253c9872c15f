"""What can be wrong with a return (申告書の不備): where it is and how to mend it, in Japanese."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend (不備) in a return.

    `field` is a path such as "answers.salaries.0.revenue" or "filer.name"; `rule` is a stable
    name for tests and statistics; `level` is "error" (the return cannot be filed) or "warning"
    (it can, but the filer or the clerk should look again).
    """

    field: str
    rule: str
    message: str
    level: str = "error"


class FilingError(Exception):
    """A document that cannot be written or read (様式違反); `field` is empty for the whole of it.

    The message never holds a value of the return, so it may be logged.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message
