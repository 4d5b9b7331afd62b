// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title What a contract is to a body.
library Roles {
    uint8 internal constant NONE = 0;
    uint8 internal constant SELF = 1;
    uint8 internal constant TREASURY = 2;
    uint8 internal constant STORES = 3;
    uint8 internal constant TRADE_POST = 4;
    uint8 internal constant VERIFIER = 5;
    uint8 internal constant PERSONHOOD = 6;
    uint8 internal constant ELECTIONS = 7;
    uint8 internal constant WISHES = 8;
    /// A body founded by this one; never listed, and `roleOf` does not say it.
    uint8 internal constant CHILD = 255;
    /// The highest role that a root lists as a module.
    uint8 internal constant LAST = 8;
}
