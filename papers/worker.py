"""The process in which a stranger's file is decoded: limits first, then the decoders.

Reads one line of JSON and the file from standard input; writes one line of JSON and what was made
to standard output. It is started without any of the zone's secrets and ends after one file.
"""

import json
import resource
import sys
from typing import Any

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 10


def main() -> None:
    """Do what the request says; whatever the decoders raise is "unreadable"."""
    _limit()
    from papers.errors import PaperRefused

    request = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        answer, parts = _done(request, content)
    except PaperRefused as refused:
        answer, parts = {"refused": refused.code}, []
    except MemoryError:
        answer, parts = {"refused": "too_heavy"}, []
    except Exception:
        # The text of a decoder's error may hold some of the file, so nothing of it goes on.
        answer, parts = {"refused": "unreadable"}, []
    answer["parts"] = [len(part) for part in parts]
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # It writes no file, and leaves no memory image behind in which a paper could be read.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _done(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    from papers.pdfs import picture_of_page, take_in_pdf
    from papers.pictures import picture_of, take_in_picture
    from papers.sniffing import Kind

    kind = Kind(request["kind"])
    if request["do"] == "take_in":
        taken = take_in_pdf(content) if kind == Kind.PDF else take_in_picture(content, kind)
        # A PDF is kept as it came: only its picture has to go back.
        kept = [] if kind == Kind.PDF else [taken.content]
        return {"kind": taken.kind, "pages": taken.pages}, [taken.thumbnail, *kept]
    shape = {"long_side": request["long_side"], "turn": request["turn"]}
    if kind == Kind.PDF:
        return {}, [picture_of_page(content, page=request["page"], **shape)]
    return {}, [picture_of(content, **shape)]


if __name__ == "__main__":
    main()
