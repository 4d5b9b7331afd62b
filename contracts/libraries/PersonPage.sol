// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Persons of a word as the code of a contract: cheaper to write than storage, and never changed.
/// @notice Layout of the code: 0x00 | key of each person (20 bytes) | when each was admitted (5 bytes, unix seconds). Person i of a
/// page of `size` is at 1 + 20·i and at 1 + 20·size + 5·i. The first byte stops whoever calls it.
/// @dev A draft is the whole creation code of a page, in which persons are put before it is written.
library PersonPage {
    /// @notice The contract was not created: gas ran out.
    error PageNotWritten();

    /// @dev PUSH2 length, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN: returns what follows these ten bytes.
    uint256 private constant _CREATION = 0x6100_00_80_60_0a_3d_39_3d_f3;
    uint256 private constant _KEYS = 32 + 10 + 1; // from the length of the draft to the first key

    /// @notice A draft for `size` persons, all blank.
    function blank(uint256 size) internal pure returns (bytes memory draft) {
        draft = new bytes(11 + 25 * size + 32); // `put` writes whole words
        assembly ("memory-safe") {
            mstore(draft, add(11, mul(25, size)))
            mstore(add(draft, 32), shl(176, or(_CREATION, shl(56, add(1, mul(25, size))))))
        }
    }

    /// @notice Copies the persons of a page of `sourceSize` into a draft of `size`, which is no smaller.
    function copyFrom(bytes memory draft, uint256 size, address source, uint256 sourceSize) internal view {
        assembly ("memory-safe") {
            let keys := mul(20, sourceSize)
            extcodecopy(source, add(draft, _KEYS), 1, keys)
            extcodecopy(source, add(add(draft, _KEYS), mul(20, size)), add(1, keys), mul(5, sourceSize))
        }
    }

    /// @notice Puts person `i` into a draft of `size`.
    function put(bytes memory draft, uint256 size, uint256 i, address key, uint256 admittedAt) internal pure {
        assembly ("memory-safe") {
            let place := add(add(draft, _KEYS), mul(20, i))
            mstore(place, or(shl(96, key), shr(160, shl(160, mload(place)))))
            place := add(add(draft, _KEYS), add(mul(20, size), mul(5, i)))
            mstore(place, or(shl(216, admittedAt), shr(40, shl(40, mload(place)))))
        }
    }

    /// @notice Puts `keys` from `from` on, all admitted at once, into the last places of a draft of `size`, the first being `place`.
    /// @dev From low to high, each word overwriting what the one before wrote too far: nothing stands behind them yet.
    function fill(
        bytes memory draft,
        uint256 size,
        uint256 place,
        address[] memory keys,
        uint256 from,
        uint256 admittedAt
    ) internal pure {
        assembly ("memory-safe") {
            let source := add(add(keys, 32), shl(5, from))
            let dates := add(add(draft, _KEYS), mul(20, size))
            let first := mload(dates) // date of those before, which the last key overwrites
            let end := dates
            for { let target := add(add(draft, _KEYS), mul(20, place)) } lt(target, end) { target := add(target, 20) } {
                mstore(target, shl(96, mload(source)))
                source := add(source, 32)
            }
            mstore(dates, first)
            end := add(dates, mul(5, size))
            admittedAt := shl(216, admittedAt)
            for { let target := add(dates, mul(5, place)) } lt(target, end) { target := add(target, 5) } {
                mstore(target, admittedAt)
            }
        }
    }

    /// @notice Creates the contract whose code is the page.
    function write(bytes memory draft) internal returns (address page) {
        assembly ("memory-safe") {
            page := create(0, add(draft, 32), mload(draft))
        }
        if (page == address(0)) revert PageNotWritten();
    }

    /// @notice Person `i` of a page of `size`.
    function at(address page, uint256 size, uint256 i) internal view returns (address key, uint40 admittedAt) {
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(page, 12, add(1, mul(20, i)), 20)
            key := mload(0)
            mstore(0, 0)
            extcodecopy(page, 27, add(1, add(mul(20, size), mul(5, i))), 5)
            admittedAt := mload(0)
        }
    }
}
