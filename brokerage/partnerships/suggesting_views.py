"""The page on which a partnership sets who is suggested."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.matching.profiles import SameTrust
from brokerage.partnerships import queries
from brokerage.partnerships import suggesting_services as services
from brokerage.partnerships.rules import weights_of
from brokerage.partnerships.suggesting_forms import (
    CRITERIA_IN_WORDS,
    SAME_TRUST,
    AsSaved,
    SuggestingForm,
)
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.words import days

blueprint = Blueprint("suggesting", __name__)


def in_words(partnership: Any) -> dict[str, Any]:
    """The settings as everybody may read them who sees the partnership's page."""
    weights, most = weights_of(partnership.weights), partnership.home_school_half_days
    rivals = partnership.buddy_rival_metres
    own_trust = "may come from their own trust"
    other = "comes from another trust, unless they would welcome their own"
    return {
        "rows": [
            ("Quality floor", f"{partnership.quality_floor} points"),
            ("A home school gives at most", "any number of days" if most is None else days(most)),
            ("Leaders from the school’s own trust", SAME_TRUST[partnership.same_trust].lower()),
            ("Rivals for pupils", f"nearer than {rivals / 1000:g} km" if rivals else "none"),
            ("A new head’s buddy", own_trust if partnership.buddy_same_trust else other),
        ],
        "points": [
            (label, getattr(weights, code)) for code, (label, _) in CRITERIA_IN_WORDS.items()
        ],
    }


@blueprint.route("/partnerships/<int:partnership_id>/suggesting", methods=["GET", "POST"])
@access("partnership.change")
def change(partnership_id: int) -> Response | tuple[str, int]:
    partnership = queries.coordinated(reading(), actor(), partnership_id)
    saved = AsSaved(partnership)
    form = SuggestingForm(obj=saved, of=partnership)
    if form.validate_on_submit():
        with form.rules():
            services.set_suggesting(
                by(),
                partnership_id,
                version=form.version.data,
                quality_floor=form.quality_floor.data,
                points={code: form[f"points_{code}"].data for code in CRITERIA_IN_WORDS},
                home_school_half_days=form.home_school_half_days.data,
                same_trust=SameTrust(form.same_trust.data),
                buddy_rival_metres=form.buddy_rival_metres.data,
                buddy_same_trust=form.buddy_same_trust.data,
            )
            flash("Saved. The next shortlist and the next plan follow these settings.")
            return redirect(url_for("partnerships.read", partnership_id=partnership_id))
    page = render_template("partnerships/suggesting.html", form=form, partnership=partnership)
    return page, form.status


@blueprint.post("/partnerships/<int:partnership_id>/suggesting/points/put-back")
@access("partnership.change")
def restore(partnership_id: int) -> Response:
    services.restore_weights(by(), partnership_id)
    flash("The points are back as they came.")
    return redirect(url_for("partnerships.suggesting.change", partnership_id=partnership_id))
