// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Sets of up to 256 persons, a bit each.
library Bits {
    /// Two bytes for each number from 1 to 272: those of 2^i mod 269 say i, the others nothing. 2 is a primitive root of 269, so no two
    /// positions share a place.
    bytes internal constant POSITIONS =
        hex"00000001006d000200d0006e0013000300da00d100e6006f008e001400310004006900db00df00d2008000e700b000700094008f003b001500bb003200000005"
        hex"0047006a00e300dc003800e000fb00d300c8008100fe00e8009e00b1002000710026009500d6009000c4003c00aa0016004000bc00cb0033000c000000ed0006"
        hex"005200480084006b001100e4002f00dd00ae0039000000e100f900fc001e00d400a800c900eb0082002d00ff001c00e9001a009f00a100b20064002100a30072"
        hex"007a002700b40096000000d700660091004400c50023003d004f00ab00a5001700770041007400bd005c00cc007c003400c0000d00290000005800ee00b60007"
        hex"005f00530098004900f200850000006c00cf001200d900e5008d0030006800de007f00af0093003a00ba0000004600e2003700fa00c700fd009d001f002500d5"
        hex"00c300a9003f00ca000b00ec005100830010002e00ad000000f8001d00a700ea002c001b001900a0006300a2007900b30000006500430022004e00a400760073"
        hex"005b007b00bf0028005700b5005e009700f1000000ce00d8008c0067007e009200b90045003600c6009c002400c2003e000a0050000f00ac00f700a6002b0018"
        hex"0062007800000042004d0075005a00be0056005d00f000cd008b007d00b80035009b00c10009000e00f6002a00610000004c0059005500ef008a00b7009a0008"
        hex"00f50060004b00540089009900f4004a008800f3008700860000000000000000";

    /// @notice Puts the table that `position` reads into memory.
    /// @dev Shanghai cannot count leading zeros; a table costs a third of a search by halves.
    function table() internal pure returns (uint256 at) {
        bytes memory positions = POSITIONS;
        assembly ("memory-safe") {
            at := add(positions, 31)
        }
    }

    /// @notice Position of the lowest bit of a set that is not empty.
    /// @dev All bits up to the lowest one are 2^(i+1) − 1; modulo 538 this is 2 · (2^i mod 269) − 1, where the two bytes begin.
    function position(uint256 set, uint256 table_) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := shr(240, mload(add(table_, mod(xor(set, sub(set, 1)), 538))))
        }
    }

    /// @notice A table that is read in the same way, and says in place of a position where in memory the item of that position is.
    /// @param base where the items begin, `stride` bytes each; all are in the first 65,536 bytes of memory
    function places(uint256 table_, uint256 base, uint256 stride) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            let to := mload(0x40)
            at := sub(to, 1)
            mstore(0x40, add(to, 576))
            // Sixteen entries are a word, and none is carried over into its neighbour.
            let bases := mul(base, 0x0001000100010001000100010001000100010001000100010001000100010001)
            let from := add(table_, 1)
            let away := sub(to, from)
            for { let end := add(from, 544) } lt(from, end) { from := add(from, 32) } {
                mstore(add(from, away), add(mul(mload(from), stride), bases))
            }
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
