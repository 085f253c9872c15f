"""What was asked for, when the answer had come and how long it took, from all residents."""

import threading
import time
from dataclasses import dataclass, field

PASSWORDS = "/account/signup/"
SIGNING = "/sign/"


@dataclass(frozen=True)
class Answer:
    """One answer of the site: `came` on the monotonic clock, `seconds` that it took."""

    verb: str
    path: str
    seconds: float
    came: float

    @property
    def is_page(self) -> bool:
        """Tell a page from what must cost: passwords hashed, signatures verified."""
        return self.path != PASSWORDS and SIGNING not in self.path

    @property
    def is_heavy(self) -> bool:
        return self.verb == "POST" and not self.is_page

    @property
    def hashes(self) -> bool:
        """Tell a password from a signature: the one waits for a thread that steps back."""
        return self.is_heavy and self.path == PASSWORDS


@dataclass
class Log:
    """All answers, and who could not go on."""

    answers: list[Answer] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, verb: str, path: str, seconds: float) -> None:
        with self.lock:
            self.answers.append(Answer(verb, path, seconds, time.monotonic()))

    def fail(self, reason: str) -> None:
        with self.lock:
            self.failures.append(reason[:200])

    def between(self, began: float, ended: float) -> list[Answer]:
        """Return the answers that came in a stretch of time."""
        return [one for one in self.answers if began <= one.came < ended]


def figures(answers: list[Answer]) -> dict[str, object]:
    """Return how many pages and heavy requests there were, and their quantiles."""
    return {
        "requests": len(answers),
        "page_ms": quantiles([one.seconds for one in answers if one.is_page]),
        "password_and_signature_ms": quantiles([one.seconds for one in answers if one.is_heavy]),
        "password_ms": quantiles([one.seconds for one in answers if one.hashes]),
        "signature_ms": quantiles(
            [one.seconds for one in answers if one.is_heavy and not one.hashes]
        ),
    }


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and the slowest, in milliseconds; {} of nothing."""
    taken, at = sorted(seconds), {"p50": 0.5, "p95": 0.95, "max": 1.0}
    last = len(taken) - 1
    return {name: round(taken[int(last * part)] * 1000, 1) for name, part in at.items() if taken}
