"""Runs the demo on a network and reads how everything stands at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.demo.report import Balance, DemoReport, Step, Tell
from zonedao.errors import WrongState

if TYPE_CHECKING:
    from zonedao.chain.connection import Connection
    from zonedao.charter.plans import DeploymentPlan
    from zonedao.governance.zone import Zone

CHARTERS = ("elmcourt.toml", "millbrook.toml")
GAS_PRICE_WEI = 2 * 10**9  # the same everywhere, so that balances agree between nodes


class Silent:
    """Tells nothing."""

    def chapter(self, number: int, count: int, title: str) -> None:
        """Nothing."""

    def step(self, step: Step, words: Sequence[str]) -> None:
        """Nothing."""

    def aside(self, words: str) -> None:
        """Nothing."""


def run(network: str = "embedded", tell: Tell | None = None) -> DemoReport:
    """Play the whole story on 'embedded', 'anvil' or 'ganache', starting a node if none of that kind is running.

    Raises WrongState when the story was played on this chain before, and what connecting and sending raise.
    """
    from zonedao.addressbook import AddressBook
    from zonedao.chain.connection import connect
    from zonedao.client import Client
    from zonedao.demo.stage import Stage
    from zonedao.demo.story import play

    with connect(network, start=True, fixed_clock=True) as connection, tempfile.TemporaryDirectory() as folder:
        plans = _plans()
        _require_fresh(connection, plans)
        book = AddressBook(Path(folder) / "addressbook.toml")
        client = Client(connection, gas_price_wei=GAS_PRICE_WEI, book=book)
        stage = Stage(connection, client, tell or Silent())
        zones = play(stage, plans)
        return DemoReport(
            network=connection.kind,
            chain_id=connection.chain_id,
            zones=tuple(_zone_json(zone) for zone in zones.values()),
            steps=tuple(stage.steps),
            accounts=tuple(_balances(zones.values())),
            audits={name: zone.audit() for name, zone in zones.items()},
        )


@contextmanager
def example_charters() -> Iterator[tuple[Path, ...]]:
    """Paths of the example charters, which the wheel carries and a checkout has in examples/."""
    inside: Traversable = resources.files("zonedao") / "examples"
    folder = inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "examples"
    with ExitStack() as stack:
        yield tuple(stack.enter_context(resources.as_file(folder / name)) for name in CHARTERS)


def _plans() -> dict[str, DeploymentPlan]:
    from zonedao import charter

    with example_charters() as paths:
        plans = [charter.plan(charter.load(path)) for path in paths]
    return {plan.name: plan for plan in plans}


def _require_fresh(connection: Connection, plans: dict[str, DeploymentPlan]) -> None:
    for plan in plans.values():
        if connection.code(plan.zone.address):
            raise WrongState(
                f"{plan.name} exists on this {connection.kind} chain already, and a story is told once. "
                "Start over with `zonedao chain down` and a fresh node, or use --network embedded."
            )


def _zone_json(zone: Zone) -> dict[str, object]:
    return {
        "name": zone.name,
        "address": zone.address,
        "members": zone.headcount(),
        "bodies": [body.path for body in zone.bodies()],
        "proposals": sum(len(body.proposals()) for body in zone.bodies()),
    }


def _balances(zones: Iterable[Zone]) -> Iterator[Balance]:
    for zone in zones:
        for account in zone.treasury.accounts():
            yield Balance(
                zone=zone.name,
                body=account.body.path,
                asset=account.balance.asset.symbol,
                balance=account.balance.amount,
                reserved=account.reserved.amount,
                shown=str(account.balance),
            )
