"""What is kept of a file that was taken in."""

from dataclasses import dataclass

from papers.sniffing import Kind


@dataclass(frozen=True)
class Taken:
    """A paper as it is kept: `kind` is PDF or JPEG; `thumbnail` is a JPEG of the first page."""

    kind: Kind
    content: bytes
    pages: int
    thumbnail: bytes
