"""What a charter says, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from zonedao.charter.laws import LAW_FIELDS
from zonedao.charter.model import CLASSES, BodyCharter, Charter, PersonhoodModule
from zonedao.charter.values import duration_text
from zonedao.federation.addresses import CURVES
from zonedao.governance.laws import Law


def zone_summary(charter: Charter) -> tuple[str, ...]:
    """Epochs, stores, goods and keepers of a zone."""
    start = datetime.fromtimestamp(charter.epoch_start, UTC)
    lines = [f"epochs: {duration_text(charter.epoch_seconds)} each, the first begins {start:%Y-%m-%d %H:%M} UTC"]
    for good in charter.goods:
        lines.append(f"good: {good.label}, {good.safety} kept back, {good.entitlement} per person and epoch")
    if charter.keepers:
        lines.append(f"keepers: {', '.join(charter.keepers)}")
    if charter.verifier != CURVES[0]:
        lines.append(f"very many ballots are counted under one signature on the curve {charter.verifier}")
    if charter.personhood is not None:
        lines.append(f"newcomers come in by vote, or by {_personhood(charter.personhood)}")
    if charter.voting:
        lines.append(f"bodies may also decide by {' and '.join(charter.voting)}")
    lines.append(f"stock reports allow exports for {duration_text(charter.stale_seconds)}")
    return tuple(lines)


def _personhood(module: PersonhoodModule) -> str:
    if module.kind == "vouching":
        return f"vouching ({module.vouchers} vouchers)"
    return f"what {module.attester} attests" if module.kind == "attester" else f"the list 0x{module.root.hex()}"


def body_summary(charter: Charter, body: BodyCharter) -> tuple[str, ...]:
    """Laws of a body that differ from its parent's, its caps and its allowances."""
    above = charter.body(body.path.rpartition("/")[0])
    lines = list(_laws(body, above))
    if body.dao_uri:
        lines.append(f"the document about it is at {body.dao_uri}")
    if body.active_votes:
        lines.append(f"quorums count over who was active in the last {body.active_votes} votes")
    lines += [f"may spend {cap} per epoch by ordinary vote" for cap in body.caps]
    for allowance in body.allowances:
        epochs = f"{allowance.epochs} epoch{'' if allowance.epochs == 1 else 's'}"
        lines.append(f"may draw {allowance.money} per epoch from {allowance.source} for {epochs} ({allowance.line})")
    return tuple(lines)


def _laws(body: BodyCharter, above: BodyCharter | None) -> Iterator[str]:
    by_law: dict[Law, list[str]] = {}
    for number, law in enumerate(body.laws):
        if above is None or above.laws[number] != law:
            by_law.setdefault(law, []).append(CLASSES[number])
    for law, classes in by_law.items():
        said = ", ".join(f"{each.key.replace('_', ' ')} {each.show(getattr(law, each.field))}" for each in LAW_FIELDS)
        *others, last = classes
        yield f"{', '.join(others)}{' and ' if others else ''}{last}: {said}"
