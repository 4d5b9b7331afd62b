// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Many reads of several contracts in one call, all of the same moment.
contract ManyReads {
    error ReadFailed(address target, bytes data);

    /// Calls and answers one after the other, without the offsets of the usual encoding: coding those takes a client longer than
    /// all reads. A call is its target (20 bytes), the length of its calldata (2) and that; an answer its length (2) and itself.
    function read(bytes calldata calls) external view returns (bytes memory answers) {
        address target;
        bool success = true;
        uint256 at; // the call, in `calls`
        uint256 size;
        assembly ("memory-safe") {
            answers := mload(64)
            let end := add(answers, 32)
            for {} and(success, lt(at, calls.length)) {} {
                let word := calldataload(add(calls.offset, at))
                target := shr(96, word)
                size := and(shr(80, word), 0xffff)
                calldatacopy(end, add(calls.offset, add(at, 22)), size)
                success := staticcall(gas(), target, end, size, 0, 0)
                if success {
                    at := add(at, add(22, size))
                    mstore(end, shl(240, returndatasize()))
                    returndatacopy(add(end, 2), 0, returndatasize())
                    end := add(end, add(2, returndatasize()))
                }
            }
            mstore(answers, sub(end, add(answers, 32)))
            mstore(64, and(add(end, 63), not(31)))
        }
        if (!success) revert ReadFailed(target, calls[at + 22:at + 22 + size]);
    }

    /// The same question about up to 256 words: bit i says whether the answer about word i is anything but zero. A word stands in
    /// the calldata between `before` and `after_`.
    function truths(address target, bytes calldata before, uint256[] calldata words, bytes calldata after_)
        external
        view
        returns (uint256 mask)
    {
        for (uint256 i; i < words.length; ++i) {
            bytes memory data = bytes.concat(before, bytes32(words[i]), after_);
            (bool success, bytes memory answer) = target.staticcall(data);
            if (!success) revert ReadFailed(target, data);
            if (bytes32(answer) != 0) mask |= 1 << i;
        }
    }
}
