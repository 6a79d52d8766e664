"""Where somebody undoes, by the link in their copy, what a coordinator noted for them. GET shows,
POST acts."""

from flask import render_template

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import queries, undo_services, undoing
from brokerage.engagements.forms import CheckForm
from brokerage.engagements.pages import Answer, blueprint, thanks
from brokerage.engagements.phone_notes import in_words, note_by_id, part_of
from brokerage.engagements.rules import NoteKind
from brokerage.engagements.telling import UNDO
from brokerage.errors import NotFound
from brokerage.people.links import follow
from brokerage.people.queries import coordinator_of
from brokerage.web.access import access, actor
from brokerage.web.forms import by

NOW = {
    NoteKind.FIRST_CONTACT: "It is no longer noted that you have spoken: you are asked as before.",
    NoteKind.VISIT: "The visit’s days do not count as used, and any earlier mail to log it works "
    "again.",
    NoteKind.NO_VISIT: "The visit is planned as it was before.",
    NoteKind.LOG_AGREED: "You can still say whether the visit’s log is right.",
    NoteKind.LOG_DISPUTED: "The visit’s log is not disputed any more.",
    NoteKind.SCHOOL_GOES_ON: "You are asked again whether it goes on; nothing stops meanwhile.",
    NoteKind.HOME_GOES_ON: "You are asked again whether it goes on; nothing stops meanwhile.",
}
"""How it stands once a note is undone; of a review, that it is asked again."""
ASKED = "You are asked again, and the link in the earlier mail works again."


@blueprint.route("/engagements/by-link/undo/<token>", methods=["GET", "POST"])
@access("link.follow")
def undo_by_link(token: str) -> Answer:
    link = follow(UNDO, token)
    note = note_by_id(reading(), link.subject_id)
    engagement = queries.engagement_by_id(reading(), note.engagement_id)
    if part_of(note.kind) not in queries.parts(actor(), engagement):
        raise NotFound
    form = CheckForm()
    if form.validate_on_submit():
        with form.rules():
            undo_services.undo(by(), note.id, link.id)
            return thanks(f"It is undone. {NOW.get(note.kind, ASKED)}")
    names = queries.names_of(reading(), [note.noted_by])
    return render_template(
        "engagements/undo.html",
        engagement=engagement,
        note=note,
        noted=in_words(engagement, note),
        noted_by=names.get(note.noted_by or 0, "Your coordinator"),
        form=form,
        can=undoing.can_undo(reading(), engagement, note, clock.today()),
        expires_at=link.expires_at,
        partnership=engagement.need.partnership,
        coordinator=coordinator_of(reading(), engagement.partnership_id, clock.today()),
    ), form.status
