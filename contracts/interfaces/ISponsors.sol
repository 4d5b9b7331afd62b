// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who stands behind proposals, and how many more somebody may make.
interface ISponsors {
    /// @notice Signs a pending proposal whose law wants sponsors. Any elector but the proposer may, once; when enough have signed
    /// before the vote opens it opens, otherwise the proposal is defeated then.
    function sponsor(uint256 proposalId) external;

    /// @notice Persons beside the proposer who signed the proposal, and how many it needs before its vote opens.
    function proposalSponsors(uint256 proposalId) external view returns (uint256 signed, uint256 needed);

    /// @notice Persons of word `word` who signed the proposal, a bit each.
    function sponsoredMask(uint256 proposalId, uint256 word) external view returns (uint256);

    /// @notice Proposals of a person whose votes have not ended, and when the next can be made (0: now).
    function liveProposals(uint256 person) external view returns (uint256 live, uint256 nextAt);
}
