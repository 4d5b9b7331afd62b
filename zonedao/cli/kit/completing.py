"""What the shell offers when a word is begun: names that this user knows. Nothing is asked of a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from zonedao.errors import ZonedaoError

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

Completer = Callable[["click.Context", str], "list[CompletionItem]"]


def _offering(names: Callable[[], Iterable[str]]) -> Completer:
    def complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found: list[str] = []
        # A file that cannot be read is a matter for the command, not for whoever is still typing.
        with suppress(ZonedaoError, OSError):
            found = [name for name in names() if name.lower().startswith(incomplete.lower())]
        # Bash would take a name with a space for two words.
        return [CompletionItem(name) for name in dict.fromkeys(found) if not any(map(str.isspace, name))]

    return complete


def _accounts() -> list[str]:
    from zonedao.chain.accounts import KeyStore

    return [file.name for file in KeyStore.default().list()]


def _people() -> list[str]:
    from zonedao.addressbook import AddressBook

    return [*(person.name for person in AddressBook.default().people()), *_accounts()]


def _zones() -> list[str]:
    from zonedao.addressbook import AddressBook

    return [entry.name for entry in AddressBook.default().zones()]


def _networks() -> list[str]:
    from zonedao.networks import BUILT_IN, Networks

    return [*BUILT_IN, *(network.name for network in Networks.default().all()), *_zones()]


# By the names of parameters, which mean the same in all commands.
COMPLETERS: Mapping[str, Completer] = {
    "account": _offering(_accounts),
    "network": _offering(_networks),
    "where": _offering(_zones),
    "who": _offering(_people),
    "whom": _offering(_accounts),
    "people": _offering(_people),
    "members": _offering(_people),
}
