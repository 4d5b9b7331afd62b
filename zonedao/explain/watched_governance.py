"""Members, laws and bodies that calls change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zonedao.explain.births import ROLES
from zonedao.explain.laws import law_changes
from zonedao.explain.watched_money import accounts
from zonedao.explain.watching import EVER, MOST_NAMED, Change, Stage, Watch, Watcher
from zonedao.governance.calls import TREASURY_ROLE, WISHES_ROLE, FoundPlan, struct
from zonedao.governance.founding import address_of_industry
from zonedao.governance.laws import ProposalClass, law_from, row_name
from zonedao.governance.reading import FOR_EVER
from zonedao.governance.registry import indices_in
from zonedao.text import counted, printable
from zonedao.treasury.assets import COIN_ADDRESS

Args = Mapping[str, Any]


# --- members ---


def _heads(stage: Stage) -> Watch:
    return stage.count(stage.body.contract, "headcountAt", EVER, what=f"members of {stage.place}")


def _belongs(stage: Stage, index: int, who: str) -> Watch:
    def show(is_member: bool) -> str:
        return "member" if is_member else "no member"

    return stage.value(stage.body.contract, "isMember", index, what=f"{who} in {stage.place}", show=show)


def _admit(stage: Stage, args: Args) -> Iterator[Watch]:
    yield _heads(stage)
    registry = stage.body.zone.registry
    for key in args["keys"][:MOST_NAMED]:
        who, index = stage.speaker.who(key), registry.index_of(key)
        if index:
            yield _belongs(stage, index, who)
            continue

        def tell(before: Any, after: Any, who: str = who) -> Iterable[Change]:
            yield Change(f"{who} in {stage.place}", "no member", f"member, as person {after}")

        yield stage.told(registry.contract, "indexOf", key, tell=tell)


def _admit_words(stage: Stage, args: Args) -> Iterator[Watch]:
    yield _heads(stage)
    pairs = zip(args["words"], args["masks"], strict=False)
    indices = [index for word, mask in pairs for index in indices_in(word, mask)]
    for index in indices[:MOST_NAMED]:
        yield _belongs(stage, index, stage.speaker.person(index, stage.zone))


def _remove(stage: Stage, args: Args) -> Iterator[Watch]:
    yield _heads(stage)
    yield _belongs(stage, args["index"], stage.speaker.person(args["index"], stage.zone))
    if stage.body.is_zone:
        yield from _expulsion(stage, args)


def _expulsion(stage: Stage, args: Args) -> Iterator[Watch]:
    who = stage.speaker.person(args["index"], stage.zone)

    def show(found: Any) -> str:
        return f"can be finished from {stage.speaker.when(found[0])}" if found[0] else "none"

    yield stage.value(stage.body.contract, "expulsion", args["index"], what=f"expulsion of {who}", show=show)


def _key(stage: Stage, args: Args) -> Iterator[Watch]:
    registry, who = stage.zone.registry.contract, stage.speaker.person(args["index"], stage.zone)
    yield stage.value(registry, "person", args["index"], what=f"key of {who}", show=lambda found: str(found.key))


# --- laws ---


def _law(stage: Stage, args: Args) -> Iterator[Watch]:
    number = args["class"]
    title = ProposalClass(number).title if number in list(ProposalClass) else f"class {number}"

    def tell(before: Any, after: Any) -> Iterable[Change]:
        if before is not None and after is not None:
            for name, old, new in law_changes(law_from(before), law_from(after)):
                yield Change(f"{name} of {title} proposals of {stage.place}", old, new)

    yield stage.told(stage.body.contract, "lawAt", number, EVER, tell=tell)


def _cap(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(found: Any) -> str:
        return stage.speaker.money(args["asset"], found.limit) if found.limit else "none"

    symbol = stage.speaker.asset(args["asset"])
    what = f"cap of {stage.place} for {symbol} in an epoch"
    yield stage.value(stage.body.contract, "cap", args["class"], args["asset"], what=what, show=show)


def _row(stage: Stage, args: Args) -> Iterator[Watch]:
    what = f"calls of {row_name(args['role'], args['selector'])} in {stage.place}"

    def show(is_strict: bool) -> str:
        return "constitutional" if is_strict else "of their ordinary class"

    yield stage.value(stage.body.contract, "strictRow", args["role"], args["selector"], what=what, show=show)


def _activity(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(found: Any) -> str:
        return f"who was active in the last {found[0]} votes" if found[0] else "all members"

    what = f"over whom quorums count in {stage.place}"
    yield stage.value(stage.body.contract, "activity", what=what, show=show)


# --- bodies ---


def _module(stage: Stage, args: Args) -> Iterator[Watch]:
    what = f"{ROLES.get(args['role'], 'module')} of {stage.place}"

    def show(address: str) -> str:
        return "none" if address == COIN_ADDRESS else stage.speaker.who(address)

    yield stage.value(stage.body.contract, "module", args["role"], what=what, show=show)


def _uri(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(uri: str) -> str:
        return printable(uri) or "nowhere"

    yield stage.value(stage.body.contract, "daoURI", what=f"where the document about {stage.place} is", show=show)


def _found(stage: Stage, args: Args) -> Iterator[Watch]:
    name = printable(struct(args["plan"], "name"))
    child = stage.speaker.client.bind("IWholeBody", address_of_industry(stage.body, FoundPlan(args["plan"])))

    def show(heads: int) -> str:
        return f"there, with {counted(heads, 'member')}"

    yield stage.value(child, "headcountAt", EVER, what=f"“{name}” below {stage.place}", show=show)


def _frozen(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(until: int) -> str:
        return f"until {stage.speaker.when(until)}" if 0 < until < FOR_EVER else "none"

    yield stage.value(stage.body.contract, "frozenUntil", what=f"freeze of {stage.place}", show=show)


def _end(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(found: Any) -> str:
        return f"announced, from {stage.speaker.when(found[0])} on" if found[0] else "not announced"

    yield stage.value(stage.body.contract, "dissolution", what=f"end of {stage.place}", show=show)


def _offer(stage: Stage, args: Args) -> Iterator[Watch]:
    def show(found: Any) -> str:
        to, ready, expires = found
        return f"to {stage.speaker.who(to)}, from {stage.speaker.when(ready)} on" if expires else "none"

    yield stage.value(stage.body.contract, "moveOffer", what=f"offer of {stage.place}", show=show)


def _parent(stage: Stage, args: Args) -> Iterator[Watch]:
    contract = stage.body.contract
    yield stage.value(contract, "parent", what=f"the body above {stage.place}", show=stage.speaker.who)


def _pause(stage: Stage, args: Args) -> Iterator[Watch]:
    proposal = stage.speaker.proposal(stage.body, args["proposalId"])
    name = f"proposal {proposal.number} of {stage.place}" if proposal is not None else f"a proposal of {stage.place}"

    def show(found: Any) -> str:
        return f"until {stage.speaker.when(found[1])}" if found[1] > stage.speaker.now() else "none"

    yield stage.value(stage.body.contract, "pauseOf", args["proposalId"], what=f"objection to {name}", show=show)


def _proposals(stage: Stage, args: Args) -> Iterator[Watch]:
    yield stage.count(stage.body.contract, "proposalCount", what=f"proposals of {stage.place}")


def of_body(stage: Stage) -> Iterator[Watch]:
    """What nobody may miss, whatever is called: members, laws, modules and coins of the acting body."""
    yield _heads(stage)
    for each in ProposalClass:
        if stage.body.is_zone or each is not ProposalClass.EXPULSION:
            yield from _law(stage, {"class": int(each)})
    if stage.body.is_zone:
        for role in range(TREASURY_ROLE, WISHES_ROLE + 1):
            yield from _module(stage, {"role": role})
    yield from accounts(stage, COIN_ADDRESS)


_BODY: Mapping[str, Watcher] = {
    "admit": _admit,
    "admitWords": _admit_words,
    "remove": _remove,
    "withdrawExpulsion": _expulsion,
    "setLaw": _law,
    "setCap": _cap,
    "setRow": _row,
    "setActivity": _activity,
    "setModule": _module,
    "removeModule": _module,
    "setDaoURI": _uri,
    "found": _found,
    "freeze": _frozen,
    "unfreeze": _frozen,
    "dissolve": _end,
    "withdrawDissolution": _end,
    "offerMove": _offer,
    "withdrawMove": _offer,
    "acceptMove": _parent,
    "object": _pause,
    "resume": _pause,
    "propose": _proposals,
}

WATCHERS: Mapping[tuple[str, str], Watcher] = {
    **{("IWholeBody", name): watcher for name, watcher in _BODY.items()},
    ("IWholeRegistry", "recoverByVote"): _key,
}
