"""Papers (添付書類) that a resident attaches: taken in, cleaned, and shown as pictures of pages.

Knows neither Django nor zones. Whatever decodes a stranger's file runs in a process of its own.
"""

from papers.errors import PaperRefused
from papers.limits import MAX_FILE_BYTES, MAX_FILES, MAX_PAGES, MAX_TOTAL_BYTES
from papers.names import plain_name
from papers.process import page_picture, take_in
from papers.sniffing import Kind, kind_of
from papers.taken import Taken
from papers.topics import TOPICS

__all__ = [
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "MAX_PAGES",
    "MAX_TOTAL_BYTES",
    "TOPICS",
    "Kind",
    "PaperRefused",
    "Taken",
    "kind_of",
    "page_picture",
    "plain_name",
    "take_in",
]
