"""What whoever may decide is told by mail: somebody asks for more time."""

MORE_TIME = "more-time"
