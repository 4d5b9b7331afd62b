// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The law of a body: what each class of proposals needs, and how much each class may spend.
interface IConstitution {
    /// @notice Law of one class. Durations in seconds, shares in parts per million (1,000,000 = 100 %).
    /// @param seasoning how long a person has been a member before the snapshot
    /// @param votingDelay from creation to the opening of the vote
    /// @param votingPeriod from the opening to the close of the vote
    /// @param executionDelay from queueing to the earliest execution
    /// @param grace how long a succeeded proposal may be queued, and a queued one executed
    /// @param quorumPpm share of the head-count that must vote for or abstain
    /// @param thresholdPpm share of for + against that must be for; there must always be more for than against
    /// @param sponsors electors who sign beside the proposer before the vote opens; never more than the quorum has room for
    struct Law {
        uint24 seasoning;
        uint24 votingDelay;
        uint24 votingPeriod;
        uint24 executionDelay;
        uint24 grace;
        uint24 quorumPpm;
        uint24 thresholdPpm;
        uint8 sponsors;
    }

    /// @notice Money a class may move in one epoch of the treasury, in base units of the asset.
    /// @param limit 0: the asset has no cap here and needs a constitutional vote
    /// @param used charged in `epoch`, when proposals are queued
    /// @param epoch number of the epoch `used` belongs to
    struct Cap {
        uint112 limit;
        uint112 used;
        uint32 epoch;
    }

    /// @notice A cap to begin with.
    struct CapSetting {
        uint8 class;
        address asset;
        uint112 limit;
    }

    event LawSet(uint8 indexed class, Law law);
    /// @notice In this body the row makes a call constitutional (`strict`), or what it is in bytecode again.
    event RowSet(uint8 indexed role, bytes4 indexed selector, bool strict);
    event CapSet(uint8 indexed class, address indexed asset, uint256 limit);
    event CapCharged(uint8 indexed class, address indexed asset, uint256 epoch, uint256 used);

    /// @notice A parameter of a law is outside the bounds that no vote can move. `field` counts from 0 in the order of `Law`.
    /// Where sponsors are wanted the voting delay, in which they sign, is an hour at least.
    error OutOfBounds(uint8 class, uint256 field, uint256 value, uint256 least, uint256 most);
    /// @notice There is no such class.
    error NoSuchClass(uint8 class);
    /// @notice No row gives this call a class: it is constitutional already.
    error NoSuchRow(uint8 role, bytes4 selector);
    /// @notice Queueing would pass the cap of the class for this asset and epoch.
    error CapExceeded(uint8 class, address asset, uint256 left, uint256 wanted);
    /// @notice A call that moves money lacks an argument.
    error TruncatedCall(uint256 length);
    /// @notice A proposal cannot call this: it belongs to the machinery between the body and that contract.
    error ForbiddenCall(address target, bytes4 selector);

    /// @notice Sets the law of a class for proposals created later. By constitutional vote only.
    function setLaw(uint8 class, Law calldata law) external;

    /// @notice Sets what a class may spend of an asset in an epoch; 0 removes the cap. By constitutional vote only.
    function setCap(uint8 class, address asset, uint112 limit) external;

    /// @notice Makes the calls of a row (role of the target, selector) constitutional in this body, or takes that back; never
    /// looser than bytecode. For proposals made later: those that exist keep their classes. By constitutional vote only.
    function setRow(uint8 role, bytes4 selector, bool strict) external;

    /// @notice Whether a row was made constitutional in this body.
    function strictRow(uint8 role, bytes4 selector) external view returns (bool);

    /// @notice Law of a class as of `time`.
    function lawAt(uint8 class, uint256 time) external view returns (Law memory);

    /// @notice Least and most that a vote can make of the law of a class.
    function bounds(uint8 class) external pure returns (Law memory least, Law memory most);

    /// @notice Cap of a class for an asset.
    function cap(uint8 class, address asset) external view returns (Cap memory);
}
