"""Calls that bring the ballots of others, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.calls import Explained
from zonedao.explain.phrases_governance import proposal_in_words, vote_in_words
from zonedao.governance.registry import WORD_BITS

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]

# Groups of a batch, see IBallots.castBallots.
_HEADER_BYTES, _BALLOT_BYTES = 6, 65
_CHOICES = ("against", "for", "abstaining")
_CLASSES = 4  # numbers a word of an aggregate has, its own and one for each choice


def _signed(setting: Setting, args: Args) -> Explained:
    vote = vote_in_words(setting, args)
    return Explained(f"bring the signed ballot of {setting.speaker.who(args['voter'])}: {vote.sentence}", vote.inside)


def _batch(setting: Setting, args: Args) -> Explained:
    name, inside = proposal_in_words(setting, args["proposalId"])
    counts = [0, 0, 0]
    try:
        for support, number in _groups(bytes(args["batch"])):
            counts[support] += number
    except ValueError:
        warning = "The batch is cut short or has ballots of no kind; it will be refused."
        return Explained(f"bring signed ballots on {name}", inside, warnings=(warning,))
    return Explained(f"bring signed ballots on {name}: {_tally(counts)}", inside)


def _groups(batch: bytes) -> Iterator[tuple[int, int]]:
    """Choice and number of ballots of each group. Raises ValueError where the bytes are no batch."""
    position = 0
    while position < len(batch):
        support, number = batch[position + 3 : position + 4], batch[position + 4 : position + 6]
        position += _HEADER_BYTES + _BALLOT_BYTES * int.from_bytes(number, "big")
        if position > len(batch) or support[0] >= len(_CHOICES):
            raise ValueError("no group of a batch")
        yield support[0], int.from_bytes(number, "big")


def _aggregate(setting: Setting, args: Args) -> Explained:
    name, inside = proposal_in_words(setting, args["proposalId"])
    words = list(args["words"])
    if len(words) % _CLASSES:
        warning = "The words of the aggregate are incomplete; it will be refused."
        return Explained(f"bring aggregated ballots on {name}", inside, warnings=(warning,))
    counts = [sum(mask.bit_count() for mask in words[choice::_CLASSES]) for choice in range(1, _CLASSES)]
    return Explained(f"bring aggregated ballots on {name}: {_tally(counts)}", inside)


def _as_representative(setting: Setting, args: Args) -> Explained:
    vote = vote_in_words(setting, args)
    return Explained(f"{vote.sentence}, and let your followers be counted alike", vote.inside)


def _signed_representative(setting: Setting, args: Args) -> Explained:
    signed = _signed(setting, args)
    return Explained(f"{signed.sentence}, and let their followers be counted alike", signed.inside)


def _delegate_signed(setting: Setting, args: Args) -> str:
    if not int(args["delegatee"], 16):
        return "let somebody, as they signed, represent themself again, on proposals made from now on"
    who = setting.speaker.who(args["delegatee"])
    return f"let {who} represent somebody, as they signed, on proposals made from now on"


def _followers(setting: Setting, args: Args) -> Explained:
    name, inside = proposal_in_words(setting, args["proposalId"])
    who = setting.speaker.person(args["representative"], setting.zone)
    return Explained(f"count those who follow {who} on {name}", inside)


def _delegate(setting: Setting, args: Args) -> str:
    if not int(args["representative"], 16) or args["representative"] == setting.speaker.client.address:
        return "represent yourself again, on proposals made from now on"
    who = setting.speaker.who(args["representative"])
    return f"let {who} represent you on proposals made from now on, wherever you do not vote yourself"


def _enroll(setting: Setting, args: Args) -> str:
    where = f"persons {args['word'] * WORD_BITS} to {args['word'] * WORD_BITS + WORD_BITS - 1}"
    return f"enrol voting keys among {where} of {setting.speaker.who(args['registry'])}"


def _compact(setting: Setting, args: Args) -> str:
    first = args["word"] * WORD_BITS
    where = f"persons {first} to {first + WORD_BITS - 1} of {setting.speaker.who(args['registry'])}"
    return f"put the voting keys of {where} into one page, which makes aggregates cheaper"


def _tally(counts: list[int]) -> str:
    said = [f"{count} {choice}" for count, choice in zip(counts, _CHOICES, strict=True) if count]
    return ", ".join(said) or "none"


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("IWholeBody", "castVoteBySig"): _signed,
    ("IWholeBody", "castVoteWithReasonAndParamsBySig"): _signed,
    ("IWholeBody", "castBallots"): _batch,
    ("IWholeBody", "castAggregate"): _aggregate,
    ("IWholeBody", "castVoteAsRepresentative"): _as_representative,
    ("IWholeBody", "castVoteAsRepresentativeBySig"): _signed_representative,
    ("IWholeBody", "countFollowers"): _followers,
    ("IBallotVerifier", "enroll"): _enroll,
    ("IBallotVerifier", "compact"): _compact,
    ("IWholeRegistry", "delegate"): _delegate,
    ("IWholeRegistry", "delegateBySig"): _delegate_signed,
    ("IWholeRegistry", "dismiss"): lambda s, a: f"no longer represent {s.speaker.person(a['index'], s.zone)}",
}
