// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Addresses written as 40 hexadecimal digits.
/// @dev Digits are worked on 32 at a time, a byte each.
library Hex {
    uint256 private constant _ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @notice False if the 40 characters are an address other than `account`; true if they are this one, or none.
    function isNoOtherAddress(bytes calldata text, address account) internal pure returns (bool) {
        uint256 high = uint256(bytes32(text[:32]));
        uint256 low = uint256(bytes32(text[8:40]));
        uint256 digits = uint160(account);
        // Capital letters differ from small ones in bit 5, which every decimal digit has.
        if (high | (_ONES << 5) == _digits(digits >> 32) && low | (_ONES << 5) == _digits(digits)) return true;
        for (uint256 i; i < 40; ++i) {
            uint8 c = uint8(text[i]);
            bool isDigit = (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66);
            if (!isDigit) return true;
        }
        return false;
    }

    /// @notice An address as "0x" and 40 small digits.
    function written(address account) internal pure returns (string memory) {
        uint256 digits = uint160(account);
        return string(abi.encodePacked("0x", bytes8(bytes32(_digits(digits >> 128) << 192)), bytes32(_digits(digits))));
    }

    /// @dev The lower 16 bytes as 32 small hexadecimal digits.
    function _digits(uint256 value) private pure returns (uint256 x) {
        x = value & type(uint128).max;
        x = (x | (x << 64)) & 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        x = (x | (x << 32)) & 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
        x = (x | (x << 16)) & 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        x = (x | (x << 8)) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        x = (x | (x << 4)) & (_ONES * 0x0f);
        uint256 letters = ((x + _ONES * 6) >> 4) & _ONES;
        unchecked {
            x += _ONES * 0x30 + letters * 0x27;
        }
    }
}
