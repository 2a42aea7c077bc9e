"""Imports of citizen requests in the browser: bring a file, look, let it run, fetch what is left.

A running import goes on slice by slice: a script sends the page's own form, and without a script
its button does.
"""

import csv
import io
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import ImportUnreadable
from pharmacy.models import Centre, ImportJob, ImportMapping
from pharmacy.rules.arabic import clean
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import importing_jobs as jobs
from pharmacy.services import importing_mappings as mappings
from pharmacy.services.importing_files import FOLDER, discard, keep
from pharmacy.services.importing_jobs import SLICE_ROWS, Slices
from pharmacy.services.importing_preview import preview
from pharmacy.services.importing_rows import chosen
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import csv_response
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.importing import DEFAULTS, FIELDS, ColumnsForm, UploadForm
from pharmacy.web.import_words import reasons, remark_headings, remark_row
from pharmacy.web.language import gettext
from pharmacy.web.request import centre_choices

blueprint = Blueprint("importing", __name__)

ROWS_MOST = 50_000
"""Rows of a file from the browser; more are imported on the command line."""
FILE_BYTES_MOST = 32 * 1024 * 1024
_FILE_NAME_MOST = 120


@blueprint.url_value_preprocessor
def take_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let one address take more than a form; said before anything reads what was sent."""
    if endpoint == "importing.upload":
        request.max_content_length = FILE_BYTES_MOST


@blueprint.get("/requests/import")
@requires(Permission.REQUEST_IMPORT)
def index() -> ResponseReturnValue:
    """Show where to bring a file, the imports that are not finished, the latest that are."""
    form = UploadForm(formdata=None)
    return render_template("importing/index.html", form=form, **_furnish(form))


@blueprint.post("/requests/import")
@requires(Permission.REQUEST_IMPORT)
def upload() -> ResponseReturnValue:
    """Keep a file to be imported, and go on to its columns; nothing is recorded yet."""
    form = UploadForm()
    furniture = _furnish(form)
    if form.validate():
        with form.explaining():
            return redirect(url_for("importing.show", job_id=_begin(form)), 303)
    return form_page("importing/index.html", form, **furniture)


def _furnish(form: UploadForm) -> dict[str, Any]:
    saved = mappings.mappings(reading(), actor=actor())
    form.furnish(saved)
    latest = jobs.jobs(reading(), actor=actor())
    return {
        "saved": saved,
        "unfinished": [job for job in latest if job.state in jobs.UNFINISHED],
        "finished": [job for job in latest if job.state is ImportState.DONE],
        "rows_most": ROWS_MOST,
    }


def _begin(form: UploadForm) -> int:
    """Take the file in; a saved mapping fills what columns of its names the file has."""
    sent = form.file.data
    kept = keep(sent.stream, _folder(), rows_most=ROWS_MOST)
    channel = Channel(form.channel.data) if form.channel.data else None
    columns: dict[str, str] = {}
    defaults: dict[str, str] = {}
    if form.mapping.data:
        saved = mappings.get_mapping(reading(), int(form.mapping.data), actor=actor())
        channel = channel or saved.channel
        columns, defaults = _fitting(saved, kept.headings), jobs.texts(saved.defaults)
    new = jobs.NewJob(
        file=kept,
        file_name=clean(sent.filename or "")[-_FILE_NAME_MOST:],
        columns=columns,
        defaults=defaults,
        channel=channel,
    )
    close_reading()
    with database().transaction() as write:
        return jobs.begin(write, new, actor=actor(), now=now()).job_id


def _fitting(saved: ImportMapping, headings: list[str]) -> dict[str, str]:
    """Return a saved mapping as far as a file has its columns."""
    found = {}
    for name, heading in jobs.texts(saved.columns).items():
        try:
            chosen(headings, {name: heading}, {name: ()})
        except ImportUnreadable:
            continue
        found[name] = heading
    return found


@blueprint.get("/requests/import/<int:job_id>")
@requires(Permission.REQUEST_IMPORT)
def show(job_id: int) -> ResponseReturnValue:
    """Show an import: its columns and a preview, how far it is, or what became of it."""
    job = jobs.get_job(reading(), job_id, actor=actor())
    if job.state is ImportState.READY:
        form = _columns_form(job, filled=True)
        return render_template("importing/columns.html", form=form, **_look(job, form))
    return render_template("importing/show.html", form=BaseForm(formdata=None), **_page_of(job))


def _page_of(job: ImportJob) -> dict[str, Any]:
    return {"job": job, "counts": jobs.counts_of(job)}


def _columns_form(job: ImportJob, *, filled: bool) -> ColumnsForm:
    known = {f"column_{name}": heading for name, heading in job.columns.items()}
    known |= {f"default_{name}": text for name, text in job.defaults.items() if name in DEFAULTS}
    known["file_channel"] = job.channel.value if job.channel else ""
    form = ColumnsForm(formdata=None, **known) if filled else ColumnsForm()
    form.furnish(jobs.headings_of(job), _centres())
    return form


def _centres() -> list[tuple[str, str]]:
    """Return the code and name of each centre one may name."""
    found = centre_choices(reading())
    return [(reading().get_one(Centre, int(key)).code, name) for key, name in found]


def _look(job: ImportJob, form: ColumnsForm) -> dict[str, Any]:
    """Return what the page of columns shows: the fields, and the first rows as they would be."""
    missing = jobs.missing_of(job)
    used = set(job.columns.values())
    found = None
    if not missing:
        sheet = jobs.sheet_of(job, _folder())
        found = preview(reading(), sheet, fingerprint=job.sha256, actor=actor(), now=now())
    return {
        **_page_of(job),
        "fields": [
            (name, form[f"column_{name}"], form[f"default_{name}"] if name in DEFAULTS else None)
            for name in FIELDS
        ],
        "missing": [gettext(FIELDS[name]) for name in missing],
        "unused": [one for one in jobs.headings_of(job) if one and one not in used],
        "preview": found,
        "reasons": reasons,
    }


@blueprint.post("/requests/import/<int:job_id>")
@requires(Permission.REQUEST_IMPORT)
def choose(job_id: int) -> ResponseReturnValue:
    """Take the columns as chosen, and save them under a name when one is given."""
    job = jobs.get_job(reading(), job_id, actor=actor())
    form = _columns_form(job, filled=False)
    if form.validate():
        channel = Channel(form.file_channel.data) if form.file_channel.data else None
        name = form.mapping_name.data or ""
        if name and channel is None:
            form.file_channel.errors = [gettext("Choose the channel whose columns these are.")]
        else:
            with form.explaining():
                close_reading()
                _keep_columns(job_id, form, channel, name)
                return redirect(url_for("importing.show", job_id=job_id), 303)
    job = jobs.get_job(reading(), job_id, actor=actor())
    return form_page("importing/columns.html", form, **_look(job, form))


def _keep_columns(job_id: int, form: ColumnsForm, channel: Channel | None, name: str) -> None:
    columns, defaults = form.columns(), form.defaults()
    with database().transaction() as write:
        jobs.choose(
            write, job_id, channel=channel, columns=columns, defaults=defaults, actor=actor()
        )
        if name and channel is not None:
            mappings.save_mapping(
                write,
                channel,
                name,
                columns={field: heading for field, heading in columns.items() if heading},
                defaults=defaults,
                actor=actor(),
                now=now(),
            )
            say("ok", gettext("The columns are saved for the next file."))


@blueprint.post("/requests/import/<int:job_id>/start")
@requires(Permission.REQUEST_IMPORT)
def start(job_id: int) -> ResponseReturnValue:
    """Let an import run, for the first time or again."""
    with database().transaction() as write:
        jobs.start(write, job_id, actor=actor())
    return redirect(url_for("importing.show", job_id=job_id), 303)


@blueprint.post("/requests/import/<int:job_id>/pause")
@requires(Permission.REQUEST_IMPORT)
def pause(job_id: int) -> ResponseReturnValue:
    """Let a running import stand."""
    with database().transaction() as write:
        jobs.pause(write, job_id, actor=actor())
    return redirect(url_for("importing.show", job_id=job_id), 303)


@blueprint.post("/requests/import/<int:job_id>/next")
@requires(Permission.REQUEST_IMPORT)
def advance(job_id: int) -> ResponseReturnValue:
    """Take the next slice, unless somebody else does."""
    job = jobs.get_job(reading(), job_id, actor=actor())
    if job.state is ImportState.RUNNING:
        at, stored_as = job.position, job.stored_as
        rows = Slices(jobs.sheet_of(job, _folder()), SLICE_ROWS).behind(at)
        close_reading()
        with database().transaction() as write:
            progress = jobs.advance(write, job_id, at, rows, actor=actor(), now=now())
        if progress.done:
            discard(_folder(), stored_as)
    return redirect(url_for("importing.show", job_id=job_id), 303)


@blueprint.post("/requests/import/<int:job_id>/drop")
@requires(Permission.REQUEST_IMPORT)
def drop(job_id: int) -> ResponseReturnValue:
    """Forget a file of which nothing was recorded."""
    with database().transaction() as write:
        stored_as = jobs.drop(write, job_id, actor=actor())
    discard(_folder(), stored_as)
    say("ok", gettext("The file is removed. Nothing of it was recorded."))
    return redirect(url_for("importing.index"), 303)


@blueprint.get("/requests/import/<int:job_id>/refused")
@requires(Permission.REQUEST_IMPORT)
def refused(job_id: int) -> ResponseReturnValue:
    """Send the refused rows back as a file, with the reasons in both languages."""
    job = jobs.get_job(reading(), job_id, actor=actor())
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(remark_headings(jobs.headings_of(job)))
    writer.writerows(remark_row(one) for one in jobs.refusals(reading(), job_id, actor=actor()))
    # With a byte order mark, so that a spreadsheet opens it in Arabic.
    name = f"{Path(job.file_name).stem or job_id}-refused.csv"
    return csv_response(text.getvalue().encode("utf-8-sig"), name)


@blueprint.post("/requests/import/mappings/<int:mapping_id>/delete")
@requires(Permission.REQUEST_IMPORT)
def delete_mapping(mapping_id: int) -> ResponseReturnValue:
    """Delete saved columns."""
    with database().transaction() as write:
        mappings.delete_mapping(write, mapping_id, actor=actor(), now=now())
    say("ok", gettext("The saved columns are deleted."))
    return redirect(url_for("importing.index"), 303)


def _folder() -> Path:
    return settings().instance / FOLDER
