// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How a zone comes to be without a module. Listing one, its event and its errors are in `IBody`.
interface IModules {
    /// @notice Takes a module off the list: the verifier of ballots (5), who decides who is a person (6), the elections (7) or the
    /// wishes (8). The others have money or goods, and are only ever replaced. In a zone, by constitutional vote only.
    /// @dev Without a verifier no aggregate counts, of proposals under way neither; votes on their own and signed batches do.
    function removeModule(uint8 role) external;
}
