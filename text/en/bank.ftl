# The bank's workbench: queue, order, consents, team, messages.
bank-nav-orders = Orders
bank-nav-consents = Consents
bank-nav-team = Team
bank-nav-messages = Messages

# The queue
queue-heading = Orders
queue-tabs = Groups of orders
queue-tab-open = Open
queue-tab-accept = To accept
queue-tab-hand = In hand
queue-tab-waiting = Waiting for the firm
queue-tab-decide = To decide
queue-tab-appeals = Appeals
queue-tab-granted = Granted and drawn
queue-tab-ended = Ended
queue-whose = Whose
queue-whose-all = All that I may see
queue-whose-mine = Mine
queue-kind = Kind
queue-kind-all = All kinds
queue-text = Number or name of the firm
queue-filter = Filter
queue-filter-none = Clear filters
queue-none = No orders in this group
queue-none-text = When a new order is sent to you, you get a message and find it under “To accept”.
queue-none-found = No order fits
queue-none-found-text = Change or clear the filters.
queue-due = Time
queue-firm = Firm
queue-product = Product
queue-amount = Amount and term
queue-state = State
queue-officer = Customer manager
queue-officer-none = nobody yet
queue-since = Handed in
queue-waits-draw = the firm asks for { $amount }
queue-waits-sign = to be signed by { $day }
queue-waits-pay = next { $day }, { $sum }
queue-urged = urged
queue-first-loan = first loan
queue-next = Further orders
queue-first = Back to the first
queue-keys = Keyboard
queue-key-j = next
queue-key-k = previous
queue-key-enter = open
queue-key-help = show or hide this

# The order
bank-back-queue = Queue of orders
bank-round = round { $n }
bank-officer = customer manager { $name }
bank-clocks = Times
bank-no-clock = No time runs at present
bank-next = Next
bank-no-act = Nothing for you to do now
bank-no-act-ended = This order has ended.
bank-no-act-others = The next step is somebody else's; see below.
bank-turn = Others can:
bank-firm = Firm
bank-firm-code = Credit code
bank-firm-kind = Subject
bank-firm-person = natural person (farm household)
bank-firm-district = District
bank-firm-industry = Industry
bank-firm-loans = Loans so far
bank-firm-first-loan = none, as the firm says (first loan)
bank-contact = Contact
bank-contact-reason = Why you need the number (kept on record; the second factor is asked for first)
bank-contact-show = Show the number
bank-contact-noted = That you saw it is on record.
bank-asks = Application
bank-amount = Amount
bank-months = Term
bank-rate = Yearly rate
bank-use = Purpose
bank-use-text = In the firm's words
bank-granted = Line granted
bank-left = Left to pay out
bank-consent = Consent to read records
bank-consent-holds = Consent holds
bank-consent-not = Closed
bank-consent-none = The firm has not consented that your bank reads for this order.
bank-consent-until = The consent holds until { $at }
bank-consent-withdrawn = The firm took its consent back on { $at }.
bank-consent-over = The consent is { $state } ({ $at }).
bank-consent-opens = The product needs { $needed } items, { $granted } are granted
bank-readings-left = Readings left: { $n }, today: { $today }
bank-consent-missing =
    { $n ->
        [one] One item is not granted
       *[other] { $n } items are not granted
    }
bank-consent-asked = The firm was asked on { $at } and has not answered yet.
bank-records-go = Read the firm's records
bank-records-part = Read what is granted
bank-records-note = Each reading uses one up, and the firm sees it.
bank-records-not-yours = Records are read by the customer manager or the approver, before the decision.
bank-ask = Ask for a consent
bank-ask-lead = The firm gets a request that names your bank, the purpose and every item, and decides.
bank-ask-note = Your words to the firm (may be left out)
bank-ask-go = Send the request
bank-asked-already = A request waits for the firm's answer; a second one cannot be sent.
bank-ask-again = The firm said no not long ago; ask again after { $at }.
bank-ask-note-long = Your words to the firm: at most { $n } characters.
bank-appeal = The firm appeals: please look again
bank-appeal-who = An approver or administrator answers who neither handled nor decided the order.
bank-contact-denied = The firm says that nobody spoke to it. What was noted no longer counts; please speak to the firm soon and note it anew.
bank-refused = What the firm was told
bank-loan = Loan { $ref }
bank-loan-principal = Paid out
bank-loan-rest = Principal owed
bank-loan-days = From and to
bank-loan-plan =
    { $n ->
        [one] Repayment plan (one instalment)
       *[other] Repayment plan ({ $n } instalments)
    }
bank-due-on = Due
bank-due-total = Amount
bank-due-principal = Principal
bank-due-interest = Interest
bank-timeline = What happened
bank-step-new = since you looked
bank-step-told = reported on { $at } only
bank-step-to = to { $name }
bank-step-granted = { $amount }, { $months }, { $rate } a year, { $method }
bank-step-contract = contract { $no }
bank-by-firm = the firm
bank-by-other-bank = another bank
bank-by-platform = the platform

# After an act
bank-done-accept = Accepted. Please speak to the firm soon and record it.
bank-done-decline = Declined; the firm has the reason.
bank-done-contact = Recorded.
bank-done-survey = The survey has begun.
bank-done-materials = The firm was asked for the papers; the time to decide stands still.
bank-done-submit = Submitted; another person decides.
bank-done-grant = Granted; the firm has been told.
bank-done-refuse = Refused; the firm has the reason.
bank-done-uphold = Answered: the refusal stands, and the firm has the reason.
bank-done-reopen = Answered: the order is being surveyed again.
bank-done-sign = The contract is recorded.
bank-done-draw = The drawdown is recorded and the repayment plan made.
bank-done-repay = The repayment is recorded.
bank-done-reassign = Reassigned; the new customer manager gets a message.
bank-done-write-off = The write-off is recorded.
bank-done-asked = The request is sent; you get a message when the firm answers.
bank-done-answered = The urge is answered.
bank-done-urged = Urged; the customer manager gets a message.

# Acts
act-accept-lead = The time to decide, { $decide } working days, begins; the firm must be spoken to within { $contact }.
act-decline-lead = Declining ends this order; the firm reads your reason as you write it.
act-decline-lead-on = The firm agreed to other banks: the platform sends the order on. The firm reads your reason as you write it.
act-contact-lead-first = Record here that you spoke to the firm; the time for the first contact then stops.
act-contact-lead = Record another conversation.
act-survey-lead = The firm was reached; begin to look into its business.
act-materials-lead = The firm has { $days } working days; the time to decide stands still meanwhile.
act-submit-lead = State what the survey found; another person decides. Nobody decides on an order they handled.
act-grant-lead = The firm asks for { $amount }, { $months }. Once granted, it can sign.
act-refuse-lead = Refusing ends this order; the firm gets the reason at once.
act-uphold-lead = You find the refusal right. The firm reads your reason as you write it, and the order ends.
act-reopen-lead = You find that it should be looked into again: the order is surveyed anew, and the time to decide, { $days } working days, begins again. The firm reads your reason.
act-sign-lead = Record here that the contract is signed.
act-draw-lead = { $left } left to pay out. Report amount and day as paid; the repayment plan follows from them.
act-draw-lead-asked = The firm asks for { $asked }; { $left } left to pay out. Report amount and day as paid.
act-repay-lead = Report what the firm paid. Without a principal, interest comes first and the rest is principal.
act-reassign-lead = Give the order to another customer manager; the times go on.
act-write-off-lead = Record that the bank gives up the principal still owed. The order ends and cannot be reopened.
act-send-contact = Record it
act-send-sign = Record the contract
act-send-draw = Report the drawdown
act-send-repay = Report the repayment
act-send-write-off = Record the write-off
act-channel = How
act-contact-note = What was said
act-contact-note-hint = only your bank's people read it
act-at = When
act-at-hint = empty means now; a later record names the actual time
act-materials = Usual papers
act-materials-more = Other papers
act-materials-hint = one a line, ten in all at most; the firm reads them as written
act-conclusion = What the survey found
act-appeal-answer = What the firm is told
act-appeal-answer-hint = At least 10 characters; the firm reads it as you write it
act-conclusion-hint = at least 10 characters; the approver decides by it
act-grant-amount = Amount granted (10,000 yuan)
act-grant-amount-hint = such as 20 or 12.5; the product's range is { $range }
act-range-hint = the product's range is { $range }
act-months = Term (months)
act-rate = Yearly rate (%)
act-method = Repayment
act-security = Security
act-valid-until = To be signed by
act-valid-until-hint = the offer lapses when it is not signed by then
act-conditions = Conditions
act-conditions-hint = the firm reads them; may be left out
act-code = Reason
act-code-none = please choose
act-reason = Explanation
act-reason-hint = At least { $n } characters ({ $longer }). The firm reads it as written, so be specific; “insufficient overall score” is no reason.
act-reason-longer = at least { $n } for { $code }
act-contract = Contract number
act-contract-hint = without one, it is made from the order's number
act-loan-ref = Loan number
act-loan-ref-hint = as in your own system
act-draw-amount = Amount paid out (yuan)
act-repay-amount = Amount paid back (yuan)
act-yuan-hint = such as 200000 or 385.28
act-drawn-on = Paid out on
act-report-no = Report number
act-report-no-hint = the same number told twice counts once
act-loan = Loan
act-loan-rest = { $amount } owed
act-principal = Of it, principal (yuan)
act-principal-hint = may be left out
act-paid-on = Paid on
act-officer = New customer manager
act-officer-hint = type a login, a name or a branch and choose from the list
act-urge-text = What you urge
act-answer = Answer
act-wrong-amount = write an amount such as 20, 12.5 or 200000 yuan
act-wrong-yuan = write an amount such as 200000 or 385.28, two decimals at most
act-wrong-months = write a whole number of months
act-wrong-rate = write a percentage such as 3.65
act-wrong-day = write a day such as 2026-11-10
act-wrong-moment = write a time such as 2026-11-10T09:30

# Supervision
watch-heading = Supervision
watch-answer = Answer
watch-answer-hint = 5 to 500 characters
watch-answered = Your bank answered: { "" }
watch-answered-already = This urge has been answered.
watch-urge = Urge
watch-urge-lead = Reminds the customer manager and the branch, and stays on record.
watch-nothing-to-urge = It is not the bank's turn now; there is nothing to urge.
watch-too-many =
    { $n ->
        [one] One urge waits for an answer; wait for it first.
       *[other] { $n } urges wait for an answer; wait for them first.
    }

# Records
records-heading = The firm's records
records-back = Back to order { $no }
records-permit = Permit
records-once = This page is shown once; to see it again is another reading. The firm sees this reading.
records-left-out = Fields that the firm left out
records-left-out-means = They were not read: empty here does not mean that there is none. The model does not use these items.
records-model = What the product's model says
records-reasons = Reasons
records-missing =
    { $n ->
        [one] The model lacks one item
       *[other] The model lacks { $n } items
    }
records-model-note = An indication that replaces no decision. Answer no.
records-risks = Hints of risk
records-empty =
    { $n ->
        [one] One item without records
       *[other] { $n } items without records
    }
records-index = Jump to an item
records-item = Item
records-source = Source
records-as-of = As of
denied-heading = The firm's records stay closed
denied-noted = Nothing was read. That you were refused is on record, and the firm sees it.
denied-back = Back to the order

# Consents, team, messages
bank-consents-heading = Consents
bank-consents-lead = What firms allow your bank to read and until when, and what your bank asked for.
bank-consents-given = Given by firms
bank-consents-given-none = No firm has consented yet. Firms do so when they apply.
bank-consents-asked = Asked for by your bank
bank-consents-asked-none = Nothing was asked for yet. You can ask on an order's page.
bank-consents-purpose = Purpose
bank-consents-items = Items
bank-consents-left = Readings left
bank-consents-until = Until
bank-consents-sent = Sent
bank-consents-answer = Answer
bank-consents-answered = answered { $at }
bank-consents-answer-by = by { $at }
team-heading = Team
team-lead = What each customer manager has open, the latest first. Click a name for the orders; an order can be reassigned on its page.
team-name = Customer manager
team-branch = Branch
team-late = Late
team-open = Open
team-branch-all = All branches
team-text = Name or login
team-all = also those without orders
team-people = Customer managers in all: { $n }.
team-none = No customer manager fits.
bank-messages-heading = Messages
bank-messages-read-all = Mark all as read
bank-messages-none = No messages
bank-messages-none-text = New orders, papers, urges and decisions are told here.
bank-messages-new = new
problem-lending-no-such-act = There is no such act
problem-lending-no-such-act-next = Go back to the order and choose from what is listed.
problem-lending-not-for-reading = The firm's records cannot be read now
problem-lending-not-for-reading-next = They are read by the customer manager or the approver, before the decision.
problem-lending-not-for-contact = The contact's number cannot be shown now
problem-lending-not-for-contact-next = It is for the customer manager or the approver, from the acceptance to the end of the order.
problem-lending-contact-reason = Say why you need the number
problem-lending-contact-reason-next = 2 to 200 characters, such as “to agree on a visit”.
problem-lending-only-bank-admin = This page is for administrators
problem-lending-only-bank-admin-next = Ask your bank's administrator when an order shall be reassigned.
problem-supervision-no-such-act = There is no such act of supervision
problem-supervision-no-such-act-next = Go back to the order.

# Loans that end
renewals-nav = Ending
renewals-heading = Loans that end soon
renewals-lead = Loans that end within 60 days, the earliest first. Please speak to firms that have not asked for a renewal.
renewals-within-label = Within
renewals-within =
    { $n ->
        [one] one day
       *[other] { $n } days
    }
renewals-waiting = only those without a renewal asked for
renewals-show = Show
renewals-none = No loan ends soon
renewals-none-here = No loan fits
renewals-none-text = Firm and customer manager are told 60, 30 and 15 days before a loan ends.
renewals-ends = Ends
renewals-left =
    { $n ->
        [0] today
        [one] one day left
       *[other] { $n } days left
    }
renewals-officer = Customer manager
renewals-next = Renewal
renewals-not-asked = not asked for yet
bank-documents = Papers of the firm
bank-documents-noted = Opening a paper is on record.

# Duty, leave and handing over
queue-whose-pool = Pool (nobody's yet)
team-way = New orders go
team-way-set = Save
team-duty = Duty
team-duty-set = set
team-away = away until { $day }
team-max = at most { $n }
team-done-duty = Saved.
team-done-way = Saved; it counts from the next order on.
team-done-given = { $given } orders handed over; for { $left } nobody was found.
duty-heading = Which orders they get
duty-orders-max = Orders in hand at most
duty-orders-max-hint = At this number no more are sent. Empty for any number, 0 for none.
duty-orders-max-wrong = Orders in hand at most: please write a whole number.
duty-away-from = Away from
duty-away-until = until
duty-away-hint = No new orders are sent on these days; those in hand can be handed over.
duty-day-wrong = Day: please write it like 2026-11-30.
duty-both-days = Being away: fill in both days or none.
duty-set = Save
duty-hand-over = Hand over what is in hand
duty-hand-over-text = Gives every open order of this customer manager to somebody else. The times go on; firms see that another person is responsible.
duty-to = To whom
duty-by-rule = To colleagues, by the rule of dispatch
duty-hand-over-go = Hand all over

# The list
queue-views = Kept lists
queue-view-keep = Keep this list under a name
queue-view-name = Name
queue-view-save = Keep
queue-view-drop = Remove
queue-view-drop-named = Remove the kept list “{ $name }”
queue-mark = Mark { $no }
queue-give = Give the marked orders to
queue-give-go = Give
queue-file = This list as a file (CSV)
queue-done-view = The list is kept.
queue-done-view-not = Not kept: a name has 1 to 20 characters, and 12 lists at most are kept.
queue-done-view-dropped = Removed.
queue-done-given = { $given } orders given; { $left } were not (they had moved on, or nobody was chosen).
file-order-no = Number
file-district = District code
file-amount = Asked for (yuan)
file-months = Months
file-submitted = Handed in
file-accepted = Accepted
file-decided = Decided
file-due = Due
file-granted = Granted (yuan)
