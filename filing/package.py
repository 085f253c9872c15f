"""The package (電子申請データ): one ZIP that carries a return from the portal to the internal zone.

manifest.json holds the metadata and the size and SHA-256 of every file; a package whose files and
manifest differ in anything is refused. Nothing is compressed: same input, same bytes on every
machine, and no entry can unpack to more than it weighs. Attachments pass in pieces: a package of
20 MB is written and checked in a few hundred kilobytes of memory.
"""

import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from .problems import FilingError

FORMAT = "filing-package/1"
MANIFEST = "manifest.json"
MAX_FILES = 40
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_TOTAL_BYTES = 40 * 1024 * 1024
MAX_MANIFEST_BYTES = 256 * 1024
PIECE_BYTES = 256 * 1024
SPOOL_BYTES = 1024 * 1024

# Lower-case ASCII and at most one folder: nothing a file system could understand as something else.
# The name that the resident's file had belongs into the metadata.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,59}/)?[a-z0-9][a-z0-9._-]{0,99}")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


# A file of a package: its bytes, or a seekable stream that is read from its start.
Content = bytes | BinaryIO


@dataclass(frozen=True)
class Package:
    """What a package (電子申請データ) held: its metadata and its files by name."""

    meta: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True)
class StoredPackage:
    """A package that lies in a file, every digest checked; its files are read when asked for."""

    meta: dict[str, Any]
    names: tuple[str, ...]
    _archive: zipfile.ZipFile

    def open(self, name: str) -> IO[bytes]:
        """Return a stream over one file; KeyError where the package has none of that name."""
        return self._archive.open(name)

    def read(self, name: str) -> bytes:
        """Return one file whole."""
        return self._archive.read(name)


def spooled() -> IO[bytes]:
    """Return a file for a package on its way: small ones stay in memory, large ones do not."""
    return tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)


def write_package(files: Mapping[str, bytes], meta: Mapping[str, Any]) -> bytes:
    """Return the ZIP of these files; `meta` is JSON-able.

    Raises FilingError on a bad name, count or size.
    """
    buffer = io.BytesIO()
    write_package_to(buffer, files, meta)
    return buffer.getvalue()


def write_package_to(
    target: IO[bytes], files: Mapping[str, Content], meta: Mapping[str, Any]
) -> None:
    """Write the ZIP of these files into a seekable target, piece by piece.

    Raises FilingError on a bad name, count or size; then nothing has been written.
    """
    streams = {name: _stream(content) for name, content in sorted(files.items())}
    _check_bounds({name: stream.seek(0, io.SEEK_END) for name, stream in streams.items()})
    entries = [_entry(name, _pieces_from_start(stream)) for name, stream in streams.items()]
    manifest = {"format": FORMAT, "meta": dict(meta), "files": entries}
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    if len(text) > MAX_MANIFEST_BYTES:
        raise _refusal("目録が大きすぎます。")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_zip_info(MANIFEST), text)
        for entry in entries:
            info = _zip_info(entry["name"])
            info.file_size = entry["size"]
            with archive.open(info, "w") as place:
                for piece in _pieces_from_start(streams[entry["name"]]):
                    place.write(piece)


def read_package(data: bytes) -> Package:
    """Return what a package holds.

    Raises FilingError if any digest, size, name or count differs from the manifest.
    """
    with open_package(io.BytesIO(data)) as stored:
        files = {name: stored.read(name) for name in stored.names}
        return Package(meta=stored.meta, files=files)


@contextmanager
def open_package(source: IO[bytes]) -> Iterator[StoredPackage]:
    """Check a package in a seekable source piece by piece and lend it.

    Raises FilingError if any digest, size, name or count differs from the manifest.
    """
    if source.seek(0, io.SEEK_END) > MAX_TOTAL_BYTES + 1024 * 1024:
        raise _refusal("電子申請データが大きすぎます。")
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(source))
            infos = _bounded_infos(archive)
            manifest = _read_manifest(b"".join(_pieces_of(archive, infos.pop(MANIFEST))))
            found = [_entry(name, _pieces_of(archive, infos[name])) for name in sorted(infos)]
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError) as error:
            raise _refusal("電子申請データが壊れています。") from error
        if manifest["files"] != found:
            raise _refusal("電子申請データの中身が目録と一致しません。")
        yield StoredPackage(manifest["meta"], tuple(sorted(infos)), archive)


def _stream(content: Content) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _pieces_from_start(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _entry(name: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    """What the manifest says of a file, taken from its content."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


def _zip_info(name: str) -> zipfile.ZipInfo:
    """An entry without a clock or a platform in it, so that bytes depend on content alone."""
    info = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def _check_bounds(sizes: Mapping[str, int]) -> None:
    if not 1 <= len(sizes) <= MAX_FILES:
        raise _refusal("電子申請データのファイル数が範囲を外れています。")
    if any(name == MANIFEST or not _NAME.fullmatch(name) for name in sizes):
        raise _refusal("電子申請データのファイル名が正しくありません。")
    if max(sizes.values()) > MAX_FILE_BYTES or sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise _refusal("電子申請データのファイルが大きすぎます。")


def _bounded_infos(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries by name, checked before anything is unpacked."""
    listed = archive.infolist()
    infos = {info.filename: info for info in listed}
    if len(infos) != len(listed) or MANIFEST not in infos:
        raise _refusal("電子申請データの目録がないか、同じ名前のファイルが重なっています。")
    if archive.comment or not all(_is_plain(info) for info in listed):
        raise _refusal("電子申請データの形式が正しくありません。")
    if infos[MANIFEST].file_size > MAX_MANIFEST_BYTES:
        raise _refusal("目録が大きすぎます。")
    _check_bounds({name: info.file_size for name, info in infos.items() if name != MANIFEST})
    return infos


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """An entry as we write it: stored, not encrypted, nothing in its side pockets."""
    return (
        info.compress_type == zipfile.ZIP_STORED
        and not info.flag_bits
        and not info.extra
        and not info.comment
        and info.compress_size == info.file_size
    )


def _pieces_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one entry, never more than its header promised."""
    left = info.file_size
    with archive.open(info) as stream:
        while piece := stream.read(min(PIECE_BYTES, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            yield piece
    if left:
        raise _refusal("電子申請データの大きさが目録と一致しません。")


def _read_manifest(data: bytes) -> dict[str, Any]:
    manifest = json.loads(data)
    if not isinstance(manifest, dict) or set(manifest) != {"format", "meta", "files"}:
        raise _refusal("目録の形式が正しくありません。")
    if manifest["format"] != FORMAT or not isinstance(manifest["meta"], dict):
        raise _refusal("目録の版が正しくありません。")
    return manifest


def _refusal(message: str) -> FilingError:
    return FilingError("package", message)
