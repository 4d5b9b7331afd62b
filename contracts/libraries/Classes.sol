// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The classes of proposals.
library Classes {
    uint8 internal constant CONSTITUTIONAL = 0; // laws, caps, modules, keepers and every call without a row
    uint8 internal constant SPENDING = 1; // money out, within the caps
    uint8 internal constant MEMBERSHIP = 2; // admission, and removal from an industry
    uint8 internal constant EXPULSION = 3; // removal from a zone
    uint8 internal constant INDUSTRY = 4; // founding bodies below, and holding them up
    uint8 internal constant TRADE = 5; // goods, listings, purchases
    uint8 internal constant COUNT = 6;
}
