// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

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

    Book private _book;
    mapping(address body => mapping(address asset => Account)) private _accounts;
    mapping(address child => mapping(address asset => Allowance)) private _allowances;
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
        Allowance memory allowance_ = _allowances[child][asset];
        if (allowance_.outstanding != 0 && allowance_.source != source) {
            revert AllowanceInUse(child, asset, allowance_.outstanding);
        }
        allowance_.limit = uint96(maxAmount);
        allowance_.untilEpoch = uint32(epochAt(block.timestamp) + epochs - 1);
        allowance_.source = source;
        _allowances[child][asset] = allowance_;
        (uint256 proposal,,) = IZone(msg.sender).execution();
        emit Allowed(
            msg.sender,
            _nextEntry(),
            proposal,
            asset,
            child,
            maxAmount,
            allowance_.untilEpoch,
            source,
            line,
            evidence
        );
    }

    /// @inheritdoc ITreasury
    function recall(address asset, address child, bytes32 line, bytes32 evidence) external onlyBody {
        _requireChild(msg.sender, child);
        Allowance storage allowance_ = _allowances[child][asset];
        if (allowance_.limit == 0) revert NoAllowance(child, asset);
        allowance_.limit = 0;
        (uint256 proposal,,) = IZone(msg.sender).execution();
        emit Recalled(msg.sender, _nextEntry(), proposal, asset, child, allowance_.outstanding, line, evidence);
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
            Allowance storage allowance_ = _allowances[msg.sender][asset];
            source = allowance_.source;
            if (source == address(0)) {
                revert InsufficientFunds(msg.sender, asset, own.balance - own.reserved, amount);
            }
            drawn = true;
            allowance_.outstanding += uint96(amount);
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
            Allowance storage allowance_ = _allowances[msg.sender][asset];
            source = allowance_.source;
            if (allowance_.outstanding < amount) {
                revert NotReserved(msg.sender, asset, allowance_.outstanding, amount);
            }
            allowance_.outstanding -= uint96(amount);
            _giveBackAllowances(msg.sender, source, asset, amount, epochAt(queuedAt));
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

    /* READS */

    /// @inheritdoc ITreasury
    function account(address body, address asset) external view returns (Account memory) {
        return _accounts[body][asset];
    }

    /// @inheritdoc ITreasury
    function allowance(address child, address asset) external view returns (Allowance memory) {
        return _allowances[child][asset];
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
            Allowance storage allowance_ = _allowances[msg.sender][asset];
            if (allowance_.outstanding < amount) {
                revert NotReserved(msg.sender, asset, allowance_.outstanding, amount);
            }
            allowance_.outstanding -= uint96(amount);
            source = allowance_.source;
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
            Allowance storage allowance_ = _allowances[body][asset];
            if (allowance_.source != source || allowance_.untilEpoch < epoch) revert NoAllowance(body, asset);
            uint256 used = allowance_.usedEpoch == epoch ? allowance_.used : 0;
            uint256 limit = allowance_.limit;
            if (used + amount > limit) revert AllowanceExceeded(body, asset, limit > used ? limit - used : 0, amount);
            allowance_.used = uint96(used + amount);
            allowance_.usedEpoch = uint32(epoch);
            body = IMembership(body).parent();
            // The zone has nobody above it that could freeze it.
            if (body != root && IZone(body).frozenUntil() != 0) revert FrozenAbove(body, IZone(body).frozenUntil());
        }
    }

    function _giveBackAllowances(address body, address source, address asset, uint256 amount, uint256 epoch) private {
        while (body != source) {
            Allowance storage allowance_ = _allowances[body][asset];
            if (allowance_.usedEpoch == epoch) allowance_.used -= uint96(amount);
            body = IMembership(body).parent();
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
