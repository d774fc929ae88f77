"""What is to be read again and whose turn it is; saying that a text is still right."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.authoring import queries, services
from coursesite.authoring.forms import KeeperForm, LookForm
from coursesite.authoring.rules import TextId, Turn, turn_of
from coursesite.authoring.rules.reviews import SOON
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.content.queries import FACTS_SLUG, MODULES
from coursesite.content.rules import Module
from coursesite.errors import Invalid, NotFound
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown
from coursesite.templating import told

FACTS = TextId(Kind.FACTS, FACTS_SLUG)
PAGE = "/modules/<slug>/<language>/review"


@bp.get("/reviews")
@requires(Permission.WRITE)
def reviews() -> ResponseReturnValue:
    """Modules and facts by the day on which somebody should look at them again."""
    return _reviews(_choosing(queries.keeper_of_facts(db.session)))


@bp.post("/reviews/facts")
@requires(Permission.WRITE)
def hand_over_facts() -> ResponseReturnValue:
    """Say whose turn it is to check facts from now on."""
    form = _choosing(queries.keeper_of_facts(db.session))
    if not form.validate():
        return _reviews(form), 422
    services.hand_to(db.session, FACTS, form.person_id, actor())
    db.session.commit()
    flash(_("It is kept whose turn it is."), "success")
    return redirect(url_for(".reviews"))


def _reviews(keeper_form: KeeperForm) -> str:
    today = current_person().today
    found = queries.reviews(db.session)
    rows = [(Desk(each.text), each, turn_of(each.due, today)) for each in found]
    near = [row for row in rows if row[2] in {Turn.OVERDUE, Turn.SOON}]
    return render_template(
        "authoring/reviews.html",
        near=near,
        later=[row for row in rows if row not in near],
        facts=queries.facts_due(db.session, today + SOON),
        keeper_form=keeper_form,
        today=today,
    )


@bp.get(PAGE)
@requires(Permission.WRITE)
def review(slug: str, language: str) -> ResponseReturnValue:
    """One module: when it is due, by whom, and who looked before."""
    text, shown = _found(slug, language)
    return _page(text, shown, LookForm(revision=shown.revision_id), _keeper_form(text, shown))


def _found(slug: str, language: str) -> tuple[TextId, Shown[Module]]:
    """A live module in exactly this language."""
    shown = MODULES.find_live(db.session, slug, language)
    if shown is None or shown.language != language:
        raise NotFound("This module is not published in this language.")
    return TextId(Kind.MODULE, slug, language), shown


def _keeper_form(text: TextId, shown: Shown[Module]) -> KeeperForm:
    """Whose turn it is to read the module, and the people to choose from."""
    return _choosing(queries.review_of(db.session, text, shown).keeper)


def _choosing(keeper: Person | None) -> KeeperForm:
    """The people to choose from; whoever has it now stays in the list."""
    people = {each.id: each for each in queries.course_keepers(db.session)}
    if keeper is not None:
        people.setdefault(keeper.id, keeper)
    form = KeeperForm(person=str(keeper.id) if keeper else "")
    form.person.choices = [("", _("Nobody's yet"))]
    form.person.choices += [(str(each.id), each.name) for each in people.values()]
    return form


def _page(
    text: TextId, shown: Shown[Module], form: LookForm, keeper_form: KeeperForm, status: int = 200
) -> ResponseReturnValue:
    today = current_person().today
    found = queries.review_of(db.session, text, shown)
    if not form.is_submitted():
        form.until.data = _same_day_next_year(today)
    page = render_template(
        "authoring/review.html",
        desk=Desk(text),
        review=found,
        turn=turn_of(found.due, today),
        looks=queries.looks_at(db.session, text),
        form=form,
        keeper_form=keeper_form,
    )
    return page, status


def _same_day_next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))


@bp.post(PAGE)
@requires(Permission.WRITE)
def look(slug: str, language: str) -> ResponseReturnValue:
    """Record that it was looked at and is still right."""
    text, shown = _found(slug, language)
    form = LookForm()
    if not form.validate():
        return _page(text, shown, form, _keeper_form(text, shown), 422)
    try:
        services.look_at(
            db.session,
            text,
            shown,
            seen=form.revision.data,
            until=form.until.data,
            note=form.note.data,
            today=current_person().today,
            actor=actor(),
        )
    except Invalid as refusal:
        db.session.rollback()
        form.until.errors = [told(refusal)]
        return _page(text, shown, form, _keeper_form(text, shown), 422)
    db.session.commit()
    flash(_("It is noted that the module is still right."), "success")
    return redirect(url_for(".reviews"))


@bp.post(f"{PAGE}/keeper")
@requires(Permission.WRITE)
def hand_over(slug: str, language: str) -> ResponseReturnValue:
    """Say whose turn it is from now on."""
    text, shown = _found(slug, language)
    form = _keeper_form(text, shown)
    if not form.validate():
        return _page(text, shown, LookForm(formdata=None, revision=shown.revision_id), form, 422)
    services.hand_to(db.session, text, form.person_id, actor())
    db.session.commit()
    flash(_("It is kept whose turn it is."), "success")
    return redirect(Desk(text).url("review"))
