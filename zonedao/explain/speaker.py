"""Names, amounts and moments as members read them. One speaker serves one client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zonedao.chain.abi import checksum_address
from zonedao.errors import ContractRevert, NotFound, ZonedaoError
from zonedao.explain.lookalikes import Lookalikes
from zonedao.times import duration, moment
from zonedao.treasury.assets import COIN_ADDRESS

if TYPE_CHECKING:
    from zonedao.client import Client
    from zonedao.governance.body import Body
    from zonedao.governance.proposals import Proposal
    from zonedao.governance.zone import Zone


# What a zone lists, by role.
_TITLES = {
    3: "stores",
    4: "trade post",
    5: "verifier of ballots",
    6: "personhood module",
    7: "elections",
    8: "wishes",
}
_COMMON = ("a", "an", "order", "person", "proposal", "the", "you", "your")


def begun(said: str) -> str:
    """A sentence with a capital, unless it begins with a name, which stays as it is written."""
    return said[:1].upper() + said[1:] if said.split(" ", 1)[0] in _COMMON else said


def doing(who: str, yours: str, theirs: str) -> str:
    """The beginning of a sentence about somebody: `You have voted` or `anna has voted`."""
    return f"You {yours}" if who == "you" else f"{begun(who)} {theirs}"


class Speaker:
    """Puts addresses, indices and numbers into words, as far as `client` knows what they are.

    Nothing here fails because a name cannot be found: what is unknown is shown as it stands on the chain. Who acts is
    called "you", unless `to_actor` is false: then somebody else is spoken to.
    """

    def __init__(self, client: Client) -> None:
        self.client: Client = client
        self.to_actor = True
        self.zones: list[Zone] = []
        self.lookalikes = Lookalikes(self)
        self._proposals: dict[tuple[str, int], Proposal] = {}
        self._roles: dict[str, tuple[str, dict[str, str]]] = {}  # by zone: the block it was read at, and what was read

    def meet(self, zone: Zone) -> None:
        """Know the names of a zone, its bodies and its modules from now on."""
        self.zones = [each for each in self.zones if each.address != zone.address] + [zone]

    def forget(self) -> None:
        """Forget what was read of a chain that is another one now."""
        self._proposals.clear()
        self._roles.clear()

    # --- who and what ---

    @property
    def you(self) -> str | None:
        """The address of whom this is said to, None where it is nobody's who acts."""
        return self.client.address if self.to_actor else None

    def who(self, address: str) -> str:
        """A person, body or contract by its best name."""
        address = checksum_address(address)
        if address == self.you:
            return "you"
        return self.name(address) or self.marked(address)

    def marked(self, address: str) -> str:
        """An address, flagged where it only looks like a known one."""
        address = checksum_address(address)
        alike = self.lookalikes.of(address).get(address)
        return f"{address} (NOT {alike}: it only begins and ends alike)" if alike is not None else address

    def contracts(self, zone: Zone) -> tuple[tuple[str, str], ...]:
        """The contracts of a zone by name, other than its bodies."""
        return tuple((address, self._titled(title, zone)) for address, title in self._listed(zone).items())

    def name(self, address: str) -> str | None:
        """The best name there is for an address: of a person, a body, or a contract of a zone."""
        address = checksum_address(address)
        known = self.client.name_of(address)
        if known is not None:
            return known
        body = self.body(address)
        if body is not None:
            return body.path
        for zone in self.zones:
            title = self.role(zone, address)
            if title is not None:
                return self._titled(title, zone)
        module = self.client.modules().get(address)
        return f"the {module.title} module" if module is not None else self._other_zone(address)

    def role(self, zone: Zone, address: str) -> str | None:
        """What a contract is to a zone: treasury, stores, register, trade post, factory, a module, or nothing."""
        address = checksum_address(address)
        _, found = self._roles.get(zone.address, ("", {}))
        # What is known stays so while we speak; a contract that is new to us may have been listed since.
        return found.get(address) or self._listed(zone).get(address)

    def body(self, address: str) -> Body | None:
        """The body at an address, if a known zone has it."""
        for zone in self.zones:
            if checksum_address(address) == zone.address:
                return zone
        for zone in self.zones:
            try:
                return zone.body_at(address)
            except NotFound:
                continue
        return None

    def is_token(self, address: str) -> bool:
        """Whether a contract is a token that a known zone has to do with."""
        address = checksum_address(address)
        return any(
            asset.address == address and asset.answers and not asset.is_coin
            for zone in self.zones
            for asset in zone.treasury.assets()
        )

    def zone_of(self, address: str) -> Zone | None:
        """The known zone that an address belongs to, as a body or as one of its contracts."""
        for zone in self.zones:
            if checksum_address(address) == zone.address or self.role(zone, address) is not None:
                return zone
        body = self.body(address)
        return body.zone if body is not None else None

    def person(self, index: int, zone: Zone | None = None) -> str:
        """Somebody by their index in a zone's register; only the index where the zone is not known."""
        if zone is None:
            return f"person {index}"
        try:
            who = zone.registry.person(index)
        except (NotFound, ContractRevert):
            return f"person {index}"
        if who.key == self.you:
            return "you"
        return who.name or f"person {index} ({self.marked(who.key)})"

    def proposal(self, body: Body | None, proposal_id: int) -> Proposal | None:
        """A proposal of a body by number or IGovernor id, if it can be read."""
        if body is None:
            return None
        key = (body.address, proposal_id)
        if key not in self._proposals:
            try:
                self._proposals[key] = body.proposal(proposal_id)
            except ZonedaoError:
                return None
        return self._proposals[key]

    # --- how much and when ---

    def money(self, asset: str, amount: int) -> str:
        """An amount of an asset, in wholes with its symbol, and of a token with its address."""
        return self.client.asset(asset).format(amount, named=True)

    def asset(self, asset: str) -> str:
        """The symbol of an asset, and the address of a token."""
        return self.client.asset(asset).named

    def goods(self, good: int, quantity: int, zone: Zone | None = None) -> str:
        """A quantity of a good, with the name that says its unit."""
        name = self.good(good, zone)
        return f"{quantity} {name}" if not name.startswith("good ") else f"{quantity} of {name}"

    def good(self, good: int, zone: Zone | None = None) -> str:
        """The name of a good of a zone's stores; only its number where the zone is not known."""
        if zone is None:
            return f"good {good}"
        try:
            return zone.stores.name_of(good)
        except (NotFound, ContractRevert):
            return f"good {good}"

    def good_of(self, stores: str, good: int) -> str:
        """The name of a good of any stores, as those stores tell it."""
        try:
            return self.client.good_of(stores, good) or f"good {good}"
        except ZonedaoError:
            return f"good {good}"

    def now(self) -> int:
        """The chain's clock."""
        return self.client.now()

    def when(self, at: int) -> str:
        """A moment in local time and from now: `12:10, in 59 min`."""
        return moment(at, self.now())

    def duration(self, seconds: int) -> str:
        """A length of time."""
        return duration(seconds)

    # --- inside ---

    @staticmethod
    def _titled(title: str, zone: Zone) -> str:
        return f"the {title} of {zone.name}" if title != "trade post" else "the trade post"

    def _listed(self, zone: Zone) -> dict[str, str]:
        """What a zone lists now, read once a block."""
        head = self.client.head().hash
        read_at, found = self._roles.get(zone.address, ("", {}))
        if read_at != head:
            found = self._modules(zone)
            self._roles[zone.address] = (head, found)
        return found

    def _modules(self, zone: Zone) -> dict[str, str]:
        found = {
            zone.treasury.address: "treasury",
            zone.registry.address: "register",
            zone.factory.address: "factory",
        }
        for role, title in _TITLES.items():
            address = str(zone.contract.call("module", role))
            if address != COIN_ADDRESS:
                found[address] = title
        return found

    def _other_zone(self, address: str) -> str | None:
        """A contract that says it is a body: its own word for its name, marked with its address."""
        if self.client.book is not None:
            entry = self.client.book.zone_at(self.client.connection.chain_id, address)
            if entry is not None:
                return entry.name
        try:
            named = self.client.named_itself(address)
        except ZonedaoError:
            return None
        return f"“{named}” ({self.marked(address)})" if named is not None else None
