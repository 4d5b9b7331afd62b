"""What a parent may do to a body, and what persons demand of one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.calls import Explained, explain_call
from zonedao.explain.phrases_governance import proposal_in_words
from zonedao.times import duration

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]


def _object(setting: Setting, args: Args) -> Explained:
    name, calls = proposal_in_words(setting, args["proposalId"])
    return Explained(f"hold up {name} for {duration(args['seconds_'])}", calls)


def _resume(setting: Setting, args: Args) -> Explained:
    name, calls = proposal_in_words(setting, args["proposalId"])
    return Explained(f"no longer hold up {name}", calls)


def _freeze(setting: Setting, args: Args) -> str:
    return f"freeze {setting.place} for {duration(args['seconds_'])}: votes go on, but nothing is queued or executed"


def _open(setting: Setting, args: Args) -> Explained:
    inside = explain_call(setting.speaker, args["target"], args["data"], setting.body, setting.depth + 1)
    return Explained(
        f"open a petition in {setting.place}, and sign it: {inside.sentence}", inside.inside, inside.warnings
    )


def _about(verb: str) -> Phrase:
    """A phrase about a petition that is there, with what it would bring about."""

    def phrase(setting: Setting, args: Args) -> Explained:
        name = f"petition {args['petition']} of {setting.place}"
        found = [each for each in setting.body.petitions() if each.number == args["petition"]] if setting.body else []
        if not found:
            return Explained(f"{verb} {name}")
        call = found[0].call
        inside = explain_call(setting.speaker, call.target, call.data, setting.body, setting.depth + 1)
        return Explained(f"{verb} {name}: {inside.sentence}", inside.inside, inside.warnings)

    return phrase


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("IWholeBody", "object"): _object,
    ("IWholeBody", "resume"): _resume,
    ("IWholeBody", "freeze"): _freeze,
    ("IWholeBody", "unfreeze"): lambda s, a: f"end the freeze of {s.place}",
    ("IWholeBody", "dissolve"): lambda s, a: (
        f"announce that {s.place} is dissolved: nothing new is proposed there, and after two weeks anybody can finish "
        "it; what it has goes to the body above it"
    ),
    ("IWholeBody", "withdrawDissolution"): lambda s, a: f"take back that {s.place} is to be dissolved",
    ("IWholeBody", "finishDissolution"): lambda s, a: f"dissolve {s.place} for good, as was announced",
    ("IWholeBody", "rehang"): lambda s, a: f"hang {s.place} under the nearest body above it that goes on",
    ("IWholeBody", "offerMove"): lambda s, a: (
        f"offer {s.place} to {s.speaker.who(a['to'])}, which can take it below itself by a vote from two weeks on; "
        "what it may draw from here ends then"
    ),
    ("IWholeBody", "withdrawMove"): lambda s, a: f"take back that {s.place} is offered to another body",
    ("IWholeBody", "acceptMove"): lambda s, a: f"take {s.place} below the body that does this, as it was offered",
    ("IWholeBody", "openPetition"): _open,
    ("IWholeBody", "signPetition"): _about("sign"),
    ("IWholeBody", "signPetitionFor"): _about("bring signatures of"),
    ("IWholeBody", "enactPetition"): _about("enact"),
}
