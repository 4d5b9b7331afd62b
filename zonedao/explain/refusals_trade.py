"""What stores and the trade post refuse, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.chain.contract import decode_call
from zonedao.chain.interface import shipped
from zonedao.errors import UsageProblem
from zonedao.explain.speaker import doing
from zonedao.text import read_label

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]

# In the order of ITradePost.Terms.
_TERMS = (
    "the good",
    "the quantity",
    "the fewest units one purchase may take",
    "the asset",
    "the price per unit",
    "the day it ends",
    "the hours until shipment",
    "the hours until both have attested",
)
_LISTING_STATES = ("not there", "open", "filled", "withdrawn", "expired")
_TRADE_STATES = ("not there", "agreed", "shipped", "delivered", "settled", "refunded")
_DONE = {"ship": "shipped", "attest": "attested"}
_OF_LISTINGS = ("unlist", "accept", "expire")


def _wrong_state(scene: Scene, args: Args) -> str:
    state = args["state"]
    verb = _verb(scene)
    names = _LISTING_STATES if verb in _OF_LISTINGS else _TRADE_STATES
    what = "listing" if verb in _OF_LISTINGS else "trade"
    name = names[state] if state < len(names) else f"in state {state}"
    if what == "listing":
        return f"The listing is {name}, not open any more. `zonedao trade list` shows those that are."
    expected = {"ship": "agreed and not yet shipped", "attest": "shipped and not yet attested by both"}.get(verb)
    return f"The trade is {name}" + (
        f"; only one that is {expected} can be {_DONE[verb]}." if expected else " already."
    )


def _verb(scene: Scene) -> str:
    """The function of the post that was called, directly; in a proposal it is a listing's."""
    if scene.action is None:
        return ""
    try:
        return decode_call(shipped("ITradePost"), scene.action.data)[0].split("(")[0]
    except UsageProblem:
        return "accept"


def _too_late(scene: Scene, args: Args) -> str:
    return f"Too late: the deadline was {scene.speaker.when(args['deadline'])}. Anyone may now end it by the clock."


def _too_early(scene: Scene, args: Args) -> str:
    return f"Not yet: its time runs until {scene.speaker.when(args['deadline'])}."


def _quantity(scene: Scene, args: Args) -> str:
    return (
        f"{args['quantity']} units are outside what is possible: between {args['least']} and {args['most']}. "
        "Choose another quantity."
    )


def _bad_terms(scene: Scene, args: Args) -> str:
    field = args["field"]
    name = _TERMS[field] if field < len(_TERMS) else f"field {field}"
    return f"The offer cannot be made: {name} is out of range. Correct it."


def _no_surplus(scene: Scene, args: Args) -> str:
    return (
        f"The surplus is {args['have']} units and {args['want']} are wanted: own people come first. "
        "Offer less, or report a new count."
    )


def _price(scene: Scene, args: Args) -> str:
    return f"The price is {args['price']} base units per unit, above the {args['bound']} that was agreed to at most."


SENTENCES: Mapping[str, Sentence] = {
    # IStores
    "OnlyZone": lambda s, a: "Only the zone decides about its stores, by a vote. Propose it in the zone.",
    "OnlyTradePost": lambda s, a: "Only the trade post that the zone lists does this. Use `zonedao trade`.",
    "NotKeeper": lambda s, a: (
        doing(s.speaker.who(a["caller"]), "are", "is")
        + " no keeper of these stores. `zonedao stock show` lists the keepers."
    ),
    "NoSuchGood": lambda s, a: f"There is no good {a['good']}. `zonedao stock show` lists them.",
    "NoSuchOrder": lambda s, a: f"There is no order {a['order']}. `zonedao stock show` lists the open ones.",
    "NotAMember": lambda s, a: (
        "Only members of the zone order from its stores. Ask one of them to propose that you are admitted."
    ),
    "EntitlementExceeded": lambda s, a: (
        f"You may still order {a['left']} units in this epoch, not {a['wanted']}. Order less, or in the next epoch."
    ),
    "NoSurplus": _no_surplus,
    "StaleStock": lambda s, a: (
        f"The last count is {s.speaker.duration(a['age'])} old, too old for exports. A keeper must report a new one."
    ),
    "StaleReport": lambda s, a: (
        f"The count names shipment {a['named']} as the last one it includes, but {a['shipments']} have left. "
        "Count again."
    ),
    "NotEnoughStock": lambda s, a: f"{a['stock']} units are in stock, not {a['wanted']}. Deliver or ship less.",
    "TooMuch": lambda s, a: f"Only {a['left']} units are left, not {a['wanted']}. Use a smaller quantity.",
    "OrderOpen": lambda s, a: f"Not yet: the order runs until {s.speaker.when(a['due'])}.",
    "OrderLapsedAlready": lambda s, a: f"Too late: the order ran until {s.speaker.when(a['due'])}. Order again.",
    "DueInPast": lambda s, a: f"{s.speaker.when(a['due'])} is past. Name a day to come.",
    "DueTooLate": lambda s, a: (
        f"{s.speaker.when(a['due'])} is too far ahead. Order until {s.speaker.when(a['latest'])} at the latest."
    ),
    "QuantityTooLarge": lambda s, a: f"{a['quantity']} units are more than stores can count. Use a smaller quantity.",
    "ZeroQuantity": lambda s, a: "Nothing is left of it, or the quantity is zero. Use a quantity above zero.",
    "NoKeepers": lambda s, a: "Stores need at least one keeper. Name somebody.",
    # ITradePost
    "NoSuchListing": lambda s, a: f"There is no listing {a['listing']}. `zonedao trade list` shows them.",
    "NoSuchTrade": lambda s, a: f"There is no trade {a['trade']}. `zonedao trade list` shows them.",
    "WrongState": _wrong_state,
    "TooLate": _too_late,
    "TooEarly": _too_early,
    "OnlySeller": lambda s, a: "Only the zone that made a listing takes it back. Propose it there.",
    "PriceOutOfBounds": _price,
    "QuantityOutOfBounds": _quantity,
    "BadTerms": _bad_terms,
    "NotFunded": lambda s, a: (
        f"{a['have']} base units are in escrow for this purchase, and {a['need']} are needed. "
        "Escrow and acceptance belong into one proposal: `propose buy`."
    ),
    "WrongDocument": lambda s, a: (
        f"The shipment went under the document {read_label(a['expected'])}, not {read_label(a['given'])}. "
        "Attest with the document of the shipment."
    ),
    "AlreadyAttested": lambda s, a: (
        f"The side of {s.speaker.who(a['side'])} has attested already. A side attests once."
    ),
    "NotOnPanel": lambda s, a: (
        doing(s.speaker.who(a["caller"]), "are", "is")
        + " not among the keepers whom this trade began with. One of those must do it."
    ),
    "NotAParty": lambda s, a: f"{s.speaker.who(a['side'])} neither sells nor buys in this trade. Say buyer or seller.",
    "NotAZone": lambda s, a: (
        "Only a zone sells, out of its own stores, and only a body of a zone with stores buys. A vote can list "
        "stores: `propose set module stores`."
    ),
    "OwnListing": lambda s, a: "A zone does not buy from itself. Choose another listing.",
    "NotEnoughGas": lambda s, a: f"This needs {a['need']} gas to spare. Send it with a higher gas limit.",
}
