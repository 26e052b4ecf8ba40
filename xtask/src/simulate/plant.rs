//! Planted bugs. Each is a mistake that a real system of this kind has made; with it switched on, the simulation must fail,
//! or the simulation is worth nothing.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Plant {
    /// A payment is posted a cent short.
    PaymentLosesACent,
    /// A payment that became known late counts from the day it was recorded.
    BackdatedAsToday,
    /// A payment is posted to another account of the same person.
    PaymentToOtherAccount,
    /// A bounced payment is taken back twice.
    ReversalTwice,
    /// The idempotency key is not looked at.
    KeyForgotten,
    /// The key is looked at, the body is not.
    BodyNotCompared,
    /// After a crash the last deed is gone although it was acknowledged.
    AcknowledgedLost,
    /// After a crash half of a deed is there.
    DeedTorn,
    /// After a crash the folded person is one event behind the log.
    SnapshotBehind,
    /// Derived rows are not written with the events.
    RowsStale,
    /// A night is recorded twice.
    NightTwice,
    /// The index of who wakes is three days late.
    SleepsThrough,
    /// A change of standing is not recorded.
    AgeingDropped,
    /// A case is not closed when the arrears are paid.
    CaseLeftOpen,
    /// A promise counts as kept although no money came.
    KeptWithoutMoney,
    /// The law is asked about noon and the call is made at night.
    AskedForNoon,
    /// The law is asked without what was counted on the day.
    CountsForgotten,
    /// A complaint does not stop the channel.
    ComplaintForgotten,
    /// An earlier yes of the law is used again.
    PermitReused,
    /// A plan is agreed by an income that was never stated.
    PlanAboveMeans,
    /// A respite does not stop contact.
    RespiteForgotten,
    /// A respite does not stop late charges.
    RespiteWithoutPause,
    /// Whoever asks for a waiver says yes too.
    WaiverAlone,
    /// Re-scheduling gives up some of the principal.
    PlanGivesUpPrincipal,
    /// A promise that was judged is not looked at again when its money is taken back.
    JudgedForEver,
    /// A collector's phone sends its outbox in the wrong order and drops what is refused.
    PhoneOutOfOrder,
    /// A collector's phone forgets a record that it had confirmed.
    PhoneForgets,
}
