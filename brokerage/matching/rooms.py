"""How much room a leader has left, of every kind at once, in one whole number.

A leader's room has several columns: half-days in all, engagements at once and, where dates are
known, both for each half-term. A need takes some of each. Asking column by column whether a need
fits would cost up to 13 comparisons, millions of times over. Instead the columns are laid side by
side in one integer, each with one spare bit above it, the guard, which is set in the room and
clear in what is taken. One subtraction then takes from all columns together, and a column that
would go below nothing borrows its own guard away:

    room         1|0110  1|0010        6 half-days, 2 engagements (guards before the bars)
    taken        0|0100  0|0001        4 half-days, 1 engagement
    difference   1|0010  1|0001        both guards still there: it fits, and this is the new room

This is arithmetic on many small numbers in one large one ("SIMD within a register"; Lamport 1975).
Python's integers have no size limit; numpy's have 64 bits, so that for numpy a number is cut into
words at column borders: one word where no dates are known. Cost: one subtraction, one AND.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

WORD_BITS = 62
"""Columns of one word stay below this bit, so that a word is a positive 64-bit number."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column lies: `shift[c]` within word `word[c]`; `guards[w]` of each word."""

    word: tuple[int, ...]
    shift: tuple[int, ...]
    guards: tuple[int, ...]

    @property
    def all_guards(self) -> int:
        """The guards of every column, as in the whole number."""
        return join(self.guards)

    def words(self, table: IntArray, *, guarded: bool = False) -> list[IntArray]:
        """Pack each row of a (rows, columns) table; one array of shape (rows,) for each word."""
        packed = [
            np.full(len(table), guard if guarded else 0, dtype=np.int64) for guard in self.guards
        ]
        for column, (word, shift) in enumerate(zip(self.word, self.shift, strict=True)):
            packed[word] += table[:, column] << shift
        return packed


def layout_for(most: Sequence[int]) -> Layout:
    """A layout for columns whose numbers are at most `most[c]`."""
    word, shift, guards = [], [], [0]
    at = 0
    for largest in most:
        bits = int(largest).bit_length() + 1
        if at + bits > WORD_BITS:
            guards.append(0)
            at = 0
        word.append(len(guards) - 1)
        shift.append(at)
        guards[-1] |= 1 << (at + bits - 1)
        at += bits
    return Layout(tuple(word), tuple(shift), tuple(guards))


def join(words: Sequence[int]) -> int:
    """The whole number of which these are the words, the lowest first."""
    return sum(word << (WORD_BITS * place) for place, word in enumerate(words))


def joined(words: Sequence[IntArray]) -> list[int]:
    """The whole number of each row, as Python's integers."""
    if len(words) == 1:
        numbers: list[int] = words[0].tolist()
        return numbers
    return [join(row) for row in zip(*(word.tolist() for word in words), strict=True)]


def cut(numbers: Sequence[int], words: int) -> list[IntArray]:
    """The opposite of `joined`: whole numbers cut into arrays of words."""
    if words == 1:
        return [np.array(numbers, dtype=np.int64)]
    mask = (1 << WORD_BITS) - 1
    return [
        np.array([number >> (WORD_BITS * place) & mask for number in numbers], dtype=np.int64)
        for place in range(words)
    ]


def fits(room: Sequence[IntArray], use: Sequence[IntArray], guards: Sequence[int]) -> BoolArray:
    """For each row: whether what is taken fits into the room, in every column."""
    held: BoolArray = (room[0] - use[0]) & guards[0] == guards[0]
    for have, take, guard in zip(room[1:], use[1:], guards[1:], strict=True):
        held &= (have - take) & guard == guard
    return held
