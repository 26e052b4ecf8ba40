# Messages: the outbox, writing one, and the words themselves.
outbox-title = Outbox
outbox-says = The law is asked when a message is queued and again when it leaves. A payment, an agreement or a complaint takes it back.
outbox-demo = This is a demonstration: messages can be queued and taken back, and none of them ever leaves.
outbox-queued = Waiting ({ $count })
outbox-sent = Sent ({ $count })
outbox-failed = Did not arrive ({ $count })
outbox-withdrawn = Taken back ({ $count })
outbox-texts = Texts
outbox-texts-says = Every text in the three languages, with the facts of somebody who does not exist. Only one speaks of courts, registers or seizure, and it is written only where that was decided.
outbox-none = Nothing here.
outbox-person = Person
outbox-text = Text
outbox-way = Way
outbox-when = When
outbox-state = State
outbox-withdraw = Take back
outbox-withdraw-from = Take back the message to { $name }
message-state-queued = waits
message-state-released = being handed over
message-state-sent = sent
message-state-delivered = arrived
message-failed-no-address = no address on file
message-failed-refused = refused by the provider
message-failed-undelivered = could not be delivered
message-failed-unsure = broke off; it may have arrived
message-withdrawn-paid = taken back: money came in
message-withdrawn-complaint = taken back: the person complained or asked for help
message-withdrawn-agreed = taken back: something was agreed
message-withdrawn-respite = taken back: everything rests for a while
message-withdrawn-wish = taken back: the person wants nothing this way
message-withdrawn-staff = taken back by staff
message-withdrawn-law = taken back: the law says no
write-title = Write to { $name }
write-text = Text
write-way = By what means
write-language = Language
write-show = Show
write-leaves = The law allows it. It leaves on { $at }.
write-queue = Put into the outbox
write-held = Not to be written now:
write-no-ground = There is no ground for this text in the file, or no address for this way.
write-message = Write a message
event-message-queued = Message queued: { $text } ({ $channel })
event-message-postponed = Message waits until { $at }
event-message-released = Message handed over
event-message-sent = Message sent
event-message-delivered = Message arrived
event-message-failed = Message did not arrive: { $why }
event-message-withdrawn = Message { $why }
event-reply = They wrote back ({ $channel })
by-outbox = outbox
by-provider = provider
channel-chat = Chat
contacts-message = We wrote to you: { $channel }
message-example-name = Wang Xiaoming
message-owed = Owed, and the ways out
message-owed-subject = About your account
message-owed-text =
    Dear { $name }, this is { $lender }. On your account { $numbers }, { $amount } has been overdue since { $since }.
    If you cannot pay now, tell us: you can ask for time, smaller instalments or a hardship arrangement on your own page or by answering this message.
    If the amount is wrong or you want to complain, say so in the same way; nothing further is asked of you until you have an answer.
message-due = An instalment falls due
message-due-subject = Your next instalment
message-due-text =
    Dear { $name }, this is { $lender }. The next instalment of your account { $number }, { $amount }, falls due on { $day }.
    If that day will be difficult, tell us before it: on your own page or by answering this message.
message-promise = Reminder of a promise
message-promise-subject = What we agreed
message-promise-text =
    Dear { $name }, this is { $lender }. You told us that you would pay { $amount } by { $day }. If you have paid already, there is nothing to do.
    If you cannot keep to it, tell us before that day and we will look for another way together.
message-paid = A payment came in
message-paid-subject = Thank you for your payment
message-paid-text =
    Dear { $name }, this is { $lender }. Your payment of { $amount } was received on { $day }. You now owe { $owed } in all.
    How it was set off is shown on your own page.
message-complaint = A complaint came in
message-complaint-subject = We have your complaint
message-complaint-text =
    Dear { $name }, this is { $lender }. What you told us came in on { $opened }. You have an answer with reasons by { $day }.
    Until then we do not ask you for payment in this matter.
message-decided = A decision on court or registers
message-decided-subject = A decision in your matter
message-decided-suit =
    Dear { $name }, this is { $lender }. On { $day } it was decided to go to court about what is overdue. No court has decided anything yet.
    You can still ask for time, for instalments or for a hardship arrangement, say that the amount is wrong, or complain: on your own page or by answering.
message-decided-payment-order =
    Dear { $name }, this is { $lender }. On { $day } it was decided to ask the court for a payment order about what is overdue. No court has decided anything yet.
    You can still ask for time, for instalments or for a hardship arrangement, say that the amount is wrong, or complain: on your own page or by answering.
message-decided-credit-report =
    Dear { $name }, this is { $lender }. On { $day } it was decided to report what is overdue to the credit register.
    You can ask for time, for instalments or for a hardship arrangement, say that the amount is wrong, or complain: on your own page or by answering.
message-decided-seizure =
    Dear { $name }, this is { $lender }. On { $day } it was decided to ask the court for enforcement of its decision.
    You can still ask for time, for instalments or for a hardship arrangement, say that the amount is wrong, or complain: on your own page or by answering.
