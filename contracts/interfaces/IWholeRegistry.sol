// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IEnrolment} from "./IEnrolment.sol";
import {IKeyRecovery} from "./IKeyRecovery.sol";
import {IMembershipToken} from "./IMembershipToken.sol";
import {IRegistry} from "./IRegistry.sol";
import {IRepresentation} from "./IRepresentation.sol";

/// @title Everything that can be asked of a registry, whichever half of its code answers.
interface IWholeRegistry is IRegistry, IKeyRecovery, IEnrolment, IMembershipToken, IRepresentation {}
