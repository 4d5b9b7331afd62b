// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Many reads in one call, all of the same moment.
contract ManyReads {
    error ReadFailed(uint256 position);

    function read(address[] calldata targets, bytes[] calldata calls) external view returns (bytes[] memory answers) {
        answers = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            bool success;
            (success, answers[i]) = targets[i].staticcall(calls[i]);
            if (!success) revert ReadFailed(i);
        }
    }
}
