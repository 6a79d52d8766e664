"""The agreement as a page: to read, to print, to contest; signed in, or by link."""

from typing import Any

from flask import render_template, request

from brokerage import clock
from brokerage.database import reading
from brokerage.engagements import services
from brokerage.engagements.agreement import only, parties, versions
from brokerage.engagements.change_queries import unexplained
from brokerage.engagements.forms import WordsForm
from brokerage.engagements.pages import Answer, Done, blueprint, followed, found, thanks, to_page
from brokerage.engagements.telling import AGREEMENT
from brokerage.web.access import access, actor
from brokerage.web.forms import by

TOLD = "Your coordinator has been told, and will ring you."


@blueprint.route("/engagements/<reference>/agreement", methods=["GET", "POST"])
@access("engagement.read")
def agreement(reference: str) -> Answer:
    engagement = found(reference)
    return _agreement(engagement, lambda said: to_page(engagement, said))


@blueprint.route("/engagements/by-link/agreement/<token>", methods=["GET", "POST"])
@access("link.follow")
def agreement_by_link(token: str) -> Answer:
    _, engagement, _ = followed(AGREEMENT, token)
    return _agreement(engagement, thanks, by_link=True)


def _agreement(engagement: Any, done: Done, *, by_link: bool = False) -> Answer:
    form = WordsForm()
    form.words.label.text = "What is not as you agreed it?"
    if form.validate_on_submit():
        with form.rules():
            services.contest(by(), engagement.id, words=form.words.data or "")
            return done(TOLD)
    found_versions = versions(reading(), engagement)
    return render_template(
        "engagements/agreement.html",
        engagement=engagement,
        versions=only(found_versions, request.args.get("version")),
        newest=found_versions[0].number,
        unexplained=unexplained(reading(), actor(), engagement),
        alone="version" in request.args,
        parties=parties(reading(), engagement, clock.today()),
        form=form,
        by_link=by_link,
    ), form.status
