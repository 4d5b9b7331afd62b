"""The birth of an industry in words: its members, the laws and caps it begins with, and what is not told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zonedao.errors import UsageProblem, ZonedaoError
from zonedao.explain.calls import Explained, Setting, phrases_of
from zonedao.explain.laws import law_changes, law_in_words
from zonedao.governance.calls import struct
from zonedao.governance.laws import Law, ProposalClass, law_from
from zonedao.records import record
from zonedao.text import inline

if TYPE_CHECKING:
    from zonedao.governance.body import Body

Args = Mapping[str, Any]
Laws = Mapping[ProposalClass, Law]

ROLES = {
    1: "the body itself",
    2: "treasury",
    3: "stores",
    4: "trade post",
    5: "verifier of ballots",
    6: "personhood module",
    7: "elections",
    8: "wishes",
}

_NO_STEP = bytes(32)
_NOT_ALL = (
    "This is not all of its birth: for what follows there is only a hash, and whoever knows it may do that in "
    "the 30 days after, without a vote. It can be about its members, its laws and money that it may draw. Do not "
    "agree to it unless you know the rest."
)


def founded(setting: Setting, parent: Body | None, args: Args) -> Explained:
    """The founding of an industry below a body, the one that is called where it is not known."""
    name, place = inline(struct(args["plan"], "name")), parent.path if parent is not None else setting.place
    above = parent.laws if parent is not None else {}
    said = Explained(f"found the industry “{name}” below {place}")
    return replace(said, **_whole(setting, args["plan"], args["steps"], name, above, place))


def steps_in_words(setting: Setting, steps: Sequence[Any], name: str) -> tuple[Explained, ...]:
    """The calls of steps of a birth; they name their target by role, so only those on the new body itself are read."""
    return tuple(_steps(setting, steps, name, {}))


def _whole(setting: Setting, plan: Any, steps: Sequence[Any], name: str, above: Laws, place: str) -> dict[str, Any]:
    laws = {each: law_from(law) for each, law in zip(ProposalClass, struct(plan, "laws"), strict=False)}
    inside = (*_steps(setting, steps, name, laws), *_own_laws(laws, above, name, place), *_caps(setting, plan, name))
    follows = steps[-1].next if steps else struct(plan, "genesis")
    return {"inside": inside, "warnings": (_NOT_ALL,) if bytes(follows) != _NO_STEP else ()}


def _own_laws(laws: Laws, above: Laws, name: str, place: str) -> Iterator[Explained]:
    """In what its laws differ from those of the body above; all of them where that is not known."""
    for each, law in laws.items():
        if each is ProposalClass.EXPULSION:
            continue  # an industry ignores it
        if each not in above:
            yield Explained(f"give “{name}” a law for {each.title} proposals: {', '.join(law_in_words(law))}")
        elif changes := law_changes(above[each], law):
            told = ", ".join(f"{what} {new} instead of {old}" for what, old, new in changes)
            yield Explained(f"give “{name}” another law for {each.title} proposals than {place} has: {told}")


def _caps(setting: Setting, plan: Any, name: str) -> Iterator[Explained]:
    for cap in struct(plan, "caps"):
        kind, asset, limit = tuple(cap)
        title = ProposalClass(kind).title if kind in list(ProposalClass) else f"class {kind}"
        how = "by ordinary vote" if kind == ProposalClass.SPENDING else f"by {title} proposals"
        amount = setting.speaker.money(asset, limit)
        yield Explained(f"let “{name}” spend up to {amount} in an epoch {how}")


def _steps(setting: Setting, steps: Sequence[Any], name: str, laws: Laws) -> Iterator[Explained]:
    from zonedao.chain.contract import decode_call
    from zonedao.chain.interface import shipped

    for step in steps:
        for call in step.calls:
            kind = {1: "IWholeBody", 2: "ITreasury", 3: "IStores", 6: _module_with(call.data)}.get(call.role)
            role = ROLES.get(call.role, f"role {call.role}")
            if kind is None:
                yield Explained(f"call role {call.role}", warnings=("A birth calls an unknown role.",), known=False)
                continue
            try:
                signature, args = decode_call(shipped(kind), call.data)
            except UsageProblem:
                yield Explained(f"call {role}", warnings=("A call of the birth cannot be read.",), known=False)
                continue
            yield _born(setting, kind, signature.split("(")[0], args, name, laws)


def _module_with(data: bytes) -> str | None:
    """The kind of personhood module that a call is meant for."""
    from zonedao.chain.interface import shipped

    kinds = ("IAllowList", "IAttester", "IVouching")
    return next((kind for kind in kinds if data[:4] in shipped(kind).by_selector), None)


def _born(setting: Setting, kind: str, verb: str, args: Args, name: str, laws: Laws) -> Explained:
    if (kind, verb) == ("IWholeBody", "found"):
        plan = args["plan"]
        inner = inline(struct(plan, "name"))
        said = Explained(f"found “{inner}” below “{name}”")
        return replace(said, **_whole(setting, plan, args["steps"], inner, laws, f"“{name}”"))
    if (kind, verb) == ("IWholeBody", "allowAtGenesis"):
        limit = setting.speaker.money(args["asset"], args["maxAmount"])
        return Explained(f"let a body below “{name}” draw {limit} in each of {args['epochs']} epochs")
    return _in_its_words(setting, kind, verb, args, name)


def _in_its_words(setting: Setting, kind: str, verb: str, args: Args, name: str) -> Explained:
    """What else a body can do at its birth, as it is said of a body that is there."""
    unborn = _Unborn(setting.speaker, setting.target, setting.actor, setting.zone, setting.depth, f"“{name}”")
    phrase = phrases_of(kind).get((kind, verb))
    try:
        said = phrase(unborn, args) if phrase is not None else None
    except ZonedaoError:
        said = None
    if said is None:
        return Explained(
            f"{verb} at the birth of “{name}”",
            warnings=(f"What {verb} does at the birth of “{name}” cannot be said.",),
            known=False,
        )
    return said if isinstance(said, Explained) else Explained(said)


@record
class _Unborn(Setting):
    """A setting in which a body is called that is not there yet: `called` so."""

    called: str = ""

    @property
    def body(self) -> None:
        """None: nothing can be asked of it."""
        return None

    @property
    def place(self) -> str:
        """Its name."""
        return self.called

    @property
    def payer(self) -> str:
        """The same: what is paid at its birth is paid by it."""
        return self.called
