"""`zonedao explain`: a transaction, a call or an error in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import READS, command
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.explain.natspec import Notice

_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_ADDRESS, _HASH, _SELECTOR = 20, 32, 4  # bytes


@command(uses=READS)
@argument("what", "A transaction's hash, a contract's address, or the data of an error: 0x and hexadecimal digits.")
@click.argument("data", required=False)
@in_option
def explain(session: Session, what: str, data: str | None, where: str | None) -> None:
    """What a transaction did, what a call would do, or what an error means.

    WHAT is the hash of a transaction; the address of a contract, with the DATA of a call that the body would make; or
    the data of an error that another program shows. Indented below, in quotation marks, stands what the contract's own
    source says of it.

    Examples:
        zonedao explain 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060
        zonedao explain 0x5FbDB2315678afecb367f032d93F642f64180aa3 0xa9059cbb0000 --in corner/kitchen
        zonedao explain 0x30d13b05
    Exit codes:
        3: the node knows no such transaction
    """
    if not _HEX.fullmatch(what) or (data is not None and not _HEX.fullmatch(data)):
        raise UsageProblem("Give 0x and hexadecimal digits: a transaction's hash, an address and data, or error data.")
    size = len(what) // 2 - 1
    if data is not None and size != _ADDRESS:
        raise UsageProblem(
            f"{what} is no address. Give the address that is called and the data: zonedao explain ADDRESS DATA."
        )
    if data is None and 0 < size < _SELECTOR:
        raise UsageProblem(f"{what} is too short for an error. Give all of it, or the whole hash of a transaction.")
    if size == _ADDRESS and data is None:
        raise UsageProblem("Give the data of the call as well: zonedao explain ADDRESS DATA.")
    document: dict[str, Any] = {
        "kind": "", "lines": [], "warnings": [], "state": None, "sender": None, "block": None, "fee_wei": None,
        "events": [], "effects": None, "documentation": [],
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
        "documentation": _documents(found.notices),
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
    warnings = [*said.all_warnings(), *ahead.warnings]
    return {
        "kind": "call",
        "lines": [
            *said.said(documented=True),
            *ahead.lines,
            *(f"WARNING: {each}" for each in warnings),
        ],
        "warnings": warnings,
        "effects": ahead.document,
        "documentation": _documents(said.notices()),
    }


def _error(session: Session, where: str | None, data: str) -> dict[str, Any]:
    from zonedao.chain.reverts import decode_revert, is_cut_off
    from zonedao.explain.natspec import of_error, quoted
    from zonedao.explain.reverts import Scene, reason
    from zonedao.explain.speaker import begun

    revert = decode_revert(bytes.fromhex(data[2:]))
    if is_cut_off(revert):
        raise UsageProblem(f"This is not all of the data of an error, which goes on after {data[:10]}. Copy all of it.")
    said, notice = reason(Scene(session.body(where).client.speaker), revert), of_error(revert)
    return {
        "kind": "error",
        "lines": [f"{begun(said)}.", *quoted(notice)],
        "documentation": _documents([notice] if notice is not None else []),
    }


def _documents(notices: Iterable[Notice]) -> list[dict[str, str]]:
    return [{"contract": each.contract, "of": each.signature, "text": each.text} for each in notices]
