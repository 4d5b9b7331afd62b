"""The law of a body as a page for people, in Markdown, as of one block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zonedao.audit.chronicle import Chronicle
from zonedao.charter.laws import LAW_FIELDS
from zonedao.governance.laws import ProposalClass, law_from
from zonedao.treasury.assets import Money

if TYPE_CHECKING:
    from zonedao.governance.body import Body

_ROW = "| {} |"


def law_page(body: Body, chronicle: Chronicle, account: str) -> str:
    """The page: who votes, what a proposal of each class needs, and what may be spent. `account` is its CAIP-10 id."""
    return "\n".join(_lines(body, chronicle, account)) + "\n"


def _lines(body: Body, chronicle: Chronicle, account: str) -> Iterator[str]:
    heads = chronicle.ask(body.contract, "headcountAt", chronicle.now)
    yield f"# {_plain(body.name)}"
    yield ""
    yield f"`{account}`, as of block {chronicle.block}."
    yield ""
    yield (
        f"One person, one vote: {heads} {'person votes' if heads == 1 else 'persons vote'} here. A proposal is judged "
        "by the law and the members of the second before it was made. What it would do decides its class; if it does "
        "several things, it needs the most that any of them needs."
    )
    yield ""
    yield _ROW.format(" | ".join(["class", *(each.key.replace("_", " ") for each in LAW_FIELDS)]))
    yield "|---" * (len(LAW_FIELDS) + 1) + "|"
    for each in ProposalClass:
        if body.is_zone or each is not ProposalClass.EXPULSION:
            law = law_from(chronicle.ask(body.contract, "lawAt", int(each), chronicle.now))
            cells = [each.title, *(field.show(getattr(law, field.field)) for field in LAW_FIELDS)]
            yield _ROW.format(" | ".join(cells))
    yield ""
    yield (
        "Quorum is the share of all members who vote for or abstain; "
        "threshold is the share of for and against that is for."
    )
    yield ""
    last_votes, until = chronicle.ask(body.contract, "activity")
    if last_votes:
        base = chronicle.ask(body.contract, "quorumBaseAt", chronicle.now)
        over = f"{base} persons now" if until else f"all {heads} until somebody counts those"
        yield (
            f"It is the share of who voted or checked in within the last {last_votes} votes, as anybody counts them, "
            f"and of a quarter of the members at least: of {over}."
        )
        yield ""
    caps = list(_caps(body, chronicle))
    if caps:
        yield f"Ordinary spending may move in each epoch: {', '.join(caps)}."
        yield "A payment in any other asset takes a constitutional vote."
    else:
        yield "There is no ordinary spending: every payment takes a constitutional vote."


def _caps(body: Body, chronicle: Chronicle) -> Iterator[str]:
    told = chronicle.events("IWholeBody", [body.address], "CapSet")
    for address, each in dict.fromkeys((event.args["asset"], event.args["class"]) for event in told):
        limit = chronicle.ask(body.contract, "cap", each, address).limit
        if limit:
            yield _plain(str(Money(limit, body.client.asset(address))))


def _plain(text: str) -> str:
    """Text that Markdown takes as it is: anybody may have written it."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>#|!" else c for c in text)
