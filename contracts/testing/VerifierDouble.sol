// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Stands for a verifier towards bodies: takes exactly the calls a test told it to take. It shows what a body asks and how a body
/// counts, whatever a verifier lets through.
contract VerifierDouble {
    error NotInTable(bytes32 question);

    mapping(bytes32 question => bool) private _taken;
    bool private _everything;

    function take(bytes32 question) external {
        _taken[question] = true;
    }

    function takeEverything() external {
        _everything = true;
    }

    function verify(
        address registry,
        uint256 snapshot,
        bytes32[3] calldata digests,
        uint256 hint,
        uint256[] calldata words,
        uint256[] calldata proof
    ) external view {
        bytes32 question = keccak256(abi.encode(msg.sender, registry, snapshot, digests, hint, words, proof));
        if (!_everything && !_taken[question]) revert NotInTable(question);
    }
}
