"""What waits for somebody: votes, money, goods, trades, elections, and proposals that only need a push."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zonedao.actions import Action
from zonedao.ballots.casting import ballot_here
from zonedao.chain.contract import fetch_logs
from zonedao.chain.events import decode_logs
from zonedao.chain.interface import shipped
from zonedao.errors import ContractRevert, NotFound, Refused
from zonedao.governance import followers
from zonedao.governance.proposals import Proposal, ProposalState, Support
from zonedao.times import moment
from zonedao.trade.post import ListingState, next_step

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone
    from zonedao.trade.post import TradePost

Kind = Literal[
    "sponsor", "vote", "queue", "execute", "release", "withdraw", "collect", "report", "deliver", "lapse", "ship",
    "attest", "settle", "expire", "veto", "finish", "appeal", "expel", "followers",
    "plead", "dissolve", "rehang", "sweep", "sign", "enact",
    "ballot", "post", "recount",
    "stand", "elect", "commit", "reveal", "count", "recall", "close", "wish", "read",
]  # fmt: skip

_FOLLOWED = ("ProposalCreated", "ProposalNumbered", "ProposalExtended", "ProposalQueued", "ProposalExecuted",
             "ProposalCanceled", "ReservationsReleased")  # fmt: skip
_LONGEST_GRACE_SECONDS = 7 * 86_400  # that a law can have (ConstitutionAffairs.sol, `_most`)


@dataclass(frozen=True)
class Todo:
    """One thing that waits.

    `text` says what, and until when; `where` is the path of the body; `number` is that of the proposal, order, listing,
    trade or election, 0 where there is none; `by` is when it is too late (unix seconds, 0: never). `yours` is false
    for what anyone may do. `action` does it; None where a choice or a count must be made first. `asset` is the symbol
    of what is due, empty where nothing is; `name` that of a parameter, or the index of who is to be recalled.
    """

    kind: Kind
    where: str
    number: int
    text: str
    by: int
    yours: bool
    action: Action[Any] | None = None
    asset: str = ""
    name: str = ""


def todo(zone: Zone, person: str) -> tuple[Todo, ...]:
    """What waits for the holder of an address in a zone: their own things first, the most urgent ones first."""
    from zonedao import todo_elections, todo_oversight

    found = [*_key(zone, person), *_notices(zone, person), *_proposals(zone, person), *_money(zone, person)]
    found += [
        *todo_oversight.waiting(zone, person),
        *_goods(zone, person),
        *_trades(zone, person),
        *_quorums(zone),
        *todo_elections.waiting(zone, person),
    ]
    return tuple(sorted(found, key=lambda each: (not each.yours, each.by or 2**63)))


# --- keys ---


def _key(zone: Zone, person: str) -> Iterator[Todo]:
    """Others say that this person lost their key, who is here to say that it is not so; or that this is the new one."""
    registry, now, speaker = zone.registry, zone.client.now(), zone.client.speaker
    index = registry.index_of(person)
    recovery = registry.recovery(index) if index else None
    if recovery is not None:
        say = "says" if len(recovery.vouchers) == 1 else "say"
        text = f"veto: {', '.join(str(each) for each in recovery.vouchers)} {say} that you lost your key, and that "
        text += f"{speaker.who(recovery.new_key)} is yours; "
        by = recovery.ready_at or recovery.expires_at
        if recovery.ready_at and now >= recovery.ready_at:
            by = recovery.expires_at
            text += f"it can take your place at any moment until {moment(by, now)}"
        else:
            text += f"do so before {moment(by, now)}"
        yield Todo("veto", zone.path, 0, text, by, True, registry.veto_recovery())
    for found in registry.recoveries_for(person) if not index else ():
        if found.ready_at and now >= found.ready_at:
            text = f"become the key of {found.person}, as others vouched, by {moment(found.expires_at, now)}"
            action = registry.finish_recovery(found.person.index)
            yield Todo("finish", zone.path, found.person.index, text, found.expires_at, True, action)


# --- expulsions ---


def _notices(zone: Zone, person: str) -> Iterator[Todo]:
    """Who has notice may ask the others to think again; what has run out anybody can finish."""
    index, now = zone.registry.index_of(person), zone.client.now()
    for noticed in dict.fromkeys(event.args["index"] for event in zone.events("ExpulsionNoticed")):
        notice = zone.expulsion(noticed)
        if notice is None:
            continue
        who = zone.client.speaker.person(noticed, zone)
        if now >= notice.ready_at:
            text = f"finish the expulsion of {who} by {moment(notice.expires_at, now)}, after which it lapses"
            yield Todo("expel", zone.path, noticed, text, notice.expires_at, False, zone.finish_expulsion(noticed))
        elif noticed == index:
            text = f"you are expelled from {zone.path} {moment(notice.ready_at, now)}, unless a vote takes it back"
            yield Todo("appeal", zone.path, noticed, text, notice.ready_at, True)


# --- proposals ---


def _proposals(zone: Zone, person: str) -> Iterator[Todo]:
    member = zone.registry.index_of(person) != 0
    now = zone.client.now()
    for body, events in _followed(zone).items():
        done = {
            event.args["proposalId"]
            for event in events
            if event.name in ("ProposalExecuted", "ProposalCanceled", "ReservationsReleased")
        }
        queued = {
            event.args["proposalId"]: event.args["etaSeconds"] for event in events if event.name == "ProposalQueued"
        }
        created = [event for event in events if event.name == "ProposalCreated"]
        extended = [event for event in events if event.name == "ProposalExtended"]
        for numbered in (event for event in events if event.name == "ProposalNumbered"):
            identity = numbered.args["proposalId"]
            if identity in done:
                continue
            proposal = Proposal.from_events(body, numbered, created, extended)
            if now <= proposal.opens_at:
                if member and _may(proposal, person, "sponsor"):
                    yield _sponsor(proposal, now)
            elif proposal.opens_at < now <= proposal.closes_at:
                if member and _may(proposal, person, "castVote", int(Support.ABSTAIN)):
                    yield _vote(proposal, person, now)
                elif member:
                    yield from _followers(proposal, zone.registry.index_of(person), now)
            elif now > proposal.closes_at:
                yield from _pushes(proposal, queued.get(identity, 0), now)


def _followed(zone: Zone) -> dict[Body, list[Event]]:
    """What happened to the proposals of each body, in one request."""
    bodies = {body.address: body for body in zone.bodies()}
    kind = shipped("IWholeBody")
    topics = [["0x" + kind.event(name).topic.hex() for name in _FOLLOWED]]
    raw = fetch_logs(zone.connection, list(bodies), topics, zone.deploy_block)
    found: dict[Body, list[Event]] = {body: [] for body in bodies.values()}
    for event in decode_logs(raw, kind):
        found[bodies[event.address]].append(event)
    return found


def _may(proposal: Proposal, person: str, function: str, *args: int) -> bool:
    """Whether the chain would take this person's signature or vote now."""
    data = proposal.body.contract.encode(function, proposal.id, *args)
    try:
        proposal.body.client.connection.call(proposal.body.address, data, sender=person)
    except ContractRevert:
        return False
    return True


def _sponsor(proposal: Proposal, now: int) -> Todo:
    missing = proposal.status().sponsors_missing
    text = (
        f"sponsor {_named(proposal)}, if it should be voted on; it needs {missing} more by "
        f"{moment(proposal.opens_at, now)}"
    )
    return _about(proposal, "sponsor", text, True, proposal.opens_at, proposal.sponsor())


def _vote(proposal: Proposal, person: str, now: int) -> Todo:
    """Whoever signed a ballot here has voted, as far as it is posted in time."""
    closes = f"it closes {moment(proposal.closes_at, now)}"
    found = ballot_here(proposal, person)
    if found is None:
        return _about(proposal, "vote", f"vote on {_named(proposal)}; {closes}", True)
    said = "to abstain" if found.support is Support.ABSTAIN else f"“{found.support.title}”"
    until = int(proposal.body.contract.call("batchDeadline", proposal.id))
    if now > until:
        text = f"vote on {_named(proposal)}: your ballot {said} was not counted while batches were; {closes}"
        return _about(proposal, "vote", text, True)
    by = moment(until, now)
    if found.in_box:
        text = f"post your ballot {said} on {_named(proposal)}, which is in the ballot box here, by {by}"
        return _about(proposal, "post", text, True, until)
    text = (
        f"your ballot {said} on {_named(proposal)} is signed and not counted yet; whoever collects can post it until "
        f"{by}. If nobody does, vote directly; {closes}"
    )
    return _about(proposal, "ballot", text, True, until)


def _followers(proposal: Proposal, person: int, now: int) -> Iterator[Todo]:
    """This person voted as a representative, and some who follow them are not counted yet."""
    if followers.representative(proposal, person) is None:
        return
    by = int(proposal.body.contract.call("batchDeadline", proposal.id))
    if now <= by and followers.waiting(proposal, person):
        text = f"have those who follow you counted on {_named(proposal)}; it is possible until {moment(by, now)}"
        yield _about(proposal, "followers", text, True, by, proposal.count_followers(person))


def _pushes(proposal: Proposal, eta: int, now: int) -> Iterator[Todo]:
    if not eta and now > proposal.closes_at + _LONGEST_GRACE_SECONDS:
        return
    state = proposal.state
    if state in (ProposalState.SUCCEEDED, ProposalState.QUEUED) and proposal.status().held_up_until:
        return  # by an objection or a freeze: pushing it would be refused
    if state is ProposalState.SUCCEEDED:
        until = proposal.status().expires_at
        text = f"queue {_named(proposal)}, which passed; it expires {moment(until, now)}"
        yield _about(proposal, "queue", text, False, until, proposal.queue())
    elif state is ProposalState.QUEUED and now >= eta:
        until = proposal.status().expires_at
        text = f"execute {_named(proposal)}, which is due; it expires {moment(until, now)}"
        yield _about(proposal, "execute", text, False, until, proposal.execute())
    elif state is ProposalState.EXPIRED and eta and _reserved(proposal):
        text = f"free what the expired {_named(proposal)} had reserved"
        yield _about(proposal, "release", text, False, 0, proposal.release_expired())


def _reserved(proposal: Proposal) -> bool:
    """Whether money was set aside for it when it was queued."""
    kind = shipped("ITreasury")
    spending = [kind.function(name).selector for name in ("pay", "escrow")]
    vault = proposal.body.zone.treasury.address
    return any(call.target == vault and call.data[:4] in spending for call in proposal.calls)


def _about(
    proposal: Proposal, kind: Kind, text: str, yours: bool, by: int | None = None, action: Action[Any] | None = None
) -> Todo:
    until = proposal.closes_at if by is None else by
    return Todo(kind, proposal.body.path, proposal.number, text, until, yours, action)


def _named(proposal: Proposal) -> str:
    return f"proposal {proposal.number} of {proposal.body.path}, “{proposal.title}”"


# --- quorums ---


def _quorums(zone: Zone) -> Iterator[Todo]:
    """Bodies whose quorums would count over the active members, if only somebody counted them."""
    for body in zone.bodies():
        if not body.counts_active():
            continue
        try:
            action = body.recount()
        except Refused:
            continue  # too few votes to count by
        text = f"count the active members of {body.path}: quorums count over all members until somebody does"
        yield Todo("recount", body.path, 0, text, 0, False, action)


# --- money ---


def _money(zone: Zone, person: str) -> Iterator[Todo]:
    bodies = {body.address: body for body in zone.bodies()}
    for due in zone.treasury.dues():
        action = zone.treasury.withdraw(due.payee, due.money.asset.address)
        asset = due.money.asset.symbol
        if due.payee == person:
            yield Todo("withdraw", zone.path, 0, f"withdraw {due.money}, which are due to you", 0, True, action, asset)
        elif due.payee in bodies:
            path = bodies[due.payee].path
            yield Todo("withdraw", path, 0, f"collect {due.money}, which are due to {path}", 0, False, action, asset)


# --- goods ---


def _goods(zone: Zone, person: str) -> Iterator[Todo]:
    try:
        stores = zone.stores
    except NotFound:
        return
    if not stores.is_keeper(person):
        return
    now = zone.client.now()
    names = stores.good_names()
    speaker = zone.client.speaker
    for order in stores.orders():
        what = f"{order.left} {names.get(order.good, f'of good {order.good}')}"
        if now > order.due_at:
            text = f"end order {order.number}, whose day has passed with {what} not delivered"
            yield Todo("lapse", zone.path, order.number, text, 0, False, stores.lapse(order.number))
        else:
            who = speaker.person(order.person, zone)
            text = f"hand {what} to {who} (order {order.number}) by {moment(order.due_at, now)}"
            yield Todo("deliver", zone.path, order.number, text, order.due_at, True)
    for good in stores.goods():
        if good.stale:
            counted = f"counted {moment(good.reported_at, now)}, too long ago" if good.reported_at else "never counted"
            text = f"count {good.name}: it was {counted}, so that none can be exported"
            yield Todo("report", zone.path, good.number, text, 0, True)


# --- trades ---


def _trades(zone: Zone, person: str) -> Iterator[Todo]:
    post = zone.trade_post
    if post is None:
        return
    now = zone.client.now()
    for trade in post.trades(only_open=True):
        step = next_step(trade, now)
        ours = step.sides and set(post.keeps_for(trade, person)) & set(step.sides)
        name = f"trade {trade.number} ({trade.price})"
        if step.verb == "settle":
            action = post.settle(trade.number)
            yield Todo("settle", zone.path, trade.number, f"settle {name}: {step.otherwise}", 0, False, action)
        elif step.verb == "ship" and ours:
            text = f"ship {name} by {moment(step.by, now)}; otherwise {step.otherwise}"
            yield Todo("ship", zone.path, trade.number, text, step.by, True)
        elif step.verb == "attest" and ours:
            text = f"attest what arrived of {name} by {moment(step.by, now)}; otherwise {step.otherwise}"
            yield Todo("attest", zone.path, trade.number, text, step.by, True)
    yield from _of_the_post(zone, post, now)


def _of_the_post(zone: Zone, post: TradePost, now: int) -> Iterator[Todo]:
    """Listings that ended, and money that waits at the post for a body of the zone."""
    assets = {asset.address for asset in zone.treasury.assets()}
    for body in zone.bodies():
        for listing in post.listings(seller=body.address):
            assets.add(listing.asset.address)
            if listing.state is ListingState.OPEN and now > listing.expires_at:
                text = f"end listing {listing.number}, whose day has passed with {listing.left} units left"
                yield Todo("expire", body.path, listing.number, text, 0, False, post.expire(listing.number))
        for asset in sorted(assets):
            due = post.due(body.address, asset)
            if due.amount:
                text = f"collect {due} that wait for {body.path} at the trade post"
                action = post.withdraw(body.address, asset)
                yield Todo("collect", body.path, 0, text, 0, False, action, due.asset.symbol)
