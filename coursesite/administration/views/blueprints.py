"""The blueprints, which the pages beside them fill."""

from flask import Blueprint

people_bp = Blueprint("people", __name__)
bp = Blueprint("administration", __name__)
jobs_bp = Blueprint("jobs", __name__)
