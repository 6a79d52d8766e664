"""The register as a file, for coordinators: sent in, and taken out."""

import hashlib
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, render_template

from brokerage import clock
from brokerage.database import reading
from brokerage.errors import NotFound
from brokerage.leaders.forms import ImportForm
from brokerage.leaders.register_export import export
from brokerage.leaders.register_file import MOST_BYTES, NotARegister, read
from brokerage.leaders.register_import import import_register
from brokerage.partnerships.queries import all_coordinated
from brokerage.web.access import access, actor
from brokerage.web.csv_file import download
from brokerage.web.forms import by

blueprint = Blueprint("file", __name__)


@blueprint.route("/leaders/import", methods=["GET", "POST"])
@access("leader.import")
def take_in() -> tuple[str, int]:
    form = ImportForm()
    mine = all_coordinated(reading(), actor())
    form.partnership.choices = [(p.id, p.name) for p in mine]
    report: dict[str, Any] | None = None
    if form.validate_on_submit():
        with form.rules():
            report = _take_in(form)
    return render_template("leaders/import.html", form=form, report=report), form.status


def _take_in(form: ImportForm) -> dict[str, Any] | None:
    sent = form.register.data.read(MOST_BYTES + 1)
    try:
        if len(sent) > MOST_BYTES:
            raise NotARegister("The file is too large for a register of leaders.")
        file = read(sent)
    except NotARegister as fault:
        form.register.errors = [str(fault)]
        form.form_key.data = None
        return None
    # The same file sent twice is taken once; another file is another sending.
    key = hashlib.sha256(f"{form.form_key.data} {hashlib.sha256(sent).hexdigest()}".encode())
    whose = replace(by(), form_key=key.hexdigest()[:32])
    report: dict[str, Any] = import_register(
        whose, form.partnership.data, file, dry_run=form.dry_run.data
    )
    if not form.dry_run.data:
        flash("The register is taken in.")
    form.form_key.data = None
    return report


@blueprint.get("/leaders/export/<int:partnership_id>")
@access("leader.import")
def give_out(partnership_id: int) -> Response:
    if partnership_id not in actor().coordinates():
        raise NotFound
    text = export(reading(), partnership_id, clock.today())
    return download(text, f"leaders-{clock.today().isoformat()}.csv")
