"""A coordinator's pages of imports of the register."""

from pathlib import Path

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from brokerage.database import reading
from brokerage.schools import queries, services, uploads
from brokerage.schools.forms import ImportForm
from brokerage.schools.report import Report
from brokerage.web.access import access, actor
from brokerage.web.forms import by
from brokerage.web.paging import page_number

blueprint = Blueprint("imports", __name__)

AGAIN_SECONDS = 5


def folder() -> Path:
    """Where sent files lie until they are read."""
    instance: Path = current_app.config["SETTINGS"].instance
    return instance / "imports"


@blueprint.route("/schools/import", methods=["GET", "POST"])
@access("school.import")
def ask() -> Response | tuple[str, int]:
    form = ImportForm()
    if form.validate_on_submit():
        with form.rules():
            return redirect(url_for("schools.imports.read", import_id=_asked(form)))
    page = queries.imports_page(reading(), actor(), page_number())
    return render_template("schools/import.html", form=form, page=page), form.status


@blueprint.get("/schools/import/<int:import_id>")
@access("school.import")
def read(import_id: int) -> Response:
    """How far an import is, and what came of it; while it is under way, the page comes again by
    itself unless it was asked to stay still."""
    row = queries.an_import(reading(), actor(), import_id)
    under_way = row.state.value in ("waiting", "running")
    report = Report.of_json(row.report) if row.state.value == "done" else None
    refused = row.report["refused"] if row.state.value == "refused" else None
    still = "still" in request.args
    page = render_template(
        "schools/import_read.html",
        row=row,
        report=report,
        refused=refused,
        under_way=under_way,
        still=still,
        seconds=AGAIN_SECONDS,
    )
    response = make_response(page)
    if under_way and not still:
        response.headers["Refresh"] = str(AGAIN_SECONDS)
    return response


def _asked(form: ImportForm) -> int:
    """Keep the files and ask for their import; answers its id."""
    fields = {field.name: field for field in (form.establishments, form.links, form.groups)}
    sent = {what: field.data for what, field in fields.items() if field.data}
    stored = uploads.store(folder(), {what: file.save for what, file in sent.items()})
    kept = None
    try:
        answer = services.ask_import(
            by(),
            file_name=", ".join(uploads.shown_name(file.filename) for file in sent.values()),
            files=stored,
            dry_run=form.dry_run.data,
        )
        kept = answer["files"]
    finally:
        if kept != stored:  # refused, or sent a second time
            uploads.remove(folder(), stored)
    number: int = answer["id"]
    return number
