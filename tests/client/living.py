"""A whole life of a zone, so that every event of ours has happened at least once."""

from __future__ import annotations

from tests.client.acting import Actors, reach
from tests.support.ballots import Subject, ballot, batch, signed
from tests.support.bodies import ABSTAIN, AGAINST, Body, transact
from tests.support.chain import deploy
from tests.support.market import RIVERSIDE, Market
from tests.support.plans import DAY, ETHER, HOUR
from tests.support.world import PEOPLE
from zonedao.addressbook import AddressBook
from zonedao.chain.signers import dev_account
from zonedao.governance.calls import PERSONHOOD_ROLE
from zonedao.governance.founding import industry_plan
from zonedao.governance.laws import ProposalClass
from zonedao.governance.proofs import PersonList

ALICE, BOB, CHARLIE, DAVE, ERIN, FRANK, GRACE, HEIDI, IVAN, JUDY, KEVIN, LAURA = PEOPLE
NEWCOMER = dev_account(30)
PAYEE = dev_account(31).address


def live(market: Market, book: AddressBook) -> tuple[Actors, Actors]:
    """Elmcourt and Riverside after all of it."""
    chain = market.chain
    elmcourt = Actors(chain, market.buyer.address, book)
    riverside = Actors(chain, market.seller.address, book, RIVERSIDE)
    _settle_trades(market, elmcourt, riverside)
    _home(riverside)
    _money(market, elmcourt)
    _members(elmcourt)
    _laws(elmcourt)
    _expire(elmcourt)
    _listings(market, riverside, elmcourt)
    _oversight(elmcourt)
    _persons(elmcourt)
    _keys(elmcourt)  # last, since nobody remembers the key of a recovery that lapsed meanwhile
    return elmcourt, riverside


def _oversight(elmcourt: Actors) -> None:
    """A zone holds up what an industry wants, and lets go."""
    zone = elmcourt.zone()
    wanted = elmcourt.body("food").propose_pay(PAYEE, 7, title="Held up").transact().value
    calls = zone.calls
    measures = [calls.object_to(wanted, DAY), calls.freeze("food", 5 * DAY)]
    elmcourt.decide(zone.propose(measures, "Hold the kitchen up"))
    food = elmcourt.body("food")
    wait = food.propose_pay(PAYEE, 7, title="Held up by its own").transact().value
    petition = food.open_petition(calls.object_to(wait, DAY)).transact().value
    others = [petition.acting_as(person.signer) for person in (BOB, DAVE)]
    others[0].sign().transact()
    petition.bring([others[1].sign_apart()]).transact()
    petition.enact().transact()
    ends = [calls.resume(wanted), calls.unfreeze("food"), calls.recall("food", line="enough")]
    elmcourt.decide(zone.propose(ends, "Let it go on"))
    _endings(elmcourt)


def _endings(elmcourt: Actors) -> None:
    """A body moves; another one ends, after its end was announced and taken back, and what hung under it hangs on."""
    zone = elmcourt.zone()
    food, bakery = elmcourt.body("food"), elmcourt.body("food/bakery")
    elmcourt.decide(food.propose_found(industry_plan(food, "Pantry", [1, 2]), title="A pantry"))
    pantry = elmcourt.body("food/pantry")
    elmcourt.decide(food.propose_offer_move("elmcourt/food/pantry", "elmcourt", title="Not ours"))
    elmcourt.decide(food.propose_withdraw_move("elmcourt/food/pantry", title="Ours"))
    elmcourt.decide(food.propose_offer_move("elmcourt/food/pantry", "elmcourt", title="Not ours after all"))
    offer = pantry.move_offer()
    assert offer is not None
    reach(elmcourt.chain, offer.ready_at + 1)
    elmcourt.decide(zone.propose_accept_move("elmcourt/food/pantry", title="A pantry for all"))
    elmcourt.decide(zone.propose_dissolve("food", title="No kitchen"))
    elmcourt.decide(zone.propose_withdraw_dissolution("food", title="A kitchen"))
    zone.treasury.deposit(9, body=food).transact()
    elmcourt.decide(zone.propose_dissolve("food", title="No kitchen after all"))
    reach(elmcourt.chain, food.dissolution().ready_at + 1)
    elmcourt.body("food").finish_dissolution().transact()
    assert elmcourt.zone().treasury.sweep("food").transact().value >= 9
    bakery.rehang().transact()


def _settle_trades(market: Market, elmcourt: Actors, riverside: Actors) -> None:
    """One trade settled below what was bought, one refunded."""
    sell, buy = riverside.zone().require_trade_post(), elmcourt.zone().require_trade_post()
    sell.attest(market.shipped, 30).transact()
    buy.attest(market.shipped, 28).transact()
    reach(market.chain, buy.trade(market.shipped).deadline + 1)
    buy.settle(market.shipped).transact()
    sell.withdraw().transact()
    reach(market.chain, buy.trade(market.agreed).deadline + 1)
    buy.settle(market.agreed).transact()
    buy.withdraw("elmcourt").transact()


def _home(riverside: Actors) -> None:
    """Orders delivered, lapsed, and so many that the surplus is short."""
    rosa, sven, tara = (riverside.zone(person).stores for person in RIVERSIDE[:3])
    rosa.report("flour", 1_000, evidence="count").transact()
    now = riverside.chain.now()
    number = tara.order("flour", 30, now + 5 * DAY).transact().value
    rosa.deliver(number, 10, evidence="receipt").transact()
    sven.deliver(number, 5).transact()
    late = tara.order("salt", 2, now + DAY).transact().value
    reach(riverside.chain, now + DAY + HOUR)
    rosa.lapse(late).transact()
    rosa.report("flour", 50).transact()
    rosa.report("flour", 900).transact()
    riverside.decide(riverside.zone().propose_set_good("flour", 120, 60, title="Keep more back"))
    riverside.decide(riverside.zone().propose_add_good("oats kg", 5, 5, title="Oats"))
    riverside.decide(riverside.zone().propose_set_keepers([1, 2, 3], title="Three keepers"))


def _money(market: Market, elmcourt: Actors) -> None:
    """Deposits, payments, allowances, draws through a body between, and withdrawals."""
    zone = elmcourt.zone()
    token = market.token.address
    zone.treasury.deposit(3 * ETHER, origin="gift", evidence="letter").transact()
    elmcourt.decide(zone.propose_pay(PAYEE, ETHER, line="wages", evidence="contract", title="Wages"))
    zone.treasury.withdraw(PAYEE).transact()
    elmcourt.decide(zone.propose_pay(PAYEE, 500, token, title="Wages in tokens"))
    bakery = elmcourt.body("food/bakery")
    elmcourt.decide(bakery.propose_pay(PAYEE, ETHER // 4, line="bread", title="Bread"))
    elmcourt.decide(zone.propose_pay(bakery.address, ETHER // 2, title="To the bakery itself"))
    zone.treasury.withdraw(bakery.address).transact()
    elmcourt.decide(bakery.propose_pay(PAYEE, ETHER // 8, title="From its own account"))
    elmcourt.decide(zone.propose_allow("food", 3 * ETHER, 2, line="more", title="More for food"))


def _members(elmcourt: Actors) -> None:
    """People come, leave, are removed and return; an industry is founded."""
    zone = elmcourt.zone()
    plan = industry_plan(zone, "Health", [1, 2, 3, 11, 12], caps={"0x" + "00" * 20: ETHER})
    elmcourt.decide(zone.propose_found(plan, allow=ETHER, epochs=2, title="Health"))
    elmcourt.decide(zone.propose_admit([NEWCOMER.address], title="A newcomer"))
    elmcourt.body("food", FRANK).leave().transact()
    elmcourt.body("food", CHARLIE).leave().transact()
    assert [each.index for each in elmcourt.body("food/bakery").strays()] == [3]
    elmcourt.body("food/bakery", LAURA).prune(3).transact()
    assert elmcourt.body("food/bakery").strays() == zone.strays() == ()
    elmcourt.decide(elmcourt.body("food").propose_remove(ERIN.address, title="Without Erin"))
    elmcourt.zone(LAURA).leave().transact()
    elmcourt.body("health").propose_pay(PAYEE, ETHER // 10, title="Applies the departure").transact()
    elmcourt.zone(KEVIN).leave().transact()
    elmcourt.decide(zone.propose_admit([LAURA.address], title="Laura again"))
    for gone in (JUDY, IVAN):
        elmcourt.decide(zone.propose_remove(gone.address, title=f"Without {gone.name}"), PEOPLE[:8])
    elmcourt.decide(zone.propose_withdraw_expulsion(IVAN.address, title="With Ivan"), PEOPLE[:8])
    elmcourt.decide(zone.propose_remove(GRACE.address, title="Never finished"), PEOPLE[:8])
    notice = zone.expulsion(JUDY.index)
    assert notice is not None
    reach(elmcourt.chain, notice.ready_at + 1)
    zone.finish_expulsion(JUDY.index).transact()


def _laws(elmcourt: Actors) -> None:
    """Laws, caps and a row change; proposals are withdrawn and sponsored; votes of every kind, some of others."""
    zone = elmcourt.zone()
    changed = zone.propose_set_law(ProposalClass.SPENDING, quorum_ppm=250_000, title="A higher quorum")
    elmcourt.decide(changed, PEOPLE[:9])
    elmcourt.decide(zone.propose_set_cap(12 * ETHER, title="A higher cap"), PEOPLE[:9])
    elmcourt.decide(zone.propose_set_dao_uri("https://example.org/dao.json", title="Who we are"), PEOPLE[:9])
    zone.propose_pay(PAYEE, 1, title="A mistake").transact().value.cancel().transact()
    defeated = zone.propose_pay(PAYEE, 2, title="Not wanted").transact().value
    reach(elmcourt.chain, defeated.opens_at + 1)
    defeated.vote("for").transact()
    defeated.acting_as(BOB.signer).vote("against", "too much").transact()
    defeated.acting_as(CHARLIE.signer).vote("abstain").transact()
    defeated.acting_as(DAVE.signer).vote("against").transact()
    subject = Subject(defeated.id, Body(elmcourt.chain, zone.address, PEOPLE))
    transact(subject.body.contract, "castVoteBySig", *signed(subject, AGAINST, ERIN))
    brought = [ballot(subject, AGAINST, person) for person in (BOB, FRANK, GRACE)] + [ballot(subject, ABSTAIN, HEIDI)]
    transact(subject.body.contract, "castBallots", subject.id, batch(*brought))
    for person in (BOB, CHARLIE, FRANK):
        elmcourt.zone(person).registry.delegate(ALICE.index).transact()
    elmcourt.zone().registry.dismiss(FRANK.index).transact()
    elmcourt.zone(GRACE).registry.delegate(HEIDI.index).transact()
    represented = zone.propose_pay(PAYEE, 4, title="Represented").transact().value
    reach(elmcourt.chain, represented.opens_at + 1)
    represented.vote("against", as_representative=True).transact()
    represented.acting_as(HEIDI.signer).vote("for", as_representative=True).transact()
    represented.count_followers(ALICE.index).transact()
    represented.count_followers(HEIDI.index).transact()
    represented.acting_as(BOB.signer).vote("for").transact()
    late = zone.propose_pay(PAYEE, 3, title="Decided late").transact().value
    reach(elmcourt.chain, late.closes_at - 60)
    for person in PEOPLE[:3]:
        late.acting_as(person.signer).vote("for").transact()
    elmcourt.decide(zone.propose_set_law(ProposalClass.EXPULSION, sponsors=2, title="Sponsors"), PEOPLE[:9])
    backed, waiting = (zone.propose_remove(HEIDI.address, title=f"Heidi, {n}").transact().value for n in (1, 2))
    backed.acting_as(BOB.signer).sponsor().transact()
    backed.acting_as(CHARLIE.signer).sponsor().transact()
    waiting.acting_as(DAVE.signer).sponsor().transact()
    elmcourt.decide(zone.propose_set_row("found", True, title="Industries by constitution"), PEOPLE[:9])


def _expire(elmcourt: Actors) -> None:
    """Queued proposals expire, paid from an account and from an allowance; one is released, one waits for it."""
    zone, bakery = elmcourt.zone(), elmcourt.body("food/bakery")
    own = elmcourt.pass_(zone.propose_pay(PAYEE, 7, title="Never paid").transact().value)
    drawn = elmcourt.pass_(bakery.propose_pay(PAYEE, ETHER // 3, title="Never drawn").transact().value)
    kept = elmcourt.pass_(zone.propose_pay(PAYEE, 9, title="Not released").transact().value)
    reach(elmcourt.chain, kept.status().expires_at + 1)
    own.release_expired().transact()
    drawn.release_expired().transact()


def _listings(market: Market, riverside: Actors, elmcourt: Actors) -> None:
    """Listings filled, taken back and expired; escrow taken back; a trade delivered; one under way."""
    chain = market.chain
    sell = riverside.zone()
    sell.stores.report("flour", 2_000).transact()
    sell.stores.report("salt", 1_000).transact()
    until = chain.now() + 20 * DAY
    price = 10**12
    for quantity in (40, 50):
        riverside.decide(sell.propose_sell("salt", quantity, price, until, title=f"Salt, {quantity}"))
    post = sell.require_trade_post()
    newest = post.listings(seller=sell.address)[-2:]
    sell.stores.report("salt", 1_000).transact()
    deadline = chain.now() + 9 * DAY
    buyer = elmcourt.zone()
    elmcourt.decide(buyer.propose_buy(newest[0].number, 40, deadline, price + 5, line="salt", title="All the salt"))
    ours = buyer.require_trade_post()
    number = ours.trades()[-1].number
    riverside.zone(RIVERSIDE[1]).require_trade_post().ship(number, "waybill").transact()
    post.attest(number, 40).transact()
    elmcourt.zone(BOB).require_trade_post().attest(number, 40, "waybill").transact()
    ours.settle(number).transact()
    key = ours.trade_key(buyer.address, newest[1].number, 1, price, deadline)
    elmcourt.decide(buyer.propose([buyer.calls.escrow(price, key)], "Escrow without a purchase"))
    riverside.decide(sell.propose_unlist(newest[1].number, title="No more salt"))
    reach(chain, deadline + 1)
    ours.reclaim(buyer.address, newest[1].number, 1, price, deadline).transact()
    for listing in post.listings(seller=sell.address):
        reach(chain, listing.expires_at + 1)
        post.expire(listing.number).transact()


def _keys(elmcourt: Actors) -> None:
    """Keys change: by oneself, by vouchers, against a veto, needlessly; one is under way. A page is written anew."""
    registers = {person: elmcourt.zone(person).registry for person in PEOPLE[:9]}
    registers[IVAN].rotate(dev_account(32).address).transact()
    registers[BOB].compact(0).transact()
    new = dev_account(33)
    for voucher in (BOB, CHARLIE, DAVE):
        registers[voucher].vouch_recovery(8, new.address).transact()
    registers[ALICE].vouch_recovery(7, dev_account(34).address).transact()
    registers[GRACE].veto_recovery().transact()
    registers[ERIN].vouch_recovery(6, dev_account(35).address).transact()
    registers[FRANK].rotate(dev_account(36).address).transact()
    recovery = registers[ALICE].recovery(8)
    assert recovery is not None
    reach(elmcourt.chain, recovery.ready_at + 1)
    elmcourt.zone(new).registry.finish_recovery(8).transact()
    elmcourt.zone(dev_account(36)).registry.vouch_recovery(1, dev_account(37).address).transact()


def _persons(elmcourt: Actors) -> None:
    """A new person comes in by a list, one who left returns, and a member proves to be on it."""
    zone = elmcourt.zone()
    lists = deploy(elmcourt.chain, "AllowList").address
    newcomer = dev_account(38)
    whose = {newcomer.address: b"\1" * 32, KEVIN.address: b"\2" * 32, BOB.address: b"\3" * 32}
    listed, voters = PersonList(tuple(whose.items())), [*PEOPLE[:5], GRACE, LAURA]
    elmcourt.decide(zone.propose_set_module(PERSONHOOD_ROLE, lists, title="A list"), voters)
    elmcourt.decide(zone.propose([zone.personhood.set_list(listed, "ipfs://list")], "Who"), voters)
    for who in (newcomer, KEVIN.signer, BOB.signer):
        elmcourt.zone(who).personhood.enroll(who.address, listed.proof(who.address)).transact()
