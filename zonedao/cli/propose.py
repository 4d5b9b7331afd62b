"""`zonedao propose`: what members can put to the vote of a body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import carry_out
from zonedao.cli.kit.amounts import parse_money, parse_quantity
from zonedao.cli.kit.bodies import evidence_of, evidence_option, in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.cli.kit.settings import SETTINGS, setting_calls
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.proposals import Proposal

DEFAULT_SALE = "30 days"
DEFAULT_EPOCHS = 12
DEFAULT_HOURS = 72


@click.group(cls=Group)
def propose() -> None:
    """Put something to the vote of a body. What is proposed decides what it takes to pass, not its title."""


def proposing(function: Any) -> Any:
    """The options that every proposal has."""
    title = click.option("--title", default="", metavar="TEXT", help="What readers see first; what it does by default.")
    text = click.option(
        "--text", "text_file", metavar="FILE", help="Reasons and details for readers; - reads standard input."
    )
    return in_option(title(text(function)))


# --- money ---


@command(propose)
@click.argument("who")
@click.argument("amount")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def pay(
    session: Session,
    who: str,
    amount: str,
    line: str,
    evidence: Path | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Pay AMOUNT, like 5 ETH, to WHO: a name, an address or a body."""

    def calls(body: Body) -> Sequence[Call]:
        money = parse_money(amount, body.zone)
        payee = session.payee(body.zone, who)
        return [body.calls.pay(payee, money.amount, money.asset.address, line, evidence_of(evidence))]

    _propose(session, where, title, text_file, calls)


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("amount")
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=DEFAULT_EPOCHS,
    show_default=True,
    help="How many epochs, this one included.",
)
@click.option("--from", "source", metavar="BODY", help="Whose account pays; the proposing body's by default.")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def allow(
    session: Session,
    child: str,
    amount: str,
    epochs: int,
    source: str | None,
    line: str,
    evidence: Path | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Let the industry BODY draw up to AMOUNT in each epoch. 0 ETH ends an allowance."""

    def calls(body: Body) -> Sequence[Call]:
        zone = body.zone
        money = parse_money(amount, zone, zero=True)
        paying = session.below(zone, source).address if source is not None else None
        return [
            body.calls.allow(
                session.below(zone, child).address,
                money.amount,
                epochs,
                money.asset.address,
                paying,
                line,
                evidence_of(evidence),
            )
        ]

    _propose(session, where, title, text_file, calls)


# --- members and bodies ---


@command(propose)
@click.argument("name")
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
    help="May spend this much per epoch by ordinary vote; may be repeated.",
)
@click.option("--allow", "allowed", metavar="AMOUNT", help="May draw this much per epoch from the proposing body.")
@click.option(
    "--epochs", type=click.IntRange(1), default=DEFAULT_EPOCHS, show_default=True, help="For how many epochs."
)
@proposing
def found(
    session: Session,
    name: str,
    file: Path | None,
    members: tuple[str, ...],
    caps: tuple[str, ...],
    allowed: str | None,
    epochs: int,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Found an industry called NAME below the body, with the body's own laws.

    With --charter it is the industry at the path NAME of that file, such as elmcourt/food/dairy, with the laws,
    members, money and industries that the file gives it.
    """
    if file is not None:
        if members or caps or allowed:
            raise UsageProblem(
                "The charter says who its members are and what it may spend: leave the other options out."
            )
        _found_from_charter(session, name, file, where, title, text_file)
        return

    from zonedao.governance.founding import address_of_industry, industry_plan

    def calls(body: Body) -> Sequence[Call]:
        people = [session.somebody(body.zone, member) for member in members]
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

    _propose(session, where, title, text_file, calls)


def _found_from_charter(
    session: Session, path: str, file: Path, where: str | None, title: str, text_file: str | None
) -> None:
    from zonedao.cli.charter import load_charter
    from zonedao.federation.founding import founding

    charter = load_charter(session, file)
    industry = charter.body(path.strip("/"))
    above = path.strip("/").rpartition("/")[0]

    def calls(body: Body) -> Sequence[Call]:
        return founding(body.zone, charter, path.strip("/")).calls

    if where is not None and industry is not None and _path_in_charter(session.body(where)) != above:
        raise UsageProblem(f"{path} is founded by {above}. Leave out --in, or say --in {above}.")
    purpose = industry.purpose if industry is not None else ""
    _propose(session, where or above or None, title, text_file, calls, purpose)


def _path_in_charter(body: Body) -> str:
    """A charter knows the zone by its own name, not by what this user calls it."""
    from zonedao.text import slug

    return slug(body.zone.name) + body.path[len(body.zone.path) :]


@command(propose)
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@proposing
def admit(session: Session, people: tuple[str, ...], where: str | None, title: str, text_file: str | None) -> None:
    """Admit persons: in a zone new ones by their addresses, in an industry members of the body above."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.admit([session.somebody(body.zone, who) for who in people])],
    )


@command(propose)
@click.argument("who")
@proposing
def remove(session: Session, who: str, where: str | None, title: str, text_file: str | None) -> None:
    """End the membership of WHO: a name, an address or a number. In a zone this is expulsion.

    From an industry it ends at once. From a zone the vote gives notice of two weeks, in which WHO stays a member; then
    anybody ends it with `zonedao member finish-expulsion WHO`.
    """
    _propose(session, where, title, text_file, lambda body: [body.calls.remove(session.member(body.zone, who))])


@command(propose)
@click.argument("who")
@proposing
def keep(session: Session, who: str, where: str | None, title: str, text_file: str | None) -> None:
    """Take back the notice of expulsion that WHO was given. In a zone only."""
    _propose(
        session, where, title, text_file, lambda body: [body.calls.withdraw_expulsion(session.member(body.zone, who))]
    )


@command(propose)
@click.argument("who")
@click.argument("address")
@proposing
def recover(session: Session, who: str, address: str, where: str | None, title: str, text_file: str | None) -> None:
    """Give WHO, who lost their key or had it stolen, another key by its ADDRESS. In a zone only."""

    def calls(body: Body) -> Sequence[Call]:
        return [body.calls.recover(session.member(body.zone, who), session.somebody(body.zone, address))]

    _propose(session, where, title, text_file, calls)


# --- bodies below ---


def _proposal_of(session: Session, body: Body, child: str, number: str) -> Proposal:
    return session.below(body.zone, child).proposal(number)


@command(propose, "object")
@click.argument("child", metavar="BODY")
@click.argument("number", metavar="N")
@click.option("--for", "time", metavar="TIME", default="7 days", show_default=True, help="How long, at most 7 days.")
@proposing
def object_(
    session: Session, child: str, number: str, time: str, where: str | None, title: str, text_file: str | None
) -> None:
    """Hold up proposal N of the industry BODY, once. Afterwards it goes on where it stood."""
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(time)
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.object_to(_proposal_of(session, body, child, number), seconds)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("number", metavar="N")
@proposing
def resume(session: Session, child: str, number: str, where: str | None, title: str, text_file: str | None) -> None:
    """No longer hold up proposal N of the industry BODY."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.resume(_proposal_of(session, body, child, number))],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("time", metavar="TIME")
@proposing
def freeze(session: Session, child: str, time: str, where: str | None, title: str, text_file: str | None) -> None:
    """Let the industry BODY queue and execute nothing for TIME, like "5 days". Its votes go on."""
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(time)
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.freeze(session.below(body.zone, child).address, seconds)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def unfreeze(session: Session, child: str, where: str | None, title: str, text_file: str | None) -> None:
    """End the freeze of the industry BODY."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.unfreeze(session.below(body.zone, child).address)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("office")
@click.argument("people", nargs=-1, required=True, metavar="WHO...")
@click.option("--for", "time", metavar="TIME", default="90 days", show_default=True, help="How long, at most 90 days.")
@proposing
def replace(
    session: Session,
    child: str,
    office: str,
    people: tuple[str, ...],
    time: str,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Name WHO, members of this body, to OFFICE of the industry BODY, until its next term of that office begins."""
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(time)

    def calls(body: Body) -> Sequence[Call]:
        persons = [session.member(body.zone, who) for who in people]
        return [body.calls.replace_officers(session.below(body.zone, child).address, office, persons, seconds)]

    _propose(session, where, title, text_file, calls)


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("office")
@proposing
def restore(session: Session, child: str, office: str, where: str | None, title: str, text_file: str | None) -> None:
    """Give OFFICE of the industry BODY back to who was elected, before the replacement ends."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.restore_officers(session.below(body.zone, child).address, office)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def dissolve(session: Session, child: str, where: str | None, title: str, text_file: str | None) -> None:
    """Announce the end of the industry BODY. Two weeks later anybody can finish it (`body finish`)."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.dissolve(session.below(body.zone, child).address)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def preserve(session: Session, child: str, where: str | None, title: str, text_file: str | None) -> None:
    """Take back that the industry BODY is to be dissolved."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.withdraw_dissolution(session.below(body.zone, child).address)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("to", metavar="TO")
@proposing
def move(session: Session, child: str, to: str, where: str | None, title: str, text_file: str | None) -> None:
    """Offer the industry BODY to the body TO, which can take it two weeks later (`propose take`)."""

    def calls(body: Body) -> Sequence[Call]:
        return [body.calls.offer_move(session.below(body.zone, child).address, session.below(body.zone, to).address)]

    _propose(session, where, title, text_file, calls)


@command(propose)
@click.argument("child", metavar="BODY")
@proposing
def hold(session: Session, child: str, where: str | None, title: str, text_file: str | None) -> None:
    """Take back that the industry BODY is offered to another body."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.withdraw_move(session.below(body.zone, child).address)],
    )


@command(propose)
@click.argument("offered", metavar="BODY")
@proposing
def take(session: Session, offered: str, where: str | None, title: str, text_file: str | None) -> None:
    """Take the industry BODY, which the body above it offered, below this one."""
    _propose(
        session,
        where,
        title,
        text_file,
        lambda body: [body.calls.accept_move(session.below(body.zone, offered).address)],
    )


@command(propose)
@click.argument("child", metavar="BODY")
@click.argument("asset", default="ETH")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def recall(
    session: Session,
    child: str,
    asset: str,
    line: str,
    evidence: Path | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """End the allowance of the industry BODY in ASSET. What is reserved already is still paid."""

    def calls(body: Body) -> Sequence[Call]:
        wanted = body.zone.asset(asset).address
        return [body.calls.recall(session.below(body.zone, child).address, wanted, line, evidence_of(evidence))]

    _propose(session, where, title, text_file, calls)


# --- laws, keepers, goods ---


@command(propose, "set")
@click.argument("what", type=click.Choice(sorted(SETTINGS)))
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@proposing
def set_(
    session: Session, what: str, values: tuple[str, ...], where: str | None, title: str, text_file: str | None
) -> None:
    """Change what the body goes by.

    \b
    set law CLASS FIELD=VALUE...    set law spending quorum=30% voting_period="3 days"
    set cap AMOUNT                  set cap "40 ETH"; 0 ETH removes the cap
    set row CALL constitutional     set row pay constitutional; set row pay ordinary takes it back
    set activity VOTES              set activity 4: quorums over who was active in the last 4 votes; set activity off
    set good NAME FIELD=VALUE...    set good bread safety=20 entitlement=12
                                    set good "flour (kg)" safety=0 entitlement=5 adds one
    set keepers WHO...              set keepers dan eva
    set module ROLE ADDRESS         set module stores 0x…, set module post 0x…
                                    set module personhood vouching, allow-list, attester, or 0x…
                                    set module elections, set module wishes: those that all zones share
                                    set module verifier bls12-381; set module verifier none
    set persons FILE [URI]          set persons list.csv; set persons none (where the module is allow-list)
    set attester WHO                set attester ada; set attester none (where the module is attester)
    set uri URI                     set uri https://example.org/dao.json (ERC-4824); set uri none
    """
    _propose(session, where, title, text_file, lambda body: setting_calls(session, body, what, values))


# --- elections and wishes ---

vote_option = click.option(
    "--vote", "vote_time", default="7 days", show_default=True, metavar="LENGTH", help="How long the vote is."
)
reveal_option = click.option(
    "--reveal", "reveal_time", metavar="LENGTH", help="Secret ballots: how long they can be revealed after the vote."
)
quorum_option = click.option(
    "--quorum", default="0 %", show_default=True, metavar="SHARE", help="Share of the members who must vote."
)


@command(propose)
@click.argument("subject")
@click.argument("options", nargs=-1, required=True, metavar="OPTION...")
@click.option(
    "--budget", type=click.IntRange(0), help="What the winners may cost together; options are then NAME=COST."
)
@click.option("--most", type=click.IntRange(1), default=1, show_default=True, help="How many options win at most.")
@click.option(
    "--threshold", default="0 %", show_default=True, metavar="SHARE", help="Share of the ballots that a winner needs."
)
@quorum_option
@vote_option
@reveal_option
@proposing
def poll(
    session: Session,
    subject: str,
    options: tuple[str, ...],
    budget: int | None,
    most: int,
    threshold: str,
    quorum: str,
    vote_time: str,
    reveal_time: str | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Let the members approve of options about SUBJECT, like swings, or with a budget swings=400."""
    from zonedao.cli.kit.amounts import parse_share
    from zonedao.cli.kit.times import parse_duration
    from zonedao.governance.elections import PollTerms

    names, costs = (list(options), []) if budget is None else _costs(options)

    def calls(body: Body) -> Sequence[Call]:
        terms = PollTerms(
            subject,
            names,
            costs,
            budget or 0,
            most,
            parse_share(threshold),
            parse_share(quorum),
            parse_duration(vote_time),
            parse_duration(reveal_time) if reveal_time is not None else 0,
        )
        return [body.calls.open_poll(terms)]

    _propose(session, where, title, text_file, calls)


def _costs(options: tuple[str, ...]) -> tuple[list[str], list[int]]:
    parts = [option.rpartition("=") for option in options]
    for (name, _, cost), option in zip(parts, options, strict=True):
        if not name or not cost.isdecimal():
            raise UsageProblem(
                f"{option!r} has no cost. With a budget write every option as NAME=COST, like swings=400."
            )
    return [name for name, _, _ in parts], [int(cost) for _, _, cost in parts]


@command(propose)
@click.argument("office")
@click.option(
    "--by", type=click.Choice(["approval", "stv"]), default="approval", show_default=True, help="How it is counted."
)
@click.option("--seats", type=click.IntRange(1, 16), default=1, show_default=True, help="How many are elected.")
@quorum_option
@click.option(
    "--stand",
    "stand_time",
    default="7 days",
    show_default=True,
    metavar="LENGTH",
    help="How long candidates can stand.",
)
@vote_option
@reveal_option
@click.option("--term", default="52 weeks", show_default=True, metavar="LENGTH", help="How long the term is.")
@click.option(
    "--delay", metavar="LENGTH", help="From the end of the vote to the beginning of the term; none by default."
)
@proposing
def election(
    session: Session,
    office: str,
    by: str,
    seats: int,
    quorum: str,
    stand_time: str,
    vote_time: str,
    reveal_time: str | None,
    term: str,
    delay: str | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Have officers elected to OFFICE, a text of up to 32 bytes."""
    from zonedao.cli.kit.amounts import parse_share
    from zonedao.cli.kit.times import parse_duration
    from zonedao.governance.elections import Kind, OfficeTerms

    def calls(body: Body) -> Sequence[Call]:
        terms = OfficeTerms(
            office,
            Kind.STV if by == "stv" else Kind.APPROVAL,
            seats,
            parse_share(quorum),
            parse_duration(stand_time),
            parse_duration(vote_time),
            parse_duration(reveal_time) if reveal_time is not None else 0,
            parse_duration(delay) if delay is not None else 0,
            parse_duration(term),
        )
        return [body.calls.open_election(terms)]

    _propose(session, where, title, text_file, calls)


@command(propose)
@click.argument("name")
@click.argument("least", type=click.IntRange(0))
@click.argument("most", type=click.IntRange(1))
@click.option("--step", type=click.IntRange(1), default=1, show_default=True, help="From one value to the next.")
@click.option("--first", type=click.IntRange(0), help="The value to begin with; the least by default.")
@click.option("--move", type=click.IntRange(1), default=1, show_default=True, help="Most steps that one reading moves.")
@quorum_option
@click.option("--epoch", default="30 days", show_default=True, metavar="LENGTH", help="How long between two readings.")
@proposing
def parameter(
    session: Session,
    name: str,
    least: int,
    most: int,
    step: int,
    first: int | None,
    move: int,
    quorum: str,
    epoch: str,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Let the members set NAME, a whole number from LEAST to MOST, by the median of their wishes. These bounds stay."""
    from zonedao.cli.kit.amounts import parse_share
    from zonedao.cli.kit.times import parse_duration
    from zonedao.governance.wishes import ParameterTerms

    def calls(body: Body) -> Sequence[Call]:
        begins = least if first is None else first
        terms = ParameterTerms(name, least, most, step, begins, move, parse_share(quorum), parse_duration(epoch))
        return [body.calls.open_parameter(terms)]

    _propose(session, where, title, text_file, calls)


# --- trade ---


@command(propose)
@click.argument("good")
@click.argument("quantity")
@click.argument("price")
@click.option(
    "--least", type=click.IntRange(1), default=1, show_default=True, help="Fewest units one purchase may take."
)
@click.option(
    "--until",
    metavar="WHEN",
    default=DEFAULT_SALE,
    show_default=True,
    help="When the listing ends: a date or how long from now.",
)
@click.option(
    "--ship-hours",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from agreement to shipment.",
)
@click.option(
    "--attest-hours",
    type=click.IntRange(1),
    default=DEFAULT_HOURS,
    show_default=True,
    help="Hours from shipment until both sides have attested.",
)
@proposing
def sell(
    session: Session,
    good: str,
    quantity: str,
    price: str,
    least: int,
    until: str,
    ship_hours: int,
    attest_hours: int,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Offer QUANTITY of a GOOD to other zones at PRICE per unit, like 0.02 ETH."""
    from zonedao.cli.kit.goods import find_good, unit_of
    from zonedao.cli.kit.times import parse_moment

    def calls(body: Body) -> Sequence[Call]:
        wanted = find_good(body.zone, good)
        units = parse_quantity(quantity, unit_of(wanted.name))
        money = parse_money(price, body.zone)
        ends = parse_moment(until, body.client.now())
        return [
            body.calls.sell(
                wanted.number, units, money.amount, ends, money.asset.address, least, ship_hours, attest_hours
            )
        ]

    _propose(session, where, title, text_file, calls)


@command(propose)
@click.argument("listing", type=click.IntRange(1))
@click.argument("quantity")
@click.option("--max-price", metavar="AMOUNT", help="Most that is paid per unit; the listing's price by default.")
@click.option("--until", metavar="WHEN", help="By when it must be executed; the end of the listing by default.")
@click.option("--line", default="", metavar="TEXT", help="Plan line, at most 32 bytes.")
@evidence_option
@proposing
def buy(
    session: Session,
    listing: int,
    quantity: str,
    max_price: str | None,
    until: str | None,
    line: str,
    evidence: Path | None,
    where: str | None,
    title: str,
    text_file: str | None,
) -> None:
    """Buy QUANTITY from LISTING of another zone: the price goes into escrow and comes back if nothing arrives."""
    from zonedao.cli.kit.goods import unit_of
    from zonedao.cli.kit.times import parse_moment

    def calls(body: Body) -> Sequence[Call]:
        offer = body.zone.require_trade_post().listing(listing)
        units = parse_quantity(quantity, unit_of(body.client.speaker.good_of(offer.stores, offer.good)))
        ends = offer.expires_at if until is None else parse_moment(until, body.client.now())
        most = None if max_price is None else parse_money(max_price, body.zone)
        if most is not None and most.asset != offer.asset:
            raise UsageProblem(f"Listing {listing} is sold for {offer.asset.symbol}, not {most.asset.symbol}.")
        limit = None if most is None else most.amount
        return body.calls.buy(listing, units, ends, limit, line, evidence_of(evidence))

    _propose(session, where, title, text_file, calls)


# --- anything ---


@command(propose)
@click.argument("target", metavar="ADDRESS")
@click.argument("data", metavar="CALLDATA")
@proposing
def call(session: Session, target: str, data: str, where: str | None, title: str, text_file: str | None) -> None:
    """Call any contract with CALLDATA (0x-hex). What has no class of its own is constitutional."""
    try:
        raw = bytes.fromhex(data.removeprefix("0x"))
    except ValueError:
        raise UsageProblem(f"{data!r} is no calldata. Write it as 0x and hexadecimal digits.") from None
    _propose(session, where, title, text_file, lambda body: [body.calls.raw(target, raw)])


# --- inside ---


def _propose(
    session: Session,
    where: str | None,
    title: str,
    text_file: str | None,
    calls: Callable[[Body], Sequence[Call]],
    default_text: str = "",
) -> None:
    session.require_signer()
    text = _text(text_file) or default_text
    body = session.body(where)

    def make() -> Any:
        wanted = calls(body)
        return body.propose(wanted, title or _title(body, wanted), text)

    def told(outcome: Outcome[Proposal]) -> tuple[Any, list[str]]:
        made = outcome.value
        from zonedao.times import moment

        here = session.place(body.zone, body.path)
        place = "" if body.is_zone and len(session.book.zones()) == 1 else f" --in {here}"
        result = {
            "body": body.path,
            "number": made.number,
            "id": made.hex_id,
            "opens_at": made.opens_at,
            "closes_at": made.closes_at,
        }
        opens = moment(made.opens_at, body.client.now())
        return result, [f"It is proposal {made.number}. Vote from {opens}: zonedao vote {made.number} for{place}"]

    carry_out(session, body.client, make, told)


def _title(body: Body, calls: Sequence[Call]) -> str:
    from zonedao.client import Client
    from zonedao.explain.calls import explain_call

    # A title goes on the chain, where names of people never go: nobody's address book is used, and nobody is "you".
    stranger = Client(body.client.connection)
    same = stranger.zone(body.zone.address, deploy_block=body.zone.deploy_block).body_at(body.address)
    said = "; ".join(explain_call(stranger.speaker, each.target, each.data, same).sentence for each in calls)
    return said[:1].upper() + said[1:]


def _text(file: str | None) -> str:
    if file is None:
        return ""
    try:
        with click.open_file(file, encoding="utf-8") as handle:
            return str(handle.read())
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is no UTF-8 text. Save it as one.") from None
    except OSError as problem:
        raise UsageProblem(f"{file} cannot be read ({(problem.strerror or '').lower()}). Check its path.") from None
