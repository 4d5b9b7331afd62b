"""Who belongs to a body, and which industries there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.amounts import parse_money
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import command
from zonedao.cli.propose.money import DEFAULT_EPOCHS
from zonedao.cli.propose.motion import Motion, propose, proposing
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call


@command(propose)
@argument("name", "What it is called; with --charter its path there.")
@click.option(
    "--charter",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A charter that describes it: NAME is then its path there.",
)
@click.option("--member", "members", multiple=True, metavar="WHO", help="Born with this member; may be repeated.")
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="AMOUNT",
    help="May spend this much per epoch by ordinary vote, like 5 ETH; may be repeated, an asset each.",
)
@click.option(
    "--allow", "allowed", metavar="AMOUNT", help="May draw this much per epoch from the proposing body, like 2 ETH."
)
@click.option(
    "--epochs",
    metavar="N",
    type=click.IntRange(1),
    default=DEFAULT_EPOCHS,
    show_default=True,
    help="For how many epochs.",
)
@proposing
def found(
    motion: Motion,
    name: str,
    file: Path | None,
    members: tuple[str, ...],
    caps: tuple[str, ...],
    allowed: str | None,
    epochs: int,
) -> None:
    """Found an industry called NAME below the body, with the body's own laws.

    With --charter it is the industry at the path NAME of that file, such as elmcourt/food/dairy, with the laws,
    members, money and industries that the file gives it. Class: industry; with --allow also spending.

    Examples:
        zonedao propose found Bakery --member ben --member eva --cap "5 ETH" --allow "2 ETH" --epochs 6
        zonedao propose found elmcourt/food/dairy --charter elmcourt.toml
    Exit codes:
        8: the charter has mistakes, which are all listed
    See also:
        zonedao body list: where it is then
    """
    if file is not None:
        if members or caps or allowed:
            raise UsageProblem(
                "The charter says who its members are and what it may spend: leave the other options out."
            )
        _found_from_charter(motion, name, file)
        return

    from zonedao.governance.founding import address_of_industry, industry_plan

    def calls(body: Body) -> Sequence[Call]:
        people = [motion.session.somebody(body.zone, member) for member in members]
        limits = [parse_money(cap, body.zone) for cap in caps]
        plan = industry_plan(
            body, name, people, caps={each.asset.address: each.amount for each in limits}, nonce=body.proposal_count()
        )
        made = [body.calls.found(plan)]
        if allowed is not None:
            money = parse_money(allowed, body.zone)
            child = address_of_industry(body, plan)
            made.append(body.calls.allow(child, money.amount, epochs, money.asset.address))
        return made

    motion.put(calls)


def _found_from_charter(motion: Motion, path: str, file: Path) -> None:
    from zonedao.cli.charter import load_charter
    from zonedao.federation.founding import founding

    charter = load_charter(motion.session, file)
    industry = charter.body(path.strip("/"))
    above = path.strip("/").rpartition("/")[0]

    def calls(body: Body) -> Sequence[Call]:
        return founding(body.zone, charter, path.strip("/")).calls

    said = motion.where
    if said is not None and industry is not None and _path_in_charter(motion.session.body(said)) != above:
        raise UsageProblem(f"{path} is founded by {above}. Leave out --in, or say --in {above}.")
    purpose = industry.purpose if industry is not None else ""
    replace(motion, where=motion.where or above or None).put(calls, purpose)


def _path_in_charter(body: Body) -> str:
    """A charter knows the zone by its own name, not by what this user calls it."""
    from zonedao.text import slug

    return slug(body.zone.name) + body.path[len(body.zone.path) :]


@command(propose)
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@proposing
def admit(motion: Motion, people: tuple[str, ...]) -> None:
    """Admit persons: in a zone new ones by their addresses, in an industry members of the body above.

    Names of people do not go on the chain: it sees addresses. Class: membership.

    Examples:
        zonedao propose admit 0x90F79bf6EB2c4f870365E785982E1f101E93b906
        zonedao propose admit ben eva --in corner/kitchen
    See also:
        zonedao member enroll: where a module decides who is a person, no vote is needed
    """
    motion.put(lambda body: [body.calls.admit([motion.session.somebody(body.zone, who) for who in people])])


@command(propose)
@click.argument("who")
@proposing
def remove(motion: Motion, who: str) -> None:
    """End the membership of WHO: a name, an address or a number. In a zone this is expulsion.

    From an industry it ends at once. From a zone the vote gives notice of two weeks, in which WHO stays a member; then
    anybody ends it with `zonedao member finish-expulsion WHO`. Class: expulsion in a zone, membership in an industry.

    Examples:
        zonedao propose remove ben --in corner/kitchen
        zonedao propose remove 7 --in corner --text reasons.txt
    See also:
        zonedao propose keep: take the notice back
    """
    motion.put(lambda body: [body.calls.remove(motion.session.member(body.zone, who))])


@command(propose)
@click.argument("who")
@proposing
def keep(motion: Motion, who: str) -> None:
    """Take back the notice of expulsion that WHO was given. In a zone only.

    Within the two weeks of the notice. Class: expulsion.

    Examples:
        zonedao propose keep ben
    See also:
        zonedao propose remove: give notice
    """
    motion.put(lambda body: [body.calls.withdraw_expulsion(motion.session.member(body.zone, who))])


@command(propose)
@click.argument("who")
@click.argument("address")
@proposing
def recover(motion: Motion, who: str, address: str) -> None:
    """Give WHO, who lost their key or had it stolen, another key by its ADDRESS. In a zone only.

    Members can vouch for it without a vote (`member recover`), unless the old key objects. Class: constitutional.

    Examples:
        zonedao propose recover ben 0x90F79bf6EB2c4f870365E785982E1f101E93b906
    See also:
        zonedao member recover: without a vote
    """

    def calls(body: Body) -> Sequence[Call]:
        return [body.calls.recover(motion.session.member(body.zone, who), motion.session.somebody(body.zone, address))]

    motion.put(calls)
