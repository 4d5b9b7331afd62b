"""Calls of tokens (ERC-20) and of Governors (OpenZeppelin) that are not ours, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zonedao.explain.calls import Explained, explain_call, explain_calls
from zonedao.explain.standards import governor_name
from zonedao.governance.proposals import Support
from zonedao.governance.standing import title_of
from zonedao.text import inline
from zonedao.treasury.assets import COIN

if TYPE_CHECKING:
    from zonedao.explain.calls import Phrase, Setting

Args = Mapping[str, Any]

_BOUNDLESS = 2**255  # who approves so much means everything, now and later


# --- tokens ---


def _actor(setting: Setting) -> str:
    if setting.actor is not None:
        return setting.actor.path
    return "whoever makes this call" if setting.depth else "you"


def _token(setting: Setting, sentence: str, *warnings: str) -> Explained:
    asset = setting.speaker.client.asset(setting.target)
    if setting.speaker.is_token(setting.target):
        return Explained(sentence, warnings=warnings)
    unknown = (
        f"No zone of yours ever held the token at {setting.target}. {asset.symbol} is what it calls itself, and "
        "anybody can make a token of that name: compare the address."
    )
    return Explained(sentence, warnings=(unknown, *warnings))


def _transfer(setting: Setting, args: Args) -> Explained:
    amount = setting.speaker.money(setting.target, args["amount"])
    body = f" from {setting.actor.path}’s own address, not from the treasury" if setting.actor is not None else ""
    return _token(setting, f"send {amount} to {setting.speaker.who(args['to'])}{body}")


def _transfer_from(setting: Setting, args: Args) -> Explained:
    speaker = setting.speaker
    amount = speaker.money(setting.target, args["amount"])
    return _token(setting, f"send {amount} of {speaker.who(args['from'])} to {speaker.who(args['to'])}")


def _approve(setting: Setting, args: Args) -> Explained:
    speaker, asset = setting.speaker, setting.speaker.client.asset(setting.target)
    spender, owner = speaker.who(args["spender"]), _actor(setting)
    if args["amount"] == 0:
        return _token(setting, f"let {spender} take no {asset.named} from {owner} any more")
    if args["amount"] >= _BOUNDLESS:
        warning = (
            f"There is no bound: {spender} may take all {asset.symbol} of {owner} at any time, also what comes later."
        )
        return _token(setting, f"allow {spender} to take any amount of {asset.named} from {owner}", warning)
    return _token(setting, f"allow {spender} to take {asset.format(args['amount'], named=True)} from {owner}")


# --- Governors ---


def _governor(setting: Setting) -> str:
    known = setting.speaker.name(setting.target)
    name = governor_name(setting.speaker.client, setting.target)
    return known or f"the governor “{name}” ({setting.target})"


def _inside(setting: Setting, args: Args) -> tuple[Explained, ...]:
    calls = explain_calls(setting.speaker, args["targets"], args["calldatas"], None, setting.depth + 1)
    return tuple(_with_coins(call, value) for call, value in zip(calls, args["values"], strict=False))


def _with_coins(call: Explained, value_wei: int) -> Explained:
    coins = f", and send {COIN.format(value_wei)} along" if value_wei else ""
    return Explained(call.sentence + coins, call.inside, call.warnings, call.known)


def _propose(setting: Setting, args: Args) -> Explained:
    title = title_of(args["description"])
    return Explained(f"propose in {_governor(setting)}: “{title}”", _inside(setting, args))


def _about(verb: str) -> Phrase:
    def phrase(setting: Setting, args: Args) -> Explained:
        if "proposalId" in args:
            return Explained(f"{verb} {_proposal(setting, args)}")
        return Explained(f"{verb} a proposal of {_governor(setting)}", _inside(setting, args))

    return phrase


def _proposal(setting: Setting, args: Args) -> str:
    return f"proposal 0x{args['proposalId']:064x} of {_governor(setting)}"


def _vote(setting: Setting, args: Args) -> Explained:
    # Governors may count in other ways; three choices are what OpenZeppelin's extensions have.
    choice = Support(args["support"]).title if args["support"] in list(Support) else f"choice {args['support']}"
    said = "abstain from" if choice == "abstain" else f"vote {choice} on"
    reason = inline(args.get("reason", ""))
    signed = " with a signature of another" if "signature" in args or "s" in args else ""
    return Explained(f"{said} {_proposal(setting, args)}{signed}" + (f", because “{reason}”" if reason else ""))


def _relay(setting: Setting, args: Args) -> Explained:
    inside = explain_call(setting.speaker, args["target"], args["data"], None, setting.depth + 1)
    return Explained(f"let {_governor(setting)} make a call", (_with_coins(inside, args["value"]),))


PHRASES: Mapping[tuple[str, str], Phrase] = {
    ("ERC20", "transfer"): _transfer,
    ("ERC20", "transferFrom"): _transfer_from,
    ("ERC20", "approve"): _approve,
    ("Governor", "propose"): _propose,
    ("Governor", "queue"): _about("queue"),
    ("Governor", "execute"): _about("execute"),
    ("Governor", "cancel"): _about("cancel"),
    **{
        ("Governor", name): _vote
        for name in ("castVote", "castVoteWithReason", "castVoteWithReasonAndParams", "castVoteBySig")
    },
    ("Governor", "relay"): _relay,
}
