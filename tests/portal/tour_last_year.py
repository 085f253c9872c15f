"""The part of the tour that begins from last year's return (去年の申告)."""

import re
from collections.abc import Iterator

from tests.portal.story import ABOUT_CHILD, CHILD, SLIP, Person
from tests.portal.tour import Page

THIS_YEAR = {
    "basic/contact": {"phone": "090-1234-5678", "same": "yes"},
    "income/kinds": {"kinds": ["salary"]},
    "salaries/slip": SLIP | {"revenue": "3,300,000"},
    "social-insurance/which": {"which": ["medical"]},
    "medical/amounts": {"medical_paid": "130,000"},
    "spouse/which": {"which": ["relatives"], "marital-marital": "never"},
    "relatives/person": CHILD,
    **{f"relatives/{page}": fields for page, fields in ABOUT_CHILD.items()},
    "personal/partner": {"partner": "no"},
}


def pages_from_last_year(person: Person) -> Iterator[Page]:
    """Yield the beginning, what is asked beside last year's answers, and the difference."""
    _files_last_year(person)
    person.year = "R9"
    yield "start from last year", person.client.get("/return/start/")
    person.begins(from_last_year="on")
    yield "begun from last year", person.client.get("/return/R9/card/")
    person.reads_card()
    hub = person.client.get("/return/R9/")
    yield "hub from last year", hub
    following = hub.context["next_url"]
    while following != "/return/R9/check/":
        page = following.removeprefix("/return/R9/").strip("/")
        answer = person.client.get(following)
        yield f"last year {page}", answer
        # A list of entries only leads on.
        fields = THIS_YEAR.get(re.sub("/[0-9a-f]{8}/", "/", page))
        following = person.answers(page, **fields) if fields else answer.context["next_url"]
    yield "check from last year", person.client.get(following)


def _files_last_year(person: Person) -> None:
    person.year = "R8"
    person.is_ready_to_sign()
    person.supports_a_child()
    person.answers("medical/method", method="medical")
    person.answers("medical/amounts", medical_paid="120,000")
    person.files()
