"""Calls in words: what a call would do, with the names of people, bodies, assets and goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import decode_call
from zonedao.chain.interface import Interface, shipped
from zonedao.errors import UsageProblem, ZonedaoError
from zonedao.explain.lookalikes import addresses_in
from zonedao.federation.modules import module_put, modules
from zonedao.governance.personhood import INTERFACES

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone

MOST_NESTING = 8  # a proposal may propose, and so on


@dataclass(frozen=True)
class Explained:
    """A call in words.

    `sentence` is a phrase without a full stop, such as `pay 1 ETH to Anna`. `inside` are the calls that it carries;
    `warnings` say what cannot be known. `known` is false where the call could not be read.
    """

    sentence: str
    inside: tuple[Explained, ...] = ()
    warnings: tuple[str, ...] = ()
    known: bool = True

    def all_warnings(self) -> tuple[str, ...]:
        """Its own warnings and those of the calls inside."""
        return (*self.warnings, *(warning for call in self.inside for warning in call.all_warnings()))

    def lines(self, indent: str = "") -> tuple[str, ...]:
        """The sentence and those inside, indented."""
        found = [indent + self.sentence]
        for number, call in enumerate(self.inside, 1):
            first, *rest = call.lines()
            found += [f"{indent}  {number}. {first}", *(f"{indent}  {line}" for line in rest)]
        return tuple(found)


@dataclass(frozen=True)
class Setting:
    """Where a call stands: who speaks, what is called, by which body (None: by a person), and in which zone."""

    speaker: Speaker
    target: str
    actor: Body | None
    zone: Zone | None
    depth: int = 0

    @property
    def body(self) -> Body | None:
        """The body that is called, if one is."""
        return self.speaker.body(self.target)

    @property
    def place(self) -> str:
        """What is called, by name."""
        return self.speaker.name(self.target) or self.target

    @property
    def payer(self) -> str:
        """Whose account pays: that of the body that calls."""
        return self.actor.path if self.actor is not None else "the calling body"


Phrase = Callable[[Setting, Mapping[str, Any]], str | Explained]


def explain_call(speaker: Speaker, target: str, data: bytes, actor: Body | None = None, depth: int = 0) -> Explained:
    """What a call of `target` would do, made by `actor` (a person when None)."""
    target = checksum_address(target)
    put = module_put(target, data)
    if put is not None:
        return Explained(f"put the {put.title} module on this chain, for every zone that wants it")
    kind = interface_of(speaker, target, data)
    if kind is None:
        return _unknown(speaker, target, data, "no contract that zonedao knows")
    try:
        signature, args = decode_call(kind, data)
    except UsageProblem:
        return _unknown(speaker, target, data, f"{speaker.name(target) or kind.name} has no such function")
    phrase = phrases().get((kind.name, signature.split("(")[0]))
    if phrase is None:
        return _unknown(speaker, target, data, f"{signature} has no explanation")
    setting = Setting(speaker, target, actor, speaker.zone_of(target) or (actor.zone if actor else None), depth)
    try:
        said = phrase(setting, args)
    except ZonedaoError as problem:
        return Explained(f"{signature} of {setting.place}", warnings=(f"Not all of it can be read: {problem.message}",))
    said = said if isinstance(said, Explained) else Explained(said)
    kind_of = kind.by_selector[data[:4]].inputs
    alike = _alike(speaker, dict.fromkeys([target, *addresses_in(kind_of, tuple(args.values()))]))
    return replace(said, warnings=(*said.warnings, *alike))


def explain_calls(
    speaker: Speaker, targets: Any, calldatas: Any, actor: Body | None, depth: int = 0
) -> tuple[Explained, ...]:
    """What several calls of one proposal would do, in order."""
    if depth > MOST_NESTING:
        return (Explained("more proposals inside", warnings=("It is nested too deeply to be shown.",), known=False),)
    return tuple(
        explain_call(speaker, target, data, actor, depth) for target, data in zip(targets, calldatas, strict=False)
    )


@cache
def phrases() -> Mapping[tuple[str, str], Phrase]:
    """The phrase of each function, by interface and name."""
    from zonedao.explain import (
        phrases_activity,
        phrases_ballots,
        phrases_elections,
        phrases_governance,
        phrases_oversight,
        phrases_personhood,
        phrases_standards,
        phrases_trade,
        phrases_treasury,
    )

    return {
        **phrases_governance.PHRASES,
        **phrases_ballots.PHRASES,
        **phrases_activity.PHRASES,
        **phrases_oversight.PHRASES,
        **phrases_personhood.PHRASES,
        **phrases_treasury.PHRASES,
        **phrases_trade.PHRASES,
        **phrases_elections.PHRASES,
        **phrases_standards.PHRASES,
    }


def interface_of(speaker: Speaker, target: str, data: bytes) -> Interface | None:
    """What a contract that is called with `data` understands, None where nothing is known of it."""
    if speaker.body(target) is not None:
        return shipped("IWholeBody")
    zone = speaker.zone_of(target)
    title = speaker.role(zone, target) if zone is not None else None
    by_title = {
        "treasury": "ITreasury",
        "stores": "IStores",
        "trade post": "ITradePost",
        "elections": "IWholeElections",
        "wishes": "IWishes",
        "verifier of ballots": "IBallotVerifier",
        "register": "IWholeRegistry",
        "factory": "IZoneFactory",
    }
    if title == "personhood module" and zone is not None:
        return shipped(INTERFACES.get(zone.personhood.kind, "IPersonhood"))
    if title is not None:
        return shipped(by_title[title])
    module = modules().get(target)
    if module is not None:
        return shipped(module.interface)
    from zonedao.explain.standards import standard_of

    return standard_of(speaker.client, target, data)


def _alike(speaker: Speaker, addresses: Iterable[str]) -> tuple[str, ...]:
    """Warnings about addresses that only look like known ones."""
    return tuple(
        f"{address} is NOT {name}: the address only begins and ends alike, as those do that are made to be mistaken. "
        "Compare every digit."
        for address, name in speaker.lookalikes.of(*addresses).items()
    )


def _unknown(speaker: Speaker, target: str, data: bytes, why: str) -> Explained:
    selector = f"0x{data[:4].hex()}" if data else "no function"
    named = speaker.name(target)
    place = (named if target in named else f"{named} ({target})") if named else target
    warning = (
        f"Unknown call: {selector} of {target} ({why}). It can do anything that the caller may do there. "
        "Do not agree to it unless you know what it does."
    )
    return Explained(
        f"call {selector} of {place} with {max(len(data) - 4, 0)} bytes, which cannot be read",
        warnings=(warning, *_alike(speaker, [target])),
        known=False,
    )
