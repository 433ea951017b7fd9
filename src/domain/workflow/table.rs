//! The rows. One screen per stage; read top to bottom it is the route of a signal.

use super::{Evidence, Role, Stage, StepEvent, Target, Transition, TwoPeople};

const RECEIVED: &[Stage] = &[Stage::Received];
const WEIGHING: &[Stage] = &[Stage::Weighing];
const ENRICHING: &[Stage] = &[Stage::Enriching];
const DECIDING: &[Stage] = &[Stage::Deciding];
const FOLLOW_UP: &[Stage] = &[Stage::FollowUp];
/// Where an item can be on its way to the LIO: its question in besluiten, and wherever an urgent decision leads the
/// decision that was taken already.
const ON_AGENDA: &[Stage] = &[Stage::Enriching, Stage::Deciding, Stage::FollowUp, Stage::Monitoring];
const CLOSED: &[Stage] = &[Stage::Closed];
/// The ways out to others are prepared where they are proposed, and made where they are carried out.
const HANDING_OVER: &[Stage] = &[Stage::Weighing, Stage::Enriching, Stage::Deciding, Stage::FollowUp];
/// A melder may be told the end, too.
const TELLING: &[Stage] = &[
    Stage::Received,
    Stage::Weighing,
    Stage::Enriching,
    Stage::Deciding,
    Stage::FollowUp,
    Stage::Monitoring,
    Stage::Closed,
];

const COORDINATOR: &[Role] = &[Role::Coordinator];
/// Who leads a box: the coordinators theirs, the vertrouwenspersonen theirs. Each has the keys of one box only.
const BOX_HOLDERS: &[Role] = &[Role::Coordinator, Role::IntegrityContact];
/// Who may sign along: the deputy is a coordinator too.
const SECOND: &[Role] = &[Role::Coordinator, Role::Jurist];
const PRIVACY: &[Role] = &[Role::PrivacyOfficer];
/// Whoever holds a source; which one is in the question.
const SOURCE_HOLDERS: &[Role] = &[Role::Flexible, Role::CivilRegistry];
const OWNERS: &[Role] = &[Role::Coordinator, Role::Jurist, Role::CivilRegistry, Role::Bibob, Role::Flexible];

const fn row(
    event: StepEvent,
    from: &'static [Stage],
    to: Target,
    who: &'static [Role],
    evidence: &'static [Evidence],
    two_people: TwoPeople,
) -> Transition {
    Transition { event, from, to, who, evidence, two_people }
}

/// Every step of the protocol, once.
pub const TRANSITIONS: &[Transition] = &[
    // ontvangen
    row(
        StepEvent::CompleteIntake,
        RECEIVED,
        Target::To(Stage::Weighing),
        COORDINATOR,
        &[Evidence::Intake],
        TwoPeople::One,
    ),
    row(
        StepEvent::NotTakeUp,
        RECEIVED,
        Target::To(Stage::Closed),
        BOX_HOLDERS,
        &[Evidence::ReasonCode],
        TwoPeople::One,
    ),
    row(
        StepEvent::ReferOn,
        RECEIVED,
        Target::To(Stage::Closed),
        BOX_HOLDERS,
        &[Evidence::Recipient, Evidence::LegalBasis, Evidence::Handoff],
        TwoPeople::One,
    ),
    // wegen
    row(
        StepEvent::ProposeWeighing3,
        WEIGHING,
        Target::Stays,
        SECOND,
        &[Evidence::Weighing3, Evidence::MonitorUntil, Evidence::Signature],
        TwoPeople::Drafts,
    ),
    row(StepEvent::ReturnWeighing3, WEIGHING, Target::Stays, SECOND, &[Evidence::Sentence], TwoPeople::Agrees),
    row(
        StepEvent::AgreeWeighing3,
        WEIGHING,
        Target::ByWeighing3,
        SECOND,
        &[Evidence::Weighing3, Evidence::Signature],
        TwoPeople::Agrees,
    ),
    // verrijken
    row(StepEvent::ProposeCheck1, ENRICHING, Target::Stays, COORDINATOR, &[Evidence::CheckProposal], TwoPeople::Drafts),
    row(
        StepEvent::DecideCheck1,
        ENRICHING,
        Target::Stays,
        PRIVACY,
        &[Evidence::CheckVerdict, Evidence::Signature],
        TwoPeople::Agrees,
    ),
    row(StepEvent::ReturnCheck1, ENRICHING, Target::Stays, PRIVACY, &[Evidence::Sentence], TwoPeople::Agrees),
    row(
        StepEvent::AnswerQuestion,
        ENRICHING,
        Target::Stays,
        SOURCE_HOLDERS,
        &[Evidence::Check1Cleared, Evidence::SourceAnswer],
        TwoPeople::One,
    ),
    row(
        StepEvent::PassBackQuestion,
        ENRICHING,
        Target::Stays,
        SOURCE_HOLDERS,
        &[Evidence::Check1Cleared],
        TwoPeople::One,
    ),
    row(StepEvent::ReassignQuestion, ENRICHING, Target::Stays, COORDINATOR, &[Evidence::Check1Cleared], TwoPeople::One),
    row(StepEvent::WithdrawQuestion, ENRICHING, Target::Stays, COORDINATOR, &[Evidence::Check1Cleared], TwoPeople::One),
    row(StepEvent::RequestDetails, ENRICHING, Target::Stays, COORDINATOR, &[Evidence::DetailsCleared], TwoPeople::One),
    row(
        StepEvent::AnswerDetails,
        ENRICHING,
        Target::Stays,
        SOURCE_HOLDERS,
        &[Evidence::DetailsCleared, Evidence::SourceAnswer],
        TwoPeople::One,
    ),
    row(
        StepEvent::ProposeWeighing4,
        ENRICHING,
        Target::Stays,
        SECOND,
        &[Evidence::QuestionsSettled, Evidence::Weighing4, Evidence::Signature],
        TwoPeople::Drafts,
    ),
    row(StepEvent::ReturnWeighing4, ENRICHING, Target::Stays, SECOND, &[Evidence::Sentence], TwoPeople::Agrees),
    row(
        StepEvent::AgreeWeighing4,
        ENRICHING,
        Target::ByWeighing4,
        SECOND,
        &[Evidence::Weighing4, Evidence::Signature],
        TwoPeople::Agrees,
    ),
    // besluiten
    row(
        StepEvent::ProposeCheck2a,
        ON_AGENDA,
        Target::Stays,
        COORDINATOR,
        &[Evidence::CheckProposal, Evidence::UrgentItem],
        TwoPeople::Drafts,
    ),
    row(
        StepEvent::DecideCheck2a,
        ON_AGENDA,
        Target::Stays,
        PRIVACY,
        &[Evidence::CheckVerdict, Evidence::Signature],
        TwoPeople::Agrees,
    ),
    row(
        StepEvent::PublishItem,
        ON_AGENDA,
        Target::Stays,
        COORDINATOR,
        &[Evidence::Check2aCleared, Evidence::UrgentItem],
        TwoPeople::One,
    ),
    row(
        StepEvent::Decide,
        DECIDING,
        Target::ByDecision,
        COORDINATOR,
        &[Evidence::Check2aCleared, Evidence::Decision, Evidence::MonitorUntil, Evidence::Signature],
        TwoPeople::One,
    ),
    // spoed
    row(
        StepEvent::UrgentPropose,
        Stage::OPEN,
        Target::Stays,
        SECOND,
        &[Evidence::Decision, Evidence::MonitorUntil],
        TwoPeople::Drafts,
    ),
    row(
        StepEvent::UrgentSign,
        Stage::OPEN,
        Target::ByDecisionOnceSigned,
        &[Role::Coordinator, Role::Jurist, Role::Mayor],
        &[Evidence::Decision, Evidence::Signature],
        TwoPeople::Three,
    ),
    // opvolgen
    row(StepEvent::AddAction, FOLLOW_UP, Target::Stays, COORDINATOR, &[Evidence::Action], TwoPeople::One),
    row(StepEvent::CompleteAction, FOLLOW_UP, Target::Stays, OWNERS, &[Evidence::Action], TwoPeople::One),
    row(
        StepEvent::ProposeCheck2b,
        FOLLOW_UP,
        Target::Stays,
        COORDINATOR,
        &[Evidence::CheckProposal],
        TwoPeople::Drafts,
    ),
    row(
        StepEvent::DecideCheck2b,
        FOLLOW_UP,
        Target::Stays,
        PRIVACY,
        &[Evidence::CheckVerdict, Evidence::Signature],
        TwoPeople::Agrees,
    ),
    row(
        StepEvent::HandOver,
        HANDING_OVER,
        Target::Stays,
        COORDINATOR,
        &[Evidence::Recipient, Evidence::LegalBasis, Evidence::Handoff, Evidence::Check2bCleared],
        TwoPeople::One,
    ),
    row(StepEvent::TellMelder, TELLING, Target::Stays, BOX_HOLDERS, &[Evidence::Message], TwoPeople::One),
    row(
        StepEvent::ResumeMonitoring,
        &[Stage::Monitoring],
        Target::To(Stage::Weighing),
        COORDINATOR,
        &[Evidence::Sentence],
        TwoPeople::One,
    ),
    row(
        StepEvent::Close,
        FOLLOW_UP,
        Target::To(Stage::Closed),
        COORDINATOR,
        &[Evidence::ActionsDone, Evidence::MelderTold, Evidence::Retention, Evidence::DutyToInform],
        TwoPeople::One,
    ),
    // bewaren
    row(
        StepEvent::ProposeDestruction,
        CLOSED,
        Target::Stays,
        BOX_HOLDERS,
        &[Evidence::TermPassed, Evidence::Signature],
        TwoPeople::Drafts,
    ),
    row(StepEvent::ReturnDestruction, CLOSED, Target::Stays, PRIVACY, &[Evidence::Sentence], TwoPeople::Agrees),
    row(
        StepEvent::AgreeDestruction,
        CLOSED,
        Target::To(Stage::Destroyed),
        PRIVACY,
        &[Evidence::TermPassed, Evidence::Signature],
        TwoPeople::Agrees,
    ),
];
