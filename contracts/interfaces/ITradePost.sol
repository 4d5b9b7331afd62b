// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Where zones sell each other what their own people do not need. One per chain, nobody's, without settings.
/// @notice A zone lists surplus; another zone's treasury pays into escrow and the zone accepts, in one executed proposal; keepers
/// ship and attest; anyone settles. Every state that is not final ends by time alone. Money leaves only to the account of a
/// body in its own treasury. Prices are base units of the asset per unit of the good.
interface ITradePost {
    enum ListingState {
        None,
        Open,
        Filled,
        Withdrawn,
        Expired
    }

    enum TradeState {
        None,
        Agreed,
        Shipped,
        Delivered,
        Settled,
        Refunded
    }

    /// @notice What a zone offers.
    /// @param good number of the good in the seller's stores
    /// @param quantity units put up
    /// @param least fewest units one purchase may take
    /// @param asset zero for the chain's coin
    /// @param unitPrice per unit
    /// @param expiresAt unix seconds
    /// @param shipHours from agreement until it must be shipped
    /// @param attestHours from shipment until both sides must have attested
    struct Terms {
        uint256 good;
        uint256 quantity;
        uint256 least;
        address asset;
        uint256 unitPrice;
        uint256 expiresAt;
        uint256 shipHours;
        uint256 attestHours;
    }

    /// @param stores of the seller, as they were at listing
    /// @param left units not yet bought; the stores may have less of them listed when home demand rose
    struct Listing {
        address seller;
        uint32 good;
        uint40 expiresAt;
        ListingState state;
        uint16 shipHours;
        address stores;
        uint40 left;
        uint40 least;
        uint16 attestHours;
        address asset;
        uint96 unitPrice;
    }

    /// @param deadline of the present state, unix seconds: to be shipped, then to be attested
    /// @param buyerStores stores whose keepers speak for the buyer
    /// @param sellerPanel number of the seller's panel of keepers, as at agreement
    /// @param buyerPanel number of the buyer's panel of keepers, as at agreement
    /// @param document first 22 bytes of the document's hash
    /// @param sellerAttested units the seller's side attested, plus 1; 0 while it has not spoken
    /// @param buyerAttested units the buyer's side attested, plus 1; 0 while it has not spoken
    struct Trade {
        address buyer;
        uint48 listing;
        uint40 quantity;
        address buyerStores;
        uint40 deadline;
        uint24 sellerPanel;
        uint24 buyerPanel;
        TradeState state;
        bytes22 document;
        uint40 sellerAttested;
        uint40 buyerAttested;
    }

    event ListingOpened(uint256 indexed listing, address indexed seller, Terms terms);
    event ListingClosed(uint256 indexed listing, ListingState state, uint256 left);
    event Funded(address indexed body, bytes32 indexed tradeKey, address asset, uint256 amount);
    event FundsReclaimed(address indexed body, bytes32 indexed tradeKey, address asset, uint256 amount);
    event CommitmentMade(
        uint256 indexed trade, uint256 indexed listing, address indexed buyer, uint256 quantity, uint256 amount, uint256 shipBy
    );
    event Shipped(uint256 indexed trade, uint256 indexed keeper, bytes32 document, uint256 attestBy);
    event Attested(uint256 indexed trade, address indexed side, uint256 indexed keeper, uint256 quantity, bytes32 document);
    event Fulfilled(uint256 indexed trade, uint256 quantity, uint256 paid, uint256 refunded);
    event Refunded(uint256 indexed trade, uint256 refunded);
    event ProceedsWithdrawn(address indexed body, address indexed asset, uint256 amount);

    error NoSuchListing(uint256 listing);
    error NoSuchTrade(uint256 trade);
    error WrongState(uint256 state);
    error TooLate(uint256 deadline);
    error TooEarly(uint256 deadline);
    error OnlySeller(address caller);
    error PriceOutOfBounds(uint256 price, uint256 bound);
    error QuantityOutOfBounds(uint256 quantity, uint256 least, uint256 most);
    /// @notice `field` counts from 0 in the order of `Terms`.
    error BadTerms(uint256 field);
    error NotFunded(uint256 have, uint256 need);
    error NothingReceived(address asset);
    /// @notice Of a hash the first 22 bytes are compared.
    error WrongDocument(bytes22 expected, bytes32 given);
    error AlreadyAttested(address side);
    /// @notice The caller is not a keeper whom this trade began with.
    error NotOnPanel(address caller);
    /// @notice Neither the buyer nor the seller of this trade.
    error NotAParty(address side);
    error NothingDue(address body, address asset);
    /// @notice Only a zone sells, out of its own stores; only a body with stores above it buys.
    error NotAZone(address caller);
    error OwnListing(address seller);
    error Locked();
    /// @notice Send the transaction with more gas.
    error NotEnoughGas(uint256 need);

    /* BY ZONES, IN EXECUTED PROPOSALS */

    /// @notice Puts surplus of the calling zone up for sale.
    function list(Terms calldata terms) external returns (uint256 listing);

    /// @notice Takes back what is left of one's listing.
    function unlist(uint256 listing) external;

    /// @notice Buys from a listing with the money escrowed under this purchase's trade key.
    /// @param maxUnitPrice most that is paid per unit
    /// @param deadline unix seconds until which this acceptance holds
    function accept(uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        returns (uint256 trade);

    /* BY TREASURIES */

    /// @notice Credits what arrived to a body's purchase. Coin comes with the call; tokens were sent just before.
    function fund(address body, address asset, bytes32 tradeKey) external payable;

    /* BY KEEPERS */

    /// @notice The goods left, with this document.
    function ship(uint256 trade, bytes32 document) external;

    /// @notice One side's word on how much arrived under the document. Once a side; when both say the same the trade is Delivered.
    /// @param side buyer or seller, on whose panel the caller is
    function attest(uint256 trade, address side, uint256 quantity, bytes32 document) external;

    /* BY ANYONE */

    /// @notice Ends a trade that both sides attested, or whose time has passed.
    function settle(uint256 trade) external;

    /// @notice Ends a listing whose day has passed.
    function expire(uint256 listing) external;

    /// @notice Gives escrow back that was not accepted by its deadline.
    function reclaim(address body, uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline) external;

    /// @notice Gives escrow back that no purchase took within 30 days of its first money, whatever its key was meant to name.
    function reclaimStray(address body, address asset, bytes32 tradeKey) external;

    /// @notice Sends what is due to a body to its account in its own treasury.
    function withdraw(address body, address asset) external returns (uint256 amount);

    /* READS */

    /// @notice keccak256(abi.encode(buyer, listing, quantity, maxUnitPrice, deadline)): names the escrow of one purchase.
    function tradeKeyOf(address buyer, uint256 listing, uint256 quantity, uint256 maxUnitPrice, uint256 deadline)
        external
        pure
        returns (bytes32);

    function listingOf(uint256 listing) external view returns (Listing memory);

    function tradeOf(uint256 trade) external view returns (Trade memory);

    function listingCount() external view returns (uint256);

    function tradeCount() external view returns (uint256);

    /// @notice Escrowed for a purchase not yet accepted.
    function funds(address body, address asset, bytes32 tradeKey) external view returns (uint256);

    function due(address body, address asset) external view returns (uint256);

    /// @notice Of a token: escrow, purchases in progress and dues together; never more than what this contract holds. The coin
    /// is counted as it comes, and has none.
    function booked(address asset) external view returns (uint256);
}
