"""The guards of a source file, found in the compiler's own syntax tree, and the file without one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Guard:
    """One guard: bytes `start` to `end` of `file`, of which `replacement` is left when it is deleted.

    `kind` is revert (a statement, in an `if` or alone), require (assert as well), modifier (its use on one function),
    check (a call that can do nothing but revert), assembly, or part (one side of the `||` in a guard's condition).
    `error` is the name of the custom error that comes, or empty.
    """

    file: str
    contract: str
    function: str
    kind: str
    line: int
    text: str
    error: str
    start: int
    end: int
    replacement: str
    ordinal: int = 1

    @property
    def name(self) -> str:
        """What it is called in the state, in reports and in the list of explained guards: no line numbers in it."""
        again = "" if self.ordinal == 1 else f" #{self.ordinal}"
        return f"{self.contract}.{self.function}: {self.text}{again}"

    def deleted_from(self, source: str) -> str:
        """The source without this guard."""
        raw = source.encode()
        return (raw[: self.start] + self.replacement.encode() + raw[self.end :]).decode()


def find(file: str, source: str, trees: Mapping[str, Any], *, parts: bool = False) -> list[Guard]:
    """The guards of one file in the order of the source. `trees` is "sources" of solc's output, with the syntax trees.

    With `parts`, also each side of every `||` that decides whether to revert.
    """
    declared = {node["id"]: node for unit in trees.values() for node, _ in _walk(unit["ast"]) if "id" in node}
    raw = source.encode()
    found: list[Guard] = []
    for node, above in _walk(trees[file]["ast"]):
        kind = _kind(node, declared)
        if kind is None:
            continue
        text, condition = _text(node, above, raw)
        start, end = _span(node)
        whole = Guard(
            file=file,
            contract=next((each["name"] for each in above if each["nodeType"] == "ContractDefinition"), ""),
            function=next((_function_name(each) for each in above if each["nodeType"] in _FUNCTIONS), ""),
            kind=kind,
            line=_line(raw, start),
            text=text,
            error=_error(node, declared),
            start=start,
            end=end if kind in _BARE else _after_semicolon(raw, end),
            # `{}` stands wherever a statement does, and the condition before it is still evaluated.
            replacement="" if kind in _BARE else "{}",
        )
        found.append(whole)
        for side in _sides(condition) if parts and condition is not None else ():
            start, end = _span(side)
            said = f"{text} without {_source(side, raw)}"
            line = _line(raw, start)
            found.append(replace(whole, kind="part", line=line, text=said, start=start, end=end, replacement="false"))
    found.sort(key=lambda guard: (guard.start, -guard.end))
    seen: Counter[str] = Counter()
    for position, guard in enumerate(found):
        seen[guard.name] += 1
        found[position] = replace(guard, ordinal=seen[guard.name])
    return found


_FUNCTIONS = ("FunctionDefinition", "ModifierDefinition")
_BARE = ("modifier", "assembly")  # what may be missing altogether


def _sides(condition: Node) -> Iterator[Node]:
    """The operands of a chain of `||`; none where there is no choice."""
    if condition["nodeType"] == "TupleExpression" and len(condition["components"]) == 1:
        yield from _sides(condition["components"][0])
    elif condition["nodeType"] == "BinaryOperation" and condition["operator"] == "||":
        for side in (condition["leftExpression"], condition["rightExpression"]):
            deeper = list(_sides(side))
            yield from deeper or [side]


def _kind(node: Node, declared: Mapping[int, Node]) -> str | None:
    match node["nodeType"]:
        case "RevertStatement":
            return "revert"
        case "ModifierInvocation":
            return "modifier" if node.get("kind") == "modifierInvocation" else None
        case "YulExpressionStatement":
            return "assembly" if node["expression"].get("functionName", {}).get("name") == "revert" else None
        case "ExpressionStatement" if node["expression"]["nodeType"] == "FunctionCall":
            called = node["expression"]["expression"]
            if called.get("name") in ("require", "assert", "revert") and called["nodeType"] == "Identifier":
                return "revert" if called["name"] == "revert" else "require"
            target = declared.get(called.get("referencedDeclaration", 0), {})
            # What changes nothing, and whose answer is not looked at, can only be there to revert.
            looks = target.get("nodeType") == "FunctionDefinition" and target["stateMutability"] in ("view", "pure")
            return "check" if looks else None
    return None


def _text(node: Node, above: Sequence[Node], raw: bytes) -> tuple[str, Node | None]:
    """How the guard reads, with the condition that leads to it and to nothing else; and that condition, of an `if`."""
    said = _source(node, raw)
    child = node
    for parent in above:
        if parent["nodeType"] == "IfStatement":
            condition = _source(parent["condition"], raw)
            if parent["trueBody"] is child:
                return f"if ({condition}) {said}", parent["condition"]
            return f"unless ({condition}) {said}", None
        # A block of this one statement is as good as the statement.
        if parent["nodeType"] != "Block" or len(parent["statements"]) != 1:
            break
        child = parent
    return said, None


def _error(node: Node, declared: Mapping[int, Node]) -> str:
    """The custom error that the guard reverts with, or that of the modifier or function that it uses."""
    call = node.get("errorCall")
    if call is not None:
        called = call["expression"]
        return str(called.get("memberName") or called.get("name", "")).rpartition(".")[2]
    used = node.get("modifierName") or node.get("expression", {}).get("expression", {})
    target = declared.get(used.get("referencedDeclaration", 0), {})
    inside = (_error(each, declared) for each, _ in _walk(target.get("body")) if each["nodeType"] == "RevertStatement")
    return next(inside, "")


def _function_name(node: Node) -> str:
    return str(node["name"] or node.get("kind", ""))


def _line(raw: bytes, place: int) -> int:
    return raw[:place].count(b"\n") + 1


def _source(node: Node, raw: bytes) -> str:
    start, end = _span(node)
    return " ".join(raw[start:end].decode().split())


def _span(node: Node) -> tuple[int, int]:
    start, length, _ = (int(part) for part in node["src"].split(":"))
    return start, start + length


def _after_semicolon(raw: bytes, end: int) -> int:
    """The place after the semicolon of a statement, which solc counts to some statements and not to others."""
    rest = raw[end:]
    bare = rest.lstrip()
    return end + len(rest) - len(bare) + 1 if bare.startswith(b";") else end


def _walk(node: Any, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node with those above it, the nearest first."""
    if isinstance(node, Mapping):
        inside = above
        if "nodeType" in node:
            yield node, above
            inside = (node, *above)
        for child in node.values():
            yield from _walk(child, inside)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child, above)
