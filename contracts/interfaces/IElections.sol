// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Where bodies decide between more than yes and no, and elect their officers. One per chain, nobody's, without settings.
/// @notice A body opens a poll or an election by an executed proposal; its members vote with their own accounts. The electorate is
/// that of the second before the opening, seasoned as the body's law of membership says; one ballot a person, which is final.
/// Choices (options, or candidates in the order in which they stood) are numbered from 1. Times are unix seconds, shares parts per
/// million.
interface IElections {
    enum Kind {
        Poll,
        Approval,
        Stv
    }

    enum Phase {
        None,
        Standing,
        Voting,
        Revealing,
        Counting,
        Decided
    }

    /// @notice A choice of options by approval. In the order of their approvals (of equals the cheaper first, then the lower number)
    /// the options win that still fit into the budget, at most `most` of them, none without a ballot for it or below the threshold.
    /// @param subject text of up to 32 bytes or a hash
    /// @param options 1 to 63, each text of up to 32 bytes or a hash
    /// @param costs of the options, below 2^128 each; none at all where nothing costs anything
    /// @param thresholdPpm share of the ballots that must approve of a winner
    /// @param quorumPpm share of the head-count that must cast ballots, otherwise nothing wins; 0 for none
    /// @param voteSeconds one hour to sixty days
    /// @param revealSeconds 0 for open ballots; otherwise ballots are committed to, and revealed in this time: an hour to sixty days
    struct PollTerms {
        bytes32 subject;
        bytes32[] options;
        uint256[] costs;
        uint256 budget;
        uint256 most;
        uint256 thresholdPpm;
        uint256 quorumPpm;
        uint256 voteSeconds;
        uint256 revealSeconds;
    }

    /// @notice An election of officers. `kind` is Approval (the seats go to those with most approvals, of equals to who stood first) or
    /// Stv (see `count`).
    /// @param office text of up to 32 bytes or a hash: one office of a body is one word
    /// @param seats 1 to 16
    /// @param standSeconds in which candidates stand, before the vote: an hour to sixty days
    /// @param termDelay seconds from the end of the vote, or of its revealing, to the beginning of the term; at most a year
    /// @param termSeconds how long the term is, a day to ten years
    struct OfficeTerms {
        bytes32 office;
        Kind kind;
        uint256 seats;
        uint256 quorumPpm;
        uint256 standSeconds;
        uint256 voteSeconds;
        uint256 revealSeconds;
        uint256 termDelay;
        uint256 termSeconds;
    }

    /// @param label the poll's subject or the office
    /// @param choices options or candidates so far
    /// @param seasonedAt members both then and at the snapshot vote
    /// @param ballots that count so far
    /// @param winners bit i: choice number i; 0 until decided
    struct Election {
        address body;
        Kind kind;
        bytes32 label;
        uint256 seats;
        uint256 choices;
        uint256 quorumPpm;
        uint256 snapshot;
        uint256 seasonedAt;
        uint256 voteStart;
        uint256 voteEnd;
        uint256 revealEnd;
        uint256 termStart;
        uint256 termEnd;
        uint256 ballots;
        uint256 winners;
        Phase phase;
    }

    event PollOpened(uint256 indexed election, address indexed body, PollTerms terms, uint256 snapshot, uint256 seasonedAt);
    event ElectionOpened(
        uint256 indexed election, address indexed body, OfficeTerms terms, uint256 snapshot, uint256 seasonedAt
    );
    event CandidateStood(uint256 indexed election, uint256 indexed person, uint256 number);
    /// @notice `ballot` is a set of approved choices, bit i for choice i, or under Stv a ranking, one byte a preference, the first lowest.
    event BallotCast(uint256 indexed election, uint256 indexed person, uint256 ballot);
    event BallotCommitted(uint256 indexed election, uint256 indexed person, bytes32 commitment);
    /// @notice Some ballots were replayed for a claim: keccak256 of who counts (20 bytes) and the stages (32 bytes each).
    event BallotsReplayed(uint256 indexed election, bytes32 indexed claim, uint256 counted);
    /// @notice The count, stage by stage, which the chain has checked. A stage: who is transferred (bits 0-7), who takes no more votes
    /// (8-47, bit 8 + i for candidate i), surplus (48-111) and votes (112-175) of who is elected, 0 for an exclusion.
    event StvCounted(uint256 indexed election, uint256[] stages);
    event Decided(uint256 indexed election, uint256 winners, uint256 ballots, bool quorumReached);

    error NoSuchElection(uint256 election);
    error WrongPhase(Phase phase);
    /// @notice Another kind of election than this call is for.
    error WrongKind(Kind kind);
    /// @notice `field` counts from 0 in the order of the terms.
    error BadRule(uint256 field);
    /// @notice Not of the electorate of the opening; person 0 is a stranger.
    error NotElector(address caller, uint256 person);
    error AlreadyVoted(uint256 person);
    error AlreadyStanding(uint256 person);
    error TooManyCandidates(uint256 most);
    /// @notice It names a choice that is not there, or ranks nobody, or somebody twice.
    error BadBallot(uint256 ballot);
    /// @notice Ballots are committed to and revealed here (`secret`), or cast openly.
    error WrongBallot(bool secret);
    /// @notice This ballot and salt are not what the person committed to (0: to nothing).
    error WrongReveal(uint256 person, bytes32 commitment);
    /// @notice These are not the terms the poll was opened with.
    error WrongTerms(bytes32 expected, bytes32 actual);
    /// @notice The count goes wrong at this stage, from 1; also when there is one too few or too many.
    error WrongCount(uint256 stage);
    /// @notice Of this claim the caller has had so many ballots replayed, with other sums than these.
    error StaleCount(uint256 counted);
    /// @notice These are not the ballots that were cast, in their order.
    error WrongBallots(uint256 counted, uint256 cast);

    /* BY BODIES, IN EXECUTED PROPOSALS */

    /// @notice Lets the members of the calling body choose among options from now on.
    function openPoll(PollTerms calldata terms) external returns (uint256 election);

    /// @notice Lets the calling body elect officers.
    function openElection(OfficeTerms calldata terms) external returns (uint256 election);

    /* BY MEMBERS */

    /// @notice Becomes a candidate, which accepts the office if elected. Before the vote.
    function stand(uint256 election) external returns (uint256 number);

    /// @notice Casts one's ballot, for good.
    function vote(uint256 election, uint256 ballot) external;

    /// @notice Commits to a ballot, for good: keccak256(abi.encode(chain id, this contract, election, person, ballot, salt)).
    function commit(uint256 election, bytes32 commitment) external;

    /* BY ANYONE */

    /// @notice Reveals what a person committed to, after the vote and before the end of revealing. Unrevealed ballots do not count.
    function reveal(uint256 election, uint256 person, uint256 ballot, bytes32 salt) external;

    /// @notice Decides an election by approval, and one of any kind that nobody voted in or that missed its quorum.
    function decide(uint256 election) external;

    /// @notice Decides a poll; `terms` are those it was opened with.
    function decidePoll(uint256 election, PollTerms calldata terms) external;

    /// @notice Counts an election by the single transferable vote, with all ballots at once or in pages. `stages` is the whole count as
    /// anybody can work it out; the chain replays every ballot through it and accepts it only if each stage is the one the rules ask for.
    /// @dev Rules: The Scottish Local Government Elections Order 2007, schedule 1, 45 to 52 (weighted inclusive Gregory), in integers of
    /// 1/100,000 vote. Quota ⌊ballots / (seats + 1)⌋ + 1. Who reaches it is elected. The largest surplus is transferred first, each of
    /// its papers at ⌊surplus × value / votes⌋; without surpluses the lowest candidate is excluded and their papers go on at their
    /// value. Equals are told apart by the latest earlier stage at which they were not; where there is none, instead of by lot, who
    /// stood earlier is transferred first and excluded last. The count ends when seats are filled, or continuing candidates are no more than the seats left.
    /// @param stages as in `StvCounted`
    /// @param sums what the caller's earlier page returned, empty to begin anew: whose pages are wrong spoils nobody else's count
    /// @param ballots the next ones in the order in which they were cast (`BallotCast`)
    /// @return next votes received by stage (0: first preferences) and candidate, for the next page
    function count(
        uint256 election,
        uint256[] calldata stages,
        uint256[] calldata sums,
        uint256[] calldata ballots
    ) external returns (uint256[] memory next);

    /* READ */

    function electionCount() external view returns (uint256);

    function electionOf(uint256 election) external view returns (Election memory);

    /// @notice Persons who stand, by their numbers from 1.
    function candidates(uint256 election) external view returns (uint256[] memory persons);

    /// @notice Approvals of each choice, by their numbers from 1.
    function approvals(uint256 election) external view returns (uint256[] memory counts);

    /// @notice Whether a person has cast a ballot, or committed to one.
    function hasVoted(uint256 election, uint256 person) external view returns (bool);

    /// @notice What a person committed to, 0 for nothing.
    function commitmentOf(uint256 election, uint256 person) external view returns (bytes32);

    /// @notice Chained hash of the ballots of an election by Stv: h' = first 28 bytes of keccak256(abi.encode(h, ballot)), h = 0 at first.
    function ballotsHash(uint256 election) external view returns (uint256);
}
