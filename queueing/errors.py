"""Errors of the queue.

QueueError
├── QueueUnavailable    the queue's engine cannot be reached; nothing was changed, try again
├── UnusableRedisUrl    an address that the queue cannot live at, with a sentence that says why
├── UnreadableRecord    a stored command, event or snapshot is not one this version can read
└── NoSuchDecision      the journal does not show the decision that is to be explained
"""


class QueueError(Exception):
    """Base of all errors of this package."""


class QueueUnavailable(QueueError):
    """The queue's engine cannot be reached; nothing was changed."""


class UnusableRedisUrl(QueueError):
    """An address that the queue cannot live at; the message never repeats a password."""


class UnreadableRecord(QueueError):
    """A stored command, event or snapshot is not one this version can read."""


class NoSuchDecision(QueueError):
    """The journal does not show the decision that is to be explained."""
