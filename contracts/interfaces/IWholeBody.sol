// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IActivity} from "./IActivity.sol";
import {IAdmission} from "./IAdmission.sol";
import {IBallots} from "./IBallots.sol";
import {IBody} from "./IBody.sol";
import {IConstitution} from "./IConstitution.sol";
import {IDissolution} from "./IDissolution.sol";
import {IDocument} from "./IDocument.sol";
import {IMembership} from "./IMembership.sol";
import {IModules} from "./IModules.sol";
import {IMoving} from "./IMoving.sol";
import {IOversight} from "./IOversight.sol";
import {IPetitions} from "./IPetitions.sol";
import {IProposals} from "./IProposals.sol";
import {IRepresentedVotes} from "./IRepresentedVotes.sol";
import {ISponsors} from "./ISponsors.sol";
import {IZone} from "./IZone.sol";

/// @title Everything that can be asked of a body, whichever part of its code answers.
interface IWholeBody is 
    IZone,
    IBody,
    IMembership,
    IAdmission,
    IActivity,
    IModules,
    IConstitution,
    IProposals,
    ISponsors,
    IBallots,
    IRepresentedVotes,
    IDocument,
    IOversight,
    IDissolution,
    IMoving,
    IPetitions
{}
