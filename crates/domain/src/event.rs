//! What has happened. The stored form of an event is for ever: variants and fields may be added, never changed or
//! taken away, and a golden file of every variant must still be read.

use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use crate::arrears::{CaseEnd, Standing};
use crate::circumstance::Known;
use crate::complaint::{Answer, Matter};
use crate::contact::{Channel, ContactOutcome, Direction, Toward};
use crate::credit::{Applicant, Decision};
use crate::day::Day;
use crate::enforcement::Claim;
use crate::file::Check;
use crate::follow_up::Step;
use crate::id::{
    AccountId, CaseId, ComplaintId, EntryId, MessageId, NoteId, PersonId, PlanId, PromiseId, ReservationId, RespiteId, StaffId,
    VisitId, VisitPermitId, WaiverId,
};
use crate::law::{Finding, Purpose};
use crate::loan::{Entry, Part, Terms};
use crate::means::{Means, Taken};
use crate::message::{Failure, Withdrawal};
use crate::moment::Timestamp;
use crate::options::Way;
use crate::plan::{Accepted, Agreement, Override};
use crate::promise::{Origin, Outcome};
use crate::record::{Evidence, Record};
use crate::refusal::Refusal;
use crate::reservation::Release;
use crate::respite::{Ground, RespiteEnd};
use crate::visit::{Decline, Doorstep, Lapse, Place, Rating, Revocation, Slot, Stop, VisitPermit};
use crate::wish::Wishes;

/// An event in a person's stream, with what the store knows about its recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The place in the person's stream, from 1 without gaps.
    pub version: u64,
    /// When it was recorded. When it took effect is the event's own matter.
    pub recorded_at: Timestamp,
    /// Who did it or saw it.
    pub actor: Actor,
    /// What happened.
    pub event: Event,
}

/// Who acts. Written in the log with every event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// The person themselves, by a link of theirs.
    Consumer(PersonId),
    /// A member of staff.
    Staff(StaffId),
    /// The nightly run.
    Night,
    /// An import from another system.
    Import,
    /// The outbox, which hands messages over.
    Outbox,
    /// A provider of ours, by a signed call: what became of a message, or money that came in.
    Provider,
}

/// Words or personal data kept outside the log. The digest is salted, so that the note can be erased and nothing can be
/// guessed from the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRef {
    /// Where the note is kept.
    pub id: NoteId,
    /// SHA-256 over salt and note, 64 hexadecimal digits.
    pub digest: String,
}

/// What happened to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A person became known. The identity note holds name, resident ID and phone.
    PersonRegistered {
        /// Name, resident ID number and phone.
        identity: NoteRef,
        /// IANA name of the zone whose hours are the person's.
        zone: String,
    },
    /// An address was learned.
    AddressRecorded {
        /// The address itself.
        address: NoteRef,
        /// City or county, for teams and lists; too wide to point at anybody.
        area: String,
        /// Where it came from: `application`, `consumer`, `import`, `visit`.
        provenance: String,
        /// The day it was last known to be right.
        observed_on: Day,
    },
    /// An application for credit was decided, with reasons.
    CreditDecided {
        /// What was known of the applicant.
        applicant: Applicant,
        /// Limit or refusal, score, and reasons.
        decision: Decision,
    },
    /// A purchase was signed, or a loan came in by import.
    AccountOpened {
        /// Ours.
        account: AccountId,
        /// What the person and the lender call it.
        number: String,
        /// What was agreed.
        terms: Terms,
        /// The all-in annual cost that was shown before signing, in percent; none for an import.
        annual_cost_percent: Option<rust_decimal::Decimal>,
    },
    /// Money was paid, taken back, charged or waived.
    EntryPosted {
        /// On which account.
        account: AccountId,
        /// What.
        entry: Entry,
    },
    /// How an account stands changed: an instalment went unpaid, a bucket was entered, arrears were cured.
    Aged {
        /// Which account.
        account: AccountId,
        /// How it stands now.
        standing: Standing,
        /// The day.
        on: Day,
    },
    /// An account came to its end with nothing owed.
    AccountSettled {
        /// Which account.
        account: AccountId,
        /// The day nothing was owed any more.
        on: Day,
    },
    /// The person entered collections.
    CaseOpened {
        /// The case.
        case: CaseId,
        /// The day.
        on: Day,
        /// Whether an account was never paid at all: its first instalment is the one missed.
        first_payment_default: bool,
    },
    /// The person left collections.
    CaseClosed {
        /// The case.
        case: CaseId,
        /// The day.
        on: Day,
        /// Why.
        because: CaseEnd,
    },
    /// The next step of a case was chosen.
    FollowUpPlanned {
        /// The case.
        case: CaseId,
        /// What is to be done.
        step: Step,
        /// By when.
        due_on: Day,
        /// The rule of the strategy that chose it.
        because: String,
    },
    /// The file was checked before contact.
    FileAudited {
        /// The case.
        case: CaseId,
        /// The day it was checked for.
        as_of: Day,
        /// Every check, passed or not.
        checks: Vec<Check>,
    },
    /// A contact other than a visit was made, or was seen to have been made.
    Contacted {
        /// By what means.
        channel: Channel,
        /// Who began it.
        direction: Direction,
        /// When.
        at: Timestamp,
        /// The person's day at that moment; caps are counted by it.
        on: Day,
        /// What came of it.
        outcome: ContactOutcome,
        /// The name of the text that was sent, for messages and letters.
        template: Option<String>,
        /// What was said.
        words: Option<NoteRef>,
        /// The law's yes under which it was made; none if nobody asked.
        finding: Option<Finding>,
        /// Rules it broke, for what was observed and should not have been.
        breaches: Vec<String>,
        /// Towards whom, about what, by whom; none in what was recorded before this was asked: then the debtor, by the lender.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        toward: Option<Toward>,
    },
    /// A place among the caps was taken for a planned act.
    ActReserved {
        /// The reservation.
        reservation: ReservationId,
        /// By what means.
        channel: Channel,
        /// Towards whom, about what, by whom.
        toward: Toward,
        /// When it is planned.
        at: Timestamp,
        /// The person's day then; caps are counted by it.
        on: Day,
        /// Until when it may start.
        until: Timestamp,
        /// The law's yes at the planned time. It is asked again at the start.
        finding: Finding,
    },
    /// A reserved place was given back.
    ReservationReleased {
        /// The reservation.
        reservation: ReservationId,
        /// Why.
        because: Release,
    },
    /// The person said when and how they want to be reached.
    WishesStated {
        /// All of it; it takes the place of what was said before.
        wishes: Wishes,
        /// In their own words.
        words: Option<NoteRef>,
        /// The day.
        on: Day,
    },
    /// Something became known that the law asks about.
    CircumstanceNoted {
        /// What.
        known: Known,
        /// From this day on, or the day it happened.
        on: Day,
        /// The last day of it, where it ends by itself.
        until: Option<Day>,
        /// What was said or shown.
        words: Option<NoteRef>,
    },
    /// A visit was proposed to the person, who may choose among the slots, move it or decline.
    VisitProposed {
        /// The visit.
        visit: VisitId,
        /// For which case.
        case: CaseId,
        /// Where.
        place: Place,
        /// Lawful slots to choose from.
        slots: Vec<Slot>,
        /// The law's yes to proposing it.
        finding: Finding,
    },
    /// The person agreed to a visit in a slot. Consent to this visit, and to nothing else.
    AppointmentChosen {
        /// The visit.
        visit: VisitId,
        /// When.
        slot: Slot,
    },
    /// The person moved the visit to another slot.
    AppointmentMoved {
        /// The visit.
        visit: VisitId,
        /// When now.
        slot: Slot,
    },
    /// The person wants no visit.
    VisitDeclined {
        /// The visit.
        visit: VisitId,
        /// In their words of choice.
        because: Decline,
    },
    /// A visit was given to a team, in an order of the day.
    VisitAssigned {
        /// The visit.
        visit: VisitId,
        /// Who goes.
        team: Vec<StaffId>,
        /// When they are expected to arrive.
        arrive_at: Timestamp,
    },
    /// The team stood at the door, under the law's yes of that minute.
    VisitStarted {
        /// The visit.
        visit: VisitId,
        /// When.
        at: Timestamp,
        /// The law's yes.
        finding: Finding,
    },
    /// What happened at the door.
    VisitRecorded {
        /// The visit.
        visit: VisitId,
        /// Who was met, how they are, what they said.
        doorstep: Doorstep,
        /// Rules that were broken.
        breaches: Vec<String>,
    },
    /// The visit ended and its record was closed.
    VisitClosed {
        /// The visit.
        visit: VisitId,
        /// When.
        at: Timestamp,
    },
    /// A visit will not take place.
    VisitLapsed {
        /// The visit.
        visit: VisitId,
        /// Why.
        because: Lapse,
    },
    /// Income and outgoings were stated.
    MeansStated {
        /// As stated.
        means: Means,
        /// The day.
        on: Day,
        /// Where.
        #[serde(default)]
        taken: Option<Taken>,
        /// What was shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<NoteRef>,
    },
    /// A repayment plan was agreed: its instalments are the promises that follow.
    PlanAgreed {
        /// The plan.
        plan: PlanId,
        /// The day.
        on: Day,
        /// What the person could pay a month when it was agreed.
        capacity: Option<crate::money::Money>,
        /// A second person's reasoned yes to a plan above capacity, or to one that gives something up.
        overridden: Option<Override>,
        /// What was agreed in writing.
        #[serde(default)]
        agreement: Option<Agreement>,
    },
    /// All instalments of a plan were paid.
    PlanKept {
        /// The plan.
        plan: PlanId,
        /// The day.
        on: Day,
    },
    /// An instalment of a plan was not paid.
    PlanBroken {
        /// The plan.
        plan: PlanId,
        /// The day.
        on: Day,
    },
    /// The person promised to pay.
    PromiseMade {
        /// The promise.
        promise: PromiseId,
        /// How much.
        amount: crate::money::Money,
        /// By when.
        due_on: Day,
        /// Where it was given. Money received before this day cannot keep it.
        origin: Origin,
        /// The day it was given.
        made_on: Day,
    },
    /// The ledger said whether a promise was kept.
    PromiseJudged {
        /// The promise.
        promise: PromiseId,
        /// Kept, partly kept or broken.
        outcome: Outcome,
        /// What was paid toward it.
        paid: crate::money::Money,
        /// The day of the judgement.
        on: Day,
    },
    /// A later agreement took the place of a promise.
    PromiseSuperseded {
        /// The promise.
        promise: PromiseId,
        /// The day.
        on: Day,
    },
    /// A complaint, a dispute or a plea of hardship came in. Its channel stops at once.
    ComplaintOpened {
        /// The complaint.
        complaint: ComplaintId,
        /// What sort, and what it is about.
        matter: Matter,
        /// What the person said.
        words: Option<NoteRef>,
        /// The day.
        on: Day,
        /// The day by which they must have an answer.
        due_on: Day,
        /// What was shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<NoteRef>,
    },
    /// A complaint was answered with reasons.
    ComplaintAnswered {
        /// The complaint.
        complaint: ComplaintId,
        /// Upheld or not.
        answer: Answer,
        /// The reasons given.
        words: Option<NoteRef>,
        /// The day.
        on: Day,
    },
    /// An agreed and assigned visit was permitted: for one place, purpose, window and certified team.
    VisitPermitted {
        /// What the permit says.
        permit: VisitPermit,
    },
    /// A permit fell, in the same append as what took its ground.
    VisitPermitRevoked {
        /// The visit.
        visit: VisitId,
        /// The permit.
        permit: VisitPermitId,
        /// Why.
        because: Revocation,
        /// When.
        at: Timestamp,
    },
    /// Somebody at the door said a code, and the person asked whether it was the right one.
    VisitCodeTried {
        /// The visit.
        visit: VisitId,
        /// Whether it was.
        is_right: bool,
        /// When.
        at: Timestamp,
    },
    /// A visit was stopped from the person's side of the door; compliance is alerted.
    VisitStopped {
        /// The visit.
        visit: VisitId,
        /// Why.
        because: Stop,
        /// When.
        at: Timestamp,
    },
    /// An officer looked into the alert of a stopped visit.
    VisitAlertAnswered {
        /// The visit.
        visit: VisitId,
        /// What was found.
        words: Option<NoteRef>,
        /// When.
        at: Timestamp,
    },
    /// The person named another place for a visit.
    VisitPlaceNamed {
        /// The visit.
        visit: VisitId,
        /// The place.
        address: NoteRef,
        /// When.
        at: Timestamp,
    },
    /// The office looked at the place that was named and agreed to it.
    VisitPlaceAccepted {
        /// The visit.
        visit: VisitId,
        /// When.
        at: Timestamp,
    },
    /// The person said how a visit was.
    VisitRated {
        /// The visit.
        visit: VisitId,
        /// In two answers.
        rating: Rating,
        /// In their own words.
        words: Option<NoteRef>,
        /// When.
        at: Timestamp,
    },
    /// The person added their own word to the record of a visit.
    VisitRemarked {
        /// The visit.
        visit: VisitId,
        /// The words.
        words: NoteRef,
        /// When.
        at: Timestamp,
    },
    /// A message was put into the outbox.
    MessageQueued {
        /// The message.
        message: MessageId,
        /// By what means.
        channel: Channel,
        /// What for.
        purpose: Purpose,
        /// The name of the text.
        template: String,
        /// To where, and the words.
        words: NoteRef,
        /// Not to be handed over before.
        due_at: Timestamp,
        /// The law's yes for that moment.
        finding: Finding,
    },
    /// The law stopped a message for now; it waits for the next lawful hour.
    MessagePostponed {
        /// The message.
        message: MessageId,
        /// Till when.
        until: Timestamp,
        /// The rules that stopped it.
        by: Vec<String>,
    },
    /// The law said yes again and a message is being handed over. It counts as a contact from now on.
    MessageReleased {
        /// The message.
        message: MessageId,
        /// When.
        at: Timestamp,
        /// The person's day at that moment; caps are counted by it.
        on: Day,
        /// The law's yes of that moment.
        finding: Finding,
        /// The batch of letters it is printed in; none for what goes to a provider.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        batch: Option<String>,
    },
    /// The provider took a message.
    MessageSent {
        /// The message.
        message: MessageId,
        /// When.
        at: Timestamp,
    },
    /// A message arrived.
    MessageDelivered {
        /// The message.
        message: MessageId,
        /// When.
        at: Timestamp,
    },
    /// A message did not arrive.
    MessageFailed {
        /// The message.
        message: MessageId,
        /// When.
        at: Timestamp,
        /// Why.
        because: Failure,
    },
    /// A message was taken back before it left.
    MessageWithdrawn {
        /// The message.
        message: MessageId,
        /// Why.
        because: Withdrawal,
    },
    /// The person wrote to us.
    ReplyReceived {
        /// The message that they answer, where that is known.
        message: Option<MessageId>,
        /// By what means.
        channel: Channel,
        /// When.
        at: Timestamp,
        /// The person's day at that moment.
        on: Day,
        /// What they wrote.
        words: NoteRef,
    },
    /// A record that a collector's phone made came in.
    RecordReceived {
        /// The visit it is of.
        visit: VisitId,
        /// What the phone signed, and what is known of its time.
        record: Record,
    },
    /// A photo, a signature or a sound that a record names came in and was kept.
    EvidenceKept {
        /// The visit it is of.
        visit: VisitId,
        /// What was sent and what is kept.
        evidence: Evidence,
    },
    /// The ledger says otherwise than when a promise was judged, and its time is not over: it is open again.
    PromiseReopened {
        /// The promise.
        promise: PromiseId,
        /// The day.
        on: Day,
    },
    /// A promise was called off before it fell due.
    PromiseCancelled {
        /// The promise.
        promise: PromiseId,
        /// The day.
        on: Day,
    },
    /// The ledger says otherwise of the promises of a plan than when it ended: it is open again.
    PlanReopened {
        /// The plan.
        plan: PlanId,
        /// The day.
        on: Day,
    },
    /// A second person's yes was asked for: to a plan above capacity, or to one that gives something up.
    ExceptionAsked {
        /// The way out.
        way: Way,
        /// The code of the agreement it would be.
        code: String,
        /// How the person accepted it.
        accepted: Accepted,
        /// Who asked.
        by: StaffId,
        /// Why.
        reason: NoteRef,
        /// The day.
        on: Day,
    },
    /// The second person said no.
    ExceptionDeclined {
        /// Who.
        by: StaffId,
        /// The day.
        on: Day,
    },
    /// The person took their agreement back in time.
    PlanWithdrawn {
        /// The plan.
        plan: PlanId,
        /// The day.
        on: Day,
    },
    /// Contact, late charges and enforcement stopped, whoever acts.
    RespiteBegan {
        /// The respite.
        respite: RespiteId,
        /// Why.
        ground: Ground,
        /// Its first day.
        on: Day,
        /// Its last day; none as long as nobody knows.
        until: Option<Day>,
        /// Agencies that were told to stop and have to say that they did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        told: Vec<String>,
        /// What was noted with it.
        #[serde(default)]
        words: Option<NoteRef>,
        /// The pauses it puts on accounts, which follow as entries.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pauses: Vec<(AccountId, EntryId)>,
    },
    /// A respite ended; everything goes on from where it stood.
    RespiteEnded {
        /// The respite.
        respite: RespiteId,
        /// The day.
        on: Day,
        /// How.
        because: RespiteEnd,
    },
    /// An agency said that it has stopped.
    RespiteAcknowledged {
        /// The respite.
        respite: RespiteId,
        /// Which.
        agency: String,
        /// The day.
        on: Day,
    },
    /// Somebody speaks for the person from now on, or the person for themselves again.
    Represented {
        /// Who, and how they are reached; none for the person themselves.
        who: Option<NoteRef>,
        /// The day.
        on: Day,
    },
    /// It was asked that something owed be given up.
    WaiverAsked {
        /// The waiver.
        waiver: WaiverId,
        /// Of which account.
        account: AccountId,
        /// Which part.
        part: Part,
        /// How much.
        amount: crate::money::Money,
        /// Why.
        reason: NoteRef,
        /// The day.
        on: Day,
    },
    /// Somebody else, with the authority for it, said yes; the entry follows.
    WaiverApproved {
        /// The waiver.
        waiver: WaiverId,
        /// The day.
        on: Day,
    },
    /// Somebody else said no.
    WaiverDeclined {
        /// The waiver.
        waiver: WaiverId,
        /// Why.
        reason: Option<NoteRef>,
        /// The day.
        on: Day,
    },
    /// It was decided to go to court, to a register or to have something seized. Only now may a text say so.
    EnforcementDecided {
        /// The case.
        case: CaseId,
        /// What was decided.
        claim: Claim,
        /// Why.
        reason: NoteRef,
        /// The day.
        on: Day,
    },
    /// That was taken back. No text may say it any more.
    EnforcementWithdrawn {
        /// The case.
        case: CaseId,
        /// What.
        claim: Claim,
        /// The day.
        on: Day,
    },
    /// What was kept about the person outside the log was erased.
    Erased {
        /// The day.
        on: Day,
    },
    /// Something was intended and not done.
    Refused {
        /// What was intended: the name of the use case.
        intent: String,
        /// The rules that said no.
        refusal: Refusal,
    },
}
