//! The words a situation is told in. Each list is closed: a pack that uses another word does not load.

use core::marker::PhantomData;

use alloc::vec::Vec;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A closed list of words, each with its place in the list.
pub trait Word: Copy + 'static {
    /// Every word.
    const ALL: &'static [Self];
    /// The word's place, below 128.
    fn place(self) -> u32;
    /// The word as packs and outsiders write it.
    fn name(self) -> &'static str;
    /// The word that is written so.
    fn parse(name: &str) -> Option<Self>;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $text)] $word,)*
        }

        impl $name {
            /// The word as packs and outsiders write it.
            pub const fn name(self) -> &'static str {
                match self { $($name::$word => $text,)* }
            }
        }

        impl $crate::law::words::Word for $name {
            const ALL: &'static [$name] = &[$($name::$word,)*];
            fn place(self) -> u32 {
                self as u32
            }
            fn name(self) -> &'static str {
                $name::name(self)
            }
            fn parse(name: &str) -> Option<$name> {
                match name { $($text => Some($name::$word),)* _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// The means by which a person is reached.
    Channel {
        /// Somebody comes to the door or to another place.
        Visit = "visit",
        /// A telephone call by a human.
        Call = "call",
        /// A call in which a machine converses.
        AiVoiceInteractive = "ai_voice_interactive",
        /// A one-way announcement by telephone.
        AiVoiceNotification = "ai_voice_notification",
        /// A message left in a mailbox.
        Voicemail = "voicemail",
        /// A text message.
        Sms = "sms",
        /// An e-mail.
        Email = "email",
        /// A letter in a closed envelope.
        Letter = "letter",
        /// A postcard, or any mail that can be read in passing.
        Postcard = "postcard",
        /// A post that others can read.
        SocialPublic = "social_public",
        /// A private message on a social network.
        SocialPrivate = "social_private",
        /// A message into a group.
        GroupChat = "group_chat",
        /// A notice in the person's own portal.
        Portal = "portal",
    }
}

words! {
    /// What the act is for.
    Purpose {
        /// To ask for payment.
        DemandPayment = "demand_payment",
        /// To ask somebody else how the debtor can be reached.
        ObtainContactInfo = "obtain_contact_info",
        /// To confirm where the debtor lives or works.
        LocationInfo = "location_info",
        /// To ask somebody else to pass on a request to call back.
        AskToRelay = "ask_to_relay",
        /// To answer what the consumer asked.
        ReplyToConsumer = "reply_to_consumer",
        /// To tell that the debt was assigned.
        AssignmentNotice = "assignment_notice",
        /// To announce a named legal remedy.
        RemedyNotice = "remedy_notice",
        /// To confirm that contact ends.
        ConfirmCease = "confirm_cease",
        /// To sell something.
        Marketing = "marketing",
        /// To ask heirs or an administrator about an estate.
        EstateEnquiry = "estate_enquiry",
        /// To ask about the debt without demanding.
        DebtEnquiry = "debt_enquiry",
        /// To look for a way to repay that can be kept.
        DiscussSolution = "discuss_solution",
        /// To begin enforcement.
        StartEnforcement = "start_enforcement",
        /// To propose, move or confirm an appointment.
        Appointment = "appointment",
        /// To tell what the contract or the law requires to be told: a statement, a reminder before the due day, a decision.
        ServiceNotice = "service_notice",
    }
}

words! {
    /// Who is reached, as seen from the debt.
    Recipient {
        /// The debtor.
        Debtor = "debtor",
        /// Who borrowed together with the debtor.
        CoBorrower = "co_borrower",
        /// Who stands surety.
        Guarantor = "guarantor",
        /// The debtor's spouse.
        Spouse = "spouse",
        /// A parent, sibling or other relative.
        Relative = "relative",
        /// A contact named for emergencies.
        EmergencyContact = "emergency_contact",
        /// A friend.
        Friend = "friend",
        /// A neighbour.
        Neighbour = "neighbour",
        /// The employer or a colleague.
        Employer = "employer",
        /// Somebody who lives in the same home.
        HouseholdMember = "household_member",
        /// A minor.
        MinorChild = "minor_child",
        /// An heir or the administrator of the estate.
        Heir = "heir",
        /// The guardian of a debtor who lacks capacity, or the parent of a minor debtor.
        Guardian = "guardian",
        /// Who was named as a reference.
        Referee = "referee",
        /// The guard or porter of a building.
        BuildingGuard = "building_guard",
        /// A debt adviser who acts for the debtor.
        DebtAdviser = "debt_adviser",
        /// An attorney or another person with power to act for the debtor.
        AuthorisedRepresentative = "authorised_representative",
    }
}

words! {
    /// Who owns the claim.
    Institution {
        /// A bank.
        Bank = "bank",
        /// An issuer of credit cards.
        CardIssuer = "card_issuer",
        /// A private lender.
        PrivateLender = "private_lender",
        /// A licensed consumer finance company.
        ConsumerFinanceCompany = "consumer_finance_company",
        /// A microloan company.
        MicroloanCompany = "microloan_company",
        /// An asset manager that took the claim over.
        AssetManagerAssignee = "asset_manager_assignee",
        /// A buyer of debts.
        DebtBuyer = "debt_buyer",
        /// A firm that lends to consumers.
        ConsumerCreditFirm = "consumer_credit_firm",
        /// A buyer of non-performing credit.
        CreditPurchaser = "credit_purchaser",
        /// The original creditor.
        Creditor = "creditor",
        /// A collection company with a licence.
        LicensedCollectionCompany = "licensed_collection_company",
        /// A collection company without one.
        UnlicensedCollectionCompany = "unlicensed_collection_company",
    }
}

words! {
    /// Who acts.
    Actor {
        /// The institution's own staff.
        InHouse = "in_house",
        /// An agency.
        ThirdPartyAgency = "third_party_agency",
        /// A credit servicer.
        CreditServicer = "credit_servicer",
    }
}

words! {
    /// The family of the credit product.
    Product {
        /// A consumer loan taken out online.
        OnlineConsumerLoan = "online_consumer_loan",
        /// A personal consumer loan.
        PersonalConsumerLoan = "personal_consumer_loan",
        /// Any other personal loan.
        PersonalLoan = "personal_loan",
        /// A credit card.
        CreditCard = "credit_card",
        /// A microfinance loan.
        Microfinance = "microfinance",
    }
}

/// A set of words. In a pack an empty list means "any".
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Words<T> {
    bits: u128,
    word: PhantomData<T>,
}

impl<T: Word> Words<T> {
    /// No word.
    pub const NONE: Words<T> = Words { bits: 0, word: PhantomData };

    /// The set of `words`.
    pub fn of(words: &[T]) -> Words<T> {
        words.iter().fold(Words::NONE, |set, word| set.with(*word))
    }

    /// This set and `word`.
    #[must_use]
    pub fn with(self, word: T) -> Words<T> {
        Words { bits: self.bits | 1 << word.place(), word: PhantomData }
    }

    /// Whether `word` is in the set.
    pub fn has(self, word: T) -> bool {
        self.bits & 1 << word.place() != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The words in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |word| self.has(*word))
    }

    /// One bit for each word, by its place.
    pub(super) const fn bits(self) -> u128 {
        self.bits
    }
}

impl<T: Word> Default for Words<T> {
    fn default() -> Words<T> {
        Words::NONE
    }
}

impl<T: Word> core::fmt::Debug for Words<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.iter().map(Word::name)).finish()
    }
}

impl<T: Word> Serialize for Words<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Word::name))
    }
}

impl<'de, T: Word> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words<T>, D::Error> {
        let names = Vec::<alloc::string::String>::deserialize(deserializer)?;
        names.iter().try_fold(Words::NONE, |set, name| {
            let word = T::parse(name).ok_or_else(|| de::Error::custom(alloc::format!("`{name}` is not a word of this list")))?;
            Ok(set.with(word))
        })
    }
}
