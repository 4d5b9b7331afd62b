// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The stores of a zone: goods counted, its own people's orders first, and what is left over for others.
/// @notice surplus = stock − safety − open home orders − listed − agreed, never negative. Quantities are whole units of the good
/// (its name says the unit) below 2^32. Numbers of goods and orders begin at 1. Formula: ECONOMY/TRADE, "own people first".
interface IStores {
    /// @param stock counted by a keeper, less shipments and home deliveries since
    /// @param safety kept back by vote
    /// @param home ordered by the zone's own people, not yet delivered
    /// @param listed offered to other zones, not yet agreed
    /// @param agreed sold to other zones, not yet shipped
    /// @param reportedAt unix seconds of the last count
    /// @param shipments number of shipments so far; a count names the last one it includes
    /// @param entitlement most that one person may order in one epoch
    /// @param entries number of the last event about this good
    struct Good {
        uint32 stock;
        uint32 safety;
        uint32 home;
        uint32 listed;
        uint32 agreed;
        uint32 reportedAt;
        uint24 shipments;
        uint32 entitlement;
        uint40 entries;
    }

    /// @param person index of who ordered
    /// @param good number of the good
    /// @param left ordered and not yet delivered
    /// @param due unix seconds after which the order lapses
    struct Order {
        uint32 person;
        uint32 good;
        uint32 left;
        uint40 due;
    }

    /// @notice `entry` numbers the events about one good, from 1.
    event GoodAdded(uint256 indexed good, uint256 indexed entry, string name, uint256 safety, uint256 entitlement);
    event GoodSet(uint256 indexed good, uint256 indexed entry, uint256 safety, uint256 entitlement);
    event KeepersSet(uint256 indexed panel, uint256[] persons);
    event StockReported(
        uint256 indexed good, uint256 indexed entry, uint256 indexed keeper, uint256 quantity, uint256 shipments, bytes32 evidence
    );
    event Ordered(uint256 indexed order, uint256 indexed entry, uint256 indexed person, uint256 good, uint256 quantity, uint256 due);
    event Delivered(
        uint256 indexed order, uint256 indexed entry, uint256 indexed keeper, uint256 good, uint256 quantity, bytes32 evidence
    );
    event OrderLapsed(uint256 indexed order, uint256 indexed entry, uint256 good, uint256 quantity);
    /// @notice `listed` after a trade post listed, unlisted, sold or gave back, or after home demand rose.
    event ListedChanged(uint256 indexed good, uint256 indexed entry, uint256 listed, uint256 agreed);
    event StockShipped(uint256 indexed good, uint256 indexed entry, uint256 quantity, uint256 shipments);
    /// @notice Home demand and safety ask for more than is there after the agreed trades are honoured.
    event SurplusShort(uint256 indexed good, uint256 by);

    error OnlyZone(address caller);
    error OnlyTradePost(address caller);
    error NotKeeper(address caller);
    error NoSuchGood(uint256 good);
    error NoSuchOrder(uint256 order);
    /// @notice Only members of the zone order.
    error NotAMember(address caller);
    error EntitlementExceeded(uint256 left, uint256 wanted);
    error NoSurplus(uint256 have, uint256 want);
    error StaleStock(uint256 age);
    /// @notice The count does not include the last shipment.
    error StaleReport(uint256 shipments, uint256 named);
    error NotEnoughStock(uint256 stock, uint256 wanted);
    error TooMuch(uint256 left, uint256 wanted);
    error OrderOpen(uint256 due);
    error OrderLapsedAlready(uint256 due);
    error DueInPast(uint256 due);
    error DueTooLate(uint256 due, uint256 latest);
    error QuantityTooLarge(uint256 quantity);
    error ZeroQuantity();
    error NoKeepers();

    /* BY VOTE */

    /// @notice Adds a good; its name says the unit.
    /// @param safety kept back from surplus
    /// @param entitlement most that one person may order in one epoch
    function addGood(string calldata name, uint256 safety, uint256 entitlement) external returns (uint256 good);

    /// @notice Changes what is kept back of a good and what one person may order.
    function setGood(uint256 good, uint256 safety, uint256 entitlement) external;

    /// @notice Names the keepers, by person index; trades already agreed keep the panel they began with.
    function setKeepers(uint256[] calldata persons) external;

    /* BY KEEPERS */

    /// @notice Reports a count.
    /// @param shipments number of the last shipment the count includes
    function report(uint256 good, uint256 quantity, uint256 shipments, bytes32 evidence) external;

    /// @notice Records that goods of an order were handed over at home. What is agreed abroad is not there to be handed over.
    function deliver(uint256 order, uint256 quantity, bytes32 evidence) external;

    /* BY MEMBERS */

    /// @notice Orders for oneself, within the entitlement of the epoch, until `due` (at most one epoch ahead).
    function order(uint256 good, uint256 quantity, uint256 due) external returns (uint256 number);

    /* BY ANYONE */

    /// @notice Ends an order whose day has passed.
    function lapse(uint256 order) external;

    /* BY THE TRADE POST */

    /// @notice Puts surplus up. Reverts without surplus or with a stale count.
    function list(uint256 good, uint256 quantity) external;

    /// @notice Takes what is left of a listing back; what home demand took already is not taken twice, nor from other listings.
    function unlist(uint256 good, uint256 quantity) external;

    /// @notice Turns listed goods into agreed ones, checking surplus and count again.
    /// @return panel number of the keepers who speak for this side of the trade
    function agree(uint256 good, uint256 quantity) external returns (uint256 panel);

    /// @notice An agreed sale came to nothing.
    function disagree(uint256 good, uint256 quantity) external;

    /// @notice Agreed goods left the stores by the hand of a keeper of the panel.
    /// @return keeper person index
    function ship(uint256 good, uint256 quantity, uint256 panel, address account) external returns (uint256 keeper);

    /* READS */

    function zone() external view returns (address);

    /// @notice The one trade post that may list from these stores; with another post a zone needs other stores.
    function tradePost() external view returns (address);

    function good(uint256 number) external view returns (Good memory);

    function goodName(uint256 number) external view returns (string memory);

    function goodCount() external view returns (uint256);

    function orderOf(uint256 number) external view returns (Order memory);

    function orderCount() external view returns (uint256);

    /// @notice What could be listed now, a stale count aside.
    function surplus(uint256 good) external view returns (uint256);

    /// @notice What the person may still order in this epoch.
    function entitlementLeft(uint256 good, uint256 person) external view returns (uint256);

    /// @notice Number of the present panel of keepers, from 1.
    function panel() external view returns (uint256);

    function isKeeper(uint256 panel, uint256 person) external view returns (bool);

    /// @notice Person index of the account if it is on the panel, otherwise 0.
    function keeperIndex(uint256 panel, address account) external view returns (uint256);

    function staleSeconds() external view returns (uint256);

    function epochAt(uint256 time) external view returns (uint256);
}
