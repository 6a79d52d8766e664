"""What is written into a register's cells reads back the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokerage.errors import RuleBroken
from brokerage.leaders import register_cells as cells

tidy = st.text().map(str.strip)


@given(st.lists(tidy, min_size=1))
def test_a_list_reads_back(texts: list[str]) -> None:
    for separator in (cells.ITEMS, cells.PARTS):
        assert cells.split(cells.join(texts, separator), separator) == texts


@given(st.lists(tidy, min_size=5, max_size=5))
def test_parts_within_items_read_back(parts: list[str]) -> None:
    item = cells.join(parts, cells.PARTS)
    both = cells.join([item, item], cells.ITEMS)
    assert [cells.split(each, cells.PARTS, 4) for each in cells.split(both, cells.ITEMS)] == [
        parts,
        parts,
    ]


def test_a_backslash_typed_by_hand_is_only_a_backslash() -> None:
    assert cells.split(r"a\b;c", ";") == [r"a\b", "c"]


@pytest.mark.parametrize(
    ("text", "half_days"),
    [("", None), ("7.5", 15), ("7", 14), ("7½", 15), ("½", 1), ("7,5", 15), ("0", 0), (" 2.0 ", 4)],
)
def test_days_go_in_halves(text: str, half_days: int | None) -> None:
    assert cells.half_days(text, "days") == half_days


@pytest.mark.parametrize("text", ["7.25", "-1", "x", "1e3", "1000.5", ".", "٣"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="its days"):
        cells.half_days(text, "days")


@pytest.mark.parametrize("text", ["27/03/2027", "27/3/2027", "2027-03-27"])
def test_dates_as_people_and_computers_write_them(text: str) -> None:
    assert cells.day(text, "closed_until") == date(2027, 3, 27)


@pytest.mark.parametrize("text", ["03/27/2027", "2027", "soon", "01/01/0001"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="closed_until"):
        cells.day(text, "closed_until")
