// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IDissolution} from "../interfaces/IDissolution.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {ITradePost} from "../interfaces/ITradePost.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {IZone} from "../interfaces/IZone.sol";
import {IZoneFactory} from "../interfaces/IZoneFactory.sol";
import {Roles} from "../libraries/Roles.sol";

/// @title Treasury: the one vault of a zone and all bodies below it.
/// @dev Bodies are known by their factory and their root, so their own bookkeeping (which reservation belongs to which
/// proposal) is trusted; what a body may take is still checked here against its account and against every allowance between.
contract Treasury is ITreasury {
    using SafeERC20 for IERC20;

    /* IMMUTABLES */

    /// @inheritdoc ITreasury
    address public immutable root;
    /// @inheritdoc ITreasury
    address public immutable factory;
    /// @inheritdoc ITreasury
    uint256 public immutable epochStart;
    /// @inheritdoc ITreasury
    uint256 public immutable epochSeconds;

    /* STORAGE */

    /// @dev One slot: whether a token is being moved, and the number of the last entry.
    struct Book {
        bool locked;
        uint248 entries;
    }

    /// @dev What a parent lets a child draw. It ends when the child gets another parent.
    struct Grant {
        uint96 limit; // base units per epoch, 0 for none
        uint96 used; // base units in `usedEpoch`
        uint32 usedEpoch;
        uint32 untilEpoch;
    }

    /// @dev From where a child draws, whoever granted it.
    struct Draws {
        address source;
        uint96 outstanding; // base units
    }

    Book private _book;
    mapping(address body => mapping(address asset => Account)) private _accounts;
    mapping(address parent => mapping(address child => mapping(address asset => Grant))) private _grants;
    mapping(address child => mapping(address asset => Draws)) private _draws;
    mapping(address payee => mapping(address asset => uint256)) public due;

    constructor(address root_, address factory_, uint40 epochStart_, uint32 epochSeconds_) {
        if (epochSeconds_ == 0) revert ZeroEpoch();
        root = root_;
        factory = factory_;
        epochStart = epochStart_;
        epochSeconds = epochSeconds_;
    }

    /* MODIFIERS */

    /// @dev Around everything that moves a token or the coin.
    modifier locking() {
        if (_book.locked) revert Locked();
        _book.locked = true;
        _;
        _book.locked = false;
    }

    /// @dev For a body's calls that move no token; none of them may run inside a token's callback.
    modifier onlyBody() {
        if (_book.locked) revert Locked();
        _requireBody(msg.sender);
        _;
    }

    /* MONEY IN */

    /// @inheritdoc ITreasury
    function deposit(address body, address asset, uint256 amount, bytes32 origin, bytes32 evidence)
        external
        payable
        locking
        returns (uint256 credited)
    {
        _requireBody(body);
        if (msg.value != (asset == address(0) ? amount : 0)) revert WrongValue(msg.value, amount);
        credited = asset == address(0) ? amount : _pull(asset, amount);
        if (credited == 0) revert NothingReceived(asset);
        _credit(body, asset, credited);
        emit Deposited(body, _nextEntry(), origin, asset, msg.sender, credited, evidence);
    }

    /* MONEY OUT */

    /// @inheritdoc ITreasury
    function pay(address asset, address to, uint256 maxAmount, bytes32 line, bytes32 evidence) external onlyBody {
        if (to == address(0)) revert ZeroAddress();
        (address source, uint256 proposal) = _spend(asset, maxAmount);
        due[to][asset] += maxAmount;
        emit Paid(msg.sender, _nextEntry(), proposal, asset, to, maxAmount, source, line, evidence);
    }

    /// @inheritdoc ITreasury
    function escrow(
        address post,
        address asset,
        uint256 maxAmount,
        bytes32 tradeKey,
        bytes32 line,
        bytes32 evidence
    ) external locking {
        _requireBody(msg.sender);
        if (IZone(root).roleOf(post) != Roles.TRADE_POST) revert UnknownPost(post);
        (address source, uint256 proposal) = _spend(asset, maxAmount);
        emit Escrowed(
            msg.sender, _nextEntry(), proposal, asset, post, maxAmount, source, tradeKey, line, evidence
        );
        if (asset == address(0)) {
            ITradePost(post).fund{value: maxAmount}(msg.sender, asset, tradeKey);
        } else {
            IERC20(asset).safeTransfer(post, maxAmount);
            ITradePost(post).fund(msg.sender, asset, tradeKey);
        }
    }

    /// @inheritdoc ITreasury
    function allow(
        address asset,
        address child,
        uint256 maxAmount,
        uint256 epochs,
        address source,
        bytes32 line,
        bytes32 evidence
    ) external onlyBody {
        _requireChild(msg.sender, child);
        if (epochs == 0) revert NoEpochs();
        if (epochs > type(uint16).max) revert AmountTooLarge(epochs, type(uint16).max);
        if (maxAmount > type(uint96).max) revert AmountTooLarge(maxAmount, type(uint96).max);
        _requireAncestorOrSelf(msg.sender, source);
        Draws storage draws = _draws[child][asset];
        if (draws.outstanding != 0 && draws.source != source) revert AllowanceInUse(child, asset, draws.outstanding);
        Grant storage grant = _grants[msg.sender][child][asset];
        grant.limit = uint96(maxAmount);
        grant.untilEpoch = uint32(epochAt(block.timestamp) + epochs - 1);
        draws.source = source;
        (uint256 proposal,,) = IZone(msg.sender).execution();
        emit Allowed(
            msg.sender,
            _nextEntry(),
            proposal,
            asset,
            child,
            maxAmount,
            grant.untilEpoch,
            source,
            line,
            evidence
        );
    }

    /// @inheritdoc ITreasury
    function recall(address asset, address child, bytes32 line, bytes32 evidence) external onlyBody {
        _requireChild(msg.sender, child);
        Grant storage grant = _grants[msg.sender][child][asset];
        if (grant.limit == 0) revert NoAllowance(child, asset);
        grant.limit = 0;
        (uint256 proposal,,) = IZone(msg.sender).execution();
        emit Recalled(msg.sender, _nextEntry(), proposal, asset, child, _draws[child][asset].outstanding, line, evidence);
    }

    /* RESERVATIONS */

    /// @inheritdoc ITreasury
    function reserve(address asset, uint256 amount, uint256 proposal)
        external
        onlyBody
        returns (bool drawn, uint256 epoch)
    {
        if (amount > type(uint96).max) revert AmountTooLarge(amount, type(uint96).max);
        epoch = epochAt(block.timestamp);
        Account storage own = _accounts[msg.sender][asset];
        address source = msg.sender;
        if (own.balance - own.reserved >= amount) {
            own.reserved += uint128(amount);
        } else {
            Draws storage draws = _draws[msg.sender][asset];
            source = draws.source;
            if (source == address(0)) {
                revert InsufficientFunds(msg.sender, asset, own.balance - own.reserved, amount);
            }
            drawn = true;
            draws.outstanding += uint96(amount);
            _useAllowances(msg.sender, source, asset, amount, epoch);
            Account storage account_ = _accounts[source][asset];
            uint256 available = account_.balance - account_.reserved;
            if (available < amount) revert InsufficientFunds(source, asset, available, amount);
            account_.reserved += uint128(amount);
        }
        emit Reserved(msg.sender, proposal, asset, amount, source);
    }

    /// @inheritdoc ITreasury
    function release(address asset, uint256 amount, bool drawn, uint256 queuedAt, uint256 proposal)
        external
        onlyBody
    {
        address source = msg.sender;
        if (drawn) {
            Draws storage draws = _draws[msg.sender][asset];
            source = draws.source;
            if (draws.outstanding < amount) revert NotReserved(msg.sender, asset, draws.outstanding, amount);
            draws.outstanding -= uint96(amount);
            _giveBackAllowances(msg.sender, source, asset, amount, queuedAt);
        }
        Account storage account_ = _accounts[source][asset];
        if (account_.reserved < amount) revert NotReserved(source, asset, account_.reserved, amount);
        account_.reserved -= uint128(amount);
        emit Released(msg.sender, proposal, asset, amount, source);
    }

    /* PULLED BY THE PAYEE */

    /// @inheritdoc ITreasury
    function withdraw(address asset, address payee) external locking returns (uint256 amount) {
        amount = due[payee][asset];
        if (amount == 0) revert NothingDue(payee, asset);
        due[payee][asset] = 0;
        if (payee.code.length != 0 && IZoneFactory(factory).isBody(payee)) {
            address vault = IZone(payee).treasury();
            if (vault == address(this)) {
                _credit(payee, asset, amount);
                emit Collected(payee, _nextEntry(), asset, amount);
                return amount;
            }
            emit Withdrawn(payee, _nextEntry(), asset, amount);
            if (asset == address(0)) {
                ITreasury(vault).deposit{value: amount}(payee, asset, amount, 0, 0);
            } else {
                IERC20(asset).forceApprove(vault, amount);
                ITreasury(vault).deposit(payee, asset, amount, 0, 0);
            }
            return amount;
        }
        emit Withdrawn(payee, _nextEntry(), asset, amount);
        if (asset == address(0)) {
            (bool success,) = payee.call{value: amount}("");
            if (!success) revert CoinNotAccepted(payee);
        } else {
            IERC20(asset).safeTransfer(payee, amount);
        }
    }

    /* OF DISSOLVED BODIES */

    /// @inheritdoc ITreasury
    function sweep(address body, address asset) external locking returns (uint256 amount) {
        _requireBody(body);
        if (IDissolution(body).dissolvedAt() == 0) revert NotDissolved(body);
        Account storage account_ = _accounts[body][asset];
        amount = account_.balance - account_.reserved;
        if (amount == 0) revert NothingToSweep(body, asset);
        account_.balance -= uint128(amount);
        address heir = IMembership(body).parent();
        _credit(heir, asset, amount);
        emit Swept(body, _nextEntry(), asset, heir, amount);
    }

    /* READS */

    /// @inheritdoc ITreasury
    function account(address body, address asset) external view returns (Account memory) {
        return _accounts[body][asset];
    }

    /// @inheritdoc ITreasury
    function allowance(address child, address asset) external view returns (Allowance memory) {
        address parent = IZoneFactory(factory).isBody(child) ? IMembership(child).parent() : address(0);
        Grant memory grant = _grants[parent][child][asset];
        Draws memory draws = _draws[child][asset];
        return Allowance(grant.limit, grant.used, grant.usedEpoch, grant.untilEpoch, draws.source, draws.outstanding);
    }

    /// @inheritdoc ITreasury
    function epochAt(uint256 time) public view returns (uint256) {
        return time < epochStart ? 0 : (time - epochStart) / epochSeconds;
    }

    /// @inheritdoc ITreasury
    function entries() external view returns (uint256) {
        return _book.entries;
    }

    /* INTERNAL */

    /// @dev Takes what the running proposal had reserved out of the account it was reserved in.
    function _spend(address asset, uint256 amount) private returns (address source, uint256 proposal) {
        bool drawn;
        (proposal,, drawn) = IZone(msg.sender).execution();
        if (proposal == 0) revert NotExecuting(msg.sender);
        source = msg.sender;
        if (drawn) {
            Draws storage draws = _draws[msg.sender][asset];
            if (draws.outstanding < amount) revert NotReserved(msg.sender, asset, draws.outstanding, amount);
            draws.outstanding -= uint96(amount);
            source = draws.source;
        }
        Account memory account_ = _accounts[source][asset];
        if (account_.reserved < amount) revert NotReserved(source, asset, account_.reserved, amount);
        unchecked {
            _accounts[source][asset] =
                Account(account_.balance - uint128(amount), account_.reserved - uint128(amount));
        }
    }

    /// @dev Counts `amount` against the body and every body between it and the source. Each must be allowed to draw from this
    /// source: who may draw from its parent's account does not thereby reach the account above that.
    function _useAllowances(address body, address source, address asset, uint256 amount, uint256 epoch) private {
        while (body != source) {
            address parent = IMembership(body).parent();
            Grant storage grant = _grants[parent][body][asset];
            if (_draws[body][asset].source != source || grant.untilEpoch < epoch) revert NoAllowance(body, asset);
            uint256 used = grant.usedEpoch == epoch ? grant.used : 0;
            uint256 limit = grant.limit;
            if (used + amount > limit) revert AllowanceExceeded(body, asset, limit > used ? limit - used : 0, amount);
            grant.used = uint96(used + amount);
            grant.usedEpoch = uint32(epoch);
            body = parent;
            // The zone has nobody above it that could freeze it.
            if (body != root && IZone(body).frozenUntil() != 0) revert FrozenAbove(body, IZone(body).frozenUntil());
        }
    }

    /// @dev To the bodies that stood between at the queueing. Never more than was used: what was reserved in the very second in which a
    /// body was hung elsewhere finds other bodies there, and must still be released.
    function _giveBackAllowances(address body, address source, address asset, uint256 amount, uint256 queuedAt) private {
        uint256 epoch = epochAt(queuedAt);
        while (body != source && body != address(0)) {
            address parent = IDissolution(body).parentAt(queuedAt);
            Grant storage grant = _grants[parent][body][asset];
            if (grant.usedEpoch == epoch) grant.used -= grant.used < amount ? grant.used : uint96(amount);
            body = parent;
        }
    }

    function _credit(address body, address asset, uint256 amount) private {
        Account storage account_ = _accounts[body][asset];
        uint256 balance = account_.balance + amount;
        if (balance > type(uint128).max) revert AmountTooLarge(amount, type(uint128).max - account_.balance);
        account_.balance = uint128(balance);
    }

    /// @dev What arrived, whatever the token takes on the way.
    function _pull(address asset, uint256 amount) private returns (uint256) {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        return IERC20(asset).balanceOf(address(this)) - before;
    }

    function _nextEntry() private returns (uint256) {
        return ++_book.entries;
    }

    function _requireBody(address body) private view {
        if (body == root) return;
        if (!IZoneFactory(factory).isBody(body) || IZone(body).root() != root) revert NotOurBody(body);
    }

    function _requireChild(address body, address child) private view {
        if (!IZoneFactory(factory).isBody(child) || IMembership(child).parent() != body) revert NotChild(body, child);
    }

    function _requireAncestorOrSelf(address body, address source) private view {
        for (address at = body; at != address(0); at = IMembership(at).parent()) {
            if (at == source) return;
        }
        revert NotAncestor(body, source);
    }
}
