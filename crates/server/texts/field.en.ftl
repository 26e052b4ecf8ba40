today-title = { $count ->
    [0] No stops today
    [one] One stop today
   *[other] { $count } stops today
}
today-none = No visits are assigned to you today.
today-waiting = Not begun
today-started = Under way
today-closed = Closed
stop-agreed = Chosen by the person: { $at }
stop-show-this = Show this first:
stop-may-call = You may call the company to check on me.
stop-may-have-someone = You may have someone with you.
stop-may-another-day = You may ask me to come another day.
stop-may-ask-to-leave = You may ask me to leave, and I will at once.
stop-start-says = Press it at the door. The law is asked once more.
stop-start = I am here
stop-identity-first = Check who it is before a word about the debt. To anybody else: only your name, and that a call back is wished for.
stop-record = Record what happened
stop-overdue = Past due now: { $overdue }
stop-close = Close the visit
record-title = Record of the visit
record-save = Save the record
record-choose = Choose one
record-met = Who was met?
met-debtor = The person, identity checked
met-other = Another grown-up
met-other-hint = Say only that it is private and a call back is wished for; no debt.
met-minor = A child alone
met-minor-hint = Leave at once.
met-nobody = Nobody
record-stand = How do they stand, as they say?
stand-can-pay = They can pay
stand-in-parts = They can pay in parts
stand-in-hardship = They cannot pay now
stand-disputes = They do not accept the debt
stand-will-not-pay = They will not pay
stand-not-said = They did not say
record-seen = Did any of this happen?
seen-leave = We were asked to leave
seen-distress = Signs of distress or illness
seen-told = Somebody else learned of the debt
record-words = What was said?
record-words-hint = The person can read this.
