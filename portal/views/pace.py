"""The pace of a resident's requests (操作の速さ): beyond it 429, with the seconds to wait."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.pace import seconds_to_wait
from portal.views.access import View, resident_of
from portal.views.errors import too_fast


def at_pace(kind: str) -> Callable[[View], View]:
    """Bound how often a minute a resident may ask for this (settings.PACE); below `personal`.

    Of "saves" only what is posted counts: looking at pages costs little, and is not counted.
    """

    def bounded(view: View) -> View:
        @wraps(view)
        def paced(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if kind == "saves" and request.method != "POST":
                return view(request, *args, **kwargs)
            wait = seconds_to_wait(resident_of(request), kind, now=timezone.now())
            return too_fast(request, wait) if wait else view(request, *args, **kwargs)

        return paced

    return bounded
