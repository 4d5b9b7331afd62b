// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Proposals and votes of a body: a community that decides one person, one vote.
/// @notice Function names, events, errors and states are those of OpenZeppelin's `IGovernor`, in timestamp mode. The weight
/// of a vote is 1 for a member of the electorate and nobody else votes.
interface IZone {
    /// @notice States in OpenZeppelin's order.
    enum ProposalState {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed
    }

    /* EVENTS: OpenZeppelin's Governor */

    event ProposalCreated(
        uint256 proposalId,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 voteStart,
        uint256 voteEnd,
        string description
    );
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);
    event ProposalExecuted(uint256 proposalId);
    event ProposalCanceled(uint256 proposalId);
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);
    /// @notice A vote turned the outcome near the close, so that the vote goes on (OpenZeppelin's GovernorPreventLateQuorum). Stands
    /// before the event of that vote.
    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);

    /* EVENTS: ours */

    /// @notice `classes` has a bit for each class among the calls; `electorate` is the head-count at the snapshot.
    event ProposalNumbered(uint256 indexed number, uint256 indexed proposalId, uint256 classes, uint256 electorate);
    /// @notice A person of the electorate signed; `missing` more are wanted.
    event ProposalSponsored(uint256 indexed proposalId, uint256 indexed person, uint256 missing);
    event ReservationsReleased(uint256 indexed number, uint256 indexed proposalId);

    /* ERRORS: OpenZeppelin's Governor */

    error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values);
    error GovernorAlreadyCastVote(address voter);
    error GovernorOnlyProposer(address account);
    error GovernorOnlyExecutor(address account);
    error GovernorNonexistentProposal(uint256 proposalId);
    error GovernorUnexpectedProposalState(uint256 proposalId, ProposalState current, bytes32 expectedStates);
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);
    error GovernorRestrictedProposer(address proposer);
    error GovernorInvalidVoteType();
    error GovernorInvalidVoteParams();

    /* ERRORS: ours */

    /// @notice The account is not in the electorate of this proposal.
    error NotInElectorate(address account, uint256 proposalId);
    /// @notice The person has as many proposals as one may have before their votes end; the next is possible at `nextAt`.
    error TooManyLiveProposals(address proposer, uint256 most, uint256 nextAt);
    /// @notice The proposal wants no sponsor, or has all it wants.
    error NoSponsorWanted(uint256 proposalId);
    /// @notice The account's person made the proposal or has signed it.
    error AlreadySponsor(address account);
    /// @notice Queued, but not yet due.
    error ProposalNotReady(uint256 proposalId, uint256 eta);
    /// @notice More calls in one proposal than a body runs at once.
    error TooManyCalls(uint256 calls, uint256 most);
    /// @notice A body holds no coin and sends none: every value is zero.
    error ValueNotZero(uint256 position);
    /// @notice The code of a target changed since the proposal was made.
    error CodeChanged(uint256 proposalId);
    /// @notice Another proposal of this body is being executed.
    error ExecutionRunning(uint256 number);
    /// @notice Nothing is reserved for this proposal, or it was released.
    error NothingReserved(uint256 proposalId);
    /// @notice The body queues and executes nothing until then; see `IOversight`.
    error BodyFrozen(uint256 until);
    /// @notice An objection holds the proposal up until then; see `IOversight`.
    error ProposalPaused(uint256 proposalId, uint256 until);

    /* PROPOSALS */

    /// @notice Proposes calls. The law of their classes and the electorate are those of one second before. One person has at most
    /// three live proposals in a body: until the vote would end, or until they are canceled. A body directly below may propose, too, by
    /// its own vote or a petition of its members; its proposals need no sponsors, and nobody withdraws them.
    function propose(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId);

    /// @notice Queues a proposal that succeeded: charges the caps and reserves its money.
    function queue(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId);

    /// @notice Runs a queued proposal that is due: all calls in order, or none. Anyone may call.
    function execute(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external payable returns (uint256 proposalId);

    /// @notice Withdraws one's own proposal before the vote opens.
    function cancel(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId);

    /// @notice Frees what an expired proposal had reserved. Anyone may call.
    function releaseExpired(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId);

    /// @notice What a module asks the body that calls it: the proposal now running (0 in the genesis), when it was queued, and
    /// whether the running call is paid from an allowance.
    function execution() external view returns (uint256 proposal, uint256 queuedAt, bool drawn);

    function hashProposal(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external pure returns (uint256);

    /* VOTES */

    /// @notice Casts one's only vote on a proposal. If the outcome (passing or not) turns by a vote in the last part of the voting
    /// period (see `IBallots.batchDeadline`), the vote goes on for as long as that part is, once.
    /// @param support 0 against, 1 for, 2 abstain
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 weight);

    /// @notice As `castVote`; the reason goes into the event.
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason)
        external
        returns (uint256 weight);

    /* TREE AND MODULES */

    /// @notice The zone at the top.
    function root() external view returns (address);

    /// @notice The treasury of the zone at the top.
    function treasury() external view returns (address);

    /// @notice Contract the zone at the top lists under a role.
    function module(uint8 role) external view returns (address);

    /// @notice What a contract is to this body (see `Roles`): 0 nothing, 1 itself, 2 treasury, 3 stores, 4 trade post,
    /// 5 verifier of ballots.
    function roleOf(address target) external view returns (uint8);

    /* READS */

    /// @notice When the freeze that now stops this body ends, unix seconds; 0 if nothing does.
    function frozenUntil() external view returns (uint256 until);

    function state(uint256 proposalId) external view returns (ProposalState);

    /// @notice Class of a call this body would make.
    function classOf(address target, bytes calldata data) external view returns (uint8);
}
