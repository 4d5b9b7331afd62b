"""`zonedao explain`: a transaction, a call or an error in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import command
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session

_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_ADDRESS, _HASH, _SELECTOR = 20, 32, 4  # bytes


@command()
@click.argument("what")
@click.argument("data", required=False)
@in_option
def explain(session: Session, what: str, data: str | None, where: str | None) -> None:
    """What a transaction did, what a call would do, or what an error means.

    WHAT is the hash of a transaction; the address of a contract, with the DATA of a call that the body would make; or
    the data of an error that another program shows.
    """
    if not _HEX.fullmatch(what) or (data is not None and not _HEX.fullmatch(data)):
        raise UsageProblem("Give 0x and hexadecimal digits: a transaction's hash, an address and data, or error data.")
    size = len(what) // 2 - 1
    if data is not None and size != _ADDRESS:
        raise UsageProblem(f"{what} is no address. A call is explained from its target's address and its data.")
    if data is None and 0 < size < _SELECTOR:
        raise UsageProblem(f"{what} is too short for an error, and the hash of a transaction is needed whole.")
    if size == _ADDRESS and data is None:
        raise UsageProblem("Give the data of the call as well: zonedao explain ADDRESS DATA.")
    document: dict[str, Any] = {
        "kind": "", "lines": [], "warnings": [], "state": None, "sender": None, "block": None, "fee_wei": None,
        "events": [], "effects": None,
    }  # fmt: skip
    if data is not None:
        document |= _call(session, where, what, data)
    elif size == _HASH:
        document |= _transaction(session, where, what.lower())
    else:
        document |= _error(session, where, what)
    session.out.show(document, document["lines"])


def _transaction(session: Session, where: str | None, tx_hash: str) -> dict[str, Any]:
    from zonedao.explain.transactions import transaction

    found = transaction(session.body(where).client.speaker, tx_hash)
    mined = found.state != "waiting"
    return {
        "kind": "transaction",
        "lines": list(found.lines),
        "warnings": list(found.call.all_warnings()),
        "state": found.state,
        "sender": found.sender,
        "block": found.block if mined else None,
        "fee_wei": str(found.fee_wei) if mined else None,
        "events": list(found.events),
    }


def _call(session: Session, where: str | None, target: str, data: str) -> dict[str, Any]:
    from zonedao.chain.abi import checksum_address
    from zonedao.explain.calls import explain_call
    from zonedao.explain.outlook import outlook
    from zonedao.governance.calls import Call

    body = session.body(where)
    call = Call(checksum_address(target), bytes.fromhex(data[2:]))
    said = explain_call(body.client.speaker, call.target, call.data, body)
    ahead = outlook(body, [call])
    first, *inside = said.lines()
    warnings = [*said.all_warnings(), *ahead.warnings]
    return {
        "kind": "call",
        "lines": [
            f"{first[:1].upper()}{first[1:]}.",
            *inside,
            *ahead.lines,
            *(f"WARNING: {each}" for each in warnings),
        ],
        "warnings": warnings,
        "effects": ahead.document,
    }


def _error(session: Session, where: str | None, data: str) -> dict[str, Any]:
    from zonedao.chain.reverts import decode_revert
    from zonedao.explain.reverts import Scene, sentence
    from zonedao.explain.speaker import begun

    revert = decode_revert(bytes.fromhex(data[2:]))
    said = sentence(Scene(session.body(where).client.speaker), revert)
    return {
        "kind": "error",
        "lines": [begun(said) if said is not None else revert.message.split(" Nothing was sent")[0]],
    }
