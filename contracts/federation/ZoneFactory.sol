// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {Zone} from "../governance/body/Zone.sol";
import {ZoneAffairs} from "../governance/body/ZoneAffairs.sol";
import {ZoneBallots} from "../governance/body/ZoneBallots.sol";
import {ZoneMembers} from "../governance/body/ZoneMembers.sol";
import {IBody} from "../interfaces/IBody.sol";
import {IMembership} from "../interfaces/IMembership.sol";
import {IZoneFactory} from "../interfaces/IZoneFactory.sol";
import {RegistryDeployer, StoresDeployer, TreasuryDeployer} from "./ModuleDeployers.sol";

/// @title ZoneFactory: makes bodies, each at the address of its beginning.
/// @dev The salt covers everything a body begins with, so an address belongs to one beginning.
contract ZoneFactory is IZoneFactory {
    /* CONSTANTS */

    uint256 private constant _VERSION = 1;

    /* IMMUTABLES */

    /// @inheritdoc IZoneFactory
    address public immutable implementation;
    RegistryDeployer private immutable _registries;
    TreasuryDeployer private immutable _treasuries;
    StoresDeployer private immutable _stores;

    /* STORAGE */

    /// @inheritdoc IZoneFactory
    mapping(address body => bool) public isBody;

    /// @param ballots the part of every body's code that counts collected ballots; all creation code together would be too long
    /// @param members the part by which members come and go
    constructor(
        RegistryDeployer registries,
        TreasuryDeployer treasuries,
        StoresDeployer stores,
        ZoneBallots ballots,
        ZoneMembers members
    ) {
        address affairs = address(new ZoneAffairs(address(this), address(members)));
        implementation = address(new Zone(address(this), affairs, address(ballots)));
        _registries = registries;
        _treasuries = treasuries;
        _stores = stores;
    }

    /* CREATION */

    /// @inheritdoc IZoneFactory
    function createZone(ZonePlan calldata plan, IBody.GenesisStep[] calldata steps) external returns (address zone) {
        bytes32 hash = zonePlanHash(plan);
        bytes32 salt = _salt(address(0), hash);
        zone = _clone(salt);
        address[] memory modules = new address[](4);
        address registry = _registries.deploy(salt, zone);
        modules[0] = _treasuries.deploy(salt, zone, plan.epochStart, plan.epochSeconds);
        modules[1] = _stores.deploy(
            salt, zone, registry, plan.tradePost, plan.epochStart, plan.epochSeconds, plan.staleSeconds
        );
        modules[2] = plan.tradePost;
        modules[3] = plan.verifier;
        emit ZoneCreated(zone, hash, registry, modules[0], modules[1]);
        IBody(zone).initialize(address(0), registry, 0, plan.body, modules);
        _runSteps(zone, steps);
    }

    /// @inheritdoc IZoneFactory
    function createIndustry(IBody.BodyPlan calldata plan, IBody.GenesisStep[] calldata steps)
        external
        returns (address industry)
    {
        if (!isBody[msg.sender]) revert NotABody(msg.sender);
        bytes32 hash = planHash(plan);
        industry = _clone(_salt(msg.sender, hash));
        emit IndustryCreated(industry, msg.sender, hash);
        IBody(industry).initialize(
            msg.sender,
            IMembership(msg.sender).registry(),
            IMembership(msg.sender).depth() + 1,
            plan,
            new address[](0)
        );
        _runSteps(industry, steps);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IZoneFactory
    function zoneAddress(bytes32 planHash_) external view returns (address) {
        return Clones.predictDeterministicAddress(implementation, _salt(address(0), planHash_));
    }

    /// @inheritdoc IZoneFactory
    function industryAddress(address parent, bytes32 planHash_) external view returns (address) {
        return Clones.predictDeterministicAddress(implementation, _salt(parent, planHash_));
    }

    /// @inheritdoc IZoneFactory
    function planHash(IBody.BodyPlan calldata plan) public pure returns (bytes32) {
        return keccak256(abi.encode(plan));
    }

    /// @inheritdoc IZoneFactory
    function zonePlanHash(ZonePlan calldata plan) public pure returns (bytes32) {
        return keccak256(abi.encode(plan));
    }

    /* INTERNAL */

    function _salt(address parent, bytes32 planHash_) private pure returns (bytes32) {
        return keccak256(abi.encode(_VERSION, parent, planHash_));
    }

    function _clone(bytes32 salt) private returns (address body) {
        body = Clones.predictDeterministicAddress(implementation, salt);
        if (isBody[body]) revert AlreadyCreated(body);
        isBody[body] = true;
        Clones.cloneDeterministic(implementation, salt);
    }

    function _runSteps(address body, IBody.GenesisStep[] calldata steps) private {
        for (uint256 i; i < steps.length; ++i) {
            IBody(body).genesis(steps[i]);
        }
    }
}
