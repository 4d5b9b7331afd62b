// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "./IBody.sol";

/// @title Makes bodies. Whoever calls it can only make exactly the body that the plan describes, and keeps no power over it.
interface IZoneFactory {
    /// @notice A zone before it exists.
    /// @param body what every body has
    /// @param epochStart unix seconds at which epoch 0 of the treasury and the stores begins
    /// @param epochSeconds length of an epoch
    /// @param staleSeconds age at which a stock report no longer allows exports
    /// @param tradePost the chain's trade post, zero for a zone that does not trade
    /// @param verifier checks aggregates of ballots, zero for a zone that takes none
    struct ZonePlan {
        IBody.BodyPlan body;
        uint40 epochStart;
        uint32 epochSeconds;
        uint32 staleSeconds;
        address tradePost;
        address verifier;
    }

    event ZoneCreated(address indexed zone, bytes32 indexed planHash, address registry, address treasury, address stores);
    event IndustryCreated(address indexed industry, address indexed parent, bytes32 indexed planHash);

    /// @notice The zone of this plan exists already, at this address.
    error AlreadyCreated(address body);
    /// @notice Only a body of this factory founds an industry, and only below itself.
    error NotABody(address caller);

    /// @notice Creates the zone of `plan` and runs the given first steps of its genesis.
    function createZone(ZonePlan calldata plan, IBody.GenesisStep[] calldata steps) external returns (address zone);

    /// @notice Creates an industry below the calling body and runs the given first steps of its genesis.
    function createIndustry(IBody.BodyPlan calldata plan, IBody.GenesisStep[] calldata steps)
        external
        returns (address industry);

    /// @notice Address of the zone of a plan, whether it exists or not.
    function zoneAddress(bytes32 planHash_) external view returns (address);

    /// @notice Address of the industry with a plan below a parent, whether it exists or not.
    function industryAddress(address parent, bytes32 planHash_) external view returns (address);

    /// @notice keccak256(abi.encode(plan)): the part of the salt that depends on the plan.
    function planHash(IBody.BodyPlan calldata plan) external pure returns (bytes32);

    /// @notice keccak256(abi.encode(plan)) of a whole zone.
    function zonePlanHash(ZonePlan calldata plan) external pure returns (bytes32);

    /// @notice The code that every body runs.
    function implementation() external view returns (address);

    /// @notice Whether this factory made the body.
    function isBody(address body) external view returns (bool);
}
