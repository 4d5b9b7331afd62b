// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Sets of up to 256 persons, a bit each.
library Bits {
    /// Byte 2^i mod 269 is i: 2 is a primitive root of 269, so no two bits of a word share a byte.
    bytes internal constant POSITIONS =
        hex"0000016d02d06e1303dad1e66f8e14310469dbdfd280e7b070948f3b15bb320005476ae3dc38e0fbd3c881fee89eb120712695d690c43caa1640bccb330c00ed"
        hex"065248846b11e42fddae3900e1f9fc1ed4a8c9eb822dff1ce91a9fa1b26421a3727a27b49600d7669144c5233d4faba517774174bd5ccc7c34c00d290058eeb6"
        hex"075f539849f285006ccf12d9e58d3068de7faf933aba0046e237fac7fd9d1f25d5c3a93fca0bec5183102ead00f81da7ea2c1b19a063a279b3006543224ea476"
        hex"735b7bbf2857b55e97f100ced88c677e92b94536c69c24c23e0a500facf7a62b18627800424d755abe565df0cd8b7db8359bc1090ef62a61004c5955ef8ab79a"
        hex"08f5604b548999f44a88f38786";

    /// @notice Puts the table that `position` reads into memory.
    /// @dev Shanghai cannot count leading zeros; a table costs a third of a search by halves.
    function table() internal pure returns (uint256 at) {
        bytes memory positions = POSITIONS;
        assembly ("memory-safe") {
            at := add(positions, 32)
        }
    }

    /// @notice Position of the only bit of `bit`, 0 for 0.
    function position(uint256 bit, uint256 table_) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := byte(0, mload(add(table_, mod(bit, 269))))
        }
    }

    /// @notice The lowest bit of a set; 0 for the empty set.
    function lowest(uint256 set) internal pure returns (uint256) {
        unchecked {
            return set & (0 - set);
        }
    }

    /// @notice How many bits are set.
    /// @dev Sums of neighbours: fields of 2, 4, 8 and 16 bits, then all of these at once (Warren, Hacker's Delight, 5-1).
    function popcount(uint256 set) internal pure returns (uint256 count) {
        // In assembly half the price of the same in Solidity, five times a word of every count.
        assembly ("memory-safe") {
            count := sub(set, and(shr(1, set), 0x5555555555555555555555555555555555555555555555555555555555555555))
            let even := and(count, 0x3333333333333333333333333333333333333333333333333333333333333333)
            count := add(even, and(shr(2, count), 0x3333333333333333333333333333333333333333333333333333333333333333))
            count := and(add(count, shr(4, count)), 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f)
            count := and(add(count, shr(8, count)), 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff)
            count := shr(240, mul(count, 0x0001000100010001000100010001000100010001000100010001000100010001))
        }
    }
}
