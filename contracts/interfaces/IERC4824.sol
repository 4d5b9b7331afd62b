// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title ERC-4824: where to read what a DAO is. See https://eips.ethereum.org/EIPS/eip-4824
interface IERC4824 {
    /// @notice The document about this body is at another address now.
    event DAOURIUpdate(address daoAddress, string daoURI);

    /// @notice URI of the JSON-LD document about this body, which names those about its members, proposals, activities, contracts
    /// and law; empty if none was set. `zonedao export daojson` writes all of them.
    function daoURI() external view returns (string memory);
}
