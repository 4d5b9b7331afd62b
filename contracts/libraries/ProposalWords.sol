// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The two words of a proposal.
/// @notice The ballot word has all that counting a vote needs; the lifecycle word has what happens afterwards.
/// @dev Ballot word: against 0-31 | for 32-63 | abstain 64-95 | electorate 96-127 | created at 128-167 | voting delay 168-191 |
/// voting period 192-215 | seasoning 216-239 | classes 240-249 (a bit each) | extended 251 | followers counted 252 |
/// paused by an objection, once 253 | waits for sponsors 254 | canceled 255. Times in seconds.
/// Lifecycle word: proposer's person index 0-31 | number 32-63 | queued at 64-103 | executed 104 | released 105 |
/// sponsors still wanted 106-111 | drawn calls 112-127 (bit i: call i is paid from an allowance) | digest of the targets' code 128-255.
library ProposalWords {
    uint256 internal constant CANCELED = 1 << 255;
    uint256 internal constant UNSPONSORED = 1 << 254;
    /// An objection was made; when it holds the proposal up is kept beside.
    uint256 internal constant PAUSED = 1 << 253;
    /// No vote is taken on a proposal with any of these.
    uint256 internal constant CLOSED = CANCELED | UNSPONSORED;
    /// The vote goes on for as long again as its last part was, because its outcome turned in that part.
    uint256 internal constant EXTENDED = 1 << 251;
    /// Somebody is, or was, counted by a representative.
    uint256 internal constant FOLLOWED = 1 << 252;
    uint256 internal constant EXECUTED = 1 << 104;
    uint256 internal constant RELEASED = 1 << 105;
    uint256 private constant _SPONSORS = 106;

    function packBallot(
        uint256 electorate_,
        uint256 createdAt_,
        uint256 votingDelay_,
        uint256 votingPeriod_,
        uint256 seasoning_,
        uint256 classes_
    ) internal pure returns (uint256) {
        return (electorate_ << 96) | (createdAt_ << 128) | (votingDelay_ << 168) | (votingPeriod_ << 192)
            | (seasoning_ << 216) | (classes_ << 240);
    }

    function packLifecycle(uint256 proposer_, uint256 number_, uint256 sponsorsWanted_, uint256 digest_)
        internal
        pure
        returns (uint256)
    {
        return proposer_ | (number_ << 32) | (sponsorsWanted_ << _SPONSORS) | (digest_ << 128);
    }

    function oneVote(uint8 support) internal pure returns (uint256) {
        return 1 << (uint256(support) << 5);
    }

    /// @notice Votes as the ballot word has them.
    function packVotes(uint256 against, uint256 for_, uint256 abstaining) internal pure returns (uint256) {
        return against | (for_ << 32) | (abstaining << 64);
    }

    function againstVotes(uint256 ballot) internal pure returns (uint256) {
        return uint32(ballot);
    }

    function forVotes(uint256 ballot) internal pure returns (uint256) {
        return uint32(ballot >> 32);
    }

    function abstainVotes(uint256 ballot) internal pure returns (uint256) {
        return uint32(ballot >> 64);
    }

    function electorate(uint256 ballot) internal pure returns (uint256) {
        return uint32(ballot >> 96);
    }

    function createdAt(uint256 ballot) internal pure returns (uint256) {
        return uint40(ballot >> 128);
    }

    function snapshot(uint256 ballot) internal pure returns (uint256) {
        unchecked {
            return uint40(ballot >> 128) - 1;
        }
    }

    function voteStart(uint256 ballot) internal pure returns (uint256) {
        unchecked {
            return uint256(uint40(ballot >> 128)) + uint24(ballot >> 168);
        }
    }

    /// @notice Last second of the vote as it was announced.
    function announcedEnd(uint256 ballot) internal pure returns (uint256) {
        unchecked {
            return voteStart(ballot) + period(ballot);
        }
    }

    /// @notice Last second of the vote.
    function voteEnd(uint256 ballot) internal pure returns (uint256 end) {
        unchecked {
            end = announcedEnd(ballot);
            if (ballot & EXTENDED != 0) end += lastPart(ballot);
        }
    }

    /// @notice Length of the last part of the vote as it was announced: a tenth of the period, or an hour where that is longer, but
    /// at most half the period.
    function lastPart(uint256 ballot) internal pure returns (uint256 part) {
        unchecked {
            uint256 whole = period(ballot);
            part = whole / 10;
            if (part < 1 hours) part = whole < 2 hours ? whole / 2 : 1 hours;
        }
    }

    /// @notice Last second before the last part.
    function lastPartFrom(uint256 ballot) internal pure returns (uint256) {
        unchecked {
            return announcedEnd(ballot) - lastPart(ballot);
        }
    }

    function period(uint256 ballot) internal pure returns (uint256) {
        return uint24(ballot >> 192);
    }

    function frozenSeasoning(uint256 ballot) internal pure returns (uint256) {
        return uint24(ballot >> 216);
    }

    function classes(uint256 ballot) internal pure returns (uint256) {
        return uint16(ballot >> 240) & 0x03ff;
    }

    function proposer(uint256 lifecycle) internal pure returns (uint256) {
        return uint32(lifecycle);
    }

    function number(uint256 lifecycle) internal pure returns (uint256) {
        return uint32(lifecycle >> 32);
    }

    function queuedAt(uint256 lifecycle) internal pure returns (uint256) {
        return uint40(lifecycle >> 64);
    }

    function sponsorsWanted(uint256 lifecycle) internal pure returns (uint256) {
        return (lifecycle >> _SPONSORS) & 63;
    }

    function drawn(uint256 lifecycle) internal pure returns (uint256) {
        return uint16(lifecycle >> 112);
    }

    function digest(uint256 lifecycle) internal pure returns (uint256) {
        return lifecycle >> 128;
    }

    function withQueued(uint256 lifecycle, uint256 time) internal pure returns (uint256) {
        return lifecycle | (time << 64);
    }

    /// @notice One sponsor fewer is wanted; at least one was.
    function withSponsor(uint256 lifecycle) internal pure returns (uint256) {
        unchecked {
            return lifecycle - (1 << _SPONSORS);
        }
    }

    function withDrawn(uint256 lifecycle, uint256 calls) internal pure returns (uint256) {
        return lifecycle | (calls << 112);
    }
}
