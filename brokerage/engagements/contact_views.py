"""Where the supported school says whether the leader has rung: on the engagement's page, or by the
link in a mail. GET shows, POST acts."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from brokerage.engagements import contact, contact_services
from brokerage.engagements.pages import Answer, blueprint, followed, found, thanks, to_page
from brokerage.engagements.rules import SPEAKERS
from brokerage.engagements.telling import SCHOOL_CONTACT
from brokerage.errors import RuleBroken
from brokerage.people.links import GONE
from brokerage.web.access import access
from brokerage.web.forms import by

SAID = {
    "yes": "It is noted that you have spoken.",
    "no": "Your coordinator knows that nobody has rung, and sees to it.",
}


@blueprint.post("/engagements/<reference>/school-spoken/<any(yes,no):said>")
@access("engagement.answer")
def school_contact(reference: str, said: str) -> Response:
    engagement = found(reference, *SPEAKERS)
    contact_services.school_says(by(), engagement.id, spoken=said == "yes")
    return to_page(engagement, SAID[said])


@blueprint.get("/engagements/by-link/school-spoken/<token>")
@access("link.follow")
def school_contact_by_link(token: str) -> Answer:
    _, engagement, _ = followed(SCHOOL_CONTACT, token, *SPEAKERS)
    if not contact.is_open(engagement):
        raise RuleBroken(GONE)
    where = "engagements.school_contact_said_by_link"
    said = {word: url_for(where, token=token, said=word) for word in SAID}
    return render_template(
        "engagements/school_contact_by_link.html", engagement=engagement, said=said
    )


@blueprint.post("/engagements/by-link/school-spoken/<token>/<any(yes,no):said>")
@access("link.follow")
def school_contact_said_by_link(token: str, said: str) -> Response:
    link, engagement, _ = followed(SCHOOL_CONTACT, token, *SPEAKERS)
    yes = said == "yes"
    contact_services.school_says(by(), engagement.id, spoken=yes, link_id=link.id)
    return thanks(SAID[said])
