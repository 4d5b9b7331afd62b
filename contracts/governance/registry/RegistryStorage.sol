// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IRegistry} from "../../interfaces/IRegistry.sol";
import {History} from "../../libraries/History.sol";

/// @title RegistryStorage: every stored field of a registry.
/// @dev The code of a registry is in two contracts, Registry and RegistryAffairs, which share this storage and nothing else has it.
abstract contract RegistryStorage {
    /* STORAGE */

    struct Page {
        address code; // zero for none, see PersonPage
        uint16 size; // persons it has, from the first of the word on
    }

    struct Recovery {
        address newKey; // zero: none
        uint40 openedAt; // unix seconds
        uint40 readyAt; // unix seconds, 0 while vouchers are missing
        uint8 vouchers; // number of them
    }

    struct Standing {
        uint32 representative; // 0: themself
        uint32 followers; // number of them
    }

    mapping(address key => uint256) internal _keys; // index of who acts with it (bits 0-31), or of who did and rotated (32-63)
    mapping(uint256 index => IRegistry.Person) internal _records; // of who is not in a page, or loose; what a page replaced stays behind
    mapping(uint256 word => Page) internal _pages;
    mapping(uint256 word => uint256) internal _loose; // bit i: person 256·word + i changed since the page was written
    uint256 internal _count; // highest index given
    uint256[] internal _departures; // in order: index (bits 0-31), unix seconds (32-71)
    mapping(uint256 index => Recovery) internal _recoveries;
    mapping(uint256 index => uint256) internal _vouchers; // indices of who vouches, 32 bits each, the newest lowest
    mapping(uint256 index => uint256) internal _voucherFreeAt; // unix seconds
    mapping(bytes32 nullifier => uint256) internal _nullified; // index of the person whose it is, 0 for nobody
    uint256 internal _nullifiedCount; // nullifiers that are somebody's
    mapping(uint256 index => Standing) internal _standings;
    mapping(uint256 representative => mapping(uint256 half => History.Log)) internal _followers; // bit i is person 128·half + i
    mapping(address signer => uint256) internal _delegationNonces; // delegations by signature taken, 0 for none
}
