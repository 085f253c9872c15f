"""Handing a sealed file out of a page (受渡し)."""

from django.http import HttpResponse

from review.recipients.sealing import Sealed


def as_download(sealed: Sealed) -> HttpResponse:
    """Return the sealed file with its slip as a download that no cache keeps."""
    name, content = sealed.bundle
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
