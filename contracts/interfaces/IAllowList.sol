// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPersonhood} from "./IPersonhood.sol";

/// @title Persons on a list that the zone has voted for.
/// @notice The list is a Merkle tree as OpenZeppelin's library for JavaScript makes it ("standard"), of leaves (address key, bytes32 nullifier).
/// The tree is the zone's own, so a proof is of use in no zone that has not voted for a list with the same leaf. A zone without a list
/// admits nobody this way.
interface IAllowList is IPersonhood {
    event RootSet(address indexed zone, bytes32 root, string uri);

    /// @notice The key is not on the list of this zone with this nullifier.
    error NotListed(address zone, address key);

    /// @notice Sets the list of the caller, a zone by its vote; zero for none.
    /// @param root_ of the Merkle tree
    /// @param uri where the list can be read; empty where it is handed on otherwise
    function setRoot(bytes32 root_, string calldata uri) external;

    /// @notice Root of the list of a zone; zero for none.
    function root(address zone) external view returns (bytes32);
}
