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
                answers[i][j] = _read(targets[i], calls[i][j]);
            }
        }
    }

    /// The same question about up to 256 words: bit i says whether the answer about word i is anything but zero. A word stands in
    /// the calldata between `before` and `after_`.
    function truths(address target, bytes calldata before, uint256[] calldata words, bytes calldata after_)
        external
        view
        returns (uint256 mask)
    {
        for (uint256 i; i < words.length; ++i) {
            if (bytes32(_read(target, bytes.concat(before, bytes32(words[i]), after_))) != 0) mask |= 1 << i;
        }
    }

    function _read(address target, bytes memory data) private view returns (bytes memory answer) {
        bool success;
        (success, answer) = target.staticcall(data);
        if (!success) revert ReadFailed(target, data);
    }
}
