"""The generated pages of the documentation say what the engine does today."""

import pytest

from tax.reference import pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_generated_page_is_fresh(path):
    assert path.read_text(encoding="utf-8") == pages()[path]
