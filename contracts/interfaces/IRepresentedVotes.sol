// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Votes that a representative casts for those who follow them (see `IRepresentation`) and do not vote themselves.
/// @notice A representative votes as such; then anyone has the followers counted, in pages, until `batchDeadline`. Counted are followers
/// and electors of the proposal's snapshot who are not counted yet. A later vote of their own, by whatever way, takes the
/// counted one back and puts theirs in its place, exactly once; for that the last part of the vote is left to them.
interface IRepresentedVotes {
    /// @notice A person votes and lets their followers be counted with the same choice.
    event RepresentativeVoted(uint256 indexed proposalId, uint256 indexed representative, uint8 support);
    /// @notice Followers in word `word` who were counted just now, a bit each (bit i is person 256·word + i).
    event FollowersCounted(
        uint256 indexed proposalId, uint256 indexed representative, uint256 indexed word, uint256 followers
    );

    /// @notice The person has not voted as a representative on this proposal.
    error NotRepresenting(uint256 proposalId, uint256 representative);
    /// @notice None of the followers in these words counts: they are no electors, are counted already, or are more than one may represent.
    error NoFollowersCounted(uint256 proposalId, uint256 representative);

    /// @notice Casts one's only vote, and lets one's followers be counted alike. Until `batchDeadline`.
    /// @param support 0 against, 1 for, 2 abstain
    function castVoteAsRepresentative(uint256 proposalId, uint8 support) external returns (uint256 weight);

    /// @notice The same for `voter`, who signed
    /// `RepresentativeBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce)` with their next nonce (see `IBallots.nonces`). A
    /// signature for a vote of one's own is not one for that, nor the other way round.
    /// @param signature of the key itself (ECDSA), otherwise what the account says of it (ERC-1271)
    function castVoteAsRepresentativeBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256 weight);

    /// @notice Counts followers of a representative who voted as such; at most a fiftieth of the electorate, but at least five. Anyone
    /// may call, until `batchDeadline`.
    /// @param words numbers of the 256-person words
    /// @return counted followers that were counted, at least one
    function countFollowers(uint256 proposalId, uint256 representative, uint24[] calldata words)
        external
        returns (uint256 counted);

    /// @notice Persons of word `word` who are counted by a representative, a bit each, by choice.
    function followedMasks(uint256 proposalId, uint256 word)
        external
        view
        returns (uint256 againstBits, uint256 forBits, uint256 abstainBits);

    /// @notice Whether and how a person voted as a representative, and how many followers were counted, those included who voted since.
    function representativeVote(uint256 proposalId, uint256 representative)
        external
        view
        returns (bool voted, uint8 support, uint256 counted);
}
