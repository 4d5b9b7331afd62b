// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IAllowList} from "../../interfaces/IAllowList.sol";
import {IPersonhood} from "../../interfaces/IPersonhood.sol";

/// @title AllowList: persons on a list that the zone has voted for.
contract AllowList is IAllowList {
    /// @inheritdoc IAllowList
    mapping(address zone => bytes32) public root;

    /// @inheritdoc IAllowList
    function setRoot(bytes32 root_, string calldata uri) external {
        root[msg.sender] = root_;
        emit RootSet(msg.sender, root_, uri);
    }

    /// @inheritdoc IPersonhood
    /// @param proof abi.encode(bytes32 nullifier, bytes32[] path), from the leaf's sibling up
    function prove(address key, bytes calldata proof) external view returns (bytes32) {
        (bytes32 nullifier, bytes32[] memory path) = abi.decode(proof, (bytes32, bytes32[]));
        // Hashed twice, so that no inner node can be taken for a leaf.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(key, nullifier))));
        if (!MerkleProof.verify(path, root[msg.sender], leaf)) revert NotListed(msg.sender, key);
        return nullifier;
    }

    /// @inheritdoc IPersonhood
    function kind() external pure returns (string memory) {
        return "allow-list";
    }
}
