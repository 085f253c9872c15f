"""What becomes of files as residents send them: kept clean, or refused with a reason."""

import io
import time

import pypdfium2
import pytest
from PIL import Image

from papers import (
    MAX_FILE_BYTES,
    Kind,
    PaperRefused,
    kind_of,
    page_picture,
    plain_name,
    process,
    take_in,
)
from tests.papers import samples


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_red(picture: Image.Image, x: int, y: int) -> bool:
    red, green, blue = picture.convert("RGB").getpixel((x, y))
    return red > 180 and green < 90 and blue < 90


def refusal(content: bytes) -> str:
    with pytest.raises(PaperRefused) as refused:
        take_in(content)
    return refused.value.code


def test_photograph_is_turned_upright_and_forgets_place_and_device():
    taken = take_in(samples.photograph(orientation=6))

    picture = opened(taken.content)
    assert (taken.kind, taken.pages, picture.size) == (Kind.JPEG, 1, (80, 120))
    # The camera lay on its side: what was left is on top.
    assert (is_red(picture, 40, 10), is_red(picture, 40, 110)) == (True, False)
    assert dict(picture.getexif()) == {}
    assert b"nobody" not in taken.content


def test_heic_of_a_phone_becomes_a_jpeg_without_its_place():
    taken = take_in(samples.HEIC)

    picture = opened(taken.content)
    assert (taken.kind, picture.format, picture.size) == (Kind.JPEG, "JPEG", (96, 64))
    assert (is_red(picture, 10, 30), is_red(picture, 80, 30)) == (True, False)
    assert dict(picture.getexif()) == {}


def test_transparent_png_lies_on_white_paper():
    picture = opened(take_in(samples.png()).content)

    assert picture.format == "JPEG"
    assert min(picture.getpixel((100, 40))) > 240


def test_large_photograph_is_made_smaller():
    taken = take_in(samples.photograph(size=(6000, 4000)))

    assert opened(taken.content).size == (2600, 1733)
    assert max(opened(taken.thumbnail).size) == 240


def test_same_photograph_becomes_the_same_bytes():
    content = samples.photograph()

    assert take_in(content) == take_in(content)


def test_pdf_is_kept_byte_for_byte_with_its_pages_counted():
    content = samples.pdf(3)

    taken = take_in(content)

    assert (taken.kind, taken.content, taken.pages) == (Kind.PDF, content, 3)
    assert opened(taken.thumbnail).size == (170, 240)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"0" * MAX_FILE_BYTES, "too_large"),
        (b"<html><script>alert(1)</script>", "unknown_kind"),
        (b"MZ\x90\0", "unknown_kind"),
        (b"GIF89a" + b"0" * 100, "unknown_kind"),
        (b"%PDF-1.7\n<html>not one</html>", "unreadable"),
        (b"\xff\xd8\xff\xe0 no picture at all", "unreadable"),
        (samples.photograph()[:300], "unreadable"),
        (samples.bomb(), "too_many_pixels"),
        (samples.bomb(200_000), "too_many_pixels"),
        (samples.pdf(password="secret"), "encrypted"),
        (samples.pdf_with_action("/JavaScript"), "active"),
        (samples.pdf(carries=b"MZ"), "active"),
        (samples.pdf_with_action("/Launch"), "active"),
        (samples.pdf_with_action("/SubmitForm"), "active"),
        (samples.pdf(51), "too_many_pages"),
        (samples.pdf_and_zip(), "two_files_in_one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_paper_is_refused_with_its_reason(content, code):
    assert refusal(content) == code


def test_picture_that_is_also_a_page_for_browsers_loses_the_page():
    taken = take_in(samples.png() + b"<script>alert(1)</script>")

    assert b"script" not in taken.content


def test_bomb_is_refused_at_once():
    began = time.monotonic()

    assert refusal(samples.bomb(29_000)) == "too_many_pixels"
    assert time.monotonic() - began < 10


def test_decoders_see_nothing_of_the_zones_secrets(monkeypatch):
    monkeypatch.setenv("DATA_KEYS", "not for decoders")
    seen = []
    run = __import__("subprocess").run
    monkeypatch.setattr(
        "papers.process.subprocess.run", lambda *a, **k: seen.append(k["env"]) or run(*a, **k)
    )

    take_in(samples.pdf())

    assert [set(env) - {"PATH", "LANG"} for env in seen] == [set()]


def test_files_beyond_the_places_are_told_to_come_again(monkeypatch):
    monkeypatch.setattr("papers.process.WAIT_SECONDS", 0.05)
    with process._AT_ONCE, process._AT_ONCE:
        assert refusal(samples.pdf()) == "busy"

    assert take_in(samples.pdf()).pages == 2


def test_page_is_shown_turned_and_in_the_size_asked_for():
    picture = opened(page_picture(samples.pdf(2), Kind.PDF, page=2, long_side=600, turn=90))
    photograph = take_in(samples.photograph()).content
    turned = opened(page_picture(photograph, Kind.JPEG, long_side=60, turn=90))

    assert picture.size == (600, 424)
    assert (is_red(picture, 300, 20), is_red(picture, 300, 400)) == (True, False)
    assert turned.size == (40, 60)
    assert (is_red(turned, 20, 5), is_red(turned, 20, 55)) == (True, False)


@pytest.mark.parametrize("options", [{"page": 3}, {"page": 0}, {"turn": 45}])
def test_page_that_is_not_there_is_refused(options):
    with pytest.raises(PaperRefused, match="no_such_page"):
        page_picture(samples.pdf(2), Kind.PDF, **options)


def test_rendered_page_equals_what_the_renderer_alone_makes():
    content = samples.pdf(1)

    with pypdfium2.PdfDocument(content) as document:
        alone = document[0].render(scale=300 / 842).to_pil().size

    assert opened(page_picture(content, Kind.PDF, long_side=300)).size == alone


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("源泉徴収票.pdf", "源泉徴収票.pdf"),
        ("C:\\Users\\佐藤\\票.pdf", "票.pdf"),
        ("../../etc/passwd", "passwd"),
        ("票\r\nX-Evil: 1\0.pdf", "票X-Evil: 1.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("辻\U000e0100さんの票.jpg", "辻\U000e0100さんの票.jpg"),
        (":*?\u0007.jpg", ":*?.jpg"),
        ("\0\x1b", ""),
        ("あ" * 200 + ".pdf", "あ" * 79 + "…" + "あ" * 16 + ".pdf"),
    ],
)
def test_name_keeps_what_can_be_seen(name, plain):
    assert plain_name(name) == plain


def test_kind_is_told_by_content_alone():
    kinds = [kind_of(one) for one in (samples.HEIC, samples.png(), samples.pdf(), b"\0" * 20)]

    assert kinds == [Kind.HEIF, Kind.PNG, Kind.PDF, None]
