"""The package (電子申請データ): one ZIP that carries a return from the portal to the internal zone.

manifest.json holds the metadata and the size and SHA-256 of every file; a package whose files and
manifest differ in anything is refused. Nothing is compressed: same input, same bytes on every
machine, and no entry can unpack to more than it weighs.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .problems import FilingError

FORMAT = "filing-package/1"
MANIFEST = "manifest.json"
MAX_FILES = 40
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_TOTAL_BYTES = 40 * 1024 * 1024
MAX_MANIFEST_BYTES = 256 * 1024

# Lower-case ASCII and at most one folder: nothing a file system could understand as something else.
# The name that the resident's file had belongs into the metadata.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,59}/)?[a-z0-9][a-z0-9._-]{0,99}")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """What a package (電子申請データ) held: its metadata and its files by name."""

    meta: dict[str, Any]
    files: dict[str, bytes]


def write_package(files: Mapping[str, bytes], meta: Mapping[str, Any]) -> bytes:
    """Return the ZIP of these files; `meta` is JSON-able.

    Raises FilingError on a bad name, count or size.
    """
    _check_bounds({name: len(content) for name, content in files.items()})
    entries = [_entry(name, files[name]) for name in sorted(files)]
    manifest = {"format": FORMAT, "meta": dict(meta), "files": entries}
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    if len(text) > MAX_MANIFEST_BYTES:
        raise _refusal("目録が大きすぎます。")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_zip_info(MANIFEST), text)
        for name in sorted(files):
            archive.writestr(_zip_info(name), files[name])
    return buffer.getvalue()


def read_package(data: bytes) -> Package:
    """Return what a package holds.

    Raises FilingError if any digest, size, name or count differs from the manifest.
    """
    if len(data) > MAX_TOTAL_BYTES + 1024 * 1024:
        raise _refusal("電子申請データが大きすぎます。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = _bounded_infos(archive)
            manifest = _read_manifest(_read(archive, infos.pop(MANIFEST)))
            files = {name: _read(archive, info) for name, info in infos.items()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _refusal("電子申請データが壊れています。") from error
    if manifest["files"] != [_entry(name, files[name]) for name in sorted(files)]:
        raise _refusal("電子申請データの中身が目録と一致しません。")
    return Package(meta=manifest["meta"], files=files)


def _entry(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


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


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one entry, never more than its header promised."""
    with archive.open(info) as stream:
        content = stream.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise _refusal("電子申請データの大きさが目録と一致しません。")
    return content


def _read_manifest(data: bytes) -> dict[str, Any]:
    manifest = json.loads(data)
    if not isinstance(manifest, dict) or set(manifest) != {"format", "meta", "files"}:
        raise _refusal("目録の形式が正しくありません。")
    if manifest["format"] != FORMAT or not isinstance(manifest["meta"], dict):
        raise _refusal("目録の版が正しくありません。")
    return manifest


def _refusal(message: str) -> FilingError:
    return FilingError("package", message)
