"""An industry before it exists: its plan, its genesis, and the address it will have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zonedao.chain.abi import encode, keccak
from zonedao.chain.interface import shipped
from zonedao.governance.calls import SELF_ROLE, FoundPlan
from zonedao.governance.laws import Law, ProposalClass
from zonedao.governance.registry import words_of

if TYPE_CHECKING:
    from zonedao.governance.reading import BodyView


def industry_plan(
    parent: BodyView,
    name: str,
    members: Sequence[int | str] = (),
    *,
    laws: Mapping[ProposalClass, Law] | None = None,
    caps: Mapping[str, int] | None = None,
    charter_hash: bytes = bytes(32),
    nonce: int = 0,
) -> FoundPlan:
    """A plan of an industry below `parent`, born with members of the parent.

    `members` are persons by index, address or name; `laws` are those of the parent unless given; `caps` say what the
    spending class may move of an asset in an epoch, in base units by asset. `nonce` tells apart plans that are alike.
    """
    judged = dict(parent.laws if laws is None else laws)
    # The struct has a law for expulsion, which an industry ignores.
    judged.setdefault(ProposalClass.EXPULSION, judged[ProposalClass.CONSTITUTIONAL])
    body = shipped("IBody")
    genesis, steps = bytes(32), []
    if members:
        words = words_of([parent.zone.registry.person(member).index for member in members])
        step = ([(SELF_ROLE, parent.contract.encode("admitWords", *words))], bytes(32))
        genesis = keccak(encode(body.function("genesis").inputs, [step]))
        steps = [step]
    spending = int(ProposalClass.SPENDING)
    plan = {
        "name": name,
        "charterHash": charter_hash,
        "laws": [judged[each].as_struct() for each in ProposalClass],
        "caps": [(spending, asset, limit) for asset, limit in (caps or {}).items()],
        "genesis": genesis,
        "nonce": nonce,
    }
    return FoundPlan(plan, tuple(steps))


def address_of_industry(parent: BodyView, plan: FoundPlan) -> str:
    """The address that an industry with a plan has, or will have, below a parent."""
    factory = parent.zone.factory
    return str(factory.call("industryAddress", parent.address, factory.call("planHash", plan.plan)))
