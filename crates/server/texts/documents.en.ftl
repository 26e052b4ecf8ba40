# Paper: the agreement about a plan, whether it is ours, letters.
papers-title = Agreements
papers-of = Agreed on { $day } (PDF):
papers-get = The agreement as PDF
paper-agreement = Agreement about a repayment plan
paper-number-and-code = Number { $number } · Code { $code } · { $day }
paper-foot = { $number } · { $code }
paper-page = Page { $page } of { $pages }
paper-parties = Parties
paper-lender = Lender
paper-borrower = Borrower
paper-accounts = About account
paper-agreed = What was agreed
paper-way = The way out
paper-instalments = Number of payments
paper-a-month = At most a month
paper-total = To pay in all
paper-ends = Ends on
paper-rest = of which falls due as agreed before
paper-capacity = Affordable a month, as stated
paper-in-all-more = You pay { $total } in all until { $day }. That is { $extra } more than as agreed before.
paper-in-all-less = You pay { $total } in all until { $day }. That is { $extra } less than as agreed before.
paper-in-all-same = You pay { $total } in all until { $day }. That is no more than as agreed before.
paper-schedule = Each payment and its day
paper-column-number = No.
paper-column-due = Due on
paper-column-amount = To pay ({ $currency })
paper-column-left = Left of the plan ({ $currency })
paper-column-sum = In all
paper-follows = What follows
paper-rights = Your rights
paper-right-undo = You can take this agreement back on your own page until { $until }. Everything is then as before.
paper-right-early = You may pay earlier at any time, in whole or in part.
paper-right-time = If a payment will be difficult, tell us before its day: you can ask for time, for smaller payments or for a hardship arrangement. Until you have an answer, nobody asks you for money.
paper-right-visit = You may refuse any visit and choose how we may reach you. We tell nobody else of this debt.
paper-right-records = You can see everything that is recorded about you on your own page.
paper-complain = If you want to complain
paper-complaint-line = Complaint line: { $number }
paper-complain-says = You can complain on your own page or by answering any message. A complaint made on the day of this agreement is answered with reasons by { $day }.
paper-regulator-line = You can also turn to the regulator: { $number }
paper-check = Is this paper genuine?
paper-check-says = Enter the number { $number } and the code { $code } on our page { $page }. It says whether we made this agreement, what it comes to and whether it stands.
paper-signatures = Agreed by
paper-accepted-page = { $name }, in writing on their own page, { $at }
paper-accepted-door = { $name }, by signature at the door, { $at }
paper-accepted-paper = { $name }, by signature on paper, recorded { $at }
paper-accepted-recording = { $name }, as recorded { $at }
paper-verify = Is this agreement genuine?
paper-verify-says = Number and code stand under the title and at the foot of every page.
paper-verify-number = Number of the agreement
paper-verify-code = Code
paper-verify-ask = Check
paper-verify-yes = Genuine: this agreement is ours.
paper-verify-yes-says = Agreed on { $day }: { $total } in all in { $count } { $count ->
    [one] payment
   *[other] payments
 }, ending on { $ends }. Compare this with the paper.
paper-stands = It stands.
paper-was-kept = It was kept: everything in it has been paid.
paper-was-broken = A payment was missed; it no longer runs.
paper-was-superseded = A later agreement took its place.
paper-was-withdrawn = It was taken back in time and no longer holds.
paper-verify-no = We know no agreement with this number and code.
paper-verify-no-says = Look for typing errors. If it stays so, do not pay on the strength of this paper, and tell us.

# Letters
letters-title = Letters
letters-says = Letters are printed in batches. The law is asked again when a batch is made; a letter that it stops waits or is taken back. Print on one side and use envelopes with a window (DL or C5/6).
letters-due = { $count ->
    [0] No letter waits.
    [one] 1 letter may be printed now.
   *[other] { $count } letters may be printed now.
 }
letters-print = Make a batch of them
letters-batch = Letters of { $batch }
letters-none = There is nothing in this batch. What waited was stopped by the law, or has been printed already.
letters-counted = { $letters } { $letters ->
    [one] letter
   *[other] letters
 }, { $sheets } { $sheets ->
    [one] sheet
   *[other] sheets
 } of paper
letters-cover-says = One sheet for each letter, in this order. Nothing else goes into the envelopes.
letters-column-number = No.
letters-column-to = To
letters-column-text = Text
letters-column-id = Letter
letters-column-pages = Pages
letters-column-batch = Batch
letters-printed = Printed
letters-posted = Posted
letters-failed = Came back
letters-withdrawn = Taken out
letters-pdf = The batch as PDF
letters-hand-over = The post has it
letters-take-out = Take { $count } { $count ->
    [one] letter
   *[other] letters
 } out before the post comes: what was owed was paid, or something was said since. They are marked below.
letters-returned = It came back
letters-returned-from = It came back: the letter to { $name }
letters-is-printed = printed
letters-is-posted = posted
letters-is-returned = came back
letters-is-withdrawn = taken out
rule-letter-came-back = A letter came back from the address on file. Another address is needed before anything is written there again.
rule-letter-not-sent = Only a letter that the post took can come back.
