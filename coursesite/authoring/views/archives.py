"""The course as an archive, the archive of another site, a folder of Markdown from anywhere."""

import hashlib
from typing import BinaryIO

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import (
    actor,
    current_person,
    only_reads,
    requires,
    takes_media,
)
from coursesite.authoring import services
from coursesite.authoring.forms.files import ArchiveForm, MarkdownForm
from coursesite.authoring.library.archives import (
    ArchiveContent,
    bring_markdown,
    open_packed,
    read_archive,
)
from coursesite.authoring.rules import EXPORT_ARCHIVE, Standing
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.authoring.views.media import limits
from coursesite.db import short_write
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.jobs.services import NewTask, start_task
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get("/archives")
@requires(Permission.WRITE)
def archives() -> ResponseReturnValue:
    """What can be taken along, and what can be brought in."""
    return _page()


@bp.post("/archives/export")
@requires(Permission.PUBLISH)
def export_course() -> ResponseReturnValue:
    """Write the whole course in the background."""
    payload = {"site": _site()}
    task = NewTask(
        EXPORT_ARCHIVE, _("The whole course as an archive"), payload, permission=Permission.PUBLISH
    )
    started = start_task(db.session, task, actor(), current_person().language)
    db.session.commit()
    return redirect(url_for("jobs.show", number=started.id))


@bp.post("/archives/look")
@requires(Permission.PUBLISH)
@takes_media
@only_reads
def look_into_archive() -> ResponseReturnValue:
    """Say how each text stands to the same one here; nothing is written."""
    form = ArchiveForm()
    if not form.validate():
        return _page(archive=form), 422
    try:
        return _plan(form, _read(form.file.data.stream))
    except Refusal as refusal:
        form.file.errors = [told(refusal)]
        return _page(archive=form), 422


@bp.post("/archives/import")
@requires(Permission.PUBLISH)
@takes_media
@only_reads
def bring_archive() -> ResponseReturnValue:
    """Bring in the very file that was looked into."""
    form = ArchiveForm()
    if not form.validate():
        return _page(archive=form), 422
    try:
        if _digest(form.file.data.stream) != form.digest.data:
            raise Invalid("This is another file than the one that was looked into: look again.")
        content = _read(form.file.data.stream)
        with short_write(db.session):
            done = services.import_archive(
                db.session,
                content,
                actor(),
                publish_new=bool(form.publish_new.data),
                limits=limits(),
            )
    except Refusal as refusal:
        db.session.rollback()
        form.file.errors = [told(refusal)]
        return _page(archive=form), 422
    return render_template("authoring/archive_done.html", done=done, site=content.site, desk=Desk)


@bp.post("/archives/markdown")
@requires(Permission.WRITE)
@takes_media
@only_reads
def bring_folder() -> ResponseReturnValue:
    """Make a draft of a folder of Markdown, and say what was done to it."""
    form = MarkdownForm()
    if not form.validate():
        return _page(markdown=form), 422
    try:
        packed = open_packed(form.folder.data.stream)
        files = {name: packed.read(name) for name in packed.entries}
        brought = bring_markdown(files, (form.title.data or "").strip(), limits())
        with short_write(db.session):
            text = services.begin_from_markdown(db.session, form.slug.data, brought, actor())
    except Refusal as refusal:
        db.session.rollback()
        form.folder.errors = [told(refusal)]
        return _page(markdown=form), 422
    flash(_("The draft is made. Nobody sees it before it is published."), "success")
    return render_template("authoring/markdown_done.html", brought=brought, desk=Desk(text))


def _page(archive: ArchiveForm | None = None, markdown: MarkdownForm | None = None) -> str:
    return render_template(
        "authoring/archives.html",
        archive=archive or ArchiveForm(formdata=None),
        markdown=markdown or MarkdownForm(formdata=None),
        most=limits().largest // 1024**2,
    )


def _plan(form: ArchiveForm, content: ArchiveContent) -> str:
    found = services.plan_import(db.session, content)
    again = ArchiveForm(formdata=None, digest=_digest(form.file.data.stream))
    return render_template(
        "authoring/archive_plan.html",
        content=content,
        found=found,
        form=again,
        new=any(each.standing is Standing.NEW for each in found),
    )


def _read(stream: BinaryIO) -> ArchiveContent:
    stream.seek(0)
    return read_archive(open_packed(stream))


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    return hashlib.sha256(stream.read()).hexdigest()


def _site() -> str:
    """How this site is known to others."""
    settings = current_app.extensions["settings"]
    return str(settings.address or settings.name)
