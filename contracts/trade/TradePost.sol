// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IStores} from "../interfaces/IStores.sol";
import {ITradePost} from "../interfaces/ITradePost.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {IZone} from "../interfaces/IZone.sol";
import {Roles} from "../libraries/Roles.sol";

/// @title TradePost: where zones sell each other what their own people do not need.
/// @dev Zones and their stores are strangers' code: whatever one party's contracts do, the other party's attestation, refund and
/// proceeds go on. Stores are frozen at listing and agreement, panels of keepers at agreement.
contract TradePost is ITradePost {
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// Gas a party's stores get to note that goods came free.
    uint256 private constant _NOTICE_GAS = 150_000;
    /// How long escrow waits for its purchase when nobody can name that.
    uint256 private constant _STRAY_SECONDS = 30 days;

    /* STORAGE */

    /// @dev One slot, never zero.
    struct Book {
        uint8 lock; // 1 open, 2 locked
        uint48 listings;
        uint48 trades;
        uint24 assets;
    }

    Book private _book;
    /// @dev A listing in two slots: its seller and its asset are looked up.
    struct Stall {
        address stores;
        uint32 good;
        uint24 asset; // number of the asset, 0 for the coin
        ListingState state;
        uint16 shipHours;
        uint16 attestHours;
        uint40 expiresAt;
        uint40 left; // units
        uint40 least; // units
        uint96 unitPrice; // base units of the asset per unit
    }

    /// @dev Paid in for one purchase.
    struct Escrow {
        uint216 amount; // base units
        uint40 since; // unix seconds of the first money
    }

    mapping(uint256 listing => Stall) private _stalls;
    mapping(address stores => address) private _sellers;
    mapping(address asset => uint256) private _assetNumbers;
    mapping(uint256 number => address) private _assets;
    mapping(uint256 trade => Trade) private _trades;
    mapping(address body => mapping(address asset => mapping(bytes32 tradeKey => Escrow))) private _escrows;
    /// @inheritdoc ITradePost
    mapping(address body => mapping(address asset => uint256)) public due;
    /// @inheritdoc ITradePost
    mapping(address asset => uint256) public booked;

    constructor() {
        _book.lock = 1;
    }

    /// @dev Around everything that moves money or asks a stranger before writing.
    modifier locking() {
        if (_book.lock != 1) revert Locked();
        _book.lock = 2;
        _;
        _book.lock = 1;
    }

    /* BY ZONES */

    /// @inheritdoc ITradePost
    function list(Terms calldata terms) external locking returns (uint256 listing) {
        _check(terms);
        address stores = IZone(msg.sender).module(Roles.STORES);
        if (stores == address(0)) revert NotAZone(msg.sender);
        if (_sellers[stores] != msg.sender) {
            if (IStores(stores).zone() != msg.sender) revert NotAZone(msg.sender);
            _sellers[stores] = msg.sender;
        }
        listing = ++_book.listings;
        _stalls[listing] = Stall({
            stores: stores,
            good: uint32(terms.good),
            expiresAt: uint40(terms.expiresAt),
            state: ListingState.Open,
            shipHours: uint16(terms.shipHours),
            attestHours: uint16(terms.attestHours),
            left: uint40(terms.quantity),
            least: uint40(terms.least),
            asset: _numberOf(terms.asset),
            unitPrice: uint96(terms.unitPrice)
        });
        emit ListingOpened(listing, msg.sender, terms);
        IStores(stores).list(terms.good, terms.quantity);
    }

    /// @inheritdoc ITradePost
    function unlist(uint256 listing) external locking {
        Stall memory stall = _openStall(listing);
        if (msg.sender != _sellers[stall.stores]) revert OnlySeller(msg.sender);
        _close(listing, stall, ListingState.Withdrawn);
    }

    /// @inheritdoc ITradePost
    function accept(uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        locking
        returns (uint256 trade)
    {
        Stall memory stall = _openStall(listing);
        if (block.timestamp > stall.expiresAt) revert TooLate(stall.expiresAt);
        if (block.timestamp > deadline) revert TooLate(deadline);
        if (stall.unitPrice > maxUnitPrice) revert PriceOutOfBounds(stall.unitPrice, maxUnitPrice);
        uint256 left = stall.left;
        if (quantity == 0 || quantity > left || (quantity < stall.least && quantity != left)) {
            revert QuantityOutOfBounds(quantity, stall.least, left);
        }
        address buyerStores = IZone(msg.sender).module(Roles.STORES);
        if (buyerStores == address(0)) revert NotAZone(msg.sender);
        if (buyerStores == stall.stores) revert OwnListing(msg.sender);

        uint256 amount = quantity * stall.unitPrice;
        _takeFunds(_assetOf(stall.asset), tradeKeyOf(msg.sender, listing, quantity, maxUnitPrice, deadline), amount);
        trade = ++_book.trades;
        _stalls[listing].left = uint40(left - quantity);
        if (left == quantity) {
            _stalls[listing].state = ListingState.Filled;
            emit ListingClosed(listing, ListingState.Filled, 0);
        }
        uint256 shipBy = block.timestamp + uint256(stall.shipHours) * 1 hours;
        emit CommitmentMade(trade, listing, msg.sender, quantity, amount, shipBy);
        uint24 sellerPanel = uint24(IStores(stall.stores).agree(stall.good, quantity));
        uint24 buyerPanel = uint24(IStores(buyerStores).panel());
        // Field by field: a whole struct would also write the slot of what is shipped and attested, which stays zero until then.
        Trade storage trade_ = _trades[trade];
        trade_.buyer = msg.sender;
        trade_.listing = uint48(listing);
        trade_.quantity = uint40(quantity);
        trade_.buyerStores = buyerStores;
        trade_.deadline = uint40(shipBy);
        trade_.sellerPanel = sellerPanel;
        trade_.buyerPanel = buyerPanel;
        trade_.state = TradeState.Agreed;
    }

    /* BY TREASURIES */

    /// @inheritdoc ITradePost
    function fund(address body, address asset, bytes32 tradeKey) external payable locking {
        uint256 amount;
        if (asset == address(0)) {
            amount = msg.value;
        } else {
            if (msg.value != 0) revert NothingReceived(asset);
            amount = IERC20(asset).balanceOf(address(this)) - booked[asset];
        }
        if (amount == 0) revert NothingReceived(asset);
        if (amount > type(uint216).max) revert QuantityOutOfBounds(amount, 1, type(uint216).max);
        if (asset != address(0)) booked[asset] += amount;
        Escrow memory escrow = _escrows[body][asset][tradeKey];
        if (escrow.amount == 0) escrow.since = uint40(block.timestamp);
        escrow.amount += uint216(amount);
        _escrows[body][asset][tradeKey] = escrow;
        emit Funded(body, tradeKey, asset, amount);
    }

    /* BY KEEPERS */

    /// @inheritdoc ITradePost
    function ship(uint256 trade, bytes32 document) external {
        Trade storage trade_ = _existing(trade);
        if (trade_.state != TradeState.Agreed) revert WrongState(uint256(_stateOf(trade_)));
        if (block.timestamp > trade_.deadline) revert TooLate(trade_.deadline);
        Stall storage stall = _stalls[trade_.listing];
        uint256 attestBy = block.timestamp + uint256(stall.attestHours) * 1 hours;
        trade_.state = TradeState.Shipped;
        trade_.deadline = uint40(attestBy);
        trade_.document = bytes22(document);
        uint256 keeper =
            IStores(stall.stores).ship(stall.good, trade_.quantity, trade_.sellerPanel, msg.sender);
        emit Shipped(trade, keeper, document, attestBy);
    }

    /// @inheritdoc ITradePost
    function attest(uint256 trade, address side, uint256 quantity, bytes32 document) external {
        Trade storage trade_ = _existing(trade);
        TradeState state = _stateOf(trade_);
        if (state != TradeState.Shipped) revert WrongState(uint256(state));
        if (block.timestamp > trade_.deadline) revert TooLate(trade_.deadline);
        if (bytes22(document) != trade_.document) revert WrongDocument(trade_.document, document);
        if (quantity > trade_.quantity) revert QuantityOutOfBounds(quantity, 0, trade_.quantity);

        uint256 keeper;
        if (side == trade_.buyer) {
            if (trade_.buyerAttested != 0) revert AlreadyAttested(side);
            keeper = _requireKeeper(IStores(trade_.buyerStores), trade_.buyerPanel);
            trade_.buyerAttested = uint40(quantity + 1);
        } else {
            Stall storage stall = _stalls[trade_.listing];
            if (side != _sellers[stall.stores]) revert NotAParty(side);
            if (trade_.sellerAttested != 0) revert AlreadyAttested(side);
            keeper = _requireKeeper(IStores(stall.stores), trade_.sellerPanel);
            trade_.sellerAttested = uint40(quantity + 1);
        }
        emit Attested(trade, side, keeper, quantity, document);
    }

    /* BY ANYONE */

    /// @inheritdoc ITradePost
    function settle(uint256 trade) external {
        Trade storage trade_ = _existing(trade);
        TradeState state = _stateOf(trade_);
        if (state == TradeState.Settled || state == TradeState.Refunded) revert WrongState(uint256(state));
        if (state != TradeState.Delivered && block.timestamp <= trade_.deadline) revert TooEarly(trade_.deadline);
        Stall storage stall = _stalls[trade_.listing];
        address asset = _assetOf(stall.asset);
        uint256 ordered = trade_.quantity;
        if (state == TradeState.Agreed) {
            uint256 amount = ordered * stall.unitPrice;
            trade_.state = TradeState.Refunded;
            due[trade_.buyer][asset] += amount;
            emit Refunded(trade, amount);
            _notify(stall.stores, abi.encodeCall(IStores.disagree, (stall.good, ordered)));
            return;
        }
        uint256 quantity = _quantityDelivered(trade_);
        uint256 paid = quantity * stall.unitPrice;
        uint256 refunded = (ordered - quantity) * stall.unitPrice;
        trade_.state = TradeState.Settled;
        if (paid != 0) due[_sellers[stall.stores]][asset] += paid;
        if (refunded != 0) due[trade_.buyer][asset] += refunded;
        emit Fulfilled(trade, quantity, paid, refunded);
    }

    /// @inheritdoc ITradePost
    function expire(uint256 listing) external locking {
        Stall memory stall = _openStall(listing);
        if (block.timestamp <= stall.expiresAt) revert TooEarly(stall.expiresAt);
        _close(listing, stall, ListingState.Expired);
    }

    /// @inheritdoc ITradePost
    function reclaim(address body, uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        locking
    {
        if (block.timestamp <= deadline) revert TooEarly(deadline);
        address asset = _assetOf(_existingStall(listing).asset);
        _giveBack(body, asset, tradeKeyOf(body, listing, quantity, maxUnitPrice, deadline));
    }

    /// @inheritdoc ITradePost
    function reclaimStray(address body, address asset, bytes32 tradeKey) external locking {
        Escrow memory escrow = _escrows[body][asset][tradeKey];
        uint256 waitsUntil = escrow.since + _STRAY_SECONDS;
        if (escrow.amount != 0 && block.timestamp <= waitsUntil) revert TooEarly(waitsUntil);
        _giveBack(body, asset, tradeKey);
    }

    /// @inheritdoc ITradePost
    function withdraw(address body, address asset) external locking returns (uint256 amount) {
        amount = due[body][asset];
        if (amount == 0) revert NothingDue(body, asset);
        due[body][asset] = 0;
        if (asset != address(0)) booked[asset] -= amount;
        emit ProceedsWithdrawn(body, asset, amount);
        address treasury = IZone(body).treasury();
        if (asset == address(0)) {
            ITreasury(treasury).deposit{value: amount}(body, asset, amount, 0, 0);
        } else {
            IERC20(asset).forceApprove(treasury, amount);
            ITreasury(treasury).deposit(body, asset, amount, 0, 0);
            IERC20(asset).forceApprove(treasury, 0);
        }
    }

    /* READS */

    /// @inheritdoc ITradePost
    function tradeKeyOf(address buyer, uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(buyer, listing, quantity, maxUnitPrice, deadline));
    }

    /// @inheritdoc ITradePost
    function listingOf(uint256 listing) external view returns (Listing memory) {
        Stall memory stall = _existingStall(listing);
        return Listing({
            seller: _sellers[stall.stores],
            good: stall.good,
            expiresAt: stall.expiresAt,
            state: stall.state,
            shipHours: stall.shipHours,
            stores: stall.stores,
            left: stall.left,
            least: stall.least,
            attestHours: stall.attestHours,
            asset: _assetOf(stall.asset),
            unitPrice: stall.unitPrice
        });
    }

    /// @inheritdoc ITradePost
    function tradeOf(uint256 trade) external view returns (Trade memory trade_) {
        trade_ = _existing(trade);
        trade_.state = _stateOf(_trades[trade]);
    }

    /// @inheritdoc ITradePost
    function listingCount() external view returns (uint256) {
        return _book.listings;
    }

    /// @inheritdoc ITradePost
    function tradeCount() external view returns (uint256) {
        return _book.trades;
    }

    /// @inheritdoc ITradePost
    function funds(address body, address asset, bytes32 tradeKey) external view returns (uint256) {
        return _escrows[body][asset][tradeKey].amount;
    }

    /* INTERNAL */

    function _check(Terms calldata terms) private view {
        if (terms.good == 0 || terms.good > type(uint32).max) revert BadTerms(0);
        if (terms.quantity == 0 || terms.quantity >= type(uint40).max) revert BadTerms(1);
        if (terms.least > terms.quantity) revert BadTerms(2);
        if (terms.unitPrice > type(uint96).max) revert BadTerms(4);
        if (terms.expiresAt <= block.timestamp || terms.expiresAt > type(uint40).max) revert BadTerms(5);
        if (terms.shipHours == 0 || terms.shipHours > type(uint16).max) revert BadTerms(6);
        if (terms.attestHours == 0 || terms.attestHours > type(uint16).max) revert BadTerms(7);
    }

    function _close(uint256 listing, Stall memory stall, ListingState state) private {
        _stalls[listing].state = state;
        emit ListingClosed(listing, state, stall.left);
        _notify(stall.stores, abi.encodeCall(IStores.unlist, (stall.good, stall.left)));
    }

    /// @dev More in escrow than the price goes back to the buyer.
    function _takeFunds(address asset, bytes32 tradeKey, uint256 amount) private {
        uint256 have = _escrows[msg.sender][asset][tradeKey].amount;
        if (have < amount) revert NotFunded(have, amount);
        delete _escrows[msg.sender][asset][tradeKey];
        if (have > amount) due[msg.sender][asset] += have - amount;
    }

    function _giveBack(address body, address asset, bytes32 tradeKey) private {
        uint256 amount = _escrows[body][asset][tradeKey].amount;
        if (amount == 0) revert NothingDue(body, asset);
        delete _escrows[body][asset][tradeKey];
        due[body][asset] += amount;
        emit FundsReclaimed(body, tradeKey, asset, amount);
    }

    /// @dev Both spoke: the least. One spoke: its word. Nobody: all of it (TRADE, table of states).
    function _quantityDelivered(Trade storage trade_) private view returns (uint256) {
        uint256 seller = trade_.sellerAttested;
        uint256 buyer = trade_.buyerAttested;
        if (seller == 0 && buyer == 0) return trade_.quantity;
        if (seller == 0) return buyer - 1;
        if (buyer == 0) return seller - 1;
        return (seller < buyer ? seller : buyer) - 1;
    }

    /// @dev Delivered is where both sides attested the same; it is read, not stored.
    function _stateOf(Trade storage trade_) private view returns (TradeState state) {
        state = trade_.state;
        if (state == TradeState.Shipped && trade_.sellerAttested != 0 && trade_.sellerAttested == trade_.buyerAttested) {
            return TradeState.Delivered;
        }
    }

    /// @dev Only the stores of the side that speaks are asked: one party's contracts never silence the other.
    function _requireKeeper(IStores stores, uint256 panel) private view returns (uint256 keeper) {
        keeper = stores.keeperIndex(panel, msg.sender);
        if (keeper == 0) revert NotOnPanel(msg.sender);
    }

    /// @dev Tells stores that goods came free; their failing changes nothing here. The caller cannot starve them of gas.
    function _notify(address stores, bytes memory notice) private {
        if (gasleft() < _NOTICE_GAS * 2) revert NotEnoughGas(_NOTICE_GAS * 2);
        assembly ("memory-safe") {
            pop(call(_NOTICE_GAS, stores, 0, add(notice, 32), mload(notice), 0, 0))
        }
    }

    function _openStall(uint256 listing) private view returns (Stall memory stall) {
        stall = _existingStall(listing);
        if (stall.state != ListingState.Open) revert WrongState(uint256(stall.state));
    }

    function _existingStall(uint256 listing) private view returns (Stall storage stall) {
        stall = _stalls[listing];
        if (stall.state == ListingState.None) revert NoSuchListing(listing);
    }

    /// @dev The coin is 0; other assets are numbered as they come.
    function _numberOf(address asset) private returns (uint24) {
        if (asset == address(0)) return 0;
        uint256 number = _assetNumbers[asset];
        if (number == 0) {
            number = ++_book.assets;
            _assetNumbers[asset] = number;
            _assets[number] = asset;
        }
        return uint24(number);
    }

    function _assetOf(uint24 number) private view returns (address) {
        return number == 0 ? address(0) : _assets[number];
    }

    function _existing(uint256 trade) private view returns (Trade storage trade_) {
        trade_ = _trades[trade];
        if (trade_.buyer == address(0)) revert NoSuchTrade(trade);
    }
}
