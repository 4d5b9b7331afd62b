"""Compile the contracts as Brownie does: the same sources, settings and compiler, hence the same bytecode.

The settings live in `brownie-config.yaml`, the compiler is `scripts/toolchain/solc/`. Needs Node and `npm ci`
(or a native solc of the pinned version), but no Brownie.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = "contracts"
TESTING = "contracts/testing"

# Runtime code of a contract of the product. EIP-170 allows 24,576 bytes; the rest is room for repairs.
MAX_RUNTIME_BYTES = 20_480

_OUTPUT = [
    "abi",
    "devdoc",
    "userdoc",
    "metadata",
    "evm.methodIdentifiers",
    "evm.bytecode.object",
    "evm.bytecode.linkReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.linkReferences",
    "evm.deployedBytecode.immutableReferences",
]


class CompileError(Exception):
    """The compiler refused; the message is the compiler's own."""


def settings(root: Path = ROOT) -> dict[str, Any]:
    """The compiler settings of `brownie-config.yaml`, in the words of solc's standard JSON."""
    config = yaml.safe_load((root / "brownie-config.yaml").read_text(encoding="utf-8"))["compiler"]
    solc = config["solc"]
    chosen: dict[str, Any] = {
        "evmVersion": config["evm_version"],
        "optimizer": solc["optimizer"],
        "remappings": solc["remappings"],
    }
    if "viaIR" in solc:
        chosen["viaIR"] = solc["viaIR"]
    return chosen


def solc_version(root: Path = ROOT) -> str:
    """The pinned compiler version, as `brownie-config.yaml` says it."""
    config = yaml.safe_load((root / "brownie-config.yaml").read_text(encoding="utf-8"))
    return str(config["compiler"]["solc"]["version"])


def solc_path(root: Path = ROOT) -> Path:
    """The launcher that stands for the pinned compiler."""
    return root / "scripts" / "toolchain" / "solc" / f"solc-v{solc_version(root)}"


def sources(root: Path = ROOT, *, testing: bool) -> dict[str, str]:
    """Source text by source unit name (a path relative to `root`): of the product, or of `contracts/testing/`."""
    found = {}
    for path in sorted((root / CONTRACTS).rglob("*.sol")):
        name = path.relative_to(root).as_posix()
        if name.startswith(TESTING + "/") == testing:
            found[name] = path.read_text(encoding="utf-8")
    return found


def run_solc(
    units: Mapping[str, str], root: Path = ROOT, *, only: Mapping[str, Iterable[str]] | None = None
) -> dict[str, Any]:
    """Compile source units and return solc's standard JSON output. Raises CompileError with all of solc's errors.

    `only` names, by source unit, the contracts that code is wanted of: with none, solc parses and checks and is quick.
    """
    wanted: dict[str, dict[str, list[str]]] = {"*": {"": ["ast"]}}
    if only is None:
        wanted["*"]["*"] = _OUTPUT
    else:
        wanted |= {unit: {"": ["ast"], **dict.fromkeys(names, _OUTPUT)} for unit, names in only.items()}
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in units.items()},
        "settings": {**settings(root), "outputSelection": wanted},
    }
    done = subprocess.run(
        [str(solc_path(root)), "--standard-json", "--allow-paths", str(root)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=root,
    )
    if done.returncode != 0:
        raise CompileError(done.stderr.strip() or f"solc exited with {done.returncode} and said nothing")
    output: dict[str, Any] = json.loads(done.stdout)
    errors = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    if errors:
        raise CompileError("\n".join(errors))
    return output


def artifacts(output: Mapping[str, Any], units: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Artifacts by contract name, of the contracts in `units` that can be deployed or called.

    Abstract contracts and libraries without an external function are left out: nobody can call them. Raises
    CompileError when two contracts share a name, because Brownie and the artifact folder know them by name alone.
    """
    kinds = _contract_kinds(output["sources"])
    immutables = _immutable_names(output["sources"])
    found: dict[str, dict[str, Any]] = {}
    for unit in sorted(units):
        for name, data in sorted(output.get("contracts", {}).get(unit, {}).items()):
            kind = kinds[unit, name]
            abstract = kind != "interface" and not data["evm"]["bytecode"]["object"]
            internal = kind == "library" and not data["evm"]["methodIdentifiers"]
            if abstract or internal:
                continue
            if name in found:
                raise CompileError(f"{name} is in {found[name]['source']} and in {unit}: give one of them another name")
            found[name] = _artifact(name, kind, unit, data, immutables)
    return found


def _artifact(
    name: str, kind: str, unit: str, data: Mapping[str, Any], immutables: Mapping[str, str]
) -> dict[str, Any]:
    creation, runtime = data["evm"]["bytecode"], data["evm"]["deployedBytecode"]
    return {
        "name": name,
        "kind": kind,
        "source": unit,
        "abi": data["abi"],
        "bytecode": "0x" + creation["object"],
        "runtime_bytecode": "0x" + runtime["object"],
        # solc keys these by AST number, which changes with whatever else is compiled; names do not.
        "immutable_references": {
            immutables[number]: places for number, places in runtime.get("immutableReferences", {}).items()
        },
        "link_references": {
            "creation": creation.get("linkReferences", {}),
            "runtime": runtime.get("linkReferences", {}),
        },
        "method_identifiers": data["evm"]["methodIdentifiers"],
        "natspec": {"devdoc": data["devdoc"], "userdoc": data["userdoc"]},
        # The metadata lists compiler, settings and the hash of every source that goes into this contract.
        "build_hash": hashlib.sha256(data["metadata"].encode()).hexdigest(),
    }


def _walk(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if "nodeType" in node:
            yield node
        for child in node.values():
            yield from _walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from _walk(child)


def _contract_kinds(parsed: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (unit, node["name"]): node["contractKind"]
        for unit, source in parsed.items()
        for node in source["ast"]["nodes"]
        if node["nodeType"] == "ContractDefinition"
    }


def _immutable_names(parsed: Mapping[str, Any]) -> dict[str, str]:
    """AST number of every immutable -> "Contract.variable"."""
    return {
        str(node["id"]): f"{contract['name']}.{node['name']}"
        for source in parsed.values()
        for contract in source["ast"]["nodes"]
        if contract["nodeType"] == "ContractDefinition"
        for node in _walk(contract["nodes"])
        if node["nodeType"] == "VariableDeclaration" and node.get("mutability") == "immutable"
    }


def runtime_size(artifact: Mapping[str, Any]) -> int:
    """Bytes of runtime code, link placeholders counted at the size of the address that replaces them."""
    return (len(artifact["runtime_bytecode"]) - 2) // 2


def render(document: Any) -> str:
    """The one way in which generated JSON is written, so that equal content is equal bytes."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
