"""Files as nobody should send them: every line ends as a good row or on the error list."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.sources.checking import Checker
from review.sources.formats import rows_of
from review.sources.layouts import layout_for, layouts
from review.sources.models import Arrival, RowError
from review.sources.reading import MAX_LINE_BYTES, encoding_of, read_lines
from review.sources.rows import Row, RowMaker
from tests.review.source_files import file_of, salary_row, take_in

CODES = ["431001", "431028"]


def codes_of(content, encoding="utf-8", kind="salary_report"):
    """Return for each line "" where it is good, or the codes of its faults."""
    arrival = Arrival(kind=kind, tax_year="R9", encoding=encoding)
    return [
        "" if isinstance(row, Row) else "+".join(sorted({problem.code for problem in row}))
        for _line, _dropped, row in rows_of(arrival, io.BytesIO(content), CODES)
    ]


GOOD = file_of(salary_row(), encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (GOOD.replace("株式会社".encode(), '"株式会社'.encode()), "E0002"),
        (GOOD.replace("佐藤".encode(), b"\xff\xfe"), "E0002"),
        (GOOD.replace("佐藤".encode(), b"\x00"), "E0002"),
        (GOOD.replace("佐藤".encode(), "佐\x07藤".encode()), "E0002"),
        (GOOD.replace("佐藤".encode(), b"x" * 10_000_000), "E0003"),
        (GOOD.replace("佐藤".encode(), b"x" * 1_000), "E0003"),
        (GOOD.replace(b"3200000", "３２０００００".encode()), "E0002"),
        (GOOD.replace(b"3200000", b"-1"), "E0002"),
        (GOOD.replace(b"3200000", b"3,200,000"), "E0003"),
        (GOOD.replace(b"\r\n", b",\r\n"), "E0003"),
        (GOOD[:40] + b"\r\n", "E0003"),
        (b"\x1a\x1a,", "E0003"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "E0002+E0003"),
    ],
)
def test_bad_line_is_listed_and_spoils_no_other(line, code):
    found = codes_of(GOOD + line + (b"" if line.endswith(b"\n") else b"\r\n") + GOOD)

    assert (found[0], found[-1]) == ("", "")
    assert set("+".join(found[1:-1]).split("+")) <= set(code.split("+")) | {"E0002", "E0003"}
    assert code.split("+")[0] in "+".join(found[1:-1])


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_glance_at_a_row_says_what_looking_at_each_cell_says(data):
    layout = layout_for("salary_report", "R9")
    checker, cells = Checker(layout), salary_row()
    texts = [
        "",
        " ",
        "0",
        "9",
        "12",
        "佐藤",
        "1,2",
        "x" * 301,
        "\x00",
        "\n",
        "123456789018",
        "ｱ",
        "１",
    ]
    for _change in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(cells) - 1))
        cells[place] = data.draw(st.sampled_from(texts) | st.text(max_size=12))

    seen, looked = checker._quick[len(cells)].check(cells), checker._cell_by_cell(cells)

    assert seen in (None, looked)
    # A glance misses a good row only for a comma or many digits within a cell.
    unusual = any("," in cell or "123456789018" in cell for cell in cells)
    assert seen == looked or looked.problems or unusual


def test_ten_megabytes_in_one_field_are_passed_over_in_pieces():
    class Watched(io.BytesIO):
        most = 0

        def readline(self, size=-1):
            line = super().readline(size)
            self.most = max(self.most, len(line))
            return line

    file = Watched(GOOD + b"x" * 10_000_000 + b"\r\n" + GOOD)
    lines = list(read_lines(file, "utf-8"))

    assert [bool(line.problem) for line in lines] == [False, True, False]
    assert [line.number for line in lines] == [1, 2, 3]
    assert file.most <= MAX_LINE_BYTES + 1


def test_lines_in_the_wrong_encoding_are_listed_not_misread():
    mixed = file_of(*[salary_row()] * 3) + file_of(salary_row(), encoding="utf-8")

    assert encoding_of(io.BytesIO(mixed)) == "cp932"
    assert codes_of(mixed, "cp932")[:3] == ["", "", ""]
    assert codes_of(GOOD + file_of(salary_row()), "utf-8") == ["", "E0002"]


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=2_000), encoding=st.sampled_from(["utf-8", "cp932"]))
def test_any_bytes_are_read_to_their_end(content, encoding):
    lines = list(read_lines(io.BytesIO(content), encoding))

    assert len(codes_of(content, encoding)) == len(lines)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["0", "1", "315", "08", "123456789018", "7123456789012", "9999999999", "=1+1"]),
)


@settings(max_examples=150, deadline=None)
@given(changes=st.dictionaries(st.integers(1, 147).filter(lambda no: no != 140), CELLS, max_size=5))
def test_any_cells_give_a_row_or_its_faults_and_no_number_in_either(changes):
    """But for 指定番号 (140), which may itself have twelve digits and fit by chance."""
    row = salary_row(**{f"c{no}": cell for no, cell in changes.items()})
    layout = layout_for("salary_report", "R9")
    checked = Checker(layout).check(row)
    made = checked.problems or RowMaker(layout, "R9", CODES).make(checked.values)

    said = made.content if isinstance(made, Row) else str([problem.message for problem in made])
    assert "123456789018" not in said
    if isinstance(made, Row):
        assert made.amount >= 0


def test_same_bad_file_is_listed_once(town):
    content = file_of(salary_row(c17="x"), salary_row(c17="y"))
    take_in(content)
    take_in(content)

    assert RowError.objects.count() == 2


@pytest.mark.parametrize(
    "layout", [one for one in layouts() if one.format == "csv"], ids=lambda layout: layout.kind
)
def test_every_layout_is_whole(layout):
    """Numbered in order, with what each row must have: form, division, year and a person."""
    targets = {column.to for column in layout.columns}

    assert [column.no for column in layout.columns] == list(range(1, max(layout.widths) + 1))
    assert {"form", "division", "year"} <= targets
    assert targets & {"person.number", "person.addressee_number"}
    assert set(layout.payer_key) <= targets
    assert all(column.size for column in layout.columns if column.type in ("digits", "half"))
