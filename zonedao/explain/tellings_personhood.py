"""Events by which persons are proven, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zonedao.text import printable

if TYPE_CHECKING:
    from zonedao.explain.events import Telling

TELLINGS: Mapping[str, Telling] = {
    "MemberEnrolled": lambda at, a: f"{at.person(a['index'])} proved to be a person, as a member of {at.place}.",
    "NullifierProven": lambda at, a: f"What was proved belongs to {at.person(a['index'])} for ever.",
    "VouchingOpened": lambda at, a: (
        f"Members of {at.speaker.who(a['zone'])} can vouch for {a['key']} until {at.speaker.when(a['expiresAt'])}."
    ),
    "Vouched": lambda at, a: (
        f"Person {a['voucher']} of {at.speaker.who(a['zone'])} vouches for {a['key']}; that makes {a['vouchers']}."
    ),
    "VouchingReady": lambda at, a: (
        f"{a['key']} can be enrolled in {at.speaker.who(a['zone'])} from {at.speaker.when(a['readyAt'])} to "
        f"{at.speaker.when(a['expiresAt'])}, unless enough members object."
    ),
    "VouchingChallenged": lambda at, a: (
        f"Person {a['challenger']} of {at.speaker.who(a['zone'])} objects to {a['key']}; that makes {a['challengers']}."
    ),
    "VouchingContested": lambda at, a: (
        f"Only a vote of {at.speaker.who(a['zone'])} admits {a['key']} now, until {at.speaker.when(a['decideBy'])}; "
        "those who vouched are suspended."
    ),
    "VouchersCleared": lambda at, a: f"Who vouched for {a['key']} in {at.speaker.who(a['zone'])} was right.",
    "VouchingFulfilled": lambda at, a: (
        f"Enough members of {at.speaker.who(a['zone'])} vouched for {a['key']} (epoch {a['epoch']})."
    ),
    "RootSet": lambda at, a: (
        f"{at.speaker.who(a['zone'])} admits who is on the list 0x{a['root'].hex()}"
        + (f", to be read at {printable(a['uri'])}." if a["uri"] else ".")
        if any(a["root"])
        else f"{at.speaker.who(a['zone'])} has no list of persons any more."
    ),
    "AttesterSet": lambda at, a: (
        f"{at.speaker.who(a['attester'])} attests who is a person in {at.speaker.who(a['zone'])}."
        if int(a["attester"], 16)
        else f"Nobody attests who is a person in {at.speaker.who(a['zone'])} any more."
    ),
}
