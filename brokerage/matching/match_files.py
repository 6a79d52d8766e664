"""`brokerage match`: from two spreadsheets to a plan, without a database.

Every line that cannot be read is named with its file, number and fault, and the rest is still
answered. Files are written whole or not at all: beside their place first, then moved into it.
Whatever is wrong with the files or settings becomes a sentence, never a traceback.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from brokerage.matching.allocation import allocate
from brokerage.matching.answers import explain_csv, pairings_csv
from brokerage.matching.cells import plain_fold, shown
from brokerage.matching.checker import check_plan
from brokerage.matching.need_and_leader_rows import Fold, Reading, read_leaders, read_needs
from brokerage.matching.plans import Level, Plan
from brokerage.matching.profiles import LeaderProfile, NeedProfile, SameTrust, Urgency
from brokerage.matching.prove import NoProofError, Proof, prove, require_prover
from brokerage.matching.spreadsheets import NotASpreadsheetError

Say = Callable[[str], None]
Profile = TypeVar("Profile")

ALL_READ = 0
NOTHING_DONE = 1
SOME_LEFT_OUT = 2
HIGHEST_FLOOR = 1000


class NothingDoneError(Exception):
    """Nothing could be done; the message is the one sentence that says why."""


def match_files(
    needs_path: Path,
    leaders_path: Path,
    out_path: Path,
    level: str = Level.STANDARD,
    explain_path: Path | None = None,
    allow_same_trust: bool = False,
    floor: int = 0,
    prove_it: bool = False,
    fold: Fold = plain_fold,
    say: Say = print,
    complain: Say | None = None,
) -> int:
    """Match two CSV files into a third; gives the exit status of the command.

    0: all rows read. 2: some rows left out, each said, the rest answered. 1: nothing could be
    done, with one sentence. `say` is given each line of the answer, `complain` (or else `say`)
    each fault; `fold` turns a specialism's name into the code that all its names share;
    `prove_it` has HiGHS prove how much better any plan could be.
    """
    warn = complain or say
    try:
        if prove_it:
            require_prover()
        _check_settings(level, floor, [needs_path, leaders_path], [out_path, explain_path])
        trust = SameTrust.ALLOWED if allow_same_trust else SameTrust.BARRED
        needs = read_needs(_content(needs_path), needs_path.name, fold, trust)
        leaders = read_leaders(_content(leaders_path), leaders_path.name, fold)
        left_out = _report(needs, needs_path.name, warn) + _report(leaders, leaders_path.name, warn)
        _refuse_none(needs.profiles, needs_path.name, "need")
        _refuse_none(leaders.profiles, leaders_path.name, "leader")
        plan = allocate(needs.profiles, leaders.profiles, level=Level(level), floor=floor)
        refuse_broken(plan, needs.profiles, leaders.profiles, floor)
        answers = {out_path: pairings_csv(plan, needs.profiles, leaders.profiles)}
        if explain_path is not None:
            answers[explain_path] = explain_csv(plan, needs.profiles, leaders.profiles, floor=floor)
        _write_all(answers)
        said = totals(plan, needs.profiles)
        if prove_it:
            said += proven(plan, prove(needs.profiles, leaders.profiles, floor=floor))
    except (NothingDoneError, NotASpreadsheetError, NoProofError) as reason:
        warn(str(reason))
        return NOTHING_DONE
    for line in said:
        say(line)
    return SOME_LEFT_OUT if left_out else ALL_READ


def totals(plan: Plan, needs: Sequence[NeedProfile]) -> tuple[str, ...]:
    """How many were placed by urgency, and the certificate: value, bound and gap."""
    placed = {pair.need_id for pair in plan.pairs}
    lines = []
    for urgency in Urgency:
        asked = [need.need_id for need in needs if need.urgency is urgency]
        lines.append(f"{urgency}: {len(placed.intersection(asked))} of {len(asked)} placed")
    lines.append(f"all: {len(placed)} of {len(needs)} placed")
    proof = plan.certificate
    for title, row in (("value", proof.value), ("bound", proof.bound), ("gap", proof.gap)):
        parts = (f"{aim} {number}" for aim, number in zip(proof.aims, row, strict=True))
        lines.append(f"{title}: {', '.join(parts)}")
    if proof.first_gap is None:
        return (*lines, "No plan can be better in any of these.")
    aim, share = proof.first_gap
    return (*lines, f"No plan can be more than {100 * share:.2f} % better in {aim}.")


def proven(plan: Plan, proof: Proof) -> tuple[str, ...]:
    """What HiGHS proves of the plan: the bound of each aim, those before it reached; the gap."""
    parts = (f"{aim} {most}" for aim, most in zip(proof.aims, proof.bound, strict=True))
    bound = f"proven bound: {', '.join(parts)}"
    gap = proof.first_gap(plan.worth)
    if gap is None:
        return bound, "Proven: no plan can be better."
    return bound, f"Proven: no plan can be more than {100 * gap[1]:.2f} % better in {gap[0]}."


def _check_settings(
    level: str, floor: int, read: Sequence[Path], written: Sequence[Path | None]
) -> None:
    if level not in set(Level):
        raise NothingDoneError(f"The level is one of {', '.join(Level)}, not {level}.")
    if not 0 <= floor <= HIGHEST_FLOOR:
        raise NothingDoneError(f"The floor is from 0 to {HIGHEST_FLOOR} points, not {floor}.")
    places = [path.resolve() for path in (*read, *written) if path is not None]
    if len(set(places)) < len(places):
        raise NothingDoneError("Two of the files named are one and the same.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as reason:
        raise NothingDoneError(f"{path} could not be read: {_why(reason)}.") from reason


def _why(reason: Exception) -> str:
    text = reason.strerror if isinstance(reason, OSError) else str(reason)
    return (text or "no reason given").lower()


def _report(reading: Reading[Profile], name: str, warn: Say) -> int:
    """Say which columns are ignored and which lines are left out; gives how many lines."""
    for column in reading.unknown_columns:
        warn(f"{name}: the column {shown(column)} is not known and is ignored.")
    for fault in reading.faults:
        warn(f"{name} line {fault.line} is left out: {fault.says}.")
    return len(reading.faults)


def _refuse_none(profiles: Sequence[Profile], name: str, what: str) -> None:
    if not profiles:
        raise NothingDoneError(f"{name} has no {what} that can be used.")


def refuse_broken(
    plan: Plan, needs: Sequence[NeedProfile], leaders: Sequence[LeaderProfile], floor: int
) -> None:
    """Let no plan out that the independent check finds fault with."""
    broken = check_plan(plan, needs, leaders, floor=floor)
    if broken:
        raise NothingDoneError(f"The plan did not pass its check: {broken[0].says}")


def _write_all(answers: dict[Path, str]) -> None:
    """Write every file beside its place, then move them all; on a failure none is left over."""
    beside: dict[Path, Path] = {}
    path = Path()
    try:
        for path, text in answers.items():
            place = path.resolve()
            if place.exists() and not place.is_file():
                raise NothingDoneError(f"{path} could not be written: it is no ordinary file.")
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:40]}.")
            beside[place] = Path(name)
            _fill(handle, text)
            os.chmod(name, place.stat().st_mode & 0o777 if place.exists() else _usual_mode())
        for place, written in beside.items():
            os.replace(written, place)
    except (OSError, ValueError) as reason:
        raise NothingDoneError(f"{path} could not be written: {_why(reason)}.") from reason
    finally:
        for written in beside.values():
            written.unlink(missing_ok=True)


def _fill(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _usual_mode() -> int:
    """The rights that a new file gets by this user's own setting."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
