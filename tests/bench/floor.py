"""The least that a page could cost: bare Flask, one query for the person, ten lines of Jinja."""

import sqlalchemy as sa
from flask import Flask, render_template, session
from sqlalchemy.orm import Session

from coursesite.accounts.models import SignInSession
from coursesite.accounts.queries import token_digest
from coursesite.config import read_settings
from coursesite.db import set_up
from coursesite.people.models import Organisation, Person


def create_floor() -> Flask:
    settings = read_settings()
    app = Flask("tests.bench")
    app.secret_key = settings.secret_key
    engine = set_up(sa.create_engine(settings.database_url))

    @app.get("/")
    def show() -> str:
        with Session(engine) as database:
            wanted = {"digest": token_digest(session["_user_id"])}
            person = database.execute(_PERSON, wanted).one()
        return render_template(
            "floor.html", name=person.given_name, organisation=person.organisation
        )

    return app


_PERSON = (
    sa.select(Person.given_name, Organisation.name.label("organisation"))
    .join(SignInSession, SignInSession.person_id == Person.id)
    .join(Organisation, Organisation.id == Person.organisation_id)
    .where(SignInSession.token_digest == sa.bindparam("digest"))
)
