"""What elections and wishes refuse, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.text import read_label

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]

PHASES = ("not open", "open for candidates", "open for votes", "open for revealing", "to be counted", "decided")
_KINDS = ("a choice of options", "an election by approval", "an election by single transferable vote")
_NOBODY = "Nobody acts with this key here. Use the key you are a member with."


def _wrong_phase(scene: Scene, args: Args) -> str:
    phase = PHASES[args["phase"]] if args["phase"] < len(PHASES) else "in another state"
    return f"This election is {phase} now. `zonedao election show` says what can be done when."


def _wrong_kind(scene: Scene, args: Args) -> str:
    kind = _KINDS[args["kind"]] if args["kind"] < len(_KINDS) else "of another kind"
    return f"This is {kind}, which is decided in another way: `zonedao election count` finds the right one."


def _no_elector(scene: Scene, args: Args) -> str:
    if args["person"] == 0:
        return _NOBODY
    return (
        f"This electorate is without {scene.speaker.person(args['person'], scene.zone)}: who votes was a member when "
        "it was opened, and long enough before. Take part in the next one."
    )


def _cannot_wish(scene: Scene, args: Args) -> str:
    if args["person"] == 0:
        return _NOBODY
    who = scene.speaker.person(args["person"], scene.zone)
    return f"That body has no member {who}, or not for long enough yet. Try again later."


def _not_now(scene: Scene, args: Args) -> str:
    if args["voteEnd"] == 0:
        return f"This petition is being signed until {scene.speaker.when(args['signEnd'])}. Sign it, or wait."
    return (
        f"The vote on this recall ends {scene.speaker.when(args['voteEnd'])}. Vote before, or close it after: "
        "`zonedao election recall`."
    )


def _person(scene: Scene, args: Args) -> str:
    return scene.speaker.person(args["person"], scene.zone)


SENTENCES: Mapping[str, Sentence] = {
    "NoSuchElection": lambda s, a: f"There is no election {a['election']}. `zonedao election list` shows them.",
    "WrongPhase": _wrong_phase,
    "WrongKind": _wrong_kind,
    "BadRule": lambda s, a: (
        f"Rule {a['field'] + 1} of this election is outside what elections allow. Propose it with other numbers."
    ),
    "NotElector": _no_elector,
    "AlreadyVoted": lambda s, a: "A ballot of this person is there already. Ballots are final.",
    "AlreadyStanding": lambda s, a: "This person stands already. Nothing is left to do before the vote.",
    "TooManyCandidates": lambda s, a: (
        f"{a['most']} candidates stand already, and there is room for no more. Stand in the next election."
    ),
    "BadBallot": lambda s, a: (
        "This ballot names a choice that is not there, or ranks nobody, or somebody twice. "
        "`zonedao election show` has the numbers."
    ),
    "WrongBallot": lambda s, a: (
        "Ballots are secret until all have voted here. Commit to one: `zonedao election commit`."
        if a["secret"]
        else "Ballots are open here. Vote: `zonedao election vote`."
    ),
    "WrongReveal": lambda s, a: (
        f"The commitment of {_person(s, a)} is to something else. Use the very ballot and salt of the commitment."
    ),
    "WrongTerms": lambda s, a: "These are not the terms that the election was opened with. Read them from its event.",
    "WrongCount": lambda s, a: (
        f"The rules ask for another stage {a['stage']} than this count has. Let `zonedao election count` work it out."
    ),
    "StaleCount": lambda s, a: (
        f"{a['counted']} ballots of this count were replayed meanwhile. Run `zonedao election count` again; it goes on "
        "from there."
    ),
    "WrongBallots": lambda s, a: (
        f"These are not the {a['cast']} ballots that were cast, in their order; {a['counted']} would be counted. "
        "Run `zonedao election count` again."
    ),
    "NoSuchRecall": lambda s, a: f"There is no petition {a['petition']}. Check the number.",
    "NotOfficer": lambda s, a: (
        f"Election {a['election']} gives no office to {_person(s, a)} now. `zonedao election officers` shows who has "
        "one."
    ),
    "RecallAlreadySigned": lambda s, a: (
        "The signature of this person is on the petition already. Others can still sign."
    ),
    "NotNow": _not_now,
    "NotFromAbove": lambda s, a: (
        "Only the body directly above, by its own vote, replaces officers. Propose it there: `zonedao propose replace`."
    ),
    "NotTheirTerm": lambda s, a: (
        f"The office is not held by election {a['election']} now: its term has not begun, is over, or another has "
        "begun. Look in `zonedao election officers`, and propose it anew."
    ),
    "WrongTime": lambda s, a: (
        f"Officers are replaced for a second at least and {s.speaker.duration(a['most'])} at most. Name another time."
    ),
    "WrongNumber": lambda s, a: (
        f"There are {a['seats']} seats, and {a['persons']} persons were named. Name one at least, and no more than "
        "there are seats."
    ),
    "OfficeRests": lambda s, a: (
        f"This office was replaced within the last year. It can be again {s.speaker.when(a['until'])}."
    ),
    "CannotName": lambda s, a: (
        f"{_person(s, a)} cannot be named: only members of the body above, once each, who did not resign and were not "
        "recalled in this term. Name others."
    ),
    "NotReplaced": lambda s, a: (
        f"Nobody is named in place of who was elected in election {a['election']} now. There is nothing to end."
    ),
    "TooSoon": lambda s, a: f"A petition failed lately. The next can begin {s.speaker.when(a['until'])}.",
    "NoSuchParameter": lambda s, a: (
        f"{s.speaker.who(a['body'])} has no parameter “{read_label(a['name'])}”. A constitutional vote opens one."
    ),
    "ParameterTaken": lambda s, a: (
        f"This body has a parameter “{read_label(a['name'])}”, whose bounds stay. Take another name."
    ),
    "BadParameter": lambda s, a: (
        f"Rule {a['field'] + 1} of this parameter is outside what wishes allow. Propose it with other numbers."
    ),
    "NoSuchBin": lambda s, a: f"There is no step {a['bin']}: they are numbered 0 to {a['bins'] - 1}. Choose one.",
    "CannotWish": _cannot_wish,
    "NoWish": lambda s, a: f"Nothing is wished for by {_person(s, a)} here, so nothing can be taken back.",
    "StillMember": lambda s, a: (
        f"Only {_person(s, a)} can take that wish back, being a member. Wish for a value of your own."
    ),
    "ReadAlready": lambda s, a: (
        f"The wishes were read in this epoch. The next reading is possible {s.speaker.when(a['next'])}."
    ),
}
