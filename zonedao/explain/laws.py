"""Laws in words, and in what two of them differ."""

from __future__ import annotations

from zonedao.governance.laws import Law
from zonedao.text import share
from zonedao.times import duration


def law_in_words(law: Law) -> list[str]:
    """Everything that a law says."""
    return [f"{name} {_law_value(field, getattr(law, field))}" for field, name in _LAW_NAMES.items()]


def law_changes(old: Law, new: Law) -> list[tuple[str, str, str]]:
    """What differs between two laws: its name, what it was, and what it is to be."""
    return [
        (name, _law_value(field, getattr(old, field)), _law_value(field, getattr(new, field)))
        for field, name in _LAW_NAMES.items()
        if getattr(old, field) != getattr(new, field)
    ]


_LAW_NAMES = {
    "seasoning_seconds": "membership before voting",
    "voting_delay_seconds": "delay before the vote",
    "voting_period_seconds": "time of the vote",
    "execution_delay_seconds": "delay before execution",
    "grace_seconds": "time to queue and execute",
    "quorum_ppm": "quorum",
    "threshold_ppm": "threshold",
    "sponsors": "sponsors",
}


def _law_value(field: str, value: int) -> str:
    if field.endswith("_ppm"):
        return share(value)
    return duration(value) if field.endswith("_seconds") else str(value)
