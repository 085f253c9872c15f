"""Why a file is not taken in."""


class PaperRefused(Exception):
    """A file is not taken in; `code` says why and holds nothing of the file.

    "empty", "too_large", "unknown_kind", "unreadable", "too_many_pixels", "encrypted", "active",
    "too_many_pages", "two_files_in_one", "too_heavy" (it took too long, or too much memory),
    "no_such_page", "busy" (others are being decoded: try again).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
