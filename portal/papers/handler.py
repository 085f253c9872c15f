"""How uploads are received: in memory, bounded, from people who are logged in, and only there.

Django's own handler would write large files to a disk in the clear. What goes beyond a limit is
read and thrown away, and `refused_uploads` of the request says so.
"""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from papers import MAX_FILE_BYTES, MAX_FILES, plain_name

MAX_REQUEST_BYTES = 2 * MAX_FILE_BYTES


class BoundedUploads(FileUploadHandler):
    """Keeps the files of one request in memory, up to the limits."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.count = self.total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or skip it where none is expected or there are too many."""
        super().new_file(*args, **kwargs)
        self.count += 1
        self.kept = io.BytesIO()
        if not self._is_expected():
            # Who has been logged out meanwhile is told that the file was not kept.
            request: Any = self.request
            request.skipped_uploads = True
            raise SkipFile
        if self.count > MAX_FILES:
            self._refuse("too_many")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece; a file beyond its limit is dropped whole."""
        self.total += len(raw_data)
        if self.kept.tell() + len(raw_data) > MAX_FILE_BYTES:
            self._drop("too_large")
        if self.total > MAX_REQUEST_BYTES:
            self._drop("too_many_bytes")
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand the file over; its name and type are only what the browser claims."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def _is_expected(self) -> bool:
        request: Any = self.request
        return request.path_info.startswith("/return/") and request.user.is_authenticated

    def _drop(self, code: str) -> None:
        self.kept = io.BytesIO()
        self._refuse(code)

    def _refuse(self, code: str) -> None:
        request: Any = self.request
        refused = getattr(request, "refused_uploads", [])
        request.refused_uploads = [*refused, (code, plain_name(str(self.file_name)))]
        raise SkipFile
