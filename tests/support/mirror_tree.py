"""A grove beside its model: who is above whom, what is about to end or to move, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.beside import Fact
from tests.support.bodies import Body, transact
from tests.support.grove import EPOCHS, Grove, laws_of
from tests.support.mirror import Mirror
from tests.support.model import NOBODY, Model
from tests.support.model import Law as ModelLaw
from tests.support.model.calls import CANCELED, DAY, DEFEATED, EXECUTED, EXPIRED, EXPULSION
from tests.support.plans import COIN, EPOCH_SECONDS
from tests.support.world import World
from zonedao.chain.contract import BoundContract
from zonedao.chain.embedded import GENESIS_TIMESTAMP
from zonedao.chain.events import Event

# What may still be told of a body that is gone, by itself and by the treasury: members go, money goes to the heir.
AFTERWARDS = {"MembershipEnded", "MemberLeft", "MemberPruned", "ReservationsReleased", "CapCharged", "BodyRehung"}
MONEY_AFTERWARDS = {"Deposited", "Collected", "Released", "Swept"}


class TreeMirror(Mirror):
    """The grove of the tests and a model of it, kept in step. Its members vote without voting keys."""

    world: Grove

    def __init__(self, world: Grove, many: BoundContract) -> None:
        self.gone: set[str] = set()
        super().__init__(world, many)
        self.assets = (COIN,)
        self.born_at = {body: self.model.levels(body) for body in self.bodies}

    def bodies_of(self, world: World) -> tuple[Body, ...]:
        assert isinstance(world, Grove)
        return tuple(body for _, body in world.grown)

    def model_of(self, world: World) -> Model:
        assert isinstance(world, Grove)
        zone = world.zone.address
        born_at = world.registry.call("person", 1).admittedAt
        model = Model(zone, world.post.address, GENESIS_TIMESTAMP, EPOCH_SECONDS)
        food, bakery = world.food.address, world.bakery.address
        above = {food: zone, bakery: food, world.oven.address: bakery, world.works.address: zone}
        for planned, body in world.grown:
            laws = [ModelLaw(*law) for law in laws_of(planned)]
            if body.address != zone:
                laws[EXPULSION] = ModelLaw(0, 0, 0, 0, 0, 0, 0)
            keys = [person.address for person in planned.people]
            model.found(body.address, above.get(body.address), laws, {COIN: planned.cap}, keys, born_at)
        for planned, body in world.grown:
            if planned.limit:
                model.grant(body.address, COIN, planned.limit, EPOCHS, zone, born_at)
            if planned.funds:
                model.books.deposit(body.address, COIN, planned.funds)
        return model

    # --- steps ---

    def finish(self, body: str) -> bool:
        done = self.step(
            "finishDissolution",
            lambda time: self.model.finish(body, time),
            lambda: self.bodies[body].send("finishDissolution"),
        )
        if done:
            self.gone.add(body)
        return done

    def rehang(self, body: str) -> bool:
        return self.step("rehang", lambda time: self.model.rehang(body, time), lambda: self.bodies[body].send("rehang"))

    def sweep(self, body: str) -> bool:
        return self.step(
            "sweep",
            lambda time: self.model.sweep(body, COIN, time),
            lambda: transact(self.world.treasury, "sweep", body, COIN),
        )

    def watch(self, event: Event) -> None:
        """Nobody acts for a body that is gone."""
        if event.address in self.gone:
            assert event.name in AFTERWARDS, event.name
        if event.address == self.world.treasury.address and event.args.get("body") in self.gone:
            assert event.name in MONEY_AFTERWARDS, event.name

    # --- comparing ---

    def facts(self, time: int) -> Iterator[Fact]:
        yield from super().facts(time)
        for address, body in self.bodies.items():
            yield from self._facts_of_place(address, body, time)

    def facts_of_keys(self, time: int) -> Iterator[Fact]:
        yield from ()

    def facts_of_keys_at(self, snapshot: int) -> Iterator[Fact]:
        yield from ()

    def _facts_of_place(self, address: str, body: Body, time: int) -> Iterator[Fact]:
        contract, here, model = body.contract, self.model.bodies[address], self.model
        # From anywhere the way up ends at the zone, and is never longer than at first, nor than the body believes.
        line: list[str] = [address]
        while (above := model.parents[line[-1]]) is not None:
            assert above not in line
            line.append(above)
        assert line[-1] == model.root
        assert len(line) - 1 <= min(here.depth, self.born_at[address])
        assert here.children == {
            name for name, each in model.bodies.items() if each.parent == address and not each.ended
        }
        yield Fact(contract, "parent", (), here.parent or NOBODY)
        yield Fact(contract, "depth", (), here.depth)
        yield Fact(contract, "root", (), model.root)
        for moment in {time - DAY, time - 20 * DAY, here.above[-1][0] - 1} - {-1}:
            yield Fact(contract, "parentAt", (moment,), here.parent_at(moment) or NOBODY)
        for other in self.bodies:
            yield Fact(contract, "isChild", (other,), other in here.children)
        ended = here.ended[0] if here.ended else 0
        yield Fact(contract, "dissolution", (), (*here.ending(time), ended), tuple)
        yield Fact(contract, "moveOffer", (), here.offered(time), tuple)
        if not here.ended:
            return
        # Nothing of it is open, nor ever will be; and what it had is on its way to the body above.
        states = {proposal.state(time) for proposal in here.proposals}
        assert states <= {CANCELED, DEFEATED, EXPIRED, EXECUTED}
