"""Founding an industry of a charter in a zone that exists: the calls of the proposal that the parent votes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.charter.genesis import Birth, industry_birth
from zonedao.charter.model import BodyCharter, Charter
from zonedao.errors import NotFound, Refused, UsageProblem
from zonedao.governance.calls import Call, FoundPlan
from zonedao.governance.founding import address_of_industry

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.governance.body import Body
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone


@dataclass(frozen=True)
class Founding:
    """A proposal of `parent` that founds an industry, gives it its allowances, and founds what is below it.

    `address` is where the industry will be.
    """

    parent: Body
    industry: BodyCharter
    address: str
    calls: tuple[Call, ...]

    @property
    def title(self) -> str:
        """What readers of the proposal see first."""
        return f"Found {self.industry.path}"

    def propose(self) -> Action[Proposal]:
        """The proposal as something its parent's member can send."""
        return self.parent.propose(self.calls, self.title, self.industry.purpose)


def founding(zone: Zone, charter: Charter, path: str) -> Founding:
    """How the industry at a path of the charter (`elmcourt/food/bakery`) is founded in a zone that exists.

    The charter may be younger than the zone: only the section of this industry counts, and members are known by their
    addresses. Raises NotFound when charter or zone have no such place, Refused when the industry exists or somebody is
    no member of its parent, UsageProblem when it is too large for one proposal.
    """
    industry = charter.body(path)
    if industry is None or industry.depth == 0:
        known = ", ".join(body.path for body in charter.zone.walk() if body.depth)
        raise NotFound(f"{charter.path} has no industry {path}. Those it has are: {known or 'none'}.")
    parent = zone.body(path.rpartition("/")[0])
    # The charter's paths begin with the zone's own name, those of the zone with what this user calls it.
    below = path.partition("/")[2]
    if any(zone.branch(child).path.partition("/")[2] == below for child in zone.branch(parent.address).children):
        raise Refused(f"{path} exists already. Nothing was sent. Give the industry another name in {charter.path}.")
    birth = industry_birth(industry, charter.hash, _indices(parent, charter, industry))
    _require_inline(birth)
    plan = FoundPlan(birth.struct, tuple(birth.inline_structs()))
    address = address_of_industry(parent, plan)
    calls = [parent.calls.found(plan)]
    for allowance in industry.allowances:
        source = zone.body(allowance.source).address
        money = allowance.money
        calls.append(
            parent.calls.allow(address, money.amount, allowance.epochs, money.asset.address, source, allowance.line)
        )
    return Founding(parent, industry, address, tuple(calls))


def _indices(parent: Body, charter: Charter, industry: BodyCharter) -> Mapping[str, int]:
    """Indices in the zone's registry of everybody in the industry, by their names in the charter."""
    registry = parent.zone.registry
    found: dict[str, int] = {}
    strangers: list[str] = []
    for name in industry.members:
        index = int(registry.contract.call("indexOf", charter.members[name].address))
        if index and parent.contract.call("isMember", index):
            found[name] = index
        else:
            strangers.append(name)
    if strangers:
        raise Refused(
            f"{', '.join(strangers)} {'is' if len(strangers) == 1 else 'are'} no member of {parent.path}, so "
            f"{industry.path} cannot begin with them. Nothing was sent. Admit them there first, or take them out of "
            f"{charter.path}."
        )
    return found


def _require_inline(birth: Birth) -> None:
    if birth.inline < len(birth.steps):
        raise UsageProblem(
            f"{birth.body.path} is too large to be founded by one proposal. Found it without some of its industries, "
            "and those by proposals of its own."
        )
    for child in birth.children:
        _require_inline(child)
