// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "../interfaces/IBody.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IStores} from "../interfaces/IStores.sol";
import {Roles} from "../libraries/Roles.sol";

/// @title Stores: goods, home orders and surplus of a zone.
/// @dev After `list` and `agree`: stock ≥ safety + home + listed + agreed. After anything else listed shrinks first.
contract Stores is IStores {
    /* IMMUTABLES */

    /// @inheritdoc IStores
    address public immutable zone;
    /// @inheritdoc IStores
    uint256 public immutable staleSeconds;
    uint256 private immutable _epochStart;
    uint256 private immutable _epochSeconds;

    /* STORAGE */

    /// @dev What one person ordered of one good in one epoch.
    struct Ordering {
        uint48 quantity;
        uint32 epoch;
    }

    mapping(uint256 number => Good) private _goods;
    mapping(uint256 number => string) public goodName;
    mapping(uint256 number => Order) private _orders;
    mapping(uint256 good => mapping(uint256 person => Ordering)) private _ordering;
    mapping(uint256 panel => mapping(uint256 word => uint256)) private _keepers;
    /// @inheritdoc IStores
    uint256 public goodCount;
    /// @inheritdoc IStores
    uint256 public orderCount;
    /// @inheritdoc IStores
    uint256 public panel;
    /// @inheritdoc IStores
    uint256 public entries;

    constructor(address zone_, uint40 epochStart_, uint32 epochSeconds_, uint32 staleSeconds_) {
        zone = zone_;
        _epochStart = epochStart_;
        _epochSeconds = epochSeconds_;
        staleSeconds = staleSeconds_;
    }

    /* MODIFIERS */

    modifier onlyZone() {
        if (msg.sender != zone) revert OnlyZone(msg.sender);
        _;
    }

    modifier onlyTradePost() {
        if (IBody(zone).roleOf(msg.sender) != Roles.TRADE_POST) revert OnlyTradePost(msg.sender);
        _;
    }

    /* BY VOTE */

    /// @inheritdoc IStores
    function addGood(string calldata name, uint256 safety, uint256 entitlement)
        external
        onlyZone
        returns (uint256 number)
    {
        number = ++goodCount;
        _goods[number].safety = _small(safety);
        _goods[number].entitlement = _small(entitlement);
        goodName[number] = name;
        emit GoodAdded(number, ++entries, name, safety, entitlement);
    }

    /// @inheritdoc IStores
    function setGood(uint256 number, uint256 safety, uint256 entitlement) external onlyZone {
        Good memory good_ = _existing(number);
        good_.safety = _small(safety);
        good_.entitlement = _small(entitlement);
        emit GoodSet(number, ++entries, safety, entitlement);
        _settle(number, good_);
    }

    /// @inheritdoc IStores
    function setKeepers(uint256[] calldata persons) external onlyZone {
        if (persons.length == 0) revert NoKeepers();
        uint256 number = ++panel;
        for (uint256 i; i < persons.length; ++i) {
            _keepers[number][persons[i] >> 8] |= 1 << (persons[i] & 255);
        }
        emit KeepersSet(number, persons);
    }

    /* BY KEEPERS */

    /// @inheritdoc IStores
    function report(uint256 number, uint256 quantity, uint256 shipments, bytes32 evidence) external {
        uint256 keeper = _requireKeeper();
        Good memory good_ = _existing(number);
        if (shipments != good_.shipments) revert StaleReport(good_.shipments, shipments);
        good_.stock = _small(quantity);
        good_.reportedAt = uint40(block.timestamp);
        emit StockReported(number, ++entries, keeper, quantity, shipments, evidence);
        _settle(number, good_);
    }

    /// @inheritdoc IStores
    function deliver(uint256 orderNumber, uint256 quantity, bytes32 evidence) external {
        uint256 keeper = _requireKeeper();
        Order memory order_ = _existingOrder(orderNumber);
        if (quantity == 0) revert ZeroQuantity();
        if (block.timestamp > order_.due) revert OrderLapsedAlready(order_.due);
        if (quantity > order_.left) revert TooMuch(order_.left, quantity);
        Good memory good_ = _goods[order_.good];
        if (quantity > good_.stock) revert NotEnoughStock(good_.stock, quantity);
        _orders[orderNumber].left = order_.left - uint48(quantity);
        good_.stock -= uint48(quantity);
        good_.home -= uint48(quantity);
        emit Delivered(orderNumber, ++entries, keeper, order_.good, quantity, evidence);
        _settle(order_.good, good_);
    }

    /* BY MEMBERS */

    /// @inheritdoc IStores
    function order(uint256 number, uint256 quantity, uint256 due) external returns (uint256 orderNumber) {
        Good memory good_ = _existing(number);
        if (quantity == 0) revert ZeroQuantity();
        if (due <= block.timestamp) revert DueInPast(due);
        if (due > block.timestamp + _epochSeconds) revert DueTooLate(due, block.timestamp + _epochSeconds);
        uint256 person = IRegistry(IMembership(zone).registry()).indexOf(msg.sender);
        if (person == 0 || !IMembership(zone).isMember(person)) revert NotAMember(msg.sender);

        uint256 left = entitlementLeft(number, person);
        if (quantity > left) revert EntitlementExceeded(left, quantity);
        _ordering[number][person] =
            Ordering(uint48(good_.entitlement - left + quantity), uint32(epochAt(block.timestamp)));
        orderNumber = ++orderCount;
        _orders[orderNumber] = Order(uint32(person), uint32(number), uint48(quantity), uint40(due));
        good_.home = _small(good_.home + quantity);
        emit Ordered(orderNumber, ++entries, person, number, quantity, due);
        _settle(number, good_);
    }

    /* BY ANYONE */

    /// @inheritdoc IStores
    function lapse(uint256 orderNumber) external {
        Order memory order_ = _existingOrder(orderNumber);
        if (block.timestamp <= order_.due) revert OrderOpen(order_.due);
        if (order_.left == 0) revert ZeroQuantity();
        _orders[orderNumber].left = 0;
        Good memory good_ = _goods[order_.good];
        good_.home -= order_.left;
        emit OrderLapsed(orderNumber, ++entries, order_.good, order_.left);
        _settle(order_.good, good_);
    }

    /* BY THE TRADE POST */

    /// @inheritdoc IStores
    function list(uint256 number, uint256 quantity) external onlyTradePost {
        Good memory good_ = _existing(number);
        _requireFresh(good_);
        uint256 have = _surplus(good_);
        if (quantity > have) revert NoSurplus(have, quantity);
        good_.listed += uint48(quantity);
        _writeListed(number, good_);
    }

    /// @inheritdoc IStores
    function unlist(uint256 number, uint256 quantity) external onlyTradePost {
        Good memory good_ = _existing(number);
        good_.listed = quantity > good_.listed ? 0 : good_.listed - uint48(quantity);
        _writeListed(number, good_);
    }

    /// @inheritdoc IStores
    function agree(uint256 number, uint256 quantity) external onlyTradePost {
        Good memory good_ = _existing(number);
        _requireFresh(good_);
        if (quantity > good_.listed) revert NoSurplus(good_.listed, quantity);
        good_.listed -= uint48(quantity);
        uint256 have = _surplus(good_);
        if (quantity > have) revert NoSurplus(have, quantity);
        good_.agreed += uint48(quantity);
        _writeListed(number, good_);
    }

    /// @inheritdoc IStores
    function disagree(uint256 number, uint256 quantity) external onlyTradePost {
        Good memory good_ = _existing(number);
        if (quantity > good_.agreed) revert TooMuch(good_.agreed, quantity);
        good_.agreed -= uint48(quantity);
        _writeListed(number, good_);
    }

    /// @inheritdoc IStores
    function ship(uint256 number, uint256 quantity) external onlyTradePost {
        Good memory good_ = _existing(number);
        if (quantity > good_.agreed) revert TooMuch(good_.agreed, quantity);
        if (quantity > good_.stock) revert NotEnoughStock(good_.stock, quantity);
        good_.agreed -= uint48(quantity);
        good_.stock -= uint48(quantity);
        ++good_.shipments;
        _goods[number] = good_;
        emit StockShipped(number, ++entries, quantity, good_.shipments);
    }

    /* READS */

    /// @inheritdoc IStores
    function good(uint256 number) external view returns (Good memory) {
        return _existing(number);
    }

    /// @inheritdoc IStores
    function orderOf(uint256 number) external view returns (Order memory) {
        return _existingOrder(number);
    }

    /// @inheritdoc IStores
    function surplus(uint256 number) external view returns (uint256) {
        return _surplus(_existing(number));
    }

    /// @inheritdoc IStores
    function entitlementLeft(uint256 number, uint256 person) public view returns (uint256) {
        uint256 whole = _existing(number).entitlement;
        Ordering memory ordering = _ordering[number][person];
        uint256 used = ordering.epoch == epochAt(block.timestamp) ? ordering.quantity : 0;
        return used > whole ? 0 : whole - used;
    }

    /// @inheritdoc IStores
    function isKeeper(uint256 panel_, uint256 person) public view returns (bool) {
        return (_keepers[panel_][person >> 8] >> (person & 255)) & 1 == 1;
    }

    /// @inheritdoc IStores
    function keeperIndex(uint256 panel_, address account) public view returns (uint256 person) {
        person = IRegistry(IMembership(zone).registry()).indexOf(account);
        if (!isKeeper(panel_, person)) return 0;
    }

    /// @inheritdoc IStores
    function epochAt(uint256 time) public view returns (uint256) {
        return time < _epochStart ? 0 : (time - _epochStart) / _epochSeconds;
    }

    /* INTERNAL */

    /// @dev listed = min(listed, max(0, stock − safety − home − agreed)); what is still missing is announced.
    function _settle(uint256 number, Good memory good_) private {
        uint256 promised = uint256(good_.safety) + good_.home + good_.agreed;
        uint256 free = good_.stock > promised ? good_.stock - promised : 0;
        if (good_.listed > free) {
            good_.listed = uint48(free);
            _writeListed(number, good_);
        } else {
            _goods[number] = good_;
        }
        if (promised > good_.stock) emit SurplusShort(number, promised - good_.stock);
    }

    function _writeListed(uint256 number, Good memory good_) private {
        _goods[number] = good_;
        emit ListedChanged(number, ++entries, good_.listed, good_.agreed);
    }

    function _surplus(Good memory good_) private pure returns (uint256) {
        uint256 promised = uint256(good_.safety) + good_.home + good_.listed + good_.agreed;
        return good_.stock > promised ? good_.stock - promised : 0;
    }

    function _requireKeeper() private view returns (uint256 person) {
        person = keeperIndex(panel, msg.sender);
        if (person == 0) revert NotKeeper(msg.sender);
    }

    function _requireFresh(Good memory good_) private view {
        uint256 age = block.timestamp - good_.reportedAt;
        if (age > staleSeconds) revert StaleStock(age);
    }

    function _existing(uint256 number) private view returns (Good memory) {
        if (number == 0 || number > goodCount) revert NoSuchGood(number);
        return _goods[number];
    }

    function _existingOrder(uint256 number) private view returns (Order memory) {
        if (number == 0 || number > orderCount) revert NoSuchOrder(number);
        return _orders[number];
    }

    function _small(uint256 quantity) private pure returns (uint48) {
        if (quantity > type(uint48).max) revert QuantityTooLarge(quantity);
        return uint48(quantity);
    }
}
