"""Calls by which persons are proven, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.calls import Explained
from zonedao.text import printable

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]


def _vouch(setting: Setting, args: Args) -> Explained:
    speaker = setting.speaker
    warning = (
        "Vouch for nobody whom you do not know as one person with one key: three members who object, or one in a "
        "hundred, put it to the vote, and who vouched for the rejected is suspended for half a year."
    )
    said = f"vouch in {speaker.who(args['zone'])} that {speaker.who(args['key'])} is the key of a person"
    return Explained(said, warnings=(warning,))


def _set_root(setting: Setting, args: Args) -> str:
    if not any(args["root_"]):
        return f"take back the list of persons in {setting.place}"
    uri = printable(args["uri"])
    return f"make 0x{args['root_'].hex()} the list of persons in {setting.place}" + (
        f", to be read at {uri}" if uri else ""
    )


def _prove(setting: Setting, args: Args) -> str:
    return f"ask {setting.place} whether {setting.speaker.who(args['key'])} is the key of a person"


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("IWholeBody", "enroll"): lambda s, a: f"admit {s.speaker.who(a['key'])}, who proves to be a person, to {s.place}",
    ("IWholeRegistry", "enroll"): lambda s, a: f"enter {s.speaker.who(a['key'])} in {s.place} by what they proved",
    ("IVouching", "vouch"): _vouch,
    ("IVouching", "challenge"): lambda s, a: (
        f"object in {s.speaker.who(a['zone'])} to {s.speaker.who(a['key'])}, for whom others vouch"
    ),
    ("IVouching", "clear"): lambda s, a: (
        f"clear those in {s.speaker.who(a['zone'])} who vouched for {s.speaker.who(a['key'])}"
    ),
    ("IVouching", "prove"): _prove,
    ("IAllowList", "setRoot"): _set_root,
    ("IAllowList", "prove"): _prove,
    ("IAttester", "setAttester"): lambda s, a: (
        f"let {s.speaker.who(a['attester_'])} attest in {s.place} who is a person"
        if int(a["attester_"], 16)
        else f"let nobody attest in {s.place} who is a person"
    ),
    ("IAttester", "prove"): _prove,
}
