// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Stands for a zone towards modules: says what a test told it to say and calls what a test wants called. It reaches the checks
/// that a real body, which keeps its own books, never fails.
contract BodyDouble {
    uint256 private _proposal;
    uint256 private _queuedAt;
    bool private _drawn;

    function setExecution(uint256 proposal, uint256 queuedAt, bool drawn) external {
        (_proposal, _queuedAt, _drawn) = (proposal, queuedAt, drawn);
    }

    function execution() external view returns (uint256, uint256, bool) {
        return (_proposal, _queuedAt, _drawn);
    }

    function run(address target, bytes calldata data) external {
        (bool success, bytes memory returned) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }
}
