"""A file of books that is changed anywhere does not add up, and the first difference is named with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from zonedao.errors import StorageProblem
from zonedao.export.csvtables import csv_files
from zonedao.export.jsonlines import END, HASH, chained, digest_of, text_of
from zonedao.export.verifying import verify, verify_text

Line = dict[str, Any]

ZONE, MEMBER = "eip155:1:0xZone", "eip155:1:0xRegister/person/1"
COIN, FLOUR = "eip155:1/coin", "eip155:1:0xStores/good/1"
ACCOUNT, DUE, STOCK = "account", "due", "stock"
RESERVATION, ORDER = "reservation/1", "eip155:1:0xStores/order/1"


def measure(quantity: int, kind: str = COIN) -> Line:
    return {"hasNumericalValue": str(quantity), "hasUnit": f"{kind}/unit"}


def told(event: str, block: int, entry: int | None = None, log: int = 0) -> Line:
    where = {"zd:event": event, "zd:block": block, "zd:transaction": f"0x{block:064x}", "zd:log": log}
    return {**where, "zd:contract": "eip155:1:0xStores", **({"zd:entry": entry} if entry is not None else {})}


def flow(name: str, action: str, quantity: int, kind: str = COIN, **more: Any) -> Line:
    line = {"@type": "EconomicEvent", "@id": name, "action": action, "provider": ZONE, "receiver": MEMBER}
    return {**line, "resourceConformsTo": kind, "resourceQuantity": measure(quantity, kind), **more}


def promise(name: str, quantity: int, kind: str, open_: int, released: int, **more: Any) -> Line:
    line = {"@type": "Commitment", "@id": name, "resourceConformsTo": kind, "resourceQuantity": measure(quantity, kind)}
    state = {"zd:open": measure(open_, kind), "zd:released": measure(released, kind), "finished": open_ == 0}
    return {**line, "provider": ZONE, **state, **more}


def books() -> list[Line]:
    """A zone is given 100, reserves 50 and pays 30 of it; it counts 10 of flour and hands over 4 of the 5 ordered."""
    first = {"@type": "zd:Books", "zd:format": "zonedao-valueflows", "zd:version": 1, "zd:chain": "eip155:1"}
    return [
        {**first, "zd:zone": ZONE, "zd:block": 9, "zd:blockHash": "0x09", "created": "2026-01-01", "zd:entries": 2},
        *({"@type": "Unit", "@id": f"{kind}/unit", "label": kind} for kind in (COIN, FLOUR)),
        {"@type": "ResourceSpecification", "@id": COIN, "name": "ETH", "defaultUnitOfResource": f"{COIN}/unit",
         "zd:decimals": 1},
        {"@type": "ResourceSpecification", "@id": FLOUR, "name": "=flour\u2028",
         "defaultUnitOfResource": f"{FLOUR}/unit"},
        {"@type": "Organization", "@id": ZONE},
        {"@type": "Person", "@id": MEMBER},
        flow("in", "transfer", 100, toResourceInventoriedAs=ACCOUNT, **told("Deposited", 1, 1)),
        promise(RESERVATION, 50, COIN, 20, 0, resourceInventoriedAs=ACCOUNT, **told("Reserved", 2)),
        flow("paid", "transfer", 30, resourceInventoriedAs=ACCOUNT, toResourceInventoriedAs=DUE, fulfills=RESERVATION,
             **told("Paid", 3, 2)),
        flow("count", "raise", 10, FLOUR, toResourceInventoriedAs=STOCK,
             **{"zd:counted": measure(10, FLOUR)}, **told("StockReported", 4, 1)),
        promise(ORDER, 5, FLOUR, 0, 1, receiver=MEMBER, resourceInventoriedAs=STOCK, **told("Ordered", 5, 2)),
        flow("handed over", "transfer", 4, FLOUR, resourceInventoriedAs=STOCK, fulfills=ORDER,
             **told("Delivered", 6, 3)),
        {"@type": "EconomicResource", "@id": ACCOUNT, "primaryAccountable": ZONE, "conformsTo": COIN,
         "accountingQuantity": measure(70), "zd:reserved": measure(20)},
        {"@type": "EconomicResource", "@id": DUE, "primaryAccountable": MEMBER, "conformsTo": COIN,
         "accountingQuantity": measure(30)},
        {"@type": "EconomicResource", "@id": STOCK, "primaryAccountable": ZONE, "conformsTo": FLOUR,
         "accountingQuantity": measure(6, FLOUR), "zd:entries": 3},
    ]  # fmt: skip


def numbered(name: str) -> int:
    """The number of a line by its id."""
    return next(number for number, line in enumerate(books(), 1) if line.get("@id") == name)


def test_whole_books_add_up(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    path.write_text(text_of(books()))
    verdict = verify(path)
    assert (verdict.ok, verdict.zone, verdict.block, verdict.block_hash) == (True, ZONE, 9, "0x09")
    assert verdict.digest == digest_of(path.read_text())
    assert verdict.counts["EconomicEvent"] == 4
    with pytest.raises(StorageProblem, match="Check its path"):
        verify(tmp_path / "nothing")
    first, second, rest = path.read_bytes().split(b"\n", 2)
    path.write_bytes(b"\n".join([first, second.replace(b"n", b"\xff", 1), rest]))
    assert str(verify(path).difference) == "line 2: this is no UTF-8 text"


# --- a file that was changed afterwards: the hashes tell ---


@pytest.mark.parametrize("number", range(1, len(books()) + 2))
def test_every_changed_missing_or_doubled_line_is_named(number: int) -> None:
    lines = text_of(books()).removesuffix("\n").split("\n")
    at = number - 1
    changed = lines[at].replace('"@type"', '"@other"', 1)
    for others, named in (
        ([*lines[:at], changed, *lines[number:]], number),
        ([*lines[:at], *lines[number:]], number),
        ([*lines[:number], lines[at], *lines[number:]], number + 1),
    ):
        difference = verify_text("\n".join(others) + "\n").difference
        assert difference is not None
        assert difference.line == min(named, len(others))


@pytest.mark.parametrize("before", ['"resourceQuantity": ', '"hasNumericalValue": ', '"zd:hash": '])
def test_nothing_is_said_twice_in_a_line(before: str) -> None:
    """Of two values under one name Python takes the last, and whoever looks at the file sees the first."""
    number = numbered("paid")
    lines = text_of(books()).removesuffix("\n").split("\n")
    lines[number - 1] = lines[number - 1].replace(before, f'{before}"99999", {before}', 1)
    difference = verify_text("\n".join(lines) + "\n").difference
    assert difference is not None
    assert (difference.line, difference.what) == (
        number,
        "it says something twice under the same name, of which readers may take either",
    )


def test_a_file_that_was_cut_off() -> None:
    text = text_of(books())
    assert "cut off" in str(verify_text(text.rstrip("\n")).difference)
    assert str(verify_text("").difference).startswith("line 1: ")
    assert "cut off" in str(verify_text(text[: text.rstrip("\n").rindex("\n") + 1]).difference)
    assert "no JSON object" in str(verify_text(text[: len(text) // 2]).difference)


def rehashed(lines: list[Line]) -> str:
    """The lines with hashes that fit, whatever they say of the end."""
    before, texts = "", list[str]()
    for line in lines:
        before = chained(before, line)
        texts.append(json.dumps({**line, HASH: before}))
    return "\n".join(texts) + "\n"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda lines: lines[-1].update({"zd:lines": 3}), "3 lines are said to come before it, and there are 16"),
        (lambda lines: lines.append(dict(lines[-2])), "something stands behind the end"),
        (lambda lines: lines[0].update({"zd:version": 2}), "it has version 2, and this program reads version 1"),
        (lambda lines: lines[0].update({"zd:format": "other"}), "this is no export"),
        (lambda lines: lines[0].pop("zd:entries"), "its zd:entries is no whole number"),
    ],
)
def test_made_up_beginnings_and_ends(change: Callable[[list[Line]], Any], what: str) -> None:
    lines = [*books(), {"@type": END, "zd:lines": len(books())}]
    assert verify_text(rehashed(lines)).ok
    change(lines)
    assert what in str(verify_text(rehashed(lines)).difference)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "x", "[]", "{}", "\0", '{"a": "\\ud800"}', "9" * 9999, "[" * 99999, '{"@type": "zd:Books"}\n', "1\n2\n"],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_export(text: str) -> None:
    assert not verify_text(text).ok


# --- a file that somebody made up, hashes and all: its figures tell ---

Change = Callable[[dict[str, Line]], Any]
MADE_UP: dict[str, tuple[Change, str, str]] = {
    "another balance": (
        lambda by: by[ACCOUNT].update(accountingQuantity=measure(71)),
        "paid",
        "account: the events say that 70 are there, the chain said 71",
    ),
    "another reserve": (
        lambda by: by[ACCOUNT].update({"zd:reserved": measure(19)}),
        "paid",
        "the events say that 20 are reserved, the chain said 19",
    ),
    "another gift": (lambda by: by["in"].update(resourceQuantity=measure(101)), "paid", "the events say that 71"),
    "a payment that was not reserved": (lambda by: by["paid"].pop("fulfills"), "paid", "not reserved for it"),
    "a payment beyond its reservation": (
        lambda by: by["paid"].update(resourceQuantity=measure(51)),
        "paid",
        "beyond the 50 that were promised",
    ),
    "more than there is": (
        lambda by: by["count"].update({"resourceQuantity": measure(3, FLOUR), "zd:counted": measure(3, FLOUR)}),
        "handed over",
        "it takes 4 from stock, where 3 were left",
    ),
    "another count": (
        lambda by: by["count"].update(resourceQuantity=measure(9, FLOUR)),
        "count",
        "10 were counted, and by what is told there are 9",
    ),
    "another order open": (
        lambda by: by[ORDER].update({"zd:open": measure(1, FLOUR), "finished": False}),
        ORDER,
        "0 of what it promises are still open by the events, and 1 by itself",
    ),
    "not finished": (lambda by: by[ORDER].update(finished=False), ORDER, "still open"),
    "an unknown agent": (lambda by: by["in"].update(provider="somebody"), "in", "which is no agent told before"),
    "an unknown kind": (lambda by: by["in"].update(resourceConformsTo="gold"), "in", "which is no kind told before"),
    "another unit": (
        lambda by: by["in"].update(resourceQuantity=measure(100, FLOUR)),
        "in",
        "which is not the unit of eip155:1/coin",
    ),
    "no number": (
        lambda by: by["in"].update(resourceQuantity={"hasNumericalValue": 100, "hasUnit": f"{COIN}/unit"}),
        "in",
        "is no whole number as text",
    ),
    "a missing entry": (
        lambda by: by["paid"].update({"zd:entry": 3}),
        "paid",
        "entry 2 of the treasury is missing: the next one told is 3",
    ),
    "an order out of number": (
        lambda by: (by[ORDER].update({"@id": "orders/2"}), by["handed over"].update(fulfills="orders/2")),
        ORDER,
        "order 1 is missing: the next one told is 2",
    ),
    "an order of the chain": (
        lambda by: by["paid"].update({"zd:block": 1, "zd:entry": 1}),
        "paid",
        "it happened before what is told above it",
    ),
    "after the block": (lambda by: by["handed over"].update({"zd:block": 10}), "handed over", "after the block"),
    "the same id": (lambda by: by["paid"].update({"@id": "in"}), "paid", "in is told twice"),
    "an unknown action": (lambda by: by["in"].update(action="steal"), "in", "no action is called steal"),
    "an unknown type": (lambda by: by[MEMBER].update({"@type": "Robot"}), MEMBER, "no known type"),
    "the wrong promise": (lambda by: by["handed over"].update(fulfills=RESERVATION), "handed over", "something else"),
}


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up_books_do_not_add_up(name: str) -> None:
    change, where, what = MADE_UP[name]
    lines = deepcopy(books())
    by_id = {line["@id"]: line for line in lines if "@id" in line}
    change(by_id)
    difference = verify_text(text_of(lines)).difference
    assert difference is not None
    assert what in difference.what
    assert difference.line == numbered(where)
    told_of = books()[difference.line - 1]
    assert (difference.block, difference.transaction) == (
        by_id.get(where, told_of).get("zd:block"),
        told_of.get("zd:transaction", ""),
    )


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        ("in", "entry 1 of the treasury is missing"),
        ("paid", "the events say that 100 are there"),
        ("count", "entry 1 of eip155:1:0xStores/good/1 is missing"),
        ("handed over", "2 entries of eip155:1:0xStores/good/1 are told, and the chain knew 3"),
        (RESERVATION, "which is no commitment told before"),
        (ACCOUNT, "nothing is stated of account"),
        (MEMBER, "which is no agent told before"),
    ],
)
def test_books_without_a_line_do_not_add_up(left_out: str, what: str) -> None:
    difference = verify_text(text_of(line for line in books() if line.get("@id") != left_out)).difference
    assert difference is not None
    assert what in str(difference)


def test_the_last_entry_cannot_be_left_out_either() -> None:
    lines = [line for line in books() if line.get("@id") not in ("paid", DUE)]
    by_id = {line["@id"]: line for line in lines if "@id" in line}
    by_id[ACCOUNT].update({"accountingQuantity": measure(100), "zd:reserved": measure(50)})
    by_id[RESERVATION].update({"zd:open": measure(50)})
    assert "1 entries of the treasury are told, and the chain knew 2" in str(verify_text(text_of(lines)).difference)


# --- as tables ---


def test_tables_have_wholes_and_base_units_and_no_formulas() -> None:
    files = csv_files(books())
    rows = files["events.csv"].splitlines()
    assert rows[0].startswith(
        "id,time,action,provider,receiver,kind,quantity,quantity_base_units,quantity_unit,from,to,"
    )
    assert rows[1].startswith(f"in,,transfer,{ZONE},{MEMBER},{COIN},10,100,ETH,,account,")
    assert f"{ACCOUNT},,{ZONE},{COIN},7,70,ETH,2,20,ETH" in files["resources.csv"]
    assert f"{DUE},,{MEMBER},{COIN},3,30,ETH,,," in files["resources.csv"]
    assert f"{FLOUR},'=flour\u2028," in files["kinds.csv"]
    assert f"{STOCK},,{ZONE},{FLOUR},6,6,'=flour\u2028,,," in files["resources.csv"]
    assert f"valueflows_digest,{digest_of(text_of(books()))}" in files["about.csv"]
    assert {name: text.count("\n") - 1 for name, text in files.items() if name != "about.csv"} == {
        "agents.csv": 2,
        "kinds.csv": 2,
        "resources.csv": 3,
        "events.csv": 4,
        "commitments.csv": 2,
        "agreements.csv": 0,
    }
    assert json.loads(text_of(books()).splitlines()[0])["zd:block"] == 9
