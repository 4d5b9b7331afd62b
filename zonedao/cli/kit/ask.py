"""Asking the person in front of the screen: on standard error, and only if there is one."""

from __future__ import annotations

import sys

import click

from zonedao.errors import UsageProblem


def somebody_there() -> bool:
    """Whether standard input is a terminal, so that somebody can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str) -> bool:
    """Yes or no, no by default. Raises UsageProblem where nobody can be asked."""
    if not somebody_there():
        raise UsageProblem("Nobody can be asked, so nothing was sent. Say --yes to send without asking.")
    return click.confirm(question, default=False, err=True)


def ask_password(question: str) -> str:
    """A password, not shown. Use it where `somebody_there()`."""
    return str(click.prompt(question, hide_input=True, err=True))


def ask_new_password(question: str) -> str:
    """A new password, typed twice, not shown. Use it where `somebody_there()`."""
    return str(click.prompt(question, hide_input=True, confirmation_prompt="The same again", err=True))
