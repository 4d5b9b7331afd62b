"""Who is counted on a proposal by a representative, and who still could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonedao.actions import Action, plain
from zonedao.errors import Refused
from zonedao.governance.laws import most_followers
from zonedao.governance.registry import WORD_BITS, indices_in

if TYPE_CHECKING:
    from zonedao.governance.proposals import Proposal

# Words of followers in one transaction: 50,000 gas each where somebody is counted.
_WORDS_AT_ONCE = 64


@dataclass(frozen=True)
class Representative:
    """Somebody who voted as a representative: person, choice (0-2), and how many followers were counted with it."""

    index: int
    support: int
    counted: int


def representative(proposal: Proposal, index: int) -> Representative | None:
    """How a person voted as a representative, None if they did not."""
    found = proposal.body.contract.call("representativeVote", proposal.id, index)
    return Representative(index, int(found.support), int(found.counted)) if found.voted else None


def followed(proposal: Proposal, word: int) -> tuple[int, int, int]:
    """The persons of a word who are counted by a representative now: against, for and abstaining, a bit each."""
    against, for_, abstain = proposal.body.contract.call("followedMasks", proposal.id, word)
    return int(against), int(for_), int(abstain)


def waiting(proposal: Proposal, index: int) -> dict[int, int]:
    """Followers of a representative who could be counted and are not: a mask for each word where there are any.

    A proposal of a body counts fewer with one person than a large zone lets follow them, and a place that was used
    stays used.
    """
    from zonedao.ballots.poll import Poll

    spoke = representative(proposal, index)
    if spoke is not None and spoke.counted >= most_followers(proposal.electorate):
        return {}
    poll = Poll(proposal.body, proposal.id)
    registry = proposal.body.zone.registry
    found: dict[int, int] = {}
    for word in range(registry.count() // WORD_BITS + 1):
        followers = int(registry.contract.call("followersAt", index, word, poll.snapshot))
        if followers:
            against, for_, abstain = followed(proposal, word)
            followers &= poll.electors(word) & ~(poll.voted(word) | against | for_ | abstain)
        if followers:
            found[word] = followers
    return found


def count_followers(proposal: Proposal, who: int | str) -> Action[None]:
    """Have the chain count the followers of somebody (index, address or name) who voted as a representative.

    Anyone may. At most 64 words at once; where there are more, again for the rest. Raises NotFound, UsageProblem, and
    Refused when nobody is left to be counted.
    """
    person = proposal.body.person(who)
    words = waiting(proposal, person.index)
    if not words and representative(proposal, person.index) is not None:
        raise Refused(
            f"Nobody who follows {person} is left to be counted on proposal {proposal.number}: they vote "
            "themselves, are counted, or may not vote on it, or as many as may be are counted. Nothing was sent."
        )
    some = dict(list(words.items())[:_WORDS_AT_ONCE]) or {0: 0}
    number = sum(len(indices_in(word, mask)) for word, mask in some.items())
    meaning = f"count {number} followers of {person} on proposal {proposal.number} of {proposal.body.name}"
    data = proposal.body.contract.encode("countFollowers", proposal.id, person.index, list(some))
    return plain(proposal.body.client, proposal.body.address, data, meaning)
