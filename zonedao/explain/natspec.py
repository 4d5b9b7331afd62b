"""What contracts say of themselves: the notices that stand in their source beside functions, events and errors."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao import artifacts
from zonedao.records import record
from zonedao.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zonedao.chain.events import Event
    from zonedao.errors import ContractRevert


@record
class Notice:
    """What a `contract` or interface says of one of its functions, events or errors, in a sentence or several."""

    contract: str
    signature: str
    text: str

    def __str__(self) -> str:
        return f"{self.contract}.{self.signature.partition('(')[0]}: “{self.text}”"


def of_function(contract: str, signature: str) -> Notice | None:
    """What a contract of the product says of a function; None for no word, and for any other contract."""
    found = _said(contract).get("methods", {}).get(signature)
    return Notice(contract, signature, found["notice"]) if found else None


def of_event(event: Event) -> Notice | None:
    """The same of an event."""
    found = _said(event.contract).get("events", {}).get(event.signature)
    return Notice(event.contract, event.signature, found["notice"]) if found else None


def of_error(revert: ContractRevert) -> Notice | None:
    """The same of the error of a revert; where several contracts share it, of the first that says anything."""
    if not revert.contract:
        return None
    # Which of them refused is not known: an error is only its name and values.
    for contract in (revert.contract, *artifacts.names()):
        for signature, said in _said(contract).get("errors", {}).items():
            if signature.partition("(")[0] == revert.name:
                return Notice(contract, signature, " ".join(each["notice"] for each in said))
    return None


def quoted(notice: Notice | None) -> tuple[str, ...]:
    """A notice as a line below what it is held against, no line for none."""
    return (f"    {notice}",) if notice is not None else ()


def with_values(notice: Notice, values: Mapping[str, Any]) -> str:
    """A notice as a sentence, with the values that it speaks of: `A token is calling back (token=0x…).`"""
    shown = ", ".join(f"{name}={plain(value)}" for name, value in values.items())
    return f"{notice.text.rstrip('.')} ({shown})." if shown else notice.text


def plain(value: Any) -> str:
    """A value as it stands on the chain."""
    return "0x" + value.hex() if isinstance(value, bytes) else printable(str(value))


@cache
def _said(contract: str) -> Mapping[str, Any]:
    return artifacts.load(contract).natspec["userdoc"] if contract in artifacts.names() else {}
