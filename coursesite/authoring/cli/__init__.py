"""`coursesite content`: the course's files, archives of whole courses, Markdown from anywhere."""

from coursesite.authoring.cli import archives
from coursesite.authoring.cli.content import content, tell

__all__ = ["archives", "content", "tell"]
