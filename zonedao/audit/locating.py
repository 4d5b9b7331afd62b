"""Where a difference began: the first block as of which the chain is not what the events say, and its transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zonedao.audit.auditing import audit_as_of
from zonedao.audit.chronicle import ReadLogs
from zonedao.audit.report import AuditReport, Check, Origin
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import fetch_logs
from zonedao.errors import NodeRefused

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection


def locate(
    connection: Connection,
    report: AuditReport,
    *,
    deploy_block: int = 0,
    read_logs: ReadLogs | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> AuditReport:
    """The same report with `origin`; a report in which everything agrees as it is.

    The audit is repeated as of earlier blocks, halving the distance each time, so a node is needed that still answers
    for them; where it does not, `origin` is the earliest block that it can tell of, and says so. `deploy_block` and
    `read_logs` as they were given to the audit. `tell` hears between which two blocks is still looked.
    """
    if report.ok:
        return report
    heard = _Heard(read_logs or fetch_logs, report.block)
    agreed, exact = max(deploy_block - 1, 0), True
    differs, found = report.block, report.first_difference
    while differs - agreed > 1:
        if tell is not None:
            tell(agreed, differs)
        middle = (agreed + differs) // 2
        try:
            difference = _difference(connection, report.zone, middle, deploy_block, heard)
        except NodeRefused:
            # Nodes forget old states first: what is newer may still be there.
            agreed, exact = middle, False
            continue
        if difference is None:
            agreed, exact = middle, True
        else:
            differs, found = middle, difference
    assert found is not None
    return replace(report, origin=Origin(differs, _transactions(connection, differs, heard), found, exact))


def _difference(connection: Connection, zone: str, block: int, deploy_block: int, read_logs: ReadLogs) -> Check | None:
    """The first check that fails as of a block. A zone that was not there yet agrees with its lack of events."""
    if not connection.code(zone, block):
        return None
    checks = audit_as_of(connection, zone, block, deploy_block=deploy_block, read_logs=read_logs)
    return next((check for check in checks if not check.ok), None)


def _transactions(connection: Connection, number: int, heard: _Heard) -> tuple[str, ...]:
    """Transactions of a block that concern the zone. Where some of them left other events, by what the node tells of
    the transaction itself, than were heard, only these."""
    told = heard.in_block(number)
    ours: list[str] = []
    others: list[str] = []
    for each in connection.request("eth_getBlockByNumber", hex(number), False)["transactions"]:
        receipt = connection.request("eth_getTransactionReceipt", each) or {}
        logs = [log for log in receipt.get("logs", ()) if checksum_address(log["address"]) in heard.sources]
        target = receipt.get("to")
        if told.get(each) or logs or (target and checksum_address(target) in heard.sources):
            ours.append(each)
        if told.get(each, set()) != {_print_of(log) for log in logs}:
            others.append(each)
    return tuple(others or ours)


def _print_of(log: dict[str, Any]) -> str:
    """What tells one log of a block from others."""
    return repr((int(log["logIndex"], 16), checksum_address(log["address"]), log["topics"], log["data"]))


class _Heard:
    """Reads logs up to the last block once, and hands out those up to an earlier one. `sources` are the contracts of
    which all events were read."""

    def __init__(self, read: ReadLogs, last: int) -> None:
        self._read = read
        self._last = last
        self._logs: dict[str, list[dict[str, Any]]] = {}
        self.sources: set[str] = set()

    def __call__(
        self, connection: Connection, addresses: list[str], topics: list[Any], first: int, last: int
    ) -> list[dict[str, Any]]:
        key = repr((addresses, topics, first))
        if key not in self._logs:
            self._logs[key] = self._read(connection, addresses, topics, first, self._last)
            if not topics:
                self.sources.update(addresses)
        return [log for log in self._logs[key] if int(log["blockNumber"], 16) <= last]

    def in_block(self, number: int) -> dict[str, set[str]]:
        """What was heard of a block, by transaction."""
        found: dict[str, set[str]] = {}
        for log in (log for logs in self._logs.values() for log in logs):
            if int(log["blockNumber"], 16) == number and checksum_address(log["address"]) in self.sources:
                found.setdefault(log["transactionHash"], set()).add(_print_of(log))
        return found
