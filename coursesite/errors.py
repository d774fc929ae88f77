"""The ways a use-case says no. Each message is a sentence written for the person who reads it."""


class Refusal(Exception):
    """A use-case that will not be done; `status` is how a page answers."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refusal):
    """It does not exist, or belongs to somebody else: the two must look the same."""

    status = 404


class Forbidden(Refusal):
    """The person's role lacks this function."""

    status = 403


class Invalid(Refusal):
    """What was sent cannot be taken as it is."""

    status = 422


class Conflict(Refusal):
    """Somebody else was faster; nothing was overwritten."""

    status = 409
