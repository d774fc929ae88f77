"""Live quizzes, kept in memory."""

from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shelf

QUIZZES: Shelf[Quiz] = Shelf(Kind.QUIZ, Quiz.from_json)
