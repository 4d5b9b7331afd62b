"""From a charter to the plan of its deployment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zonedao.chain.abi import ZERO_ADDRESS
from zonedao.chain.interface import shipped
from zonedao.charter.genesis import (
    TRANSACTION_GAS,
    Birth,
    data_gas,
    hash_struct,
    zone_birth,
)
from zonedao.charter.model import Charter
from zonedao.charter.plans import (
    CodeAt,
    DeploymentPlan,
    FundedFor,
    GenesisPast,
    PlannedBody,
    PlannedTransaction,
)
from zonedao.charter.summary import body_summary, zone_summary
from zonedao.federation.addresses import (
    PROXY,
    PROXY_CREATOR,
    PROXY_FEE_WEI,
    PROXY_TRANSACTION,
    VERIFIERS,
    Creation,
    Infrastructure,
    infrastructure,
)
from zonedao.federation.modules import Module, personhood_module, voting_module

_BYTE_GAS = 200  # of code that is stored
_CREATE_GAS = 60_000
_SELF_TEST_GAS = 250_000  # two pairings and two hashings to the curve, in the constructor of a verifier
_PROXY_GAS = 100_000  # fixed by its signed transaction


def make_plan(charter: Charter) -> DeploymentPlan:
    """The plan that founds the zone of a charter."""
    from zonedao import artifacts

    shared = infrastructure(charter.verifier)
    birth = zone_birth(charter)
    zone_struct: dict[str, Any] = {
        "body": birth.struct,
        "epochStart": charter.epoch_start,
        "epochSeconds": charter.epoch_seconds,
        "staleSeconds": charter.stale_seconds,
        "tradePost": shared.trade_post.address,
        "verifier": shared.ballot_verifier.address,
    }
    zone = shared.body_address(ZERO_ADDRESS, hash_struct("zonePlanHash", zone_struct))
    addresses = {charter.zone.path: zone, **_addresses_below(birth, zone, shared)}
    creations = [*shared.creations, *(module.contract for module in _modules(charter))]
    transactions = [*_shared_transactions(creations), _create_zone(shared, birth, zone_struct, zone)]
    transactions += _genesis_transactions(birth, addresses)
    return DeploymentPlan(
        name=charter.zone.path,
        charter_hash=charter.hash,
        build_hash=artifacts.build_hash(),
        infrastructure={
            "DeploymentProxy": PROXY,
            **{creation.name: creation.address for creation in creations},
            "Zone": shared.implementation,
        },
        bodies=tuple(
            PlannedBody(
                path=body.path,
                name=body.name,
                purpose=body.purpose,
                address=addresses[body.path],
                depth=body.depth,
                members=body.members,
                summary=body_summary(charter, body),
            )
            for body in charter.zone.walk()
        ),
        transactions=tuple(transactions),
        people={name: member.address for name, member in charter.members.items()},
        tokens={asset.symbol: asset.address for asset in charter.assets.values() if not asset.is_coin},
        goods=tuple(good.label for good in charter.goods),
        summary=zone_summary(charter),
    )


def _modules(charter: Charter) -> Iterator[Module]:
    """Those that zones share and this one is born with."""
    if charter.personhood is not None:
        yield personhood_module(charter.personhood.kind, charter.personhood.vouchers)
    yield from map(voting_module, charter.voting)


def _shared_transactions(creations: Sequence[Creation]) -> Iterator[PlannedTransaction]:
    funded = FundedFor(PROXY_CREATOR, PROXY_FEE_WEI, PROXY)
    yield PlannedTransaction(
        "pay for the deployment proxy", "fund", PROXY_CREATOR, b"", PROXY_FEE_WEI, TRANSACTION_GAS, funded
    )
    yield PlannedTransaction(
        "deploy the deployment proxy", "presigned", PROXY, PROXY_TRANSACTION, 0, _PROXY_GAS, CodeAt(PROXY)
    )
    for creation in creations:
        yield PlannedTransaction(
            f"deploy {creation.name}",
            "call",
            PROXY,
            creation.data,
            0,
            _creation_gas(creation),
            CodeAt(creation.address),
        )


def _creation_gas(creation: Creation) -> int:
    # What is stored is never more than what creates it, and the factory stores two contracts besides itself.
    own = _SELF_TEST_GAS if creation.name == VERIFIERS["bls12-381"] else 0
    return TRANSACTION_GAS + _CREATE_GAS + own + data_gas(creation.data) + (_BYTE_GAS + 4) * len(creation.code)


def _create_zone(shared: Infrastructure, birth: Birth, zone_struct: dict[str, Any], zone: str) -> PlannedTransaction:
    data = shipped("IZoneFactory").function("createZone").encode([zone_struct, birth.inline_structs()])
    gas = TRANSACTION_GAS + data_gas(data) + birth.gas + birth.reserve
    return PlannedTransaction(f"create {birth.body.name}", "call", shared.factory.address, data, 0, gas, CodeAt(zone))


def _addresses_below(birth: Birth, address: str, shared: Infrastructure) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in birth.children:
        found[child.body.path] = shared.body_address(address, child.plan_hash)
        found |= _addresses_below(child, found[child.body.path], shared)
    return found


def _genesis_transactions(birth: Birth, addresses: dict[str, str]) -> Iterator[PlannedTransaction]:
    """The steps that did not fit into the creation of a body: its own first, since they may found bodies below."""
    address = addresses[birth.body.path]
    for position in range(birth.inline, len(birth.steps)):
        step = birth.steps[position]
        data = shipped("IBody").function("genesis").encode([step.as_struct()])
        yield PlannedTransaction(
            f"step {position + 1} of {len(birth.steps)} of the birth of {birth.body.path}",
            "call",
            address,
            data,
            0,
            TRANSACTION_GAS + data_gas(data) + step.gas + step.reserve,
            GenesisPast(address, tuple("0x" + later.commitment.hex() for later in birth.steps[position:])),
        )
    for child in birth.children:
        yield from _genesis_transactions(child, addresses)
