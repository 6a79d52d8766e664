"""Where a coordinator writes what the partnership's agreements say, and a head or a coordinator who
is named in one."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from brokerage.database import reading
from brokerage.engagements import template_services as services
from brokerage.engagements.agreement import own_template, texts_of
from brokerage.engagements.agreement_text import (
    DEFAULTS,
    EXAMPLES,
    PLACEHOLDERS,
    check_texts,
    filled,
)
from brokerage.engagements.pages import Answer, blueprint, form_page, found, to_page
from brokerage.engagements.rules import SPEAKERS
from brokerage.engagements.template_forms import PREVIEW, ContactsForm, TemplateForm
from brokerage.partnerships.queries import coordinated, overseen_one
from brokerage.web.access import access, actor
from brokerage.web.forms import by


@dataclass
class AsSaved:
    """The sentences as a form's row: what the partnership wrote, or what it came with. While there
    is no row it is looked for again, since somebody may be the first to write meanwhile."""

    partnership_id: int
    found: Any = None

    @property
    def own(self) -> Any:
        self.found = self.found or own_template(reading(), self.partnership_id)
        return self.found

    @property
    def version(self) -> int:
        return self.own.version if self.own else 0

    def __getattr__(self, code: str) -> str:
        if code not in DEFAULTS:
            raise AttributeError(code)
        return texts_of(self.own)[code]


@blueprint.get("/partnerships/<int:partnership_id>/agreement")
@access("partnership.read")
def template(partnership_id: int) -> str:
    """What every agreement of the partnership says from now on, filled in with made-up names."""
    partnership = overseen_one(reading(), actor(), partnership_id)
    own = own_template(reading(), partnership_id)
    return render_template(
        "engagements/template.html",
        partnership=partnership,
        own=own,
        text=filled(texts_of(own), EXAMPLES | {"partnership": partnership.name}),
        may_change=partnership_id in actor().coordinates(),
    )


@blueprint.route("/partnerships/<int:partnership_id>/agreement/write", methods=["GET", "POST"])
@access("partnership.change")
def write_template(partnership_id: int) -> Answer:
    partnership = coordinated(reading(), actor(), partnership_id)
    saved, preview = AsSaved(partnership_id), None
    form = TemplateForm(obj=saved, of=saved.own)
    if form.validate_on_submit():
        with form.rules():
            if form.press.data == PREVIEW:
                values = EXAMPLES | {"partnership": partnership.name}
                preview = filled(check_texts(form.texts()), values)
            else:
                services.write_template(
                    by(), partnership_id, version=form.version.data, texts=form.texts()
                )
                flash("Saved. Agreements made from now on say this; earlier ones stay.")
                return redirect(url_for("engagements.template", partnership_id=partnership_id))
    return render_template(
        "engagements/write_template.html",
        partnership=partnership,
        form=form,
        preview=preview,
        placeholders=PLACEHOLDERS,
    ), form.status


@blueprint.route("/engagements/<reference>/contacts", methods=["GET", "POST"])
@access("engagement.answer")
def contacts(reference: str) -> Answer:
    engagement = found(reference, *SPEAKERS)
    form = ContactsForm(obj=engagement)
    if form.validate_on_submit():
        with form.rules():
            services.name_contacts(
                by(),
                engagement.id,
                version=form.version.data,
                accountable=form.accountable.data or "",
                site_contact=form.site_contact.data or "",
            )
            return to_page(engagement, "The agreement names them now.")
    lead = "Everybody reads this in the agreement. Nobody is asked."
    return form_page(engagement, form, "Who answers for it at the school", "Save", lead=lead)
