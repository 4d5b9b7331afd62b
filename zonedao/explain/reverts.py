"""Reverts in words: every error of the contracts as a sentence that says what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zonedao.errors import ContractRevert, ZonedaoError
from zonedao.explain.natspec import of_error, with_values
from zonedao.explain.speaker import begun

if TYPE_CHECKING:
    from zonedao.actions import Action
    from zonedao.explain.speaker import Speaker
    from zonedao.governance.body import Body
    from zonedao.governance.zone import Zone


_BECAME = re.compile(r" (?:Nothing was sent|It was mined)")  # what messages end with


@dataclass(frozen=True)
class Scene:
    """Where a revert happened: who speaks, and what was tried (None when nobody knows)."""

    speaker: Speaker
    action: Action[Any] | None = None

    @property
    def body(self) -> Body | None:
        """The body that was called, if it was one."""
        return self.speaker.body(self.action.to) if self.action is not None else None

    @property
    def zone(self) -> Zone | None:
        """The zone in which it happened."""
        if self.action is not None:
            found = self.speaker.zone_of(self.action.to)
            if found is not None:
                return found
        return self.speaker.zones[-1] if self.speaker.zones else None


Sentence = Callable[[Scene, Mapping[str, Any]], str]


def in_words(speaker: Speaker, revert: ContractRevert, action: Action[Any] | None = None) -> ContractRevert:
    """The same revert with a message for members."""
    said = sentence(Scene(speaker, action), revert)
    if said is None:
        return revert
    if revert.tx_hash:
        end = f"It was mined as {revert.tx_hash} and changed nothing but the fee."
    else:
        end = "Nothing was sent."
    return ContractRevert(
        revert.name,
        revert.args_dict,
        selector=revert.selector,
        contract=revert.contract,
        data=revert.data,
        tx_hash=revert.tx_hash,
        message=f"{begun(said)} {end}",
    )


def sentence(scene: Scene, revert: ContractRevert) -> str | None:
    """What a revert means, None for one of which no contract of ours says anything."""
    words = sentences().get(revert.name)
    if words is not None:
        try:
            return words(scene, revert.args_dict)
        except (ZonedaoError, KeyError, ValueError):
            # Reading more of the chain to say it better must never hide what was said, and a contract that is not ours
            # may use our words for a state or class that does not exist.
            pass
    notice = of_error(revert)
    return with_values(notice, revert.args_dict) if notice is not None else None


def reason(scene: Scene, revert: ContractRevert) -> str:
    """Why something was refused, as a phrase without a full stop: what it means, else what the node told."""
    said = sentence(scene, revert)
    return (said if said is not None else _BECAME.split(revert.message)[0]).rstrip(".")


@cache
def sentences() -> Mapping[str, Sentence]:
    """The sentence of each error, by its name."""
    from zonedao.explain import (
        refusals_activity,
        refusals_ballots,
        refusals_elections,
        refusals_governance,
        refusals_oversight,
        refusals_personhood,
        refusals_trade,
        refusals_treasury,
    )

    return {
        **refusals_governance.SENTENCES,
        **refusals_ballots.SENTENCES,
        **refusals_activity.SENTENCES,
        **refusals_oversight.SENTENCES,
        **refusals_personhood.SENTENCES,
        **refusals_treasury.SENTENCES,
        **refusals_trade.SENTENCES,
        **refusals_elections.SENTENCES,
    }
