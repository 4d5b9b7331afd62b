"""The persons of a zone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.chain.abi import checksum_address
from zonedao.chain.contract import BoundContract
from zonedao.errors import NotFound, Refused, UsageProblem
from zonedao.records import record

if TYPE_CHECKING:
    from zonedao.chain.events import Event
    from zonedao.client import Client

WORD_BITS = 256
_NOBODY = "0x" + "00" * 20


@record
class Person:
    """Somebody in the register.

    `index` is theirs for life, `key` the account they act with, `name` what this user calls them (empty if nothing),
    `admitted_at` and `left_at` unix seconds; `left_at` is 0 while they are members of the zone.
    """

    index: int
    key: str
    name: str
    admitted_at: int
    left_at: int

    def __str__(self) -> str:
        return self.name or self.key


@record
class Recovery:
    """An open recovery: some vouch that `new_key` is the key of `person`, who lost theirs.

    `vouchers` are those who vouch, in order; `needed` is how many it takes. The new key may finish from `ready_at` on
    (unix seconds, 0 while vouchers are missing). The next step can happen until `expires_at`.
    """

    person: Person
    new_key: str
    vouchers: tuple[Person, ...]
    needed: int
    ready_at: int
    expires_at: int


@record
class Followers:
    """Who follows a representative, by index, and how many may."""

    indices: tuple[int, ...]
    most: int


class Registry:
    """The register of the persons of a zone."""

    def __init__(self, client: Client, address: str, deploy_block: int, zone_name: str) -> None:
        self.client = client
        self.contract: BoundContract = client.bind("IWholeRegistry", address)
        self._deploy_block = deploy_block
        self._zone_name = zone_name

    @property
    def address(self) -> str:
        """Where the register is."""
        return self.contract.address

    @cached_property
    def root(self) -> str:
        """The zone whose persons these are."""
        return str(self.contract.call("root"))

    def count(self) -> int:
        """The highest index given so far."""
        return int(self.contract.call("count"))

    def index_of(self, address: str) -> int:
        """The index of who acts with a key, 0 for a stranger; who left the zone keeps theirs."""
        return int(self.contract.call("indexOf", address))

    def person(self, who: int | str) -> Person:
        """Somebody by index, address, or name in the address book. Raises NotFound, UsageProblem."""
        key = "" if isinstance(who, int) else self.address_of(who)
        index = who if isinstance(who, int) else self.index_of(key)
        if index <= 0 or index > self.count():
            left = self.retired_by(key) if key else 0
            if left:
                now = self.contract.call("person", left).key
                raise NotFound(
                    f"{who} is a key that person {left} has left; they act with {now} now. "
                    f"Use that, or the number {left}."
                )
            raise NotFound(f"{who} is no person of this zone. `zonedao member list` shows who is.")
        found = self.contract.call("person", index)
        return Person(index, found.key, self.client.name_of(found.key) or "", found.admittedAt, found.leftAt)

    def address_of(self, who: str) -> str:
        """An address given as such, or as a name in the address book. Raises NotFound, UsageProblem."""
        text = who.strip()
        if text.startswith("0x"):
            return checksum_address(text)
        if self.client.book is None:
            raise UsageProblem(f"{who!r} is no address, and no address book is in use. Use an address.")
        return self.client.book.find_person(text, self._zone_name)

    def keys(self, block: int | None = None) -> dict[int, str]:
        """Everybody's key by index, now or as of a block, read from the log of admissions and rotations in one go."""
        names = ("PersonAdmitted", "PersonReturned", "KeyRotated")
        told = self.contract.told(*names, from_block=self._deploy_block, to_block=block)
        return {event.args["index"]: event.args["newKey" if "newKey" in event.args else "key"] for event in told}

    def held(self) -> dict[int, str]:
        """Everybody's key now by index, in whatever letters it is known: to be compared, not to be shown."""
        return self.keys()

    def retired_by(self, address: str) -> int:
        """The index of who once acted with a key and does no more, 0 for every other key."""
        return int(self.contract.call("retiredBy", address))

    def departures(self) -> tuple[Event, ...]:
        """Who left the zone, oldest first."""
        return self.contract.logs("PersonLeft", self._deploy_block)

    # --- another key ---

    def key_for(self, who: str) -> str:
        """The address that somebody is to act with; one of the zone's own contracts is refused, because none of them
        can act for a person, and there would be no way back. Raises NotFound, UsageProblem, Refused.
        """
        key = self.address_of(who)
        speaker = self.client.speaker
        zone = speaker.zone_of(key)
        if zone is not None and zone.registry.address == self.address:
            raise Refused(
                f"{speaker.name(key)} ({key}) is a contract of {zone.name} and can act for nobody. "
                "Use the address of an account."
            )
        return key

    def rotate(self, new_key: str) -> Action[None]:
        """Go on with another key, at once and for good: the old one is nobody's for ever.

        `new_key` is an address or a name of the address book; it is not asked. Raises NotFound, UsageProblem, Refused.
        """
        key = self.key_for(new_key)
        return self._act("rotate", key, meaning=f"go on with the key {key}")

    def recovery(self, who: int | str) -> Recovery | None:
        """The open recovery of somebody's key, None if there is none. Raises NotFound, UsageProblem."""
        person = self.person(who)
        found = self.contract.call("recovery", person.index)
        if not found.expiresAt:
            return None
        vouchers = tuple(self.person(index) for index in found.vouchers)
        needed = int(self.contract.call("RECOVERY_VOUCHERS"))
        return Recovery(person, found.newKey, vouchers, needed, found.readyAt, found.expiresAt)

    def recoveries_for(self, new_key: str) -> tuple[Recovery, ...]:
        """The open recoveries that would make an address the key of somebody. Raises UsageProblem."""
        key = checksum_address(new_key)
        opened = self.contract.logs("RecoveryOpened", self._deploy_block)
        persons = dict.fromkeys(event.args["index"] for event in opened if event.args["newKey"] == key)
        found = (self.recovery(index) for index in persons)
        return tuple(each for each in found if each is not None and each.new_key == key)

    def vouch_recovery(self, who: int | str, new_key: str) -> Action[None]:
        """Vouch that `new_key` is the key of somebody who lost theirs; who does so first opens the recovery.

        Raises NotFound, UsageProblem, Refused.
        """
        person, key = self.person(who), self.key_for(new_key)
        return self._act("vouchRecovery", person.index, key, meaning=f"vouch that {key} is the key of {person}")

    def veto_recovery(self) -> Action[None]:
        """End the recovery of one's own key; those who vouched are barred for half a year."""
        return self._act("vetoRecovery", meaning="veto the recovery of my key")

    def finish_recovery(self, who: int | str) -> Action[None]:
        """Become the key of somebody, as who was vouched for. Raises NotFound, UsageProblem."""
        person = self.person(who)
        return self._act("finishRecovery", person.index, meaning=f"become the key of {person}")

    # --- representatives ---

    def representative(self, who: int | str) -> Person | None:
        """Who represents somebody, None for themself. Raises NotFound, UsageProblem."""
        index = int(self.contract.call("representativeOf", self.person(who).index))
        return self.person(index) if index else None

    def followers(self, who: int | str) -> Followers:
        """Who follows somebody now. Raises NotFound, UsageProblem."""
        index = self.person(who).index
        number, most = self.contract.call("followerCount", index)
        found: list[int] = []
        if number:
            now = self.client.now()
            for word in range(self.count() // WORD_BITS + 1):
                found += indices_in(word, int(self.contract.call("followersAt", index, word, now)))
        return Followers(tuple(found), int(most))

    def delegate(self, who: int | str | None) -> Action[None]:
        """Let the signer's vote be counted as that of somebody else, where they do not vote themselves; None: no more.

        It counts for proposals made later. Raises NotFound, UsageProblem.
        """
        person = None if who is None else self.person(who)
        meaning = "represent myself" if person is None else f"let {person} represent me"
        return self._act("delegate", _NOBODY if person is None else person.key, meaning=meaning)

    def dismiss(self, who: int | str) -> Action[None]:
        """No longer represent somebody who follows the signer, or follows anybody and has left the zone.

        Raises NotFound, UsageProblem.
        """
        person = self.person(who)
        return self._act("dismiss", person.index, meaning=f"no longer represent {person}")

    # --- pages ---

    def compact(self, word: int) -> Action[None]:
        """Write the keys of persons 256·word … 256·word + 255 into a new page, so that counting reads them cheaply."""
        return self._act("compact", word, meaning=f"write page {word} of the register anew")

    def _act(self, function: str, *args: object, meaning: str) -> Action[None]:
        return plain(self.client, self.address, self.contract.encode(function, *args), meaning)


def indices_in(word: int, mask: int) -> list[int]:
    """The persons in a bitmap word: bit i is person 256·word + i."""
    return [word * WORD_BITS + bit for bit in range(WORD_BITS) if mask >> bit & 1]


def words_of(indices: list[int]) -> tuple[list[int], list[int]]:
    """Words and masks of some persons, as `admitWords` takes them."""
    masks: dict[int, int] = {}
    for index in indices:
        masks[index // WORD_BITS] = masks.get(index // WORD_BITS, 0) | 1 << index % WORD_BITS
    words = sorted(masks)
    return words, [masks[word] for word in words]
