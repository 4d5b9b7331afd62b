// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembership} from "../interfaces/IMembership.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IStores} from "../interfaces/IStores.sol";

/// @title Stores: goods, home orders and surplus of a zone.
/// @dev After `list` and `agree`: stock ≥ safety + home + listed + agreed. After anything else listed shrinks first.
contract Stores is IStores {
    /* IMMUTABLES */

    /// @inheritdoc IStores
    address public immutable zone;
    /// @inheritdoc IStores
    address public immutable tradePost;
    /// @inheritdoc IStores
    uint256 public immutable staleSeconds;
    IRegistry private immutable _registry;
    uint256 private immutable _epochStart;
    uint256 private immutable _epochSeconds;

    /* STORAGE */

    /// @dev All that a movement reads and writes: one slot.
    struct Count {
        uint32 stock; // units
        uint32 safety; // units, set by vote
        uint32 home; // units
        uint32 listed; // units
        uint32 agreed; // units
        uint32 reportedAt; // unix seconds
        uint24 shipments;
        uint40 entries;
    }

    /// @dev What movements seldom need.
    struct Aside {
        uint32 entitlement; // units per person and epoch, set by vote
        uint64 lost; // units that open listings offer and that are no longer listed, because home demand took them
    }

    /// @dev What one person ordered of one good in one epoch.
    struct Ordering {
        uint32 quantity; // units
        uint32 epoch;
    }

    mapping(uint256 number => Count) private _counts;
    mapping(uint256 number => Aside) private _asides;
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

    constructor(
        address zone_,
        address registry_,
        address tradePost_,
        uint40 epochStart_,
        uint32 epochSeconds_,
        uint32 staleSeconds_
    ) {
        zone = zone_;
        tradePost = tradePost_;
        _registry = IRegistry(registry_);
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
        if (msg.sender != tradePost) revert OnlyTradePost(msg.sender);
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
        _counts[number].safety = _small(safety);
        _counts[number].entries = 1;
        _asides[number].entitlement = _small(entitlement);
        goodName[number] = name;
        emit GoodAdded(number, 1, name, safety, entitlement);
    }

    /// @inheritdoc IStores
    function setGood(uint256 number, uint256 safety, uint256 entitlement) external onlyZone {
        Count memory count = _existing(number);
        count.safety = _small(safety);
        _asides[number].entitlement = _small(entitlement);
        emit GoodSet(number, ++count.entries, safety, entitlement);
        _settle(number, count);
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
        Count memory count = _existing(number);
        if (shipments != count.shipments) revert StaleReport(count.shipments, shipments);
        count.stock = _small(quantity);
        count.reportedAt = uint32(block.timestamp);
        emit StockReported(number, ++count.entries, keeper, quantity, shipments, evidence);
        _settle(number, count);
    }

    /// @inheritdoc IStores
    function deliver(uint256 orderNumber, uint256 quantity, bytes32 evidence) external {
        uint256 keeper = _requireKeeper();
        Order memory order_ = _existingOrder(orderNumber);
        if (quantity == 0) revert ZeroQuantity();
        if (block.timestamp > order_.due) revert OrderLapsedAlready(order_.due);
        if (quantity > order_.left) revert TooMuch(order_.left, quantity);
        Count memory count = _counts[order_.good];
        uint256 there = count.stock > count.agreed ? count.stock - count.agreed : 0;
        if (quantity > there) revert NotEnoughStock(there, quantity);
        _orders[orderNumber].left = order_.left - uint32(quantity);
        count.stock -= uint32(quantity);
        count.home -= uint32(quantity);
        emit Delivered(orderNumber, ++count.entries, keeper, order_.good, quantity, evidence);
        _settle(order_.good, count);
    }

    /* BY MEMBERS */

    /// @inheritdoc IStores
    function order(uint256 number, uint256 quantity, uint256 due) external returns (uint256 orderNumber) {
        Count memory count = _existing(number);
        if (quantity == 0) revert ZeroQuantity();
        if (due <= block.timestamp) revert DueInPast(due);
        if (due > block.timestamp + _epochSeconds) revert DueTooLate(due, block.timestamp + _epochSeconds);
        uint256 person = _registry.indexOf(msg.sender);
        if (person == 0 || !IMembership(zone).isMember(person)) revert NotAMember(msg.sender);

        uint256 ordered = _ordered(number, person);
        uint256 whole = _asides[number].entitlement;
        uint256 left = whole > ordered ? whole - ordered : 0;
        if (quantity > left) revert EntitlementExceeded(left, quantity);
        _ordering[number][person] = Ordering(uint32(ordered + quantity), uint32(epochAt(block.timestamp)));
        orderNumber = ++orderCount;
        _orders[orderNumber] = Order(uint32(person), uint32(number), uint32(quantity), uint40(due));
        count.home = _small(count.home + quantity);
        emit Ordered(orderNumber, ++count.entries, person, number, quantity, due);
        _settle(number, count);
    }

    /* BY ANYONE */

    /// @inheritdoc IStores
    function lapse(uint256 orderNumber) external {
        Order memory order_ = _existingOrder(orderNumber);
        if (block.timestamp <= order_.due) revert OrderOpen(order_.due);
        if (order_.left == 0) revert ZeroQuantity();
        _orders[orderNumber].left = 0;
        Count memory count = _counts[order_.good];
        count.home -= order_.left;
        emit OrderLapsed(orderNumber, ++count.entries, order_.good, order_.left);
        _settle(order_.good, count);
    }

    /* BY THE TRADE POST */

    /// @inheritdoc IStores
    function list(uint256 number, uint256 quantity) external onlyTradePost {
        Count memory count = _existing(number);
        _requireFresh(count);
        uint256 have = _surplus(count);
        if (quantity > have) revert NoSurplus(have, quantity);
        count.listed += uint32(quantity);
        _writeListed(number, count);
    }

    /// @inheritdoc IStores
    function unlist(uint256 number, uint256 quantity) external onlyTradePost {
        Count memory count = _existing(number);
        uint256 lost = _asides[number].lost;
        uint256 gone = quantity < lost ? quantity : lost;
        if (gone != 0) _asides[number].lost = uint64(lost - gone);
        if (quantity - gone > count.listed) revert TooMuch(count.listed + gone, quantity);
        count.listed -= uint32(quantity - gone);
        _writeListed(number, count);
    }

    /// @inheritdoc IStores
    function agree(uint256 number, uint256 quantity) external onlyTradePost returns (uint256) {
        Count memory count = _existing(number);
        _requireFresh(count);
        if (quantity > count.listed) revert NoSurplus(count.listed, quantity);
        count.listed -= uint32(quantity);
        uint256 have = _surplus(count);
        if (quantity > have) revert NoSurplus(have, quantity);
        count.agreed += uint32(quantity);
        _writeListed(number, count);
        return panel;
    }

    /// @inheritdoc IStores
    function disagree(uint256 number, uint256 quantity) external onlyTradePost {
        Count memory count = _existing(number);
        if (quantity > count.agreed) revert TooMuch(count.agreed, quantity);
        count.agreed -= uint32(quantity);
        _writeListed(number, count);
    }

    /// @inheritdoc IStores
    function ship(uint256 number, uint256 quantity, uint256 panel_, address account)
        external
        onlyTradePost
        returns (uint256 keeper)
    {
        keeper = keeperIndex(panel_, account);
        if (keeper == 0) revert NotKeeper(account);
        Count memory count = _existing(number);
        if (quantity > count.agreed) revert TooMuch(count.agreed, quantity);
        if (quantity > count.stock) revert NotEnoughStock(count.stock, quantity);
        count.agreed -= uint32(quantity);
        count.stock -= uint32(quantity);
        ++count.shipments;
        ++count.entries;
        _counts[number] = count;
        emit StockShipped(number, count.entries, quantity, count.shipments);
    }

    /* READS */

    /// @inheritdoc IStores
    function good(uint256 number) external view returns (Good memory) {
        Count memory count = _existing(number);
        return Good({
            stock: count.stock,
            safety: count.safety,
            home: count.home,
            listed: count.listed,
            agreed: count.agreed,
            reportedAt: count.reportedAt,
            shipments: count.shipments,
            entitlement: _asides[number].entitlement,
            entries: count.entries
        });
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
        _existing(number);
        uint256 whole = _asides[number].entitlement;
        uint256 ordered = _ordered(number, person);
        return ordered > whole ? 0 : whole - ordered;
    }

    /// @inheritdoc IStores
    function isKeeper(uint256 panel_, uint256 person) public view returns (bool) {
        return (_keepers[panel_][person >> 8] >> (person & 255)) & 1 == 1;
    }

    /// @inheritdoc IStores
    function keeperIndex(uint256 panel_, address account) public view returns (uint256 person) {
        person = _registry.indexOf(account);
        if (!isKeeper(panel_, person)) return 0;
    }

    /// @inheritdoc IStores
    function epochAt(uint256 time) public view returns (uint256) {
        return time < _epochStart ? 0 : (time - _epochStart) / _epochSeconds;
    }

    /* INTERNAL */

    /// @dev listed = min(listed, max(0, stock − safety − home − agreed)); what is still missing is announced.
    function _settle(uint256 number, Count memory count) private {
        uint256 promised = uint256(count.safety) + count.home + count.agreed;
        uint256 free = count.stock > promised ? count.stock - promised : 0;
        if (count.listed > free) {
            _asides[number].lost += uint64(count.listed - free);
            count.listed = uint32(free);
            _writeListed(number, count);
        } else {
            _counts[number] = count;
        }
        if (promised > count.stock) emit SurplusShort(number, promised - count.stock);
    }

    function _writeListed(uint256 number, Count memory count) private {
        ++count.entries;
        _counts[number] = count;
        emit ListedChanged(number, count.entries, count.listed, count.agreed);
    }

    function _surplus(Count memory count) private pure returns (uint256) {
        uint256 promised = uint256(count.safety) + count.home + count.listed + count.agreed;
        return count.stock > promised ? count.stock - promised : 0;
    }

    function _ordered(uint256 number, uint256 person) private view returns (uint256) {
        Ordering memory ordering = _ordering[number][person];
        return ordering.epoch == epochAt(block.timestamp) ? ordering.quantity : 0;
    }

    function _requireKeeper() private view returns (uint256 person) {
        person = keeperIndex(panel, msg.sender);
        if (person == 0) revert NotKeeper(msg.sender);
    }

    function _requireFresh(Count memory count) private view {
        uint256 age = block.timestamp - count.reportedAt;
        if (age > staleSeconds) revert StaleStock(age);
    }

    function _existing(uint256 number) private view returns (Count memory count) {
        count = _counts[number];
        if (count.entries == 0) revert NoSuchGood(number);
    }

    function _existingOrder(uint256 number) private view returns (Order memory) {
        if (number == 0 || number > orderCount) revert NoSuchOrder(number);
        return _orders[number];
    }

    function _small(uint256 quantity) private pure returns (uint32) {
        if (quantity > type(uint32).max) revert QuantityTooLarge(quantity);
        return uint32(quantity);
    }
}
