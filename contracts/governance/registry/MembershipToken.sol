// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IMembership} from "../../interfaces/IMembership.sol";
import {IMembershipToken} from "../../interfaces/IMembershipToken.sol";
import {IProposals} from "../../interfaces/IProposals.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Hex} from "../../libraries/Hex.sol";
import {Persons} from "./Persons.sol";

/// @title MembershipToken: what generic clients read of the registry.
abstract contract MembershipToken is IMembershipToken, Persons {
    /* CONSTANTS */

    bytes4 private constant _ERC5192 = 0xb45a3c0e;

    /* ERC-721 */

    /// @inheritdoc IMembershipToken
    function name() public view returns (string memory) {
        return string.concat("Members of ", IProposals(_zone()).name());
    }

    /// @inheritdoc IMembershipToken
    function symbol() external pure returns (string memory) {
        return "MEMBER";
    }

    /// @inheritdoc IMembershipToken
    function balanceOf(address owner) external view returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(owner);
        return _belongs(_indexOf(owner)) ? 1 : 0;
    }

    /// @inheritdoc IMembershipToken
    function ownerOf(uint256 tokenId) external view returns (address) {
        return _owner(tokenId).key;
    }

    /// @inheritdoc IMembershipToken
    /// @dev A data URI. No text comes from anybody, so nothing in it needs quoting, and no person's name is in it.
    function tokenURI(uint256 tokenId) external view returns (string memory) {
        IRegistry.Person memory owner = _owner(tokenId);
        string memory number = Strings.toString(tokenId);
        bytes memory picture = abi.encodePacked(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="#1d5c3f"/>',
            '<text x="50" y="61" font-family="sans-serif" font-size="30" text-anchor="middle" fill="#fff">',
            number,
            "</text></svg>"
        );
        bytes memory document = abi.encodePacked(
            '{"name":"Member ',
            number,
            '","description":"A membership that cannot be transferred: one person, one vote, in the zone ',
            Hex.written(_zone()),
            '.","image":"data:image/svg+xml;base64,',
            Base64.encode(picture),
            '","attributes":[{"trait_type":"Admitted","display_type":"date","value":',
            Strings.toString(owner.admittedAt),
            "}]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(document));
    }

    /// @inheritdoc IMembershipToken
    function locked(uint256 tokenId) external view returns (bool) {
        _owner(tokenId);
        return true;
    }

    /// @inheritdoc IMembershipToken
    function getApproved(uint256 tokenId) external view returns (address) {
        _owner(tokenId);
        return address(0);
    }

    /// @inheritdoc IMembershipToken
    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IMembershipToken
    function approve(address, uint256) external pure {
        revert NotTransferable();
    }

    /// @inheritdoc IMembershipToken
    function setApprovalForAll(address, bool) external pure {
        revert NotTransferable();
    }

    /// @inheritdoc IMembershipToken
    function transferFrom(address, address, uint256) external pure {
        revert NotTransferable();
    }

    /// @inheritdoc IMembershipToken
    function safeTransferFrom(address, address, uint256) external pure {
        revert NotTransferable();
    }

    /// @inheritdoc IMembershipToken
    function safeTransferFrom(address, address, uint256, bytes calldata) external pure {
        revert NotTransferable();
    }

    /* VOTES */

    /// @inheritdoc IMembershipToken
    function getVotes(address account) external view returns (uint256) {
        return _belongs(_indexOf(account)) ? 1 : 0;
    }

    /// @inheritdoc IMembershipToken
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        uint256 index = _indexOf(account);
        if (index == 0) return 0;
        return (IMembership(_zone()).membersAt(index >> 8, timepoint) >> (index & 255)) & 1;
    }

    /// @inheritdoc IMembershipToken
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return IMembership(_zone()).headcountAt(timepoint);
    }

    /// @inheritdoc IMembershipToken
    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IMembershipToken
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /* ERC-165 */

    /// @inheritdoc IMembershipToken
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == type(IERC721).interfaceId
            || interfaceId == type(IERC721Metadata).interfaceId || interfaceId == type(IERC6372).interfaceId
            || interfaceId == _ERC5192;
    }

    /* INTERNAL */

    function _zone() private view returns (address) {
        return IRegistry(address(this)).root();
    }

    function _belongs(uint256 index) private view returns (bool) {
        return index != 0 && _existing(index).leftAt == 0;
    }

    function _owner(uint256 tokenId) private view returns (IRegistry.Person memory found) {
        if (tokenId == 0 || tokenId > _count) revert ERC721NonexistentToken(tokenId);
        found = _existing(tokenId);
        if (found.leftAt != 0) revert ERC721NonexistentToken(tokenId);
    }

    function _requirePast(uint256 timepoint) private view {
        if (timepoint >= block.timestamp) revert ERC5805FutureLookup(timepoint, clock());
    }
}
