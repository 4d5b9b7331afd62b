"""What a mirror does about activity: who checks in, who counts, and over how many a quorum then counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.support.beside import Fact
from tests.support.bodies import Body, Person
from tests.support.model import Model
from tests.support.model.activity import MONTH, mask_in
from tests.support.model.calls import MILLION, SPENDING
from tests.support.model.counting import base_of
from zonedao.chain.receipts import Receipt


class CountSteps:
    """The part of a mirror that is about counts of the active members."""

    bodies: dict[str, Body]
    model: Model
    ids: dict[tuple[str, int], int]
    step: Callable[[str, Callable[[int], object], Callable[[], Receipt]], bool]

    def check_in(self, body: str, by: Person) -> bool:
        return self.step(
            "checkIn",
            lambda time: self.model.check_in(body, by.address, time),
            lambda: self.bodies[body].send("checkIn", by=by),
        )

    def open_recount(self, body: str, numbers: Sequence[int], words: Sequence[int], by: Person) -> bool:
        named = [self.ids[body, number] for number in numbers]
        return self.step(
            "openRecount",
            lambda time: self.model.open_recount(body, by.address, numbers, words, time),
            lambda: self.bodies[body].send("openRecount", named, list(words), by=by),
        )

    def continue_recount(self, body: str, numbers: Sequence[int], words: Sequence[int], by: Person) -> bool:
        named = [self.ids[body, number] for number in numbers]
        return self.step(
            "continueRecount",
            lambda time: self.model.continue_recount(body, by.address, numbers, words, time),
            lambda: self.bodies[body].send("continueRecount", named, list(words), by=by),
        )

    def facts_of_counts(self, address: str, body: Body, time: int) -> Iterator[Fact]:
        contract, here = body.contract, self.model.bodies[address]
        yield Fact(contract, "quorumBaseAt", (time,), base_of(here, time))
        if not here.counts.changes:
            return
        quorum = -(-base_of(here, time - 1) * here.law(SPENDING, time - 1).quorum // MILLION)
        yield Fact(contract, "quorum", (time - 1,), quorum)
        yield Fact(contract, "activity", (), (here.counts.last_votes, here.counts.good_until(time)), tuple)
        since = here.counts.settled[-1][0]
        if since:
            yield Fact(contract, "quorumBaseAt", (since - 1,), base_of(here, since - 1))
        for counter, count in here.counts.open.items():
            yield Fact(contract, "recountOf", (counter,), count.said, tuple)
        present = {person for person, at in here.counts.check_ins if at // MONTH == time // MONTH}
        yield Fact(contract, "checkedInSince", (0, time), mask_in(present, 0))
