"""Pages about a partnership's settings."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.partnerships import queries, services, suggesting_views
from brokerage.partnerships.forms import ORDERS, PartnershipForm
from brokerage.partnerships.rules import PROMISES, PairingOrder
from brokerage.web.access import access, actor
from brokerage.web.forms import by

blueprint = Blueprint("partnerships", __name__)
blueprint.register_blueprint(suggesting_views.blueprint)


@blueprint.get("/partnerships")
@access("partnership.read")
def mine() -> str | Response:
    """The person's partnerships; where there is one, that one."""
    found = queries.overseen(reading(), actor())
    if len(found) == 1:
        return redirect(url_for("partnerships.read", partnership_id=found[0].id))
    return render_template("partnerships/mine.html", partnerships=found)


@blueprint.get("/partnerships/<int:partnership_id>")
@access("partnership.read")
def read(partnership_id: int) -> str:
    partnership = queries.overseen_one(reading(), actor(), partnership_id)
    return render_template(
        "partnerships/read.html",
        partnership=partnership,
        promises=[(words, getattr(partnership, field)) for field, words in PROMISES.items()],
        order=ORDERS[partnership.pairing_order],
        suggesting=suggesting_views.in_words(partnership),
        may_change=partnership_id in actor().coordinates(),
    )


@blueprint.route("/partnerships/<int:partnership_id>/change", methods=["GET", "POST"])
@access("partnership.change")
def change(partnership_id: int) -> Response | tuple[str, int]:
    partnership = queries.coordinated(reading(), actor(), partnership_id)
    form = PartnershipForm(obj=partnership)
    if form.validate_on_submit():
        with form.rules():
            services.change_partnership(
                by(),
                partnership_id,
                version=form.version.data,
                name=form.name.data,
                telephone=form.telephone.data,
                email=form.email.data,
                about=form.about.data,
                pairing_order=PairingOrder(form.pairing_order.data),
                hundred_in_school_days=form.hundred_in_school_days.data == "y",
                promises={field.name: field.data for field in form.promises()},
            )
            flash("The settings are saved.")
            return redirect(url_for("partnerships.read", partnership_id=partnership_id))
    page = render_template("partnerships/change.html", form=form, partnership=partnership)
    return page, form.status
