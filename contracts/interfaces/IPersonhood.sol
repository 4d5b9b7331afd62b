// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who decides that somebody is a person, and which.
/// @notice A zone lists one such contract as a module, by constitutional vote, and asks it whenever somebody enrols. Modules are nobody's:
/// one serves every zone that lists it, each apart from the others, and a zone tells it what it must know by vote.
interface IPersonhood {
    /// @notice Asked by a zone, which is the caller. Reverts unless the proof shows that `key` is a person's, for this zone on this chain.
    /// @param key account with which the person will act
    /// @param proof what the module asks for, see `kind`
    /// @return nullifier one number for one person, whatever key they come with; never zero
    function prove(address key, bytes calldata proof) external returns (bytes32 nullifier);

    /// @notice What sort of module this is, so that a client knows how to ask: `vouching`, `allow-list`, `attester`, or another word.
    function kind() external view returns (string memory);
}
