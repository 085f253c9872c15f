"""The part of the tour that begins from last year's return (去年の申告)."""

import re
from collections.abc import Iterator

from tests.portal.story import SLIP, Person
from tests.portal.tour import Page

CHILD = {"name": "佐藤 一郎", "birth_date": "2020-04-05", "relation": "child"}
NUMBER = "234567890121"
THIS_YEAR = {
    "basic/contact": {"phone": "090-1234-5678", "same": "yes"},
    "income/kinds": {"kinds": ["salary"]},
    "salaries/slip": SLIP | {"revenue": "3,300,000"},
    "social-insurance/which": {"which": ["medical"]},
    "medical/amounts": {"medical_paid": "130,000"},
    "spouse/which": {"which": ["relatives"], "marital-marital": "never"},
    "relatives/person": CHILD,
    "relatives/living": {"living": "together"},
    "relatives/disability": {"disability": "none"},
    "relatives/number": {"personal_number": NUMBER},
    "personal/partner": {"partner": "no"},
}


def pages_from_last_year(person: Person) -> Iterator[Page]:
    """Yield the beginning, what is asked beside last year's answers, and the difference."""
    _files_last_year(person)
    person.year = "R9"
    start = person.client.get("/return/start/")
    yield "start from last year", start
    purpose = re.search(r'name="purpose_version" value="([^"]+)"', start.content.decode())
    assert purpose
    fields = {"tax_year": "R9", "purpose_version": purpose[1], "from_last_year": "on"}
    yield "begun from last year", person.client.post("/return/start/", fields, follow=True)
    person.reads_card()
    yield "hub from last year", person.client.get("/return/R9/")
    following = person.client.get("/return/R9/").context["next_url"]
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
    person.answers("relatives/has", has="yes")
    entry = person.answers("relatives/new/person", **CHILD).split("/")[-3]
    person.answers(f"relatives/{entry}/living", living="together")
    person.answers(f"relatives/{entry}/disability", disability="none")
    person.answers(f"relatives/{entry}/number", personal_number=NUMBER)
    person.answers("personal/partner", partner="no")
    person.answers("medical/method", method="medical")
    person.answers("medical/amounts", medical_paid="120,000")
    person.files()
