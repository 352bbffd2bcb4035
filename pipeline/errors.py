"""
What can go wrong while a model is built.

InputError: the person's input is wrong; nothing was built, the exit status is 4.
StageError: a stage could not make what it is for; earlier artifacts stay as they are.
"""

from __future__ import annotations


class InputError(ValueError):
    """Wrong input; the message says what is wrong, with the value, and what to do."""


class StageError(RuntimeError):
    """A stage failed; the message says which fact forbids going on."""
