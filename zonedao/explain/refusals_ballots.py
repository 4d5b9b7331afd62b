"""What bodies and their verifier refuse of ballots and voting keys that others bring, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.speaker import begun as _begun
from zonedao.explain.speaker import doing

if TYPE_CHECKING:
    from zonedao.explain.reverts import Scene, Sentence

Args = Mapping[str, Any]


def _invalid_signature(scene: Scene, args: Args) -> str:
    return (
        f"The signature is not that of {scene.speaker.who(args['voter'])} for this very ballot, or it was used before. "
        "Have it signed again."
    )


def _batches_closed(scene: Scene, args: Args) -> str:
    return (
        f"Too late for a batch: they were counted until {scene.speaker.when(args['deadline'])}. "
        "Until the vote closes everybody can still vote themselves: `zonedao vote`."
    )


def _people(mask: int) -> str:
    count = int(mask).bit_count()
    return f"{count} {'person' if count == 1 else 'persons'}"


def _nobody(scene: Scene, args: Args) -> str:
    who = scene.speaker.who(args["account"])
    return f"{doing(who, 'are', 'is')} no person of the zone. `zonedao member list` shows who is."


def _person(scene: Scene, args: Args) -> str:
    return scene.speaker.person(args["index"], scene.zone)


def _not_representing(scene: Scene, args: Args) -> str:
    who = scene.speaker.person(args["representative"], scene.zone)
    if who == "you":
        return (
            "You have not voted as a representative on this proposal, so nobody is counted with you. Whoever has not "
            "voted yet can: `zonedao vote N CHOICE --as-representative`."
        )
    return (
        f"{_begun(who)} has not voted as a representative on this proposal, so nobody is counted with them. Who "
        "follows them votes themselves: `zonedao vote`."
    )


SENTENCES: Mapping[str, Sentence] = {
    # IRepresentation and IRepresentedVotes
    "NoPerson": _nobody,
    "RepresentativeDelegates": lambda s, a: (
        f"{doing(_person(s, a), 'are', 'is')} represented by "
        f"{s.speaker.person(a['representative'], s.zone)}, and only one level is counted. Choose somebody else."
    ),
    "TooManyFollowers": lambda s, a: (
        f"{doing(_person(s, a), 'represent', 'represents')} {a['most']} persons already, as many "
        "as one may. "
        "Choose somebody else."
    ),
    "NotYourFollower": lambda s, a: (
        f"{_begun(s.speaker.person(a['index'], s.zone))} does not follow you. Only a representative dismisses who "
        "follows them; once a person has left the zone, anybody does."
    ),
    "VotesExpiredSignature": lambda s, a: (
        f"The signature was good until {s.speaker.when(a['expiry'])}. Have it signed again."
    ),
    "InvalidAccountNonce": lambda s, a: (
        f"What {s.speaker.who(a['account'])} signed was brought already, or something that they signed before was not. "
        f"The next has number {a['currentNonce']}: have it signed again."
    ),
    "ECDSAInvalidSignature": lambda s, a: "That is no signature. Have it signed again.",
    "NotRepresenting": _not_representing,
    "NoFollowersCounted": lambda s, a: (
        f"Nobody else who follows {s.speaker.person(a['representative'], s.zone)} is to be counted: they vote "
        "themselves, are counted, may not vote, or are more than one may represent. Nothing is left to do."
    ),
    "GovernorInvalidSignature": _invalid_signature,
    "BatchesClosed": _batches_closed,
    "TruncatedBatch": lambda s, a: f"The batch is cut short after byte {a['position']}. Build it again.",
    "NothingCounted": lambda s, a: (
        "None of these ballots counts: their signers have voted already, are no electors, or did not sign them. "
        "Nothing is left to do."
    ),
    "NoVerifier": lambda s, a: (
        "The zone lists no contract that checks aggregates. Bring the ballots as a batch of signatures."
    ),
    "VerifierTooNew": lambda s, a: (
        f"The zone lists its verifier since {s.speaker.when(a['listedAt'])}, after this proposal was made. "
        "Bring the ballots as a batch of signatures."
    ),
    "MalformedWords": lambda s, a: f"An aggregate has four numbers a word, not {a['length']} in all. Build it again.",
    "WordsNotRising": lambda s, a: f"Word {a['word']} is out of order. Build it again.",
    "ClassesNotDisjoint": lambda s, a: (
        f"Somebody in word {a['word']} of the aggregate has two choices. Build it again with one for each."
    ),
    # IBallotVerifier: aggregates
    "ClaimsMalformed": lambda s, a: f"An aggregate has four numbers a word, not {a['length']} in all. Build it again.",
    "ChoicesOverlap": lambda s, a: (
        f"{_people(a['mask'])} in word {a['word']} of the aggregate have two choices. Build it again with one for each."
    ),
    "NoVotingKey": lambda s, a: (
        f"{_people(a['mask'])} in word {a['word']} had no voting key when the proposal was made. Bring their "
        "ballots as a batch of signatures."
    ),
    "NothingClaimed": lambda s, a: "The aggregate is empty. Add ballots to it.",
    "HintUnknown": lambda s, a: f"The hint of the aggregate is 0 to 3, not {a['hint']}. Build it again.",
    "ProofMalformed": lambda s, a: (
        f"The proof of the aggregate has {a['length']} numbers where {a['expected']} are needed. Build it again."
    ),
    "NotThePointOf": lambda s, a: (
        f"The proof of the aggregate is wrong about what is signed for choice {a['support']}. Build it again."
    ),
    "WrongSignature": lambda s, a: (
        "The aggregate is not signed by exactly those whom it names. Check the shares, and build it again."
    ),
    "PrecompileFailed": lambda s, a: (
        "The proof has numbers that are on no curve, the gas ran out, or this chain does not know the curve. "
        "Build it again, with more gas."
    ),
    # IBallotVerifier: voting keys
    "NotARegistry": lambda s, a: f"There is no register at {a['registry']}. Check the address.",
    "EntriesMalformed": lambda s, a: (
        f"{a['length']} bytes are no enrolments of {a['entrySize']} bytes each. Build the batch again."
    ),
    "EntriesNotRising": lambda s, a: (
        f"Person {a['index']} is out of order in the batch. Sort it, with each person once."
    ),
    "PersonLeft": lambda s, a: f"Person {a['index']} left the zone. Leave them out of the batch.",
    "NotAKey": lambda s, a: f"What person {a['index']} sent is no voting key. Have them enrol again.",
    "NoConsent": lambda s, a: (
        f"Person {a['index']} did not agree to this voting key with the account they act with. Have them enrol again."
    ),
    "NoPossession": lambda s, a: (
        f"Person {a['index']} did not prove that the voting key is theirs. Have them enrol again."
    ),
    "PageNotCreated": lambda s, a: "The voting keys could not be stored. Try again with more gas.",
}
