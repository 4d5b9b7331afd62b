// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The registry as generic clients see it: one token a member, which cannot be transferred.
/// @notice ERC-721 with metadata, ERC-5192, ERC-165 and ERC-6372. The token of a person is their index; who leaves the zone has none
/// until they return. Votes are read as ERC-5805 reads them. That interface is not claimed: delegating, which is there in
/// full, moves nobody's votes (see `IRepresentation`).
interface IMembershipToken {
    /// @notice From zero when a person is admitted or returns, to zero when they leave, between two keys when theirs changes.
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    /// @notice ERC-5192: the token cannot be transferred, from its first moment on.
    event Locked(uint256 tokenId);

    /// @notice Membership is nobody's to give: no transfer and no approval is possible. A person changes their key with `rotate`.
    error NotTransferable();
    /// @notice No member has this index.
    error ERC721NonexistentToken(uint256 tokenId);
    /// @notice The zero address owns nothing.
    error ERC721InvalidOwner(address owner);
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /* ERC-721 AND ERC-5192 */

    function name() external view returns (string memory);

    function symbol() external view returns (string memory);

    /// @notice 1 for who is a member, otherwise 0.
    function balanceOf(address owner) external view returns (uint256);

    /// @notice The key of a member.
    function ownerOf(uint256 tokenId) external view returns (address);

    /// @notice Name, picture and date of admission as a data URI; nobody's own name is in it.
    function tokenURI(uint256 tokenId) external view returns (string memory);

    /// @notice True for every token there is.
    function locked(uint256 tokenId) external view returns (bool);

    /// @notice Zero for every token there is.
    function getApproved(uint256 tokenId) external view returns (address);

    /// @notice Always false.
    function isApprovedForAll(address owner, address operator) external view returns (bool);

    /// @notice Always reverts, as the next four do.
    function approve(address to, uint256 tokenId) external pure;

    function setApprovalForAll(address operator, bool approved) external pure;

    function transferFrom(address from, address to, uint256 tokenId) external pure;

    function safeTransferFrom(address from, address to, uint256 tokenId) external pure;

    function safeTransferFrom(address from, address to, uint256 tokenId, bytes calldata data) external pure;

    function supportsInterface(bytes4 interfaceId) external view returns (bool);

    /* ERC-5805'S READS AND ERC-6372 */

    /// @notice 1 for who is a member now, otherwise 0. How long one must have been is the law of each proposal.
    function getVotes(address account) external view returns (uint256);

    /// @notice 1 if the person who acts with `account` today was a member at `timepoint`, otherwise 0.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);

    /// @notice Members at `timepoint`.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);

    function clock() external view returns (uint48);

    function CLOCK_MODE() external view returns (string memory);
}
