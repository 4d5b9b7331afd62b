// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Many reads of several contracts in one call, all of the same moment.
contract ManyReads {
    error ReadFailed(address target, bytes data);

    function read(address[] calldata targets, bytes[][] calldata calls) external view returns (bytes[][] memory answers) {
        answers = new bytes[][](targets.length);
        for (uint256 i; i < targets.length; ++i) {
            answers[i] = new bytes[](calls[i].length);
            for (uint256 j; j < calls[i].length; ++j) {
                bool success;
                (success, answers[i][j]) = targets[i].staticcall(calls[i][j]);
                if (!success) revert ReadFailed(targets[i], calls[i][j]);
            }
        }
    }
}
