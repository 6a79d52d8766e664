"""Pages of case studies: a coordinator writes them, both sides agree to them, everybody of the
partnership reads them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.engagements import case_study_services as services
from brokerage.engagements import queries
from brokerage.engagements.case_study_forms import AskForm, CaseStudyForm
from brokerage.engagements.case_study_queries import (
    areas,
    case_study_by_id,
    case_study_of,
    consents,
    first_draft,
    in_hand,
    names_found,
    published,
    published_page,
)
from brokerage.engagements.case_study_rules import LIFE, PARTS, TEXTS, CaseStudyState, Whose
from brokerage.engagements.pages import Answer, blueprint, found, thanks
from brokerage.engagements.rules import EngagementState
from brokerage.engagements.telling import CASE_STUDY
from brokerage.errors import NotFound, RuleBroken
from brokerage.life import Part
from brokerage.people.links import follow
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

BOTH = (Part.HEAD, Part.LEADER)
SAID = {
    "yes": "Thank you. It is shown once both sides have agreed.",
    "no": "It is not shown. Your coordinator is told.",
}


def _wording() -> dict[str, str]:
    """What each text of a case study is called."""
    form = CaseStudyForm()
    return {name: form[name].label.text for name in TEXTS}


@blueprint.get("/case-studies")
@access("case_study.read")
def case_studies() -> str:
    """What is shown in one's partnerships; for a coordinator, also what they are at."""
    code = request.args.get("area", "")
    return render_template(
        "engagements/case_studies.html",
        page=published_page(reading(), actor(), code, page_number()),
        areas=areas(reading(), actor()),
        code=code,
        in_hand=in_hand(reading(), actor()),
    )


@blueprint.get("/case-studies/<int:case_study_id>")
@access("case_study.read")
def published_case_study(case_study_id: int) -> str:
    case_study = published(reading(), actor(), case_study_id)
    return render_template("engagements/published_case_study.html", case_study=case_study)


@blueprint.route("/engagements/<reference>/case-study", methods=["GET", "POST"])
@access("engagement.plan")
def case_study(reference: str) -> Answer:
    """The text and how it stands: a coordinator asks for consent here, and both sides give it."""
    engagement, mine = _of_mine(reference)
    study = _there(engagement, mine)
    names = names_found(reading(), engagement, study) if Part.COORDINATOR in mine else []
    form = AskForm()
    if form.validate_on_submit() and Part.COORDINATOR in mine:
        with form.rules():
            services.ask(by(), engagement.id, ordinary=bool(form.ordinary.data))
            return _to_it(reference, "Both are asked.")
    return render_template(
        "engagements/case_study.html",
        engagement=engagement,
        case_study=study,
        form=form,
        names=names,
        may={event: LIFE.may(study.state, event, mine) for event in ("ask", "redraft")},
        coordinates=Part.COORDINATOR in mine,
        mine=[whose for whose in Whose if PARTS[whose] in mine],
        said=consents(study),
        by_link=None,
        wording=_wording(),
    ), form.status


@blueprint.route("/engagements/<reference>/case-study/write", methods=["GET", "POST"])
@access("engagement.manage")
def write_case_study(reference: str) -> Answer:
    """The first draft is made of what was said and done; the coordinator writes it anew."""
    engagement = found(reference, Part.COORDINATOR)
    if engagement.state is not EngagementState.CLOSED:
        raise RuleBroken("A case study is written once the support is closed.")
    study = case_study_of(reading(), engagement)
    draft = {"obj": study} if study else {"version": 0, **first_draft(engagement)}
    form = CaseStudyForm(**draft)
    if form.validate_on_submit():
        with form.rules():
            texts = {name: form[name].data or "" for name in TEXTS}
            services.save(by(), engagement.id, texts, version=form.version.data)
            return _to_it(reference, "It is kept. Nobody but you sees it yet.")
    return render_template(
        "engagements/write_case_study.html",
        engagement=engagement,
        case_study=study,
        form=form,
    ), form.status


@blueprint.post("/engagements/<reference>/case-study/<any(yes,no):said>")
@access("engagement.plan")
def answer_case_study(reference: str, said: str) -> Response:
    """One's own word, or, noted by a coordinator, that of the one who rang (``whose``)."""
    engagement, mine = _of_mine(reference)
    own = [whose for whose in Whose if PARTS[whose] in mine]
    named = request.form.get("whose", "")
    whose = Whose(named) if named in tuple(Whose) else next(iter(own), None)
    if whose is None:
        raise NotFound
    services.answer(by(), engagement.id, whose, yes=said == "yes")
    return _to_it(reference, "It is noted." if whose not in own else SAID[said])


@blueprint.post("/engagements/<reference>/case-study/withdraw")
@access("engagement.manage")
def withdraw_case_study(reference: str) -> Response:
    engagement = found(reference, Part.COORDINATOR)
    services.withdraw(by(), engagement.id)
    return _to_it(reference, "It is taken off.")


@blueprint.get("/engagements/by-link/case-study/<token>")
@access("link.follow")
def case_study_by_link(token: str) -> str:
    _, engagement, study, whose = _followed(token)
    return render_template(
        "engagements/case_study.html",
        engagement=engagement,
        case_study=study,
        form=AskForm(),
        names=[],
        may={"ask": False, "redraft": False},
        coordinates=False,
        mine=[whose],
        said=consents(study),
        by_link=token,
        wording=_wording(),
    )


@blueprint.post("/engagements/by-link/case-study/<token>/<any(yes,no):said>")
@access("link.follow")
def answer_case_study_by_link(token: str, said: str) -> Response:
    link, engagement, _, whose = _followed(token)
    services.answer(by(), engagement.id, whose, yes=said == "yes", link_id=link.id)
    return thanks(SAID[said])


def _followed(token: str) -> tuple[Any, Any, Any, Whose]:
    """The link, its engagement and case study, and whose word it asks for."""
    link = follow(CASE_STUDY, token)
    study = case_study_by_id(reading(), link.subject_id)
    engagement = queries.engagement_by_id(reading(), study.engagement_id)
    mine = queries.parts(actor(), engagement)
    for whose in Whose:
        if PARTS[whose] in mine:
            return link, engagement, study, whose
    raise NotFound


def _of_mine(reference: str) -> tuple[Any, set[Part]]:
    engagement = found(reference, Part.COORDINATOR, *BOTH)
    return engagement, queries.parts(actor(), engagement)


def _there(engagement: Any, mine: set[Part]) -> Any:
    """The engagement's case study; a draft is its coordinator's alone."""
    study = case_study_of(reading(), engagement)
    draft = study is not None and study.state is CaseStudyState.DRAFT
    if study is None or (draft and Part.COORDINATOR not in mine):
        raise NotFound
    return study


def _to_it(reference: str, sentence: str) -> Response:
    flash(sentence)
    return redirect(url_for("engagements.case_study", reference=reference))
