// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Stands for a zone towards modules: says what a test told it to say and calls what a test wants called. It reaches the checks
/// that a real body, which keeps its own books, never fails.
contract BodyDouble {
    uint256 private _proposal;
    uint256 private _queuedAt;
    bool private _drawn;
    bool public live = true;
    uint256 private _heads;
    mapping(uint256 word => uint256) private _masks;

    function setExecution(uint256 proposal, uint256 queuedAt, bool drawn) external {
        (_proposal, _queuedAt, _drawn) = (proposal, queuedAt, drawn);
    }

    function execution() external view returns (uint256, uint256, bool) {
        return (_proposal, _queuedAt, _drawn);
    }

    function setLive(bool live_) external {
        live = live_;
    }

    /// Who were members at every moment.
    function setMembers(uint256 word, uint256 mask, uint256 heads) external {
        (_masks[word], _heads) = (mask, heads);
    }

    function membersAt(uint256 word, uint256) external view returns (uint256) {
        return _masks[word];
    }

    function headcountAt(uint256) external view returns (uint256) {
        return _heads;
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
