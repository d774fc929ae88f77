from flask import Blueprint, current_app

from coursesite.config import Settings

bp = Blueprint("reminders", __name__)


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
