"""What is written into a cell reads back the same, and no spreadsheet runs it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.web.csv_file import FORMULA, as_typed, inert


@given(st.text())
def test_a_cell_is_inert_and_reads_back(text: str) -> None:
    written = inert(text)
    assert not written.startswith(FORMULA)
    assert as_typed(written) == text


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-x", "@x", "'=1", "''=1", "\t=1"])
def test_what_would_run_as_a_formula_is_written_behind_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["O'Brien", "'quoted'", "a=b", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text
    assert as_typed(text) == text
