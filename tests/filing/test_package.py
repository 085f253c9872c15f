"""The package is opened only if every byte of it is what the manifest says."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filing import FilingError
from filing.package import (
    MAX_FILE_BYTES,
    MAX_FILES,
    open_package,
    read_package,
    spooled,
    write_package,
    write_package_to,
)

FILES = {"return.xml": "<申告書/>".encode(), "attachments/0001.pdf": b"%PDF-1.7 ..."}
META = {"receipt_number": "2027-0012345-K", "version": 1, "names": ["源泉徴収票.pdf"]}
DATA = write_package(FILES, META)


def zipped(entries: list[tuple[str, bytes]], **options: Any) -> bytes:
    """A ZIP made by hand, so that it can lie."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def manifest(files: dict[str, bytes], **changes: Any) -> bytes:
    entries = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    return json.dumps(
        {"format": "filing-package/1", "meta": {}, "files": entries} | changes
    ).encode()


def test_package_gives_back_what_was_put_in() -> None:
    package = read_package(DATA)

    assert package.files == FILES
    assert package.meta == META


def test_same_content_gives_the_same_bytes_in_any_order() -> None:
    assert write_package(dict(reversed(FILES.items())), dict(reversed(META.items()))) == DATA


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9]{1,8}\.bin", fullmatch=True), st.binary(), min_size=1, max_size=5
    )
)
def test_any_files_survive_the_package(files: dict[str, bytes]) -> None:
    assert read_package(write_package(files, META)).files == files


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_one_changed_byte_is_found_or_harmless(place: int, step: int) -> None:
    data = bytearray(DATA)
    data[place] = (data[place] + step) % 256
    try:
        package = read_package(bytes(data))
    except FilingError:
        return
    assert package.files == FILES


GOOD = ("manifest.json", manifest(FILES))
REST = list(FILES.items())
LYING = {
    "nothing": b"",
    "no zip": b"PK\x03\x04 and so on",
    "cut off": DATA[:-40],
    "no manifest": zipped(REST),
    "only a manifest": zipped([("manifest.json", manifest({}))]),
    "file missing": zipped([GOOD, REST[0]]),
    "file added": zipped([GOOD, *REST, ("extra.txt", b"x")]),
    "file renamed": zipped([GOOD, REST[0], ("attachments/0002.pdf", REST[1][1])]),
    "content changed": zipped([GOOD, REST[0], (REST[1][0], b"%PDF-1.7 ,,,")]),
    "folder upwards": zipped(
        [("manifest.json", manifest({"../x": b"x"})), ("../x", b"x")],
    ),
    "absolute name": zipped([("manifest.json", manifest({"/x": b"x"})), ("/x", b"x")]),
    "compressed": zipped([GOOD, *REST], compression=zipfile.ZIP_DEFLATED),
    "manifest no json": zipped([("manifest.json", b"{"), *REST]),
    "manifest deeply nested": zipped([("manifest.json", b"[" * 200_000), *REST]),
    "manifest a list": zipped([("manifest.json", b"[]"), *REST]),
    "manifest with more": zipped([("manifest.json", manifest(FILES, more=1)), *REST]),
    "other format": zipped([("manifest.json", manifest(FILES, format="other/1")), *REST]),
    "meta no object": zipped([("manifest.json", manifest(FILES, meta=[])), *REST]),
    "manifest too large": zipped(
        [("manifest.json", manifest(FILES, meta={"a": "a" * 300_000})), *REST]
    ),
}


@pytest.mark.parametrize("data", LYING.values(), ids=LYING.keys())
def test_package_that_lies_is_refused(data: bytes) -> None:
    with pytest.raises(FilingError) as refusal:
        read_package(data)

    assert refusal.value.field == "package"


def test_package_with_the_same_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([GOOD, *REST, REST[0]])

    with pytest.raises(FilingError, match="重なって"):
        read_package(data)


def test_package_with_a_comment_is_refused() -> None:
    buffer = io.BytesIO(DATA)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"hidden"

    with pytest.raises(FilingError):
        read_package(buffer.getvalue())


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"manifest.json": b""},
        {"源泉徴収票.pdf": b""},
        {"../return.xml": b""},
        {"RETURN.XML": b""},
        {"a/b/c": b""},
        {f"{number}.bin": b"" for number in range(MAX_FILES + 1)},
        {"large.bin": b"x" * (MAX_FILE_BYTES + 1)},
    ],
    ids=["none", "manifest", "japanese", "upwards", "capitals", "deep", "too many", "too large"],
)
def test_package_out_of_bounds_is_not_written(files: dict[str, bytes]) -> None:
    with pytest.raises(FilingError):
        write_package(files, META)


def test_metadata_out_of_bounds_is_not_written() -> None:
    with pytest.raises(FilingError, match="目録"):
        write_package(FILES, {"note": "a" * 300_000})


MEBIBYTE = 1024 * 1024


def test_package_in_a_file_has_the_same_bytes_and_files(tmp_path: Path) -> None:
    streams = {name: io.BytesIO(content) for name, content in FILES.items()}

    with spooled() as target:
        write_package_to(target, streams, META)
        with open_package(target) as stored:
            found = {name: stored.read(name) for name in stored.names}
            with stored.open("return.xml") as file:
                head = file.read(4)
        target.seek(0)
        data = target.read()

    assert (found, head, stored.meta) == (FILES, FILES["return.xml"][:4], META)
    assert data == DATA


def test_nothing_is_lent_of_a_file_that_lies() -> None:
    data = DATA.replace(b"%PDF-1.7", b"%PDF-6.6")

    with pytest.raises(FilingError), open_package(io.BytesIO(data)):
        pytest.fail("a package that lies was lent")


def test_20_megabytes_of_attachments_pass_in_little_memory(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.pdf" for number in (1, 2)]
    for path in paths:
        path.write_bytes(b"%PDF-1.7\n" + bytes(10 * MEBIBYTE - 9))
    write_package(FILES, META)

    tracemalloc.start()
    with ExitStack() as stack:
        files = {path.name: stack.enter_context(path.open("rb")) for path in paths}
        target = stack.enter_context(spooled())
        write_package_to(target, files, META)
        stored = stack.enter_context(open_package(target))
        with stored.open("2.pdf") as attachment:
            head = attachment.read(8)
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (head, stored.names) == (b"%PDF-1.7", ("1.pdf", "2.pdf"))
    assert peak < 4 * MEBIBYTE
