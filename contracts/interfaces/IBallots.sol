// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Ballots that somebody else brings: signed one by one, in batches, or under one aggregate signature.
/// @notice Every way sets the same bit of the same person as a direct vote, so nobody is counted twice, and reads the electorate as
/// of the proposal's snapshot. Signatures are EIP-712 in the body's own domain: a ballot counts in one body on one chain only.
/// Batches and aggregates are open until `batchDeadline`, single votes until the end, so that whoever's ballot was held back
/// can still vote.
interface IBallots {
    /// @notice Whose ballots were counted just now, once a batch or aggregate.
    /// @param words repeated, as `castAggregate` takes them: word, persons counted against, for, abstaining (bit i is person
    /// 256·word + i); a batch that comes back to a word says it again, with those who were counted since
    event BallotsCounted(uint256 indexed proposalId, uint256[] words);

    /// @notice The signature is not the voter's for this ballot with their present nonce (OpenZeppelin's Governor).
    error GovernorInvalidSignature(address voter);
    /// @notice Batches were open until `deadline`; single votes still count.
    error BatchesClosed(uint256 proposalId, uint256 deadline);
    /// @notice The bytes end inside the group that begins at `position`.
    error TruncatedBatch(uint256 position);
    /// @notice None of the ballots counts: bad signatures, no electors, or they had voted.
    error NothingCounted(uint256 proposalId);
    /// @notice The zone lists no verifier, so aggregates cannot be checked.
    error NoVerifier();
    /// @notice The verifier was listed after the snapshot of the proposal; it serves later ones.
    error VerifierTooNew(uint256 listedAt, uint256 snapshot);
    /// @notice An aggregate has four numbers a word.
    error MalformedWords(uint256 length);
    /// @notice Words of an aggregate rise strictly and are below 2²⁴.
    error WordsNotRising(uint256 word);
    /// @notice A person is claimed for two choices.
    error ClassesNotDisjoint(uint256 word);

    /* SINGLE VOTES: OpenZeppelin's Governor 5 */

    /// @notice As `IZone.castVoteWithReason`; a vote here has no parameters, so `params` must be empty.
    function castVoteWithReasonAndParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256 weight);

    /// @notice Casts the vote of `voter`, who signed `Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)`.
    /// @param signature of the key itself (ECDSA), otherwise what the account says of it (ERC-1271)
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256 weight);

    /// @notice As `castVoteBySig`, with a signed reason; a vote here has no parameters, so `params` must be empty. Signed is
    /// `ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)`.
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        address voter,
        string calldata reason,
        bytes calldata params,
        bytes calldata signature
    ) external returns (uint256 weight);

    /// @notice Number of single signed votes of an account that this body took: the next one signs it.
    function nonces(address owner) external view returns (uint256);

    function BALLOT_TYPEHASH() external view returns (bytes32);

    function EXTENDED_BALLOT_TYPEHASH() external view returns (bytes32);

    /* MANY AT ONCE */

    /// @notice Counts the ballots of a batch that count; the others are passed over.
    /// @param batch groups of a word and a choice: [word: 3 bytes][support: 1][n: 2], then n times [i: 1][r: 32][s: 32]: the signature of
    /// person 256·word + i over `Ballot(uint256 proposalId,uint8 support,bytes32 choice)`, choice zero. All have v = 27: one with v = 28
    /// is the same with the order of the curve less s in place of s
    /// @return counted ballots that were counted, at least one
    function castBallots(uint256 proposalId, bytes calldata batch) external returns (uint256 counted);

    /// @notice Counts the ballots under one aggregate signature; the zone's verifier checks it. Claimed persons who are no electors or
    /// have voted are passed over; a claimed person without a voting key makes it revert.
    /// @param hint the choice (0-2) whose sum of keys the verifier finds by subtraction, 3 for none
    /// @param words repeated: word, persons against, for, abstaining (bit i is person 256·word + i), words strictly rising
    /// @param proof see the verifier
    /// @return counted ballots that were counted, at least one
    function castAggregate(uint256 proposalId, uint256 hint, uint256[] calldata words, uint256[] calldata proof)
        external
        returns (uint256 counted);

    /// @notice Last second in which batches and aggregates count: the announced end of the vote less a tenth of its period, or less an
    /// hour where that is longer, but at most half the period. An extended vote does not open them again.
    function batchDeadline(uint256 proposalId) external view returns (uint256);

    /// @notice The contract that checks aggregates (zero: none), and when the zone listed it (0: at birth).
    function verifier() external view returns (address module, uint256 listedAt);

    function BATCH_BALLOT_TYPEHASH() external view returns (bytes32);

    /* SEEN FROM OUTSIDE */

    /// @notice The EIP-712 domain of the body's signatures (ERC-5267): its name, version "1", this chain, this address.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );

    /// @notice Id of a proposal, as `hashProposal` (OpenZeppelin's Governor 5.3 and later).
    function getProposalId(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external view returns (uint256);

    /// @notice ERC-165: `IGovernor` with and without `getProposalId`, ERC-6372 and ERC-165.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
