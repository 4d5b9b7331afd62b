// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "./IConstitution.sol";

/// @title What can be read of proposals, with the meaning it has in OpenZeppelin's `IGovernor`, in timestamp mode.
interface IProposals {
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /* OPENZEPPELIN'S IGOVERNOR AND ERC-6372 */

    function name() external view returns (string memory);

    function version() external view returns (string memory);

    function clock() external view returns (uint48);

    function CLOCK_MODE() external view returns (string memory);

    function COUNTING_MODE() external view returns (string memory);

    function proposalThreshold() external view returns (uint256);

    /// @notice One second before creation: membership and law are read as of then.
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);

    /// @notice Last second of the vote; later than announced when the vote was extended (see `ProposalExtended`).
    function proposalDeadline(uint256 proposalId) external view returns (uint256);

    /// @notice Key that the person has now, or the body below that proposed it.
    function proposalProposer(uint256 proposalId) external view returns (address);

    /// @notice Earliest execution, 0 until queued.
    function proposalEta(uint256 proposalId) external view returns (uint256);

    function proposalNeedsQueuing(uint256 proposalId) external view returns (bool);

    /// @notice Of the spending class, as of now.
    function votingDelay() external view returns (uint256);

    /// @notice Of the spending class, as of now.
    function votingPeriod() external view returns (uint256);

    /// @notice Whether the person voted themself; who is counted by a representative can still do so.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);

    function proposalVotes(uint256 proposalId)
        external
        view
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);

    /* OURS */

    /// @notice Votes for or abstaining that this proposal needs.
    function proposalQuorum(uint256 proposalId) external view returns (uint256);

    /// @notice Number of a proposal in this body, from 1.
    function proposalNumber(uint256 proposalId) external view returns (uint256);

    /// @notice Number of the newest proposal.
    function proposalCount() external view returns (uint256);

    /// @notice When the vote opens: votes count after this second.
    function proposalVoteStart(uint256 proposalId) external view returns (uint256);

    /// @notice When a succeeded or queued proposal expires.
    function proposalExpiry(uint256 proposalId) external view returns (uint256);

    /// @notice Classes of its calls, a bit each.
    function proposalClasses(uint256 proposalId) external view returns (uint256);

    /// @notice Law the proposal is judged by: of each field the strictest of its classes, as of its snapshot.
    function proposalLaw(uint256 proposalId) external view returns (IConstitution.Law memory);

    /// @notice Over how many persons its quorum counts: the head-count at the snapshot, or the base as of then (see `IActivity`).
    function proposalElectorate(uint256 proposalId) external view returns (uint256);

    /// @notice Persons of word `word` who voted themselves, a bit each. Who is counted by a representative is in `followedMasks`.
    function votedMask(uint256 proposalId, uint256 word) external view returns (uint256);
}
