"""Errors of the queue.

QueueError
└── QueueUnavailable    the queue's engine cannot be reached; nothing was changed, try again
"""


class QueueError(Exception):
    """Base of all errors of this package."""


class QueueUnavailable(QueueError):
    """The queue's engine cannot be reached; nothing was changed."""
