"""Many people: those of a pasted list, and those who left long ago, by themselves."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from coursesite.accounts.access import actor, current_person, only_reads, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.addresses import row_id
from coursesite.erasing.forms import ListForm, ManyForm, TermsForm
from coursesite.erasing.queries import (
    PAGE,
    by_ids,
    by_staff_numbers,
    number_due,
    terms_of,
    those_who_left,
)
from coursesite.erasing.queries.holds import holds_in, holds_of
from coursesite.erasing.rules import erased_from
from coursesite.erasing.services import Asking, ask_to_erase, choose_terms
from coursesite.erasing.views.blueprint import TRIES, bp, knows_password, whole_scope
from coursesite.errors import Conflict, Invalid
from coursesite.extensions import db
from coursesite.people.models import Organisation, Person
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get("/erasing")
@requires(Permission.ADMINISTER)
def index() -> ResponseReturnValue:
    """After how long people are erased, who would be next, and a place to paste a list."""
    whole_scope()
    years = terms_of(db.session, current_person().organisation_id)
    return _index(TermsForm(formdata=None, data={"years": years}), ListForm(formdata=None))


def _index(terms_form: TermsForm, list_form: ListForm, status: int = 200) -> ResponseReturnValue:
    organisation = db.session.get_one(Organisation, current_person().organisation_id)
    years = terms_of(db.session, organisation.id)
    after = request.args.get("after", type=row_id)
    found = those_who_left(db.session, organisation.id, after)
    shown = found[:PAGE]
    page = render_template(
        "erasing/many.html",
        years=years,
        people=[(each, _first_day(each, years)) for each in shown],
        held=holds_of(db.session, organisation, [each.id for each in shown]),
        holds=holds_in(db.session, organisation),
        due=number_due(db.session, organisation, years) if years else 0,
        next=url_for(".index", after=shown[-1].id) if len(found) > PAGE else None,
        terms_form=terms_form,
        list_form=list_form,
        form=next((each for each in (terms_form, list_form) if each.errors), None),
    )
    return page, status


def _first_day(person: Person, years: int | None) -> object:
    return erased_from(person.left_on, years) if years and person.left_on else None


@bp.post("/erasing/terms")
@requires(Permission.ADMINISTER)
@throttled(TRIES, key=by_person)
def choose() -> ResponseReturnValue:
    """After how many years people are erased from now on, if at all."""
    organisation_id, form = whole_scope().organisation_id, TermsForm()
    if not form.validate() or not knows_password(form):
        return _index(form, ListForm(formdata=None), 422)
    years, reason = form.years.data, form.reason.data
    choose_terms(db.session, organisation_id, years, actor(), reason=reason)
    db.session.commit()
    if years is None:
        flash(_("From now on nobody is erased by itself."), "success")
    else:
        flash(
            ngettext(
                "People are erased %(num)d year after they left, from the next night on.",
                "People are erased %(num)d years after they left, from the next night on.",
                years,
            ),
            "success",
        )
    return redirect(url_for(".index"))


@bp.post("/erasing/list")
@requires(Permission.ADMINISTER)
@only_reads
def look() -> ResponseReturnValue:
    """Who stands in the list, and who of them cannot be erased; nothing is erased by that."""
    organisation_id, form = whole_scope().organisation_id, ListForm()
    if not form.validate():
        years = terms_of(db.session, organisation_id)
        return _index(TermsForm(formdata=None, data={"years": years}), form, 422)
    people = by_staff_numbers(db.session, organisation_id, form.staff_numbers)
    known = {each.staff_number for each in people}
    missing = [each for each in form.staff_numbers if each not in known]
    return _list(people, ManyForm(formdata=None), missing)


def _list(
    people: Sequence[Person], form: ManyForm, missing: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    organisation = db.session.get_one(Organisation, current_person().organisation_id)
    held = holds_of(db.session, organisation, [each.id for each in people])
    left = [each for each in people if each.left_on and not each.erased_at]
    ready = [each for each in left if each.id not in held]
    form.people.data = " ".join(str(each.id) for each in ready)
    page = render_template(
        "erasing/list.html",
        ready=ready,
        here=[each for each in people if not each.left_on],
        held=[held[each.id] for each in left if each.id in held],
        missing=missing,
        form=form,
    )
    return page, status


@bp.post("/erasing/people")
@requires(Permission.ADMINISTER)
@throttled(TRIES, key=by_person)
def erase_many() -> ResponseReturnValue:
    """Those of the list whom the page before this one showed."""
    organisation_id, form = whole_scope().organisation_id, ManyForm()
    good = form.validate() and knows_password(form)
    people = by_ids(db.session, organisation_id, form.ids)
    if not good:
        return _list(people, form, status=422)
    if len(people) != len(form.ids):
        raise Conflict("The list has changed meanwhile. Paste it again.")
    asking = Asking(
        actor(),
        form.reason.data,
        current_person().language,
        ngettext(
            "Erasing the data of %(num)d person", "Erasing the data of %(num)d people", len(people)
        ),
        back=url_for(".index"),
    )
    try:
        task = ask_to_erase(db.session, people, asking)
    except Invalid as refusal:
        db.session.rollback()
        form.reason.errors = [told(refusal)]
        return _list(by_ids(db.session, organisation_id, form.ids), form, status=422)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))
