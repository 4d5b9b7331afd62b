// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IBody} from "../interfaces/IBody.sol";
import {IStores} from "../interfaces/IStores.sol";
import {ITradePost} from "../interfaces/ITradePost.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {Roles} from "../libraries/Roles.sol";

/// @title TradePost: where zones sell each other what their own people do not need.
/// @dev Zones and their stores are strangers' code: whatever one party's contracts do, the other party's attestation, refund and
/// proceeds go on. Stores are frozen at listing and agreement, panels of keepers at agreement.
contract TradePost is ITradePost {
    using SafeERC20 for IERC20;

    /* CONSTANTS */

    /// Gas a party's stores get to answer whether somebody is a keeper.
    uint256 private constant _KEEPER_GAS = 100_000;
    /// Gas a party's stores get to note that goods came free.
    uint256 private constant _NOTICE_GAS = 150_000;

    /* STORAGE */

    bool private _locked;
    /// @inheritdoc ITradePost
    uint256 public listingCount;
    /// @inheritdoc ITradePost
    uint256 public tradeCount;
    mapping(uint256 listing => Listing) private _listings;
    mapping(uint256 trade => Trade) private _trades;
    /// @inheritdoc ITradePost
    mapping(address body => mapping(address asset => mapping(bytes32 tradeKey => uint256))) public funds;
    /// @inheritdoc ITradePost
    mapping(address body => mapping(address asset => uint256)) public due;
    /// @inheritdoc ITradePost
    mapping(address asset => uint256) public booked;

    modifier locking() {
        if (_locked) revert Locked();
        _locked = true;
        _;
        _locked = false;
    }

    /* BY ZONES */

    /// @inheritdoc ITradePost
    function list(Terms calldata terms) external locking returns (uint256 listing) {
        _check(terms);
        address stores = IBody(msg.sender).module(Roles.STORES);
        if (stores == address(0) || IStores(stores).zone() != msg.sender) revert NotAZone(msg.sender);
        listing = ++listingCount;
        _listings[listing] = Listing({
            seller: msg.sender,
            good: uint32(terms.good),
            expiresAt: uint40(terms.expiresAt),
            state: ListingState.Open,
            shipHours: uint16(terms.shipHours),
            stores: stores,
            left: uint48(terms.quantity),
            least: uint32(terms.least),
            attestHours: uint16(terms.attestHours),
            asset: terms.asset,
            unitPrice: uint96(terms.unitPrice)
        });
        emit ListingOpened(listing, msg.sender, terms);
        IStores(stores).list(terms.good, terms.quantity);
    }

    /// @inheritdoc ITradePost
    function unlist(uint256 listing) external locking {
        Listing memory listing_ = _openListing(listing);
        if (msg.sender != listing_.seller) revert OnlySeller(msg.sender);
        _close(listing, listing_, ListingState.Withdrawn);
    }

    /// @inheritdoc ITradePost
    function accept(uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        locking
        returns (uint256 trade)
    {
        Listing memory listing_ = _openListing(listing);
        if (block.timestamp > listing_.expiresAt) revert TooLate(listing_.expiresAt);
        if (block.timestamp > deadline) revert TooLate(deadline);
        if (listing_.unitPrice > maxUnitPrice) revert PriceOutOfBounds(listing_.unitPrice, maxUnitPrice);
        if (msg.sender == listing_.seller) revert OwnListing(msg.sender);
        uint256 left = listing_.left;
        if (quantity == 0 || quantity > left || (quantity < listing_.least && quantity != left)) {
            revert QuantityOutOfBounds(quantity, listing_.least, left);
        }
        address buyerStores = IBody(msg.sender).module(Roles.STORES);
        if (buyerStores == address(0)) revert NotAZone(msg.sender);

        uint256 amount = quantity * listing_.unitPrice;
        _takeFunds(listing_.asset, tradeKeyOf(msg.sender, listing, quantity, maxUnitPrice, deadline), amount);
        trade = ++tradeCount;
        uint256 shipBy = block.timestamp + uint256(listing_.shipHours) * 1 hours;
        _trades[trade] = Trade({
            buyer: msg.sender,
            listing: uint40(listing),
            quantity: uint48(quantity),
            state: TradeState.Agreed,
            deadline: uint40(shipBy),
            sellerAttested: 0,
            buyerAttested: 0,
            sellerPanel: uint32(IStores(listing_.stores).panel()),
            buyerPanel: uint32(IStores(buyerStores).panel()),
            buyerStores: buyerStores,
            document: 0
        });
        _listings[listing].left = uint48(left - quantity);
        if (left == quantity) {
            _listings[listing].state = ListingState.Filled;
            emit ListingClosed(listing, ListingState.Filled, 0);
        }
        emit CommitmentMade(trade, listing, msg.sender, quantity, amount, shipBy);
        IStores(listing_.stores).agree(listing_.good, quantity);
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
        booked[asset] += amount;
        funds[body][asset][tradeKey] += amount;
        emit Funded(body, tradeKey, asset, amount);
    }

    /* BY KEEPERS */

    /// @inheritdoc ITradePost
    function ship(uint256 trade, bytes32 document) external locking {
        Trade storage trade_ = _existing(trade);
        if (trade_.state != TradeState.Agreed) revert WrongState(uint256(trade_.state));
        if (block.timestamp > trade_.deadline) revert TooLate(trade_.deadline);
        Listing storage listing_ = _listings[trade_.listing];
        uint256 keeper = IStores(listing_.stores).keeperIndex(trade_.sellerPanel, msg.sender);
        if (keeper == 0) revert NotOnPanel(msg.sender);
        uint256 attestBy = block.timestamp + uint256(listing_.attestHours) * 1 hours;
        trade_.state = TradeState.Shipped;
        trade_.deadline = uint40(attestBy);
        trade_.document = document;
        emit Shipped(trade, keeper, document, attestBy);
        IStores(listing_.stores).ship(listing_.good, trade_.quantity);
    }

    /// @inheritdoc ITradePost
    function attest(uint256 trade, uint256 quantity, bytes32 document) external locking {
        Trade storage stored = _existing(trade);
        Trade memory trade_ = stored;
        if (trade_.state != TradeState.Shipped) revert WrongState(uint256(trade_.state));
        if (block.timestamp > trade_.deadline) revert TooLate(trade_.deadline);
        if (document != trade_.document) revert WrongDocument(trade_.document, document);
        if (quantity > trade_.quantity) revert QuantityOutOfBounds(quantity, 0, trade_.quantity);

        (address side, uint256 keeper) = _sideOf(trade_);
        if (side == trade_.buyer) {
            trade_.buyerAttested = uint48(quantity + 1);
            stored.buyerAttested = trade_.buyerAttested;
        } else {
            trade_.sellerAttested = uint48(quantity + 1);
            stored.sellerAttested = trade_.sellerAttested;
        }
        emit Attested(trade, side, keeper, quantity, document);
        if (trade_.buyerAttested == trade_.sellerAttested) {
            stored.state = TradeState.Delivered;
            emit TradeDelivered(trade, quantity);
        }
    }

    /* BY ANYONE */

    /// @inheritdoc ITradePost
    function settle(uint256 trade) external locking {
        Trade storage stored = _existing(trade);
        Trade memory trade_ = stored;
        Listing storage listing_ = _listings[trade_.listing];
        if (trade_.state == TradeState.Agreed) {
            if (block.timestamp <= trade_.deadline) revert TooEarly(trade_.deadline);
            uint256 amount = uint256(trade_.quantity) * listing_.unitPrice;
            stored.state = TradeState.Refunded;
            due[trade_.buyer][listing_.asset] += amount;
            emit Refunded(trade, amount);
            _notify(listing_.stores, abi.encodeCall(IStores.disagree, (listing_.good, trade_.quantity)));
            return;
        }
        if (trade_.state == TradeState.Shipped) {
            if (block.timestamp <= trade_.deadline) revert TooEarly(trade_.deadline);
        } else if (trade_.state != TradeState.Delivered) {
            revert WrongState(uint256(trade_.state));
        }
        uint256 quantity = _quantityDelivered(trade_);
        uint256 paid = quantity * listing_.unitPrice;
        uint256 refunded = (trade_.quantity - quantity) * listing_.unitPrice;
        stored.state = TradeState.Settled;
        if (paid != 0) due[listing_.seller][listing_.asset] += paid;
        if (refunded != 0) due[trade_.buyer][listing_.asset] += refunded;
        emit Fulfilled(trade, quantity, paid, refunded);
    }

    /// @inheritdoc ITradePost
    function expire(uint256 listing) external locking {
        Listing memory listing_ = _openListing(listing);
        if (block.timestamp <= listing_.expiresAt) revert TooEarly(listing_.expiresAt);
        _close(listing, listing_, ListingState.Expired);
    }

    /// @inheritdoc ITradePost
    function reclaim(address body, uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        locking
    {
        if (block.timestamp <= deadline) revert TooEarly(deadline);
        address asset = _existingListing(listing).asset;
        bytes32 tradeKey = tradeKeyOf(body, listing, quantity, maxUnitPrice, deadline);
        uint256 amount = funds[body][asset][tradeKey];
        if (amount == 0) revert NothingDue(body, asset);
        funds[body][asset][tradeKey] = 0;
        due[body][asset] += amount;
        emit FundsReclaimed(body, tradeKey, asset, amount);
    }

    /// @inheritdoc ITradePost
    function withdraw(address body, address asset) external locking returns (uint256 amount) {
        amount = due[body][asset];
        if (amount == 0) revert NothingDue(body, asset);
        due[body][asset] = 0;
        booked[asset] -= amount;
        emit ProceedsWithdrawn(body, asset, amount);
        address treasury = IBody(body).treasury();
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
        return _existingListing(listing);
    }

    /// @inheritdoc ITradePost
    function tradeOf(uint256 trade) external view returns (Trade memory) {
        return _existing(trade);
    }

    /* INTERNAL */

    function _check(Terms calldata terms) private view {
        if (terms.good == 0 || terms.good > type(uint32).max) revert BadTerms(0);
        if (terms.quantity == 0 || terms.quantity >= type(uint48).max) revert BadTerms(1);
        if (terms.least > terms.quantity || terms.least > type(uint32).max) revert BadTerms(2);
        if (terms.unitPrice > type(uint96).max) revert BadTerms(4);
        if (terms.expiresAt <= block.timestamp || terms.expiresAt > type(uint40).max) revert BadTerms(5);
        if (terms.shipHours == 0 || terms.shipHours > type(uint16).max) revert BadTerms(6);
        if (terms.attestHours == 0 || terms.attestHours > type(uint16).max) revert BadTerms(7);
    }

    function _close(uint256 listing, Listing memory listing_, ListingState state) private {
        _listings[listing].state = state;
        emit ListingClosed(listing, state, listing_.left);
        _notify(listing_.stores, abi.encodeCall(IStores.unlist, (listing_.good, listing_.left)));
    }

    /// @dev More in escrow than the price goes back to the buyer.
    function _takeFunds(address asset, bytes32 tradeKey, uint256 amount) private {
        uint256 have = funds[msg.sender][asset][tradeKey];
        if (have < amount) revert NotFunded(have, amount);
        funds[msg.sender][asset][tradeKey] = 0;
        if (have > amount) due[msg.sender][asset] += have - amount;
    }

    /// @dev Both spoke: the least. One spoke: its word. Nobody: all of it (TRADE, table of states).
    function _quantityDelivered(Trade memory trade_) private pure returns (uint256) {
        uint256 seller = trade_.sellerAttested;
        uint256 buyer = trade_.buyerAttested;
        if (seller == 0 && buyer == 0) return trade_.quantity;
        if (seller == 0) return buyer - 1;
        if (buyer == 0) return seller - 1;
        return (seller < buyer ? seller : buyer) - 1;
    }

    /// @dev The side the caller speaks for. The buyer's stores are asked first, so that the seller's cannot keep the buyer silent.
    function _sideOf(Trade memory trade_) private view returns (address side, uint256 keeper) {
        keeper = _keeper(trade_.buyerStores, trade_.buyerPanel);
        if (keeper != 0 && trade_.buyerAttested == 0) return (trade_.buyer, keeper);
        Listing storage listing_ = _listings[trade_.listing];
        uint256 sellerKeeper = _keeper(listing_.stores, trade_.sellerPanel);
        if (sellerKeeper == 0) {
            if (keeper != 0) revert AlreadyAttested(trade_.buyer);
            revert NotOnPanel(msg.sender);
        }
        if (trade_.sellerAttested != 0) revert AlreadyAttested(listing_.seller);
        return (listing_.seller, sellerKeeper);
    }

    function _keeper(address stores, uint256 panel) private view returns (uint256 keeper) {
        bytes memory question = abi.encodeCall(IStores.keeperIndex, (panel, msg.sender));
        assembly ("memory-safe") {
            let success := staticcall(_KEEPER_GAS, stores, add(question, 32), mload(question), 0, 32)
            if and(success, gt(returndatasize(), 31)) { keeper := mload(0) }
        }
    }

    /// @dev Tells stores that goods came free; their failing changes nothing here. The caller cannot starve them of gas.
    function _notify(address stores, bytes memory notice) private {
        if (gasleft() < _NOTICE_GAS * 2) revert NotEnoughGas(_NOTICE_GAS * 2);
        assembly ("memory-safe") {
            pop(call(_NOTICE_GAS, stores, 0, add(notice, 32), mload(notice), 0, 0))
        }
    }

    function _openListing(uint256 listing) private view returns (Listing memory listing_) {
        listing_ = _existingListing(listing);
        if (listing_.state != ListingState.Open) revert WrongState(uint256(listing_.state));
    }

    function _existingListing(uint256 listing) private view returns (Listing storage listing_) {
        listing_ = _listings[listing];
        if (listing_.state == ListingState.None) revert NoSuchListing(listing);
    }

    function _existing(uint256 trade) private view returns (Trade storage trade_) {
        trade_ = _trades[trade];
        if (trade_.state == TradeState.None) revert NoSuchTrade(trade);
    }
}
