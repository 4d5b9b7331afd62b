"""Calls in words: what a call would do, with the names of people, bodies, assets and goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import decode_call
from zonedao.chain.interface import Interface, shipped
from zonedao.errors import UsageProblem, ZonedaoError
from zonedao.explain.lookalikes import addresses_in
from zonedao.explain.natspec import Notice, of_function, quoted, with_values
from zonedao.records import record

if TYPE_CHECKING:
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone

MOST_NESTING = 8  # a proposal may propose, and so on


@record
class Explained:
    """A call in words.

    `sentence` is a phrase without a full stop, such as `pay 1 ETH to Anna`. `inside` are the calls that it carries;
    `warnings` say what cannot be known. `known` is false where the call could not be read. `notice` is what the called
    contract says of it itself.
    """

    sentence: str
    inside: tuple[Explained, ...] = ()
    warnings: tuple[str, ...] = ()
    known: bool = True
    notice: Notice | None = None

    def all_warnings(self) -> tuple[str, ...]:
        """Its own warnings and those of the calls inside."""
        return (*self.warnings, *(warning for call in self.inside for warning in call.all_warnings()))

    def notices(self) -> tuple[Notice, ...]:
        """What the contracts say of it, and of the calls inside."""
        own = (self.notice,) if self.notice is not None else ()
        return (*own, *(notice for call in self.inside for notice in call.notices()))

    def lines(self, *, documented: bool = False) -> tuple[str, ...]:
        """The phrase and those inside, indented; each with its notice below if they are `documented`."""
        found = [self.sentence, *(quoted(self.notice) if documented else ())]
        for number, call in enumerate(self.inside, 1):
            first, *rest = call.lines(documented=documented)
            found += [f"  {number}. {first}", *(f"  {line}" for line in rest)]
        return tuple(found)

    def said(self, *, documented: bool = False) -> tuple[str, ...]:
        """The same, the first line as a sentence."""
        first, *inside = self.lines(documented=documented)
        return (f"{first[:1].upper()}{first[1:]}.", *inside)


@record
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
    kind = interface_of(speaker, target, data)
    if kind is None:
        from zonedao.federation.modules import module_put

        put = module_put(target, data)
        if put is not None:
            return Explained(f"put the {put.title} module on this chain, for every zone that wants it")
        return _unknown(speaker, target, data, "no contract that zonedao knows")
    try:
        signature, args = decode_call(kind, data)
    except UsageProblem:
        return _unknown(speaker, target, data, f"{speaker.name(target) or kind.name} has no such function")
    notice = of_function(kind.name, signature)
    phrase = phrases_of(kind.name).get((kind.name, signature.split("(")[0])) or (
        _by_notice(notice) if notice is not None else None
    )
    if phrase is None:
        return _unknown(speaker, target, data, f"{signature} has no explanation")
    setting = Setting(speaker, target, actor, speaker.zone_of(target) or (actor.zone if actor else None), depth)
    try:
        said = phrase(setting, args)
    except ZonedaoError as problem:
        problems = (f"Not all of it can be read: {problem.message}",)
        return Explained(f"{signature} of {setting.place}", warnings=problems, notice=notice)
    said = said if isinstance(said, Explained) else Explained(said)
    kind_of = kind.by_selector[data[:4]].inputs
    alike = _alike(speaker, dict.fromkeys([target, *addresses_in(kind_of, tuple(args.values()))]))
    return replace(said, warnings=(*said.warnings, *alike), notice=notice)


def explain_calls(
    speaker: Speaker, targets: Any, calldatas: Any, actor: Body | None, depth: int = 0
) -> tuple[Explained, ...]:
    """What several calls of one proposal would do, in order."""
    if depth > MOST_NESTING:
        return (Explained("more proposals inside", warnings=("It is nested too deeply to be shown.",), known=False),)
    return tuple(
        explain_call(speaker, target, data, actor, depth) for target, data in zip(targets, calldatas, strict=False)
    )


# The modules that have the phrases of an interface: whoever shows a payment need not load what elections say.
_PHRASES: Mapping[str, tuple[str, ...]] = {
    "IWholeBody": ("governance", "ballots", "activity", "oversight", "personhood"),
    "IWholeRegistry": ("governance", "ballots", "personhood"),
    "IZoneFactory": ("governance",),
    "ITreasury": ("treasury",),
    **dict.fromkeys(("IStores", "ITradePost"), ("trade",)),
    "IBallotVerifier": ("ballots",),
    **dict.fromkeys(("IVouching", "IAllowList", "IAttester", "IPersonhood"), ("personhood",)),
    **dict.fromkeys(("IWholeElections", "IWishes"), ("elections",)),
    **dict.fromkeys(("ERC20", "Governor"), ("standards",)),
}


def phrases() -> Mapping[tuple[str, str], Phrase]:
    """The phrase of each function, by interface and name."""
    return {name: phrase for interface in _PHRASES for name, phrase in phrases_of(interface).items()}


@cache
def phrases_of(interface: str) -> Mapping[tuple[str, str], Phrase]:
    """The phrases of the functions of an interface, none where there are no words for it."""
    modules = (import_module(f"zonedao.explain.phrases_{name}") for name in _PHRASES.get(interface, ()))
    return {name: phrase for each in modules for name, phrase in each.PHRASES.items() if name[0] == interface}


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
        from zonedao.governance.personhood import INTERFACES

        return shipped(INTERFACES.get(zone.personhood.kind, "IPersonhood"))
    if title is not None:
        return shipped(by_title[title])
    module = speaker.client.modules().get(target)
    if module is not None:
        return shipped(module.interface)
    from zonedao.explain.standards import standard_of

    return standard_of(speaker.client, target, data)


def _by_notice(notice: Notice) -> Phrase:
    """What a function does that nobody has put into other words."""

    def phrase(setting: Setting, args: Mapping[str, Any]) -> str:
        name = notice.signature.partition("(")[0]
        return f"call {name} of {setting.place}, which says of it: {with_values(notice, args).rstrip('.')}"

    return phrase


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
