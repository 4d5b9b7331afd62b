// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The one vault of a zone and all bodies below it.
/// @notice Money is kept in accounts per body and asset; the zero address is the chain's coin. A body pays from its own account
/// while that holds enough, otherwise from the allowance it was given. What is promised is reserved when a proposal is queued;
/// what is paid waits until the payee withdraws it. Always: reserved ≤ balance of each account, and balances + dues ≤ what the
/// vault holds of each asset. Amounts are base units of the asset.
interface ITreasury {
    /// @param balance owned by the body
    /// @param reserved the part of it promised to queued proposals
    struct Account {
        uint128 balance;
        uint128 reserved;
    }

    /// @notice What a body may draw from above. A limit, not money. It was granted by its parent; under another parent there is none.
    /// @param limit per epoch
    /// @param used reserved and paid in `usedEpoch`
    /// @param usedEpoch epoch that `used` belongs to
    /// @param untilEpoch last epoch in which it can be drawn
    /// @param source body whose account is debited
    /// @param outstanding reserved at the source for this body and not yet paid
    struct Allowance {
        uint96 limit;
        uint96 used;
        uint32 usedEpoch;
        uint32 untilEpoch;
        address source;
        uint96 outstanding;
    }

    /// @notice `entry` numbers all events of this treasury about money, from 1.
    event Deposited(
        address indexed body,
        uint256 indexed entry,
        bytes32 indexed origin,
        address asset,
        address from,
        uint256 amount,
        bytes32 evidence
    );
    event Reserved(address indexed body, uint256 indexed proposal, address asset, uint256 amount, address source);
    event Released(address indexed body, uint256 indexed proposal, address asset, uint256 amount, address source);
    event Paid(
        address indexed body,
        uint256 indexed entry,
        uint256 indexed proposal,
        address asset,
        address to,
        uint256 amount,
        address source,
        bytes32 line,
        bytes32 evidence
    );
    event Escrowed(
        address indexed body,
        uint256 indexed entry,
        uint256 indexed proposal,
        address asset,
        address post,
        uint256 amount,
        address source,
        bytes32 tradeKey,
        bytes32 line,
        bytes32 evidence
    );
    event Allowed(
        address indexed body,
        uint256 indexed entry,
        uint256 indexed proposal,
        address asset,
        address child,
        uint256 limit,
        uint256 untilEpoch,
        address source,
        bytes32 line,
        bytes32 evidence
    );
    /// @notice The parent ended an allowance; `outstanding` is reserved through it and still paid.
    event Recalled(
        address indexed body,
        uint256 indexed entry,
        uint256 indexed proposal,
        address asset,
        address child,
        uint256 outstanding,
        bytes32 line,
        bytes32 evidence
    );
    event Withdrawn(address indexed payee, uint256 indexed entry, address asset, uint256 amount);
    /// @notice What was due to a body of this zone went to its account.
    event Collected(address indexed body, uint256 indexed entry, address asset, uint256 amount);

    /// @notice What a dissolved body had, beyond what is reserved, went to the body above it.
    event Swept(address indexed body, uint256 indexed entry, address asset, address heir, uint256 amount);

    /// @notice Not a body of this zone.
    error NotOurBody(address body);
    /// @notice Only inside an executed proposal.
    error NotExecuting(address body);
    /// @notice A token is calling back.
    error Locked();
    error ZeroAddress();
    /// @notice The coin sent and the amount differ, or coin came with a token deposit.
    error WrongValue(uint256 sent, uint256 amount);
    error NothingReceived(address asset);
    /// @notice Neither the account nor an allowance covers the amount.
    error InsufficientFunds(address body, address asset, uint256 available, uint256 wanted);
    /// @notice The allowance of `body` does not cover the amount in this epoch.
    error AllowanceExceeded(address body, address asset, uint256 left, uint256 wanted);
    /// @notice The body has no allowance in this asset now, or one from another source.
    error NoAllowance(address body, address asset);
    /// @notice A body that the money would come from, or pass, is frozen until then.
    error FrozenAbove(address body, uint256 until);
    /// @notice More is asked for than was reserved.
    error NotReserved(address body, address asset, uint256 reserved, uint256 wanted);
    /// @notice The source of an allowance stays while money reserved through it waits.
    error AllowanceInUse(address child, address asset, uint256 outstanding);
    error NotChild(address body, address child);
    /// @notice The source must be the granting body or one above it.
    error NotAncestor(address body, address source);
    error NoEpochs();
    error AmountTooLarge(uint256 amount, uint256 most);
    /// @notice The contract is not the trade post this zone lists.
    error UnknownPost(address post);
    error NothingDue(address payee, address asset);
    /// @notice The coin could not be delivered; it stays due.
    error CoinNotAccepted(address payee);
    error ZeroEpoch();
    /// @notice The body goes on, and what it has stays its own.
    error NotDissolved(address body);
    /// @notice The body has nothing in this asset that is not reserved.
    error NothingToSweep(address body, address asset);

    /* MONEY IN */

    /// @notice Puts money into the account of a body of this zone. Credits what arrived.
    /// @param origin what it stems from (a trade, a gift), free
    /// @param evidence hash of a document, or zero
    function deposit(address body, address asset, uint256 amount, bytes32 origin, bytes32 evidence)
        external
        payable
        returns (uint256 credited);

    /* MONEY OUT: called by a body inside an executed proposal */

    /// @notice Credits a payee, who withdraws it. Takes exactly what was reserved for it.
    function pay(address asset, address to, uint256 maxAmount, bytes32 line, bytes32 evidence) external;

    /// @notice Pays into the trade post for one purchase.
    function escrow(
        address post,
        address asset,
        uint256 maxAmount,
        bytes32 tradeKey,
        bytes32 line,
        bytes32 evidence
    ) external;

    /// @notice Lets a child draw up to `maxAmount` in each of `epochs` epochs, the present one included. 0 ends it.
    /// @param source the calling body or one above it, whose account is debited; every body between must itself be allowed to
    /// draw from it
    function allow(
        address asset,
        address child,
        uint256 maxAmount,
        uint256 epochs,
        address source,
        bytes32 line,
        bytes32 evidence
    ) external;

    /// @notice Ends the allowance of a child, whatever its source. What is reserved through it stays reserved and is paid; what is
    /// due stays due.
    function recall(address asset, address child, bytes32 line, bytes32 evidence) external;

    /* RESERVATIONS: called by a body itself, never by a proposal's call */

    /// @notice Reserves for a queued proposal: in the body's own account, or through its allowance in the present epoch.
    /// @return drawn whether the allowance is used
    /// @return epoch the present one, to which it counts
    function reserve(address asset, uint256 amount, uint256 proposal) external returns (bool drawn, uint256 epoch);

    /// @notice Takes back a reservation made at `queuedAt`.
    function release(address asset, uint256 amount, bool drawn, uint256 queuedAt, uint256 proposal) external;

    /* PULLED BY THE PAYEE */

    /// @notice Sends a payee what is due to it, all of one asset. Anyone may call; the money goes to the payee, and to the
    /// account of the payee in its treasury if it is a body.
    function withdraw(address asset, address payee) external returns (uint256 amount);

    /* OF DISSOLVED BODIES */

    /// @notice Moves what a dissolved body has of an asset, beyond what is reserved, to the account of the body above it. Anyone may
    /// call, also for what comes in or is released later; where the body above is dissolved too, it is swept from there.
    function sweep(address body, address asset) external returns (uint256 amount);

    /* READS */

    function root() external view returns (address);

    function factory() external view returns (address);

    function account(address body, address asset) external view returns (Account memory);

    function allowance(address child, address asset) external view returns (Allowance memory);

    /// @notice Credited and not yet withdrawn.
    function due(address payee, address asset) external view returns (uint256);

    /// @notice Number of the epoch that `time` falls in; 0 before the first begins.
    function epochAt(uint256 time) external view returns (uint256);

    function epochStart() external view returns (uint256);

    function epochSeconds() external view returns (uint256);

    /// @notice Number of the last entry.
    function entries() external view returns (uint256);
}
