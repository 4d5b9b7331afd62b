"""What the shell offers when a word is begun: names that this user knows, and what the index of a zone has.

Nothing is asked of a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from zonedao.addressbook import ZoneEntry
    from zonedao.index.reading import Index

MOST_PROPOSALS = 50

_PROPOSALS = """
SELECT numbered.number, created.description FROM body_proposal_numbered AS numbered
JOIN body_proposal_created AS created
    ON created.source = numbered.source AND created.proposal_id = numbered.proposal_id
WHERE numbered.source = ? AND CAST(numbered.number AS TEXT) LIKE ? ORDER BY numbered.number DESC LIMIT ?
"""

Completer = Callable[["click.Context", str], "list[CompletionItem]"]


def _offering(names: Callable[[], Iterable[str]]) -> Completer:
    def complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found: list[str] = []
        # A file that cannot be read is a matter for the command, not for whoever is still typing.
        with suppress(Exception):
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
    return [entry.name for entry in _entries()]


def _bodies() -> list[str]:
    return [*_zones(), *(path for _, paths in _indexed() for path in paths)]


def proposals(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Numbers of the newest proposals of the body that `--in` names, or of the only zone, with their titles."""
    from click.shell_completion import CompletionItem

    from zonedao.governance.standing import title_of

    found: list[CompletionItem] = []
    with suppress(Exception):
        zones = [entry.name for entry in _entries()]
        where = ctx.params.get("where") or (zones[0] if len(zones) == 1 else "")
        for index, paths in _indexed():
            if where in paths:
                rows = index.database.execute(_PROPOSALS, (paths[where], f"{incomplete}%", MOST_PROPOSALS))
                found += [CompletionItem(str(number), help=title_of(_text(text))) for number, text in rows]
    return found


def _goods() -> Iterator[str]:
    from zonedao.cli.kit.goods import without_unit

    for index, _ in _indexed():
        for (name,) in index.database.execute("SELECT name FROM stores_good_added ORDER BY good"):
            yield without_unit(_text(name))


def _entries() -> tuple[ZoneEntry, ...]:
    from zonedao.addressbook import AddressBook

    return AddressBook.default().zones()


def _indexed() -> Iterator[tuple[Index, dict[str, int]]]:
    """The index of each zone that has one, with its bodies: path -> whose events they are there."""
    from zonedao.errors import NotFound
    from zonedao.index.bodies import tree
    from zonedao.index.reading import Index, path_of

    for entry in _entries():
        try:
            index = Index.open(path_of(entry.chain_id, entry.root))
        except NotFound:
            continue
        with index:
            sources = {source.address: source.id for source in index.sources()}
            yield index, {branch.path: sources[address] for address, branch in tree(index, entry.name).items()}


def _text(stored: str | bytes) -> str:
    """A text of the chain, which may be no UTF-8."""
    return stored if isinstance(stored, str) else stored.decode(errors="replace")


def _networks() -> list[str]:
    from zonedao.networks import BUILT_IN, Networks

    return [*BUILT_IN, *(network.name for network in Networks.default().all()), *_zones()]


def kept_networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The networks that this user has named."""
    return _offering(_kept_networks)(ctx, incomplete)


def _kept_networks() -> list[str]:
    from zonedao.networks import Networks

    return [network.name for network in Networks.default().all()]


# By the names of parameters, which mean the same in all commands.
COMPLETERS: Mapping[str, Completer] = {
    "account": _offering(_accounts),
    "network": _offering(_networks),
    "where": _offering(_bodies),
    "good": _offering(_goods),
    "who": _offering(_people),
    "whom": _offering(_accounts),
    "people": _offering(_people),
    "members": _offering(_people),
}
