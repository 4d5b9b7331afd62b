"""zonedao: democratic zones, their treasuries and their trade, from Python.

Names are loaded when they are first used, so that `import zonedao` costs nothing and asking for one part does not
load the libraries of another. `__all__` is the whole public interface of this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonedao.actions import Action, Outcome
    from zonedao.addressbook import AddressBook
    from zonedao.client import Client, connect
    from zonedao.errors import ZonedaoError
    from zonedao.governance.body import Body
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone
    from zonedao.joining import join

__version__ = "0.1.0"

__all__ = [
    "Action",
    "AddressBook",
    "Body",
    "Client",
    "Outcome",
    "Proposal",
    "Zone",
    "ZonedaoError",
    "__version__",
    "connect",
    "join",
]

# Name -> the module that defines it. Type checkers read the imports above instead; a test keeps the two equal.
_HOMES = {
    "Action": "zonedao.actions",
    "AddressBook": "zonedao.addressbook",
    "Body": "zonedao.governance.body",
    "Client": "zonedao.client",
    "Outcome": "zonedao.actions",
    "Proposal": "zonedao.governance.proposals",
    "Zone": "zonedao.governance.zone",
    "ZonedaoError": "zonedao.errors",
    "connect": "zonedao.client",
    "join": "zonedao.joining",
}


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
