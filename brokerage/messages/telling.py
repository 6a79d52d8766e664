"""How it stands with sending, in lines for the command line."""

from collections.abc import Iterable, Iterator

from brokerage.messages.queries import QueueState, Waiting
from brokerage.web.words import counted, london_time


def state_lines(state: QueueState, kinds: Iterable[Waiting]) -> Iterator[str]:
    """One line for each thing that an operator would ask."""
    row = state.sending
    if row is not None and row.stop is not None:
        who, when = row.stopped_name, london_time(row.stopped_at)
        yield f"Sending is stopped ({row.stop}), since {when}, by {who}: {row.why}"
    else:
        yield "Sending is on."
    oldest = f", the oldest since {london_time(state.oldest)}" if state.oldest else ""
    yield f"To be sent now: {state.due}{oldest}; later: {state.later}; being sent: {state.in_hand}."
    yield f"Failed: {state.failed}; may have arrived: {state.unsure}; set aside: {state.set_aside}."
    if row is not None:
        yield f"The outbox was last looked at: {london_time(row.looked_at)}."
        yield f"The mail server last answered: {london_time(row.reached_at)}."
        if row.missed_since is not None:
            yield f"It is missed since {london_time(row.missed_since)}: {row.server_fault}"
    for one in kinds:
        yield f"  {one.kind}: {counted(one.count, 'message')} such as {one.subject!r}"
