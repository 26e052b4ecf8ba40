# The visit's permit, code, other place, and how it was.
rule-permit-early = A permit is issued at most twenty-four hours before the visit's hour ends.
rule-permit-expired = The visit permit has run out.
rule-permit-none = This visit has no permit.
rule-permit-revoked = The visit permit was revoked; the file must be checked and the visit permitted again.
rule-permit-twice = This visit has a permit that stands.
rule-staff-certificate = Somebody in the team holds no certificate that is good today and on the day of the visit; they cannot be sent.
rule-visit-alert-answered = This alert was already looked into.
rule-visit-alert-open = An alert from an earlier visit has not been looked into; until it is, no visit is proposed.
rule-visit-code-not-now = Nobody of ours is due at your door now: the agreed hour has not come or has passed.
rule-visit-no-alert = This visit raised no alert.
rule-visit-no-place-named = No other place was named.
rule-visit-other-team = These are not the people the visit was given to.
rule-visit-place-unchecked = The person named another place; nobody is sent before it was looked at.
rule-visit-rated = This visit was already rated.
rule-visit-slot-not-offered = This hour was not among those offered.
rule-visit-twice = This visit exists already.
rule-visit-unknown = There is no such visit.
event-permitted = The visit was permitted until { $until }
event-permit-revoked = The visit permit was revoked: { $why }
revoked-paid = money came in or was taken back
revoked-disputed = the debt is disputed
revoked-complained = a complaint came in
revoked-hardship = time or help was asked for
revoked-declined = the person wants no visit
revoked-moved = the person moved it to another hour
revoked-place = the person named another place
revoked-reassigned = it went to another team
revoked-stopped = the one who came was wrong
revoked-file = the file changed and must be checked again
revoked-certificate = a certificate lapsed
revoked-called-off = the office called it off
event-code-right = The code said at the door was right
event-code-wrong = The code said at the door was wrong
event-stopped-codes = Three wrong codes: the visit was stopped and compliance was alerted
event-stopped-wrong = The person said the one who came was wrong: the visit was stopped and compliance was alerted
event-alert-answered = Compliance looked into the alert
event-place-named = The person named another place
event-place-accepted = The named place was looked at and accepted
event-rated = The person said how the visit was
event-remarked = The person added their own word to the record
visit-stopped = This visit was stopped
visit-stopped-says = Keep the door shut. Compliance was alerted, will find out who it was, and will tell you. In danger, call 110.
permits-issue = Issue the permits for this day
permits-says = Only a complete and unchanged file gets a permit; it ends with the agreed hour.
permits-standing =
    { $count ->
        [one] { $count } visit is permitted
       *[other] { $count } visits are permitted
    }
permit = Permit
permit-until = until { $until }
permit-none = none yet
permit-revoked-says = revoked: { $why }
permit-expired = run out
permit-ask = Get the permit
permit-ask-says = Without a permit that stands no visit begins. Anything that happens to the file ends it at once.
today-take = Get today's permits
code = The code for the door
code-says = They must say it first; it is good only in the agreed hour. If they cannot, keep the door shut and tell us.
code-say-first = Say your name and company, then this code, and wait until it was checked:
code-said = What did they say?
code-said-hint = For example: PINE CRANE 472
code-check = Check it
code-give = Write down what they said
code-was-right = That was the right code: they are ours. You may still ask them to leave.
code-was-wrong =
    { $left ->
        [one] That was not the code: keep the door shut. After { $left } more wrong one the visit stops by itself.
       *[other] That was not the code: keep the door shut. After { $left } more wrong ones the visit stops by itself.
    }
code-stop = The one who came is wrong
code-stop-says = This stops the visit at once and alerts compliance at once. You need no reason.
revoked-wishes = the person said how they want to be reached
