"""The story of `zonedao demo`, each step typed: what the demo shows, members do with the command line.

It is played on a local node by a process for each command. Then the demo plays on a fresh node at the same address,
and the same commands must read the same figures there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.elmcourt import PEOPLE, ROOT
from tests.support.newcomer import PASSWORD, Newcomer, newcomer
from zonedao import charter
from zonedao.chain.accounts import KeyStore
from zonedao.chain.local import free_port
from zonedao.chain.signers import dev_key
from zonedao.demo.stage import FOUNDER, FRIEND, NEWCOMER, TEACHER

__all__ = ["newcomer"]

pytestmark = pytest.mark.once

SCHOOL = "elmcourt/education"
# The zones, and the bodies that decide something.
DECIDING = {"elmcourt": ("elmcourt", SCHOOL), "millbrook": ("millbrook",)}
KEYS = {name: number for number, name in enumerate(PEOPLE)} | {
    "founder": FOUNDER,
    "friend": FRIEND,
    "teacher": TEACHER,
    "rudi": NEWCOMER,
}
COMPLAINT = re.compile(r"error|warning|traceback|refused|failed|cannot", re.IGNORECASE)
# What depends on the second at which a step happened.
MOMENTS = re.compile(r"id|block|.*_at|deadline")


class Storyteller:
    """Types what everybody of the story does, and keeps the steps by the names that the demo gives them."""

    def __init__(self, typist: Newcomer) -> None:
        self.typist = typist
        self.steps: list[tuple[str, str]] = []

    def ask(self, words: str) -> Any:
        """The document that a command prints, which must have nothing to complain of."""
        done = self.typist.type(words, as_json=True)
        assert not COMPLAINT.search(done.err), f"zonedao {words}\n{done.err}"
        return done.json

    def act(self, name: str, actor: str, words: str) -> Any:
        """Somebody sends something; the result."""
        self.steps.append((name, actor))
        return self._send(actor, words)

    def found(self, zone: str) -> None:
        """The founder deploys a charter; every transaction is a step."""
        made = self.ask(f"deploy {zone}.toml --account founder --yes")
        self.steps += [(f"found {zone}: {each['name']}", "founder") for each in made["sent"]]

    def decide(
        self,
        name: str,
        place: str,
        proposer: str,
        words: str,
        *,
        in_favour: Sequence[str],
        against: Sequence[str] = (),
    ) -> None:
        """Carry a proposal of a body through: proposed, voted on, queued and executed."""
        made = self.act(f"{name}: propose", proposer, f"propose {words} --in {place}")
        number = made["number"]
        self.wait_until(made["opens_at"])
        votes = [(voter, "for") for voter in in_favour] + [(voter, "against") for voter in against]
        at_once(lambda vote: self._send(vote[0], f"vote {number} {vote[1]} --in {place}"), votes)
        self.steps += [(f"{name}: vote", voter) for voter, _ in votes]
        self.wait_until(made["closes_at"])
        self.act(f"{name}: queue", proposer, f"queue {number} --in {place}")
        self.wait_until(self.ask(f"proposal show {number} --in {place}")["executable_at"])
        self.act(f"{name}: execute", proposer, f"execute {number} --in {place}")

    def wait_until(self, moment: int) -> None:
        """Let time go by until just after a moment."""
        self.ask(f"chain skip {moment - self.ask('chain status')['time'] + 1}s")

    def paper(self, text: str) -> str:
        """A file with a text in it."""
        name = f"{len(list(self.typist.folder.glob('paper-*')))}"
        (self.typist.folder / f"paper-{name}").write_text(text)
        return f"paper-{name}"

    def _send(self, actor: str, words: str) -> Any:
        sent = self.ask(f"{words} --account {actor} --yes")
        assert sent["sent"] is True
        assert sent["events"], words
        return sent["result"]


def at_once(function: Callable[[Any], object], items: Iterable[Any]) -> None:
    """Do the same for all, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(function, items))


@pytest.fixture
def storyteller(newcomer: Newcomer) -> Storyteller:
    """Somebody with the charters and everybody's key, which another tool has made."""
    for zone in DECIDING:
        shutil.copy(ROOT / "examples" / f"{zone}.toml", newcomer.folder)
    handed_over = KeyStore(newcomer.folder / "handed over")
    for name, number in KEYS.items():
        # With a small work factor, so that opening one costs nothing.
        handed_over.import_raw(name, dev_key(number).hex(), PASSWORD, work_factor=2)
    teller = Storyteller(newcomer)
    at_once(lambda name: teller.ask(f"account import {name} 'handed over/{name}.json'"), KEYS)
    return teller


def test_story(storyteller: Storyteller) -> None:
    ask = storyteller.ask
    # Both stories begin with an epoch and are over before it ends, so that it matters to neither how fast they go.
    law = charter.load(storyteller.typist.folder / "elmcourt.toml")
    port = free_port()
    node = ask(f"chain up --port {port}")
    beginning = law.epoch_seconds - (node["time"] - law.epoch_start) % law.epoch_seconds
    ask(f"chain skip {beginning}s")
    tell(storyteller)
    typed = figures(storyteller)
    ask("chain down")

    ask(f"chain up --fresh --port {port}")
    ask(f"chain skip {beginning}s")
    demo = ask(f"demo --network {node['kind']}")
    assert demo["network"] == node["kind"]
    assert storyteller.steps == [(step["name"], step["actor"]) for step in demo["steps"]]
    assert typed == figures(storyteller)
    assert_told(demo, typed)
    ask("chain down")


def tell(story: Storyteller) -> None:
    """All chapters of zonedao/demo/story.py."""
    act, decide, ask, paper = story.act, story.decide, story.ask, story.paper

    # Two charters become two zones.
    for zone in DECIDING:
        story.found(zone)

    # The treasuries receive what friends of the zones give.
    act("deposit for Elmcourt", "friend", "deposit '60 ETH' --in elmcourt")
    act("deposit for Millbrook", "friend", "deposit '25 ETH' --in millbrook")

    # Elm Court admits a new member.
    reasons = paper("He has lived on the third floor since spring.")
    decide(
        "admit Rudi",
        "elmcourt",
        "ada",
        f"admit rudi --title 'Admit Rudi' --text {reasons}",
        in_favour=("ada", "ben", "cleo", "dan", "eva"),
        against=("finn",),
    )
    ask("chain skip 2h")

    # Elm Court funds its school.
    decide(
        "fund the school",
        "elmcourt",
        "lea",
        "allow education '8 ETH' --epochs 4 --line school --title 'Eight ether an epoch for the school' "
        f"--text {paper('Until summer.')}",
        in_favour=("lea", "mio", "nora", "kim", "jon", "rudi"),
        against=("hugo",),
    )

    # The school pays a teacher out of its allowance.
    timesheet = paper("timesheet January")
    decide(
        "pay the teacher",
        SCHOOL,
        "jon",
        f"""pay teacher '1.5 ETH' --line wages --evidence {timesheet} --title "January's lessons" """,
        in_favour=("jon", "kim", "lea"),
    )
    (wages,) = ask("todo --account teacher")["todo"]
    assert wages["kind"] == "withdraw"
    act("withdraw the pay", "teacher", wages["command"].removeprefix("zonedao "))

    # Millbrook's own people are served first.
    act("count the grain", "rosa", f"stock report grain 1000 --evidence {paper('count by Rosa')} --in millbrook")
    order = act("Olga orders grain", "olga", "order grain '15 kg' --until '14 days' --in millbrook")["order"]
    act("Vera orders grain", "vera", "order grain '20 kg' --until '14 days' --in millbrook")
    act("deliver to Olga", "sami", f"deliver {order} --in millbrook")

    # Millbrook offers what is left, Elm Court buys.
    decide(
        "offer grain",
        "millbrook",
        "paul",
        "sell grain '500 kg' '0.002 ETH' --until '30 days' --title 'Sell 500 kg of grain' "
        f"--text {paper('What the house and the mill do not need.')}",
        in_favour=("paul", "quinn", "rosa", "olga", "will"),
        against=("zoe",),
    )
    listing = ask("trade list --in elmcourt")["listings"][-1]["number"]
    decide(
        "buy grain",
        "elmcourt",
        "cleo",
        f"buy {listing} '300 kg' --until '10 days' --line grain --title 'Buy 300 kg of grain from Millbrook'",
        in_favour=("cleo", "ada", "ben", "rudi", "ines"),
    )

    # The grain travels, both sides attest, the trade is settled.
    trade = ask("trade list --in elmcourt")["trades"][-1]["number"]
    waybill = paper("waybill 1")
    act("ship the grain", "rosa", f"trade ship {trade} --document {waybill} --in millbrook")
    act("Millbrook attests", "sami", f"trade attest {trade} '300 kg' --document {waybill} --in millbrook")
    act("Elm Court attests", "dan", f"trade attest {trade} '300 kg' --document {waybill} --in elmcourt")
    act("settle the trade", "eva", f"trade settle {trade} --in elmcourt")
    act("collect the proceeds", "rosa", "withdraw --in millbrook")


def figures(story: Storyteller) -> dict[str, dict[str, Any]]:
    """How both zones stand, as the commands that read tell it."""
    found: dict[str, dict[str, Any]] = {}
    for zone, deciding in DECIDING.items():
        found[zone] = {
            "bodies": story.ask(f"body list --in {zone}")["bodies"],
            "members": story.ask(f"member list --in {zone}"),
            "proposals": [story.ask(f"proposal list --in {body}") for body in deciding],
            "treasury": story.ask(f"treasury --network {zone}"),
            "stock": story.ask(f"stock show --in {zone}"),
            "trades": story.ask(f"trade list --all --in {zone}"),
            "audit": story.ask(f"audit --in {zone}"),
        }
    kept: dict[str, dict[str, Any]] = without_moments(found)
    return kept


def without_moments(document: Any) -> Any:
    """A document without what depends on the second at which a step happened."""
    if isinstance(document, dict):
        return {key: without_moments(value) for key, value in document.items() if not MOMENTS.fullmatch(key)}
    return [without_moments(each) for each in document] if isinstance(document, list) else document


def assert_told(demo: dict[str, Any], typed: dict[str, dict[str, Any]]) -> None:
    """What the demo says of its end is what the commands read at the end of the typed story."""
    assert demo["audit"]["ok"] is True
    assert [zone["name"].lower() for zone in demo["zones"]] == list(typed)
    for told, (zone, found) in zip(demo["zones"], typed.items(), strict=True):
        assert found["bodies"][0]["address"] == told["address"]
        assert {body["path"] for body in found["bodies"]} == set(told["bodies"])
        assert len(found["members"]["members"]) == told["members"]
        assert sum(len(each["proposals"]) for each in found["proposals"]) == told["proposals"]
        assert {
            each["body"]: (each["asset"], each["amount"], each["reserved"]) for each in found["treasury"]["accounts"]
        } == {
            each["body"]: (each["asset"], str(each["balance"]), str(each["reserved"]))
            for each in demo["accounts"]
            if each["zone"] == told["name"]
        }
        assert found["audit"]["ok"] is True
        assert found["audit"]["checks"] == [
            {key: check[key] for key in ("name", "ok", "detail")}
            for check in demo["audit"]["checks"]
            if check["zone"] == zone
        ]
