"""`zonedao election`: choices of options, elections of officers, recall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.text import did_you_mean, one_of, share

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.elections import Election, Elections

number_argument = argument(
    "number",
    "The number of an election in its body; `zonedao election list` shows them.",
    metavar="N",
    type=click.IntRange(1),
)
choices_argument = argument(
    "choices",
    "Numbers of choices, as `zonedao election show` lists them.",
    metavar="CHOICE...",
    nargs=-1,
    type=click.IntRange(1),
    required=True,
)


@click.group(cls=Group)
def election() -> None:
    """Polls and elections of a body, which `zonedao propose poll` and `zonedao propose election` open."""


@command(election, "list", uses=READS)
@in_option
@live_option
def list_(session: Session, where: str | None, live: bool) -> None:
    """Elections of the body, and where each one is.

    Examples:
        zonedao election list --in corner/kitchen
    See also:
        zonedao election show: everything about one
    """

    def shown(body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
        at = body.require_elections()
        found = [at.election(number) for number in at.numbers()]
        rows = [
            [str(each.number), each.about, each.kind.title, each.phase.title, str(each.ballots), _won(body, each)]
            for each in found
        ]
        head = ("NO", "ABOUT", "KIND", "PHASE", "BALLOTS", "WON")
        lines = session.out.table(head, rows, right=(0, 4), empty="There was none yet.")
        return {"body": body.path, "block": block, "elections": [_document(body, each) for each in found]}, lines

    session.out.show(*read(session, where, live, shown))


@command(election, uses=READS)
@number_argument
@in_option
@live_option
def show(session: Session, number: int, where: str | None, live: bool) -> None:
    """Everything about election N: choices with their numbers, times, results.

    Choices are voted for by these numbers.

    Examples:
        zonedao election show 3 --in corner/kitchen
    See also:
        zonedao election vote: vote
    """

    def shown(body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
        found = body.require_elections().election(number)
        return {"body": body.path, "block": block, "election": _document(body, found)}, list(_lines(body, found))

    session.out.show(*read(session, where, live, shown))


@command(election, uses=READS)
@click.argument("office")
@in_option
@live_option
def officers(session: Session, office: str, where: str | None, live: bool) -> None:
    """Who holds OFFICE now.

    Examples:
        zonedao election officers treasurer
    See also:
        zonedao election petition: have somebody recalled
    """
    session.out.show(*read(session, where, live, partial(_officers, office)))


def _officers(office: str, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """Who holds an office, as a document and as lines."""
    from zonedao.times import moment

    at = body.require_elections()
    people = [body.zone.registry.person(index) for index in at.officers(office)]
    lines = [each.name or each.key for each in people] or _nobody(at, office)
    document = [{"person": each.index, "name": each.name, "address": each.key} for each in people]
    until = at.replaced_until(office)
    if until:
        lines.append(f"Named by the body above until {moment(until, body.client.now())}.")
    return (
        {"body": body.path, "block": block, "office": office, "officers": document, "replaced_until": until or None},
        lines,
    )


def _nobody(at: Elections, office: str) -> list[str]:
    """That nobody holds an office, and which there are where nobody was ever to be elected to that one."""
    from zonedao.governance.electing import Kind

    offices = sorted({each.about for each in map(at.election, at.numbers()) if each.kind is not Kind.POLL})
    if office in offices:
        return ["Nobody."]
    known = f" There are elections to {', '.join(offices)}." if offices else ""
    return [f"Nobody: there was never an election to {office!r}.{did_you_mean(office, offices)}{known}"]


@command(election)
@number_argument
@in_option
def stand(session: Session, number: int, where: str | None) -> None:
    """Become a candidate in election N, which accepts the office if elected.

    You need to be a member, and it must still be open to candidates.

    Examples:
        zonedao election stand 3
    See also:
        zonedao election show: who else stands
    """
    _act(session, where, lambda at: at.stand(number))


@command(election)
@number_argument
@choices_argument
@in_option
def vote(session: Session, number: int, choices: tuple[int, ...], where: str | None) -> None:
    """Vote in election N, for good: approved choices, or candidates in the order of your preference, by number.

    `zonedao election show N` lists the numbers. Where the ballot is secret, commit instead.

    Examples:
        zonedao election vote 3 2 5
    Exit codes:
        4: it is not open, you are no elector, or you have voted: nothing was sent
    See also:
        zonedao election commit: where ballots are secret
    """
    _act(session, where, lambda at: at.vote(number, choices))


@command(election)
@number_argument
@choices_argument
@in_option
def commit(session: Session, number: int, choices: tuple[int, ...], where: str | None) -> None:
    """Commit to a secret ballot in election N. Remember it: you reveal the very same after the vote.

    The chain sees a hash until you reveal it; a ballot that is never revealed is not counted. What makes it secret is
    derived from your account and kept nowhere.

    Examples:
        zonedao election commit 3 2 5
    See also:
        zonedao election reveal: after the vote
    """
    _act(session, where, lambda at: at.commit(number, choices))


@command(election)
@number_argument
@choices_argument
@in_option
def reveal(session: Session, number: int, choices: tuple[int, ...], where: str | None) -> None:
    """Reveal the ballot that you committed to in election N, so that it counts.

    After the vote and before the end of the revealing; it must be the very same ballot.

    Examples:
        zonedao election reveal 3 2 5
    Exit codes:
        4: it is another ballot than the one you committed to, or not the time
    See also:
        zonedao election show: until when
    """
    _act(session, where, lambda at: at.reveal(number, choices))


@command(election)
@number_argument
@in_option
def count(session: Session, number: int, where: str | None) -> None:
    """Count election N and decide it; where there are very many ballots, the next ones. Anyone may.

    Examples:
        zonedao election count 3
    See also:
        zonedao election show: the result
    """
    session.require_signer()
    body = session.body(where)
    at = body.require_elections()

    def told(_: Any) -> tuple[Any, list[str]]:
        found = at.election(number)
        decided = found.phase.name == "DECIDED"
        more = [] if decided else [f"More ballots are to be counted: zonedao election count {number}"]
        return {"decided": decided, "winners": list(found.winners)}, more

    carry_out(session, body.client, lambda: at.decide(number), told)


@command(election)
@number_argument
@in_option
def resign(session: Session, number: int, where: str | None) -> None:
    """Give up the office that you were elected to in election N.

    It cannot be taken back.

    Examples:
        zonedao election resign 3
    See also:
        zonedao propose election: have somebody else elected
    """
    _act(session, where, lambda at: at.resign(number))


@command(election)
@number_argument
@click.argument("who")
@in_option
def petition(session: Session, number: int, who: str, where: str | None) -> None:
    """Sign for the recall of WHO, who was elected in election N. A tenth of the members brings it to a vote.

    Examples:
        zonedao election petition 3 ben
    See also:
        zonedao election recall: vote on it then
    """
    _act(session, where, lambda at: at.petition(number, session.member(at.body.zone, who)))


@command(election)
@number_argument
@click.argument("who")
@click.argument("choice", type=click.Choice(["for", "against", "close"]))
@in_option
def recall(session: Session, number: int, who: str, choice: str, where: str | None) -> None:
    """Vote for or against the recall of WHO, elected in election N; or close that vote after its end.

    Examples:
        zonedao election recall 3 ben for
        zonedao election recall 3 ben close
    See also:
        zonedao election officers: who holds the office
    """

    def make(at: Elections) -> Action[None]:
        found = at.petition_against(number, session.member(at.body.zone, who))
        return at.close_recall(found) if choice == "close" else at.vote_recall(found, choice == "for")

    _act(session, where, make)


@command(election)
@argument("which", "The contract that is put on the chain.", type=click.Choice(["elections", "wishes"]))
@in_option
def deploy(session: Session, which: str, where: str | None) -> None:
    """Put the contract for elections or wishes, which all zones of a chain share, on the chain. Once is enough.

    It has no owner. A zone lists it by a vote.

    Examples:
        zonedao election deploy elections --in corner
    See also:
        zonedao propose set: `set module elections` and `set module wishes` list them
    """
    from zonedao.federation.modules import put_module, voting_module

    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: put_module(zone.client, voting_module(which)))


# --- inside ---


def _act(session: Session, where: str | None, make: Callable[[Elections], Action[None]]) -> None:
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: make(body.require_elections()))


def _choices(body: Body, found: Election) -> list[str]:
    if found.options:
        return list(found.options)
    return [str(body.zone.registry.person(index).name or f"person {index}") for index in found.persons]


def _won(body: Body, found: Election) -> str:
    names = _choices(body, found)
    return ", ".join(one_of(names[number - 1]) for number in found.winners)


def _document(body: Body, found: Election) -> dict[str, Any]:
    costs = found.costs or (None,) * len(_choices(body, found))
    counts = found.approvals or (None,) * len(costs)
    return {
        "number": found.number,
        "kind": found.kind.name.lower(),
        "phase": found.phase.title,
        "about": found.about,
        "seats": found.seats,
        "choices": [
            {"number": number, "name": name, "cost": cost, "approvals": approvals}
            for number, (name, cost, approvals) in enumerate(zip(_choices(body, found), costs, counts, strict=True), 1)
        ],
        "secret": found.secret,
        "ballots": found.ballots,
        "quorum_ppm": found.quorum_ppm,
        "opens_at": found.opens_at,
        "closes_at": found.closes_at,
        "revealed_at": found.revealed_at,
        "term_from": found.term_from or None,
        "term_until": found.term_until or None,
        "winners": list(found.winners),
    }


def _lines(body: Body, found: Election) -> Iterator[str]:
    from zonedao.times import moment

    now = body.client.now()
    yield f"Election {found.number} of {body.path}: {one_of(found.about)} ({found.kind.title}), {found.phase.title}"
    yield f"Votes from {moment(found.opens_at, now)} to {moment(found.closes_at, now)}"
    if found.secret:
        yield f"Secret ballots, revealed until {moment(found.revealed_at, now)}"
    if found.term_until:
        yield f"Term from {moment(found.term_from, now)} to {moment(found.term_until, now)}"
    yield f"{found.ballots} ballots; {share(found.quorum_ppm)} of the members must vote; {found.seats} to be chosen"
    for number, name in enumerate(map(one_of, _choices(body, found)), 1):
        cost = f", cost {found.costs[number - 1]}" if found.costs else ""
        approvals = f", {found.approvals[number - 1]} approve" if found.approvals else ""
        yield f"  {number}. {name}{cost}{approvals}{', won' if number in found.winners else ''}"
