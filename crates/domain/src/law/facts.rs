//! Facts about a planned act: yes, no, or not known. The law never takes "not known" for either.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::words::{Word, Words, words};

words! {
    /// A fact that is true or false. The name says what is true.
    Fact {
        // How the act is done.
        /// The collector says who they are.
        IdentityStated = "identity_stated",
        /// The collector says for which institution.
        InstitutionNamed = "institution_named",
        /// The person reached was established to be who they are taken for.
        IdentityVerified = "identity_verified",
        /// The purpose of the contact is said.
        PurposeStated = "purpose_stated",
        /// Sound or video of the whole contact is recorded.
        RecordingOn = "recording_on",
        /// The work badge is shown.
        IdBadgeShown = "id_badge_shown",
        /// The authority to act is shown.
        AuthorisationShown = "authorisation_shown",
        /// The message says how to opt out.
        OptOutNotice = "opt_out_notice",
        /// The voicemail holds no more than a limited-content message may.
        LimitedContent = "limited_content",
        /// The letter has every item the law lists.
        LetterComplete = "letter_complete",
        /// The envelope shows that it is about a debt.
        EnvelopeRevealsDebt = "envelope_reveals_debt",
        /// The very first contact with this person about the debt.
        FirstContact = "first_contact",
        // What must not be done.
        /// Threats, insults, violence, pestering.
        ThreatensOrInsults = "threatens_or_insults",
        /// A suit is threatened.
        ThreatensSuit = "threatens_suit",
        /// Something false or misleading is said.
        Misrepresents = "misrepresents",
        /// The collector acts as police, court, bailiff or another authority.
        ImpersonatesAuthority = "impersonates_authority",
        /// A false name is used.
        UsesFalseName = "uses_false_name",
        /// A card is left that hides its purpose.
        MisleadingCallingCard = "misleading_calling_card",
        /// Somebody who does not owe it would learn of the debt.
        DisclosesDebtToNonObligor = "discloses_debt_to_non_obligor",
        /// The debt would be posted where others can read it.
        PublicPosting = "public_posting",
        /// The debtor is steered towards borrowing elsewhere.
        SuggestsNewBorrowing = "suggests_new_borrowing",
        /// Money is taken on the spot.
        CollectsMoney = "collects_money",
        // At the door.
        /// At the person's home.
        AtResidence = "at_residence",
        /// At the person's place of work.
        AtWorkplace = "at_workplace",
        /// At a hospital, a funeral, a jail or the like.
        AtUnusualPlace = "at_unusual_place",
        /// The person named another place to meet.
        PrefersAnotherPlace = "prefers_another_place",
        /// The person could not be met at home.
        UnavailableAtHome = "unavailable_at_home",
        /// The person agreed to this very place.
        ExpressConsentToPlace = "express_consent_to_place",
        /// The dwelling is entered.
        EntersDwelling = "enters_dwelling",
        /// The inside of the dwelling is filmed or peered into.
        FilmsInsideDwelling = "films_inside_dwelling",
        /// Who has the right to the dwelling clearly agreed.
        OccupantConsent = "occupant_consent",
        /// Date and likely time were announced.
        VisitNoticeGiven = "visit_notice_given",
        /// Giving notice was practicable.
        NoticePracticable = "notice_practicable",
        /// The customer is content to talk now.
        CustomerContentNow = "customer_content_now",
        /// The customer is known or suspected to be particularly vulnerable.
        VulnerabilitySuspected = "vulnerability_suspected",
        /// Bereavement, calamity, wedding or festival.
        SensitiveOccasion = "sensitive_occasion",
        /// The employer is known to prohibit such contact.
        EmployerProhibits = "employer_prohibits",
        // The debtor and third persons.
        /// It is documented that the debtor cannot be reached.
        DebtorUnreachable = "debtor_unreachable_documented",
        /// The basis of that is one the law accepts.
        UnreachableBasisAccepted = "unreachable_basis_accepted",
        /// This contact asked not to be contacted.
        ContactRefused = "contact_refused",
        /// The spouse is claimed to owe jointly.
        JointDebtClaimed = "joint_debt_claimed",
        /// The spouse is proven to owe jointly.
        JointDebtProven = "joint_debt_proven",
        /// The debtor died.
        DebtorDead = "debtor_dead",
        /// The debtor lacks capacity.
        DebtorIncapacitated = "debtor_incapacitated",
        /// The person asked to be contacted again.
        PersonRequestedRecontact = "person_requested_recontact",
        /// There is reason to think the earlier answer wrong.
        ReasonEarlierAnswerWrong = "reason_earlier_answer_wrong",
        /// A notice of lacking mental capacity was received.
        MentalCapacityNotice = "mental_capacity_notice",
        /// The representative was named with consent.
        RepresentativeConsented = "representative_consented",
        // What stops collection.
        /// The debtor documented that they agree to more attempts.
        DebtorAgreedFrequency = "debtor_agreed_frequency",
        /// The person agreed to receive advertising.
        MarketingConsent = "marketing_consent",
        /// A personalised plan is signed and kept.
        PlanPerforming = "plan_performing",
        /// An objection is being verified.
        ObjectionOpen = "objection_open",
        /// A police no-contact order is in force.
        NoContactOrder = "no_contact_order",
        /// The debt itself is unlawful.
        DebtUnlawful = "debt_unlawful",
        /// The limitation period has run out.
        LimitationExpired = "limitation_expired",
        /// The customer said that a statute-barred debt will not be paid.
        CustomerRefusedForTime = "customer_refused_for_time",
        /// A written request to stop is on file.
        CeaseWritten = "cease_written",
        /// An attorney is known to represent the consumer.
        AttorneyKnown = "attorney_known",
        /// The attorney did not answer for a long time.
        AttorneySilent = "attorney_silent",
        /// The attorney agreed to direct contact.
        AttorneyConsented = "attorney_consented",
        /// The debt was disputed in writing within the validation period.
        DisputeWrittenInPeriod = "dispute_written_in_period",
        /// The verification was sent.
        VerificationSent = "verification_sent",
        /// The validation information was sent.
        ValidationSent = "validation_sent",
        /// The debt is disputed on grounds that may be valid.
        DisputePossiblyValid = "dispute_possibly_valid",
        /// A stay or discharge in bankruptcy applies.
        BankruptcyStay = "bankruptcy_stay",
        /// The debtor was adjudged bankrupt.
        BankruptcyOrder = "bankruptcy_order",
        /// A court opened rehabilitation or liquidation.
        InsolvencyOrder = "insolvency_order",
        /// A statutory moratorium runs.
        MoratoriumActive = "moratorium_active",
        /// The debt falls under the moratorium.
        MoratoriumDebt = "moratorium_debt",
        /// The debtor asked about this debt.
        DebtorRaisedQuery = "debtor_raised_query",
        /// The contact is required by statute or by the regulator's rules.
        ContactRequiredByLaw = "contact_required_by_law",
        /// A grievance is pending.
        GrievancePending = "grievance_pending",
        /// The grievance was found frivolous.
        GrievanceFrivolous = "grievance_found_frivolous",
        /// The consumer began this exchange, at this hour.
        ConsumerInitiatedNow = "consumer_initiated_now",
        /// The answer uses the medium the consumer used.
        ConsumersOwnMedium = "consumers_own_medium",
        /// Litigation, a legal duty or a requested call-back explains further calls.
        FurtherCallsJustified = "further_calls_justified",
        /// Forbearance and referral to debt advice were considered.
        ForbearanceConsidered = "forbearance_considered",
        // Who owns the claim and who acts.
        /// The debt was assigned.
        DebtAssigned = "debt_assigned",
        /// The debtor was told of the assignment.
        AssignmentNoticeGiven = "assignment_notice_given",
        /// A non-performing credit was transferred.
        NplTransferred = "npl_transferred",
        /// The prescribed communication after the transfer was sent.
        TransferCommunicationSent = "art10_communication_sent",
        /// The agency is on the institution's published list.
        AgencyOnPublishedList = "agency_on_published_list",
        /// The agency passed the case on.
        Subcontracted = "subcontracted",
        /// The debtor was told in writing of the outsourcing.
        OutsourcingNoticeSent = "outsourcing_notice_sent",
        /// The borrower was told which agent handles the case.
        AgentDetailsNotified = "agent_details_notified",
        /// The collector holds the certificate.
        AgentCertified = "agent_certified",
        /// The collector is approved by the police.
        CollectorApproved = "collector_approved",
        /// The collector is the lender's own employee.
        CollectorIsEmployee = "collector_is_employee",
        /// The firm holds a licence of its own or is exempt.
        LicenceFull = "licence_full",
        /// The firm acts under the class licence.
        LicenceClass = "licence_class",
    }
}

/// What is known of the facts. Everything not said is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    known: u128,
    true_: u128,
}

impl Facts {
    /// Nothing is known.
    pub const UNKNOWN: Facts = Facts { known: 0, true_: 0 };

    /// These facts, and that `fact` is or is not so.
    #[must_use]
    pub fn with(mut self, fact: Fact, is_so: bool) -> Facts {
        self.set(fact, is_so);
        self
    }

    /// Notes that `fact` is or is not so.
    pub fn set(&mut self, fact: Fact, is_so: bool) {
        let bit = 1 << fact.place();
        self.known |= bit;
        self.true_ = if is_so { self.true_ | bit } else { self.true_ & !bit };
    }

    /// Forgets `fact`: it is unknown again.
    pub fn forget(&mut self, fact: Fact) {
        let bit = 1 << fact.place();
        self.known &= !bit;
        self.true_ &= !bit;
    }

    /// Whether `fact` is so, if that is known.
    pub fn get(&self, fact: Fact) -> Option<bool> {
        let bit = 1 << fact.place();
        (self.known & bit != 0).then_some(self.true_ & bit != 0)
    }

    /// Whether any of `facts` is known to be so.
    pub(super) const fn any_true(&self, facts: u128) -> bool {
        self.true_ & facts != 0
    }

    /// Whether any of `facts` is known not to be so.
    pub(super) const fn any_false(&self, facts: u128) -> bool {
        self.known & !self.true_ & facts != 0
    }

    /// Those of `facts` that are not known.
    pub(super) const fn unknown(&self, facts: u128) -> u128 {
        facts & !self.known
    }
}

impl FromIterator<(Fact, bool)> for Facts {
    fn from_iter<I: IntoIterator<Item = (Fact, bool)>>(facts: I) -> Facts {
        facts.into_iter().fold(Facts::UNKNOWN, |known, (fact, is_so)| known.with(fact, is_so))
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for fact in Fact::ALL {
            if let Some(is_so) = self.get(*fact) {
                map.serialize_entry(fact.name(), &is_so)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Facts, D::Error> {
        let said = alloc::collections::BTreeMap::<alloc::string::String, bool>::deserialize(deserializer)?;
        said.iter()
            .map(|(name, is_so)| {
                let fact = Fact::parse(name).ok_or_else(|| de::Error::custom(alloc::format!("`{name}` is not a fact")))?;
                Ok((fact, *is_so))
            })
            .collect()
    }
}

/// A set of facts, as packs list them.
pub type FactSet = Words<Fact>;
