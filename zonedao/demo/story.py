"""The story itself: Elm Court and Millbrook are founded, govern, pay and trade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zonedao.demo.stage import Stage
from zonedao.times import DAY, HOUR

if TYPE_CHECKING:
    from zonedao.charter.plans import DeploymentPlan
    from zonedao.governance.zone import Zone

ETHER = 10**18

CHAPTERS = (
    "Two charters become two zones",
    "The treasuries receive what friends of the zones give",
    "Elm Court admits a new member",
    "Elm Court funds its school",
    "The school pays a teacher out of its allowance",
    "Millbrook's own people are served first",
    "Millbrook offers what is left, Elm Court buys",
    "The grain travels, both sides attest, the trade is settled",
)


def play(stage: Stage, plans: Mapping[str, DeploymentPlan]) -> dict[str, Zone]:
    """Play all chapters. Raises what a step raises; nothing is tried twice."""
    chapters = iter(enumerate(CHAPTERS, 1))

    def chapter() -> None:
        number, title = next(chapters)
        stage.tell.chapter(number, len(CHAPTERS), title)

    chapter()
    zones = {name: _found(stage, plan) for name, plan in plans.items()}
    elmcourt, millbrook = zones["elmcourt"], zones["millbrook"]

    chapter()
    _give(stage, elmcourt, 60 * ETHER)
    _give(stage, millbrook, 25 * ETHER)

    chapter()
    _admit_rudi(stage, elmcourt)
    chapter()
    _fund_the_school(stage, elmcourt)
    chapter()
    _pay_the_teacher(stage, elmcourt)
    chapter()
    _serve_home(stage, millbrook)
    chapter()
    _agree(stage, seller=millbrook, buyer=elmcourt)
    chapter()
    _fulfil(stage, seller=millbrook, buyer=elmcourt)
    return zones


def _found(stage: Stage, plan: DeploymentPlan) -> Zone:
    from zonedao.federation import deploy

    deployment = deploy(stage.connection, stage.key("founder"), plan, gas_price_wei=stage.client.gas_price_wei)
    for sent in deployment.sent:
        stage.record(f"found {plan.name}: {sent.name}", "founder", sent.receipt.hash, sent.receipt.gas_used)
    zone = stage.meet(deployment)
    depth = max(body.depth for body in zone.bodies())
    stage.tell.aside(
        f"{zone.name} stands: {len(deployment.people)} members, {len(zone.bodies()) - 1} industries on {depth} levels."
    )
    return zone


def _give(stage: Stage, zone: Zone, amount: int) -> None:
    stage.act(zone, "friend", f"deposit for {zone.name}", lambda z: z.treasury.deposit(amount))


def _admit_rudi(stage: Stage, zone: Zone) -> None:
    stage.decide(
        zone,
        zone.path,
        "admit Rudi",
        "ada",
        lambda body: body.propose_admit(
            [stage.address("rudi")], title="Admit Rudi", text="He has lived on the third floor since spring."
        ),
        in_favour=("ada", "ben", "cleo", "dan", "eva"),
        against=("finn",),
    )
    stage.pass_time(2 * HOUR, "Two hours pass: Rudi has been a member for as long as the law asks of a voter.")


def _fund_the_school(stage: Stage, zone: Zone) -> None:
    stage.decide(
        zone,
        zone.path,
        "fund the school",
        "lea",
        lambda body: body.propose_allow(
            "education", 8 * ETHER, 4, line="school", title="Eight ether an epoch for the school", text="Until summer."
        ),
        in_favour=("lea", "mio", "nora", "kim", "jon", "rudi"),
        against=("hugo",),
    )


def _pay_the_teacher(stage: Stage, zone: Zone) -> None:
    school = zone.body("education").path
    stage.decide(
        zone,
        school,
        "pay the teacher",
        "jon",
        lambda body: body.propose_pay(
            stage.address("teacher"),
            3 * ETHER // 2,
            line="wages",
            evidence="timesheet January",
            title="January's lessons",
        ),
        in_favour=("jon", "kim", "lea"),
    )
    stage.act(zone, "teacher", "withdraw the pay", lambda z: z.treasury.withdraw())


def _midnight(stage: Stage, days: int) -> int:
    """The midnight before the same time in so many days. Seconds would change the hash of a proposal, and with it by a
    few units what it costs to send: chains that tell the story side by side would not agree on the gas."""
    return (stage.connection.now() // DAY + days) * DAY


def _serve_home(stage: Stage, zone: Zone) -> None:
    due = _midnight(stage, 14)
    stage.act(zone, "rosa", "count the grain", lambda z: z.stores.report("grain", 1_000, evidence="count by Rosa"))
    order = stage.act(zone, "olga", "Olga orders grain", lambda z: z.stores.order("grain", 15, due))
    stage.act(zone, "vera", "Vera orders grain", lambda z: z.stores.order("grain", 20, due))
    stage.act(zone, "sami", "deliver to Olga", lambda z: z.stores.deliver(order))
    good = zone.stores.good("grain")
    stage.tell.aside(
        f"{good.stock} kg in store, {good.safety} kept back, {good.home} still on order at home: "
        f"{good.surplus} kg are surplus."
    )


def _agree(stage: Stage, *, seller: Zone, buyer: Zone) -> None:
    stage.decide(
        seller,
        seller.path,
        "offer grain",
        "paul",
        lambda body: body.propose_sell(
            "grain",
            500,
            ETHER // 500,
            _midnight(stage, 30),
            title="Sell 500 kg of grain",
            text="What the house and the mill do not need.",
        ),
        in_favour=("paul", "quinn", "rosa", "olga", "will"),
        against=("zoe",),
    )
    listing = buyer.require_trade_post().listings()[-1]
    stage.decide(
        buyer,
        buyer.path,
        "buy grain",
        "cleo",
        lambda body: body.propose_buy(
            listing.number,
            300,
            _midnight(stage, 10),
            line="grain",
            title="Buy 300 kg of grain from Millbrook",
        ),
        in_favour=("cleo", "ada", "ben", "rudi", "ines"),
    )


def _fulfil(stage: Stage, *, seller: Zone, buyer: Zone) -> None:
    trade = buyer.require_trade_post().trades()[-1].number
    stage.act(seller, "rosa", "ship the grain", lambda z: z.require_trade_post().ship(trade, "waybill 1"))
    stage.act(seller, "sami", "Millbrook attests", lambda z: z.require_trade_post().attest(trade, 300))
    stage.act(buyer, "dan", "Elm Court attests", lambda z: z.require_trade_post().attest(trade, 300))
    stage.act(buyer, "eva", "settle the trade", lambda z: z.require_trade_post().settle(trade))
    stage.act(seller, "rosa", "collect the proceeds", lambda z: z.require_trade_post().withdraw())
