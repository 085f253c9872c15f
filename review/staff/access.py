"""Who may open which page (アクセス制御): every view says it itself; what says nothing is shut."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse

from review.staff.actors import Actor
from review.staff.models import StaffMember
from review.staff.purpose import Purpose

View = TypeVar("View", bound=Callable[..., HttpResponse])


class StaffRequest(HttpRequest):
    """A request that the middleware let through: who acts, why, and when."""

    user: StaffMember
    actor: Actor
    purpose: Purpose | None
    now: datetime
    menu: Any


def public(view: View) -> View:
    """Open a view to everybody: log-in, health."""
    cast(Any, view).access = "public"
    return view


def signed_in(view: View) -> View:
    """Open a view to every member of staff who passed both steps; it shows no person's data."""
    cast(Any, view).access = "signed_in"
    return view


def staff_only(*roles: str, person_data: bool = False) -> Callable[[View], View]:
    """Open a view to these roles; one with `person_data` asks for the 処理事由 first."""

    def mark(view: View) -> View:
        marked = cast(Any, view)
        marked.access, marked.roles, marked.person_data = "roles", roles, person_data
        return view

    return mark
