"""All three zones in one process: a schema of its own each, joined by a wire that may fail.

The code under test is the mailbox itself, with its own queries, client and endpoints. Only the
TCP connection between two zones is replaced, by one that loses, cuts and doubles as it is told.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from demo.home import Home
from exchange import answers, inbox, outbox, transfer
from exchange.errors import PeerError, Refused
from exchange.services import post

NAMES = ("portal", "relay", "review")
MARKER = b"PLAINTEXT-4711"
HANDLED = """CREATE TABLE {}.handled (
    place serial PRIMARY KEY, message_id uuid, case_key text, sequence integer, digest text)"""
HANDLERS = {"submission": f"{__name__}.handle", "status": f"{__name__}.handle"}
EXCHANGE: dict[str, dict[str, Any]] = {
    "portal": {
        "pulled_by": ["relay"], "accepts_from": ["relay"], "sends_to": ["review"],
        "handlers": HANDLERS,
    },
    "relay": {
        "pulls_from": {"portal": "http://portal"}, "pushes_to": {"portal": "http://portal"},
        "pulled_by": ["review"], "accepts_from": ["review"], "forwards": True, "handlers": {},
    },
    "review": {
        "pulls_from": {"relay": "http://relay"}, "pushes_to": {"relay": "http://relay"},
        "sends_to": ["portal"], "handlers": HANDLERS,
    },
}  # fmt: skip
mood: list[type[BaseException]] = []


class Killed(BaseException):
    """The process was killed here: nothing of its own may run any more."""


class Busy(Exception):
    """A handler's passing trouble."""


def handle(delivery: inbox.Delivery, *, now: datetime) -> None:
    """Do the effect that must happen once, and fail afterwards where the test wants it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO handled (message_id, case_key, sequence, digest) VALUES (%s, %s, %s, %s)",
            [
                delivery.message_id,
                delivery.case_key,
                delivery.sequence,
                hashlib.sha256(delivery.body).hexdigest(),
            ],
        )
    if mood:
        trouble = mood.pop()
        raise Refused("not_acceptable") if trouble is Refused else trouble()


@dataclass
class World:
    """Three zones, their clocks, and what the wire does to the next requests."""

    home: Home
    now: datetime
    skew: dict[str, timedelta] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def build(self) -> None:
        """Make each zone's tables and let the client speak through our wire."""
        with connection.cursor() as cursor:
            for zone in NAMES:
                cursor.execute(f"CREATE SCHEMA {zone}")
                for table in tables():
                    cursor.execute(
                        f"CREATE TABLE {zone}.{table} (LIKE public.{table} INCLUDING ALL)"
                    )
                cursor.execute(HANDLED.format(zone))
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", Wire(self))
        transfer._local.session, transfer._local.tls = session, None

    def clear(self, zone: str) -> None:
        """Empty a zone's database."""
        with connection.cursor() as cursor:
            for table in (*tables(), "handled"):
                cursor.execute(f"DELETE FROM {zone}.{table}")

    def clock(self, zone: str) -> datetime:
        return self.now + self.skew.get(zone, timedelta())

    @contextmanager
    def playing(self, zone: str) -> Iterator[datetime]:
        """Run as a zone: its tables, keys, rights and clock."""
        before = settings.EXCHANGE, settings.KEYS_DIR, _path()
        settings.EXCHANGE = {**EXCHANGE[zone], "zone": zone, "tls": None}
        settings.KEYS_DIR = self.home.keys(zone)
        _set_path(zone)
        try:
            yield self.clock(zone)
        finally:
            settings.EXCHANGE, settings.KEYS_DIR = before[:2]
            _set_path(before[2])

    def post(self, zone: str, case_key: str, body: bytes) -> None:
        """Write a message like the zone's own transactions do."""
        kind = "submission" if zone == "portal" else "status"
        with self.playing(zone) as now, transaction.atomic():
            to = settings.EXCHANGE["sends_to"][0]
            post(kind=kind, body=body, to=to, case_key=case_key, by="model", now=now)

    def run(self, zone: str, step: str) -> None:
        """Run one of the workers' steps in a zone."""
        with self.playing(zone) as now:
            STEPS[step](now)

    def rows(self, zone: str, query: str) -> list[tuple[Any, ...]]:
        """Ask a zone's database."""
        with self.playing(zone), connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


class Wire(BaseAdapter):
    """A connection between two zones: serves the request in the other zone, or breaks."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        fault = self.world.faults.pop() if self.world.faults else "none"
        if fault == "lost_request":
            raise requests.ConnectionError("cut")
        status, content = self._serve(request)
        if fault == "twice":
            self._serve(request)
        if fault == "lost_answer":
            raise requests.ConnectionError("cut")
        if fault == "half_answer":
            content = content[: len(content) // 2]
        answer = requests.Response()
        answer.status_code, answer.request = status, request
        answer.raw = HTTPResponse(io.BytesIO(content), preload_content=False)
        return answer

    def close(self) -> None:
        """Nothing is held open."""

    def _serve(self, request: requests.PreparedRequest) -> tuple[int, bytes]:
        address = urlsplit(str(request.url))
        with self.world.playing(str(address.hostname)) as now:
            try:
                with time_machine.travel(now, tick=False):
                    answer = Client(raise_request_exception=False).post(
                        address.path,
                        request.body or b"",
                        content_type="application/octet-stream",
                        headers={"Authorization": request.headers["Authorization"]},
                    )
            except Killed as error:
                raise requests.ConnectionError("the other side was killed") from error
        return answer.status_code, answer.content


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """Kill the process that is about to run the n-th statement from here, whichever it is."""
    left = [statement]

    def count(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        # A savepoint stands for a transaction here: its end happens or not, never by halves.
        if "SAVEPOINT" not in sql:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
        return execute(sql, *arguments)

    with connection.execute_wrapper(count):
        try:
            yield
        except Killed:
            return


def tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_app_config("exchange").get_models()]


def _each(rights: str, work: Callable[[str, datetime], int]) -> Callable[[datetime], None]:
    def step(now: datetime) -> None:
        for peer in settings.EXCHANGE.get(rights, ()):
            try:
                work(peer, now)
            except PeerError:
                continue

    return step


def _ask(now: datetime) -> None:
    with transaction.atomic():
        answers.ask_after_unconfirmed(now=now)


def _claim_and_die(now: datetime) -> None:
    outbox.claim(["portal", "review"], now=now)
    inbox._claim(now, 20)


STEPS: dict[str, Callable[[datetime], Any]] = {
    "pull": _each("pulls_from", transfer.pull),
    "push": _each("pushes_to", transfer.push),
    "process": inbox.process,
    "ask": _ask,
    "claim and die": _claim_and_die,
    "erase": lambda now: outbox.erase_bodies(handed_over_before=now),
}


def _path() -> str:
    return str(connection.connection.execute("SHOW search_path").fetchone()[0])


def _set_path(path: str) -> None:
    # Past Django's cursors: whoever counts statements must not count these.
    connection.connection.execute(f"SET search_path TO {path}")
