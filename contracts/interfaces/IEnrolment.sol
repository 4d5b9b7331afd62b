// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Persons by proof: which nullifier is whose.
/// @notice A nullifier is one person's for ever, and brings them back to their index, also with another key. A person who was admitted by vote
/// has none until they prove one; one who proves another, because the zone has changed who decides, keeps both.
interface IEnrolment {
    event NullifierProven(uint256 indexed index, bytes32 indexed nullifier);

    /// @notice A personhood module must not return zero.
    error ZeroNullifier();
    /// @notice The nullifier is that of a member, who can change their key otherwise.
    error NullifierTaken(bytes32 nullifier, uint256 index);

    /// @notice Enters who has proven to be a person, by the root zone only: a new person, one who returns, or a member whose nullifier
    /// was not known.
    /// @return index theirs for life
    /// @return leftAt when they had left, unix seconds, 0 for who never did
    /// @return admitted false if they were a member already
    function enroll(address key, bytes32 nullifier) external returns (uint256 index, uint256 leftAt, bool admitted);

    /// @notice Index of the person whose nullifier it is, 0 for nobody.
    function personOf(bytes32 nullifier) external view returns (uint256);

    /// @notice How many nullifiers are somebody's: as many as events told of, so that an audit misses none.
    function nullifierCount() external view returns (uint256);
}
