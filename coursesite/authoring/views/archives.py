"""The course as an archive, the archive of another site, a folder of Markdown from anywhere."""

from dataclasses import replace
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
from coursesite.authoring.forms.files import ArchiveForm, ImportForm, MarkdownForm
from coursesite.authoring.library.archives import (
    Outline,
    bring_markdown,
    open_packed,
    outline_of,
    read_archive,
)
from coursesite.authoring.models import Upload
from coursesite.authoring.rules import (
    BRING_FOLDER,
    EXPORT_ARCHIVE,
    IMPORT_ARCHIVE,
    KEEP_UPLOADS,
    Standing,
    TextId,
    UploadKind,
)
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.authoring.views.media import limits
from coursesite.db import short_write
from coursesite.errors import Refusal
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
    """Keep what was sent for two days, if it is an archive, and lead to what it would do."""
    form = ArchiveForm()
    if not form.validate():
        return _page(archive=form), 422
    file = form.file.data
    try:
        outline = outline_of(read_archive(open_packed(file.stream)))
        with short_write(db.session):
            upload = services.keep_upload(
                db.session,
                UploadKind.ARCHIVE,
                file.stream,
                file.filename or "",
                actor(),
                asked={},
                outline=outline,
            )
            number = upload.id
    except Refusal as refusal:
        db.session.rollback()
        form.file.errors = [told(refusal)]
        return _page(archive=form), 422
    return redirect(url_for(".upload", number=number))


@bp.get("/archives/<int(max=2147483647):number>")
@requires(Permission.WRITE)
def upload(number: int) -> ResponseReturnValue:
    """What bringing it in would do, how far it is, or what became of it."""
    found = services.get_upload(db.session, number, current_person().id)
    if found.kind is UploadKind.FOLDER:
        return render_template("authoring/markdown_done.html", upload=found, desk=_desk)
    outline = Outline.from_json(found.outline or {})
    if found.done:
        return render_template(
            "authoring/archive_done.html", done=found.done, site=outline.site, desk=_desk
        )
    plan = services.plan_import(db.session, outline)
    return render_template(
        "authoring/archive_plan.html",
        upload=found,
        until=found.sent_at + KEEP_UPLOADS,
        job=services.job_of(db.session, found),
        outline=outline,
        found=plan,
        form=ImportForm(formdata=None),
        new=any(each.standing is Standing.NEW for each in plan),
        alone=services.needs_others(db.session, actor()),
    )


@bp.post("/archives/<int(max=2147483647):number>")
@requires(Permission.PUBLISH)
def bring_archive(number: int) -> ResponseReturnValue:
    """Have it brought in, in the background."""
    found = services.get_upload(db.session, number, current_person().id)
    publish_new = bool(ImportForm().publish_new.data)
    title = _("The archive “%(name)s”", name=found.file_name)
    return _start(found, NewTask(IMPORT_ARCHIVE, title, {"publish_new": publish_new}))


@bp.post("/archives/<int(max=2147483647):number>/forget")
@requires(Permission.WRITE)
def forget_upload(number: int) -> ResponseReturnValue:
    """Do not keep it."""
    found = services.get_upload(db.session, number, current_person().id)
    services.forget_upload(db.session, found)
    db.session.commit()
    flash(_("The file is not kept any more. Nothing was brought in."), "success")
    return redirect(url_for(".archives"))


def _start(found: Upload, task: NewTask) -> ResponseReturnValue:
    here = {"upload_id": found.id, "back": url_for(".upload", number=found.id)}
    asked = replace(task, payload={**task.payload, **here})
    job = services.start_bringing(db.session, found, asked, actor(), current_person().language)
    number = job.id
    db.session.commit()
    return redirect(url_for("jobs.show", number=number))


@bp.post("/archives/markdown")
@requires(Permission.WRITE)
@takes_media
@only_reads
def bring_folder() -> ResponseReturnValue:
    """Make a draft of a folder of Markdown: a large one in the background."""
    form = MarkdownForm()
    if not form.validate():
        return _page(markdown=form), 422
    try:
        return _bring(form)
    except Refusal as refusal:
        db.session.rollback()
        form.folder.errors = [told(refusal)]
        return _page(markdown=form), 422


def _bring(form: MarkdownForm) -> ResponseReturnValue:
    stream, name = form.folder.data.stream, form.folder.data.filename or ""
    slug, title = form.slug.data, (form.title.data or "").strip()
    packed = open_packed(stream)
    if sum(each.file_size for each in packed.entries.values()) > services.SMALL_FOLDER:
        return _bring_later(stream, name, {"slug": slug, "title": title})
    files = {path: packed.read(path) for path in packed.entries}
    brought = bring_markdown(files, title, limits())
    with short_write(db.session):
        text = services.begin_from_markdown(db.session, slug, brought, actor())
        number = services.keep_report(db.session, name, brought, text, actor()).id
    flash(_("The draft is made. Nobody sees it before it is published."), "success")
    return redirect(url_for(".upload", number=number))


def _bring_later(stream: BinaryIO, name: str, asked: dict[str, str]) -> ResponseReturnValue:
    title = _("The folder “%(name)s”", name=name)
    with short_write(db.session):
        found = services.keep_upload(
            db.session, UploadKind.FOLDER, stream, name, actor(), asked=asked
        )
        return _start(found, NewTask(BRING_FOLDER, title, {}))


def _desk(name: str) -> Desk:
    return Desk(TextId.parse(name))


def _page(archive: ArchiveForm | None = None, markdown: MarkdownForm | None = None) -> str:
    return render_template(
        "authoring/archives.html",
        archive=archive or ArchiveForm(formdata=None),
        markdown=markdown or MarkdownForm(formdata=None),
        most=limits().largest // 1024**2,
    )


def _site() -> str:
    """How this site is known to others."""
    settings = current_app.extensions["settings"]
    return str(settings.address or settings.name)
