"""Why a call has its class: what decides how hard a proposal is to pass (Constitution.sol, `_classOf`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.governance.laws import CHILD_ROLE, ProposalClass, row_of_call

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call

_WORD = 32  # bytes
_MONEY = ("pay", "escrow", "allow")

_REASONS = {
    ProposalClass.SPENDING: "it moves money of the treasury",
    ProposalClass.MEMBERSHIP: "it is about who belongs, or what the members choose",
    ProposalClass.EXPULSION: "it is about expelling somebody",
    ProposalClass.INDUSTRY: "it is about bodies below",
    ProposalClass.TRADE: "it is about goods and trade",
}


def why(body: Body, calls: Sequence[Call]) -> dict[ProposalClass, str]:
    """The classes of some calls if a body makes them now, and why, each a phrase without a full stop.

    Raises ContractRevert for a call that no vote can make.
    """
    found: dict[ProposalClass, list[str]] = {}
    for call in calls:
        each = ProposalClass(int(body.contract.call("classOf", call.target, call.data)))
        reasons = found.setdefault(each, [])
        reason = _reason(body, call, each)
        if reason not in reasons:
            reasons.append(reason)
    return {each: ", and ".join(found[each]) for each in ProposalClass if each in found}


def classes_in_words(classes: Sequence[ProposalClass], reasons: Mapping[ProposalClass, str]) -> list[str]:
    """Each class with its reason where there is one: `spending, because it moves money of the treasury`."""
    return [each.title + (f", because {reasons[each]}" if each in reasons else "") for each in classes]


def _reason(body: Body, call: Call, judged: ProposalClass) -> str:
    if judged is not ProposalClass.CONSTITUTIONAL:
        return _REASONS[judged]
    role, function = _row(body, call)
    if function in _MONEY:
        word = 1 if function == "escrow" else 0
        asset = checksum_address("0x" + call.data[4 + _WORD * word : 4 + _WORD * (word + 1)][-20:].hex())
        if not body.cap(asset).limit.amount:
            return f"{body.path} has no cap for {body.client.asset(asset).named}"
    if function and body.contract.call("strictRow", role, call.data[:4]):
        return f"{body.path} made every call of {function} so"
    if role or body.client.speaker.zone_of(call.target) is not None:
        return "it is about laws, modules or powers"
    return "it calls a contract outside the zone"


def _row(body: Body, call: Call) -> tuple[int, str]:
    """What the target is to the body, and the row that the call would have its class by, empty for none."""
    role = int(body.contract.call("roleOf", call.target))
    if role == 0 and bool(body.contract.call("isChild", call.target)):
        role = CHILD_ROLE
    return role, row_of_call(role, call.data)
