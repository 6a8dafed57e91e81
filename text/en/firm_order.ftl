# Pages on which a firm applies for loans and follows its applications.
nav-orders = My applications
apply-steps = Steps of the application
apply-step-terms = How much
apply-step-contact = Whom to call
apply-step-check = Check and send
apply-terms-heading = How much, and how will you pay it back?
apply-amount = Amount
apply-amount-ask = How much would you like (10,000 yuan)
apply-amount-hint = 20 means 200,000 yuan.
apply-amount-understood = That is { $amount }
apply-amount-wrong = Amount: write a figure, such as 20 (for 200,000 yuan) or 200000 yuan.
apply-months = Term
apply-months-ask = For how many months
apply-months-wrong = Term: write a number of months, such as 12.
apply-method = Repayment
apply-method-ask = How will you pay it back
apply-method-missing = Repayment: choose one way.
apply-use = Use
apply-use-ask = What is the money for
apply-use-missing = Use: choose one.
apply-use-text = In your own words
apply-use-text-hint = Such as “raw material for the orders of the year's end”. Needed when you chose “other”; at most { $max } characters.
apply-kind = Kind
apply-follows = The earlier loan
apply-note = Remark
apply-next-contact = Next: whom to call
apply-contact-heading = Whom shall the bank call?
apply-contact-lead = The bank must call within one working day after taking your application. Name somebody who answers the telephone.
apply-contact = Contact
apply-contact-me = Call me
apply-contact-other = Call somebody else
apply-contact-other-hint = Such as the accountant
apply-name = Name
apply-mobile = Mobile number
apply-options = Also
apply-other-banks = If this bank does not take it, it may go to another
apply-other-banks-hint = Only to banks that fit and that you have already allowed to read your records.
apply-first-loan = Our firm never had a bank loan
apply-first-loan-hint = First loans are counted and supported separately; it does not change the decision.
apply-next-check = Next: check
apply-back-terms = Back to “How much”
apply-check-heading = Check, then send
apply-change = Change
apply-yes = Yes
apply-no = No
apply-cost-heading = About what it costs
apply-cost-lead = Reckoned at the product's highest rate. The bank sets rate and amount when it decides, and you see them again before you sign.
apply-consent-lead =
    { $n ->
        [one] The bank needs to read one item. Read the consent below, then decide.
       *[other] The bank needs to read { $n } items. Read the consent below, then decide.
    }
apply-agree-send = Agree and send the application
apply-disagree = Do not agree, go back
apply-disagree-note = Saying no does not touch your credit: the bank cannot examine, and nothing is sent. What you typed is kept for a day.
apply-consent-given = You have allowed this bank to read what it needs, until { $until }.
apply-consents = Manage consents
apply-consent-elsewhere = One thing is missing: { $bank } may not read your records yet
apply-consent-elsewhere-text = Your mandate does not cover consents. Ask the legal representative to sign in and agree, then come back and send; what you typed is kept for a day.
apply-consent-page = Page of the consent
apply-consent-changed = The consent has just changed. Please read it again before you decide.
apply-changed = You changed something on another page. Please check once more.
apply-send = Send the application
apply-after-send = It goes to one of the bank's officers at once. Follow it under “My applications”; every step is told by SMS.
apply-open = You have an open application for this product
apply-open-text = Number { $no }. Another one for the same product is possible when it is done or withdrawn; other products are free.
apply-open-see = See that application
apply-not-for-you = This product is not for your firm
apply-not-for-you-text = By the register, your firm's place or trade is outside this product's range. If the register is wrong, have it changed there first.
apply-see-conditions = See the conditions
apply-other-products = See other loans
prequal-apply = Apply
orders-heading = My applications
orders-unsent = An application was not sent
orders-unsent-go = Go on with it
orders-none = You have not applied for a loan yet
orders-none-text = Ask first what you could borrow, or choose a loan and apply.
orders-none-go = See the loans
orders-due = The bank must act by { $until }
orders-since = sent on { $day }
orders-older = Earlier applications
orders-newest = Newest applications
orders-apply-more = Apply for another
order-back = Back to the application
order-number = Number
order-submitted = Sent
order-granted = Granted
order-rate = Yearly rate
order-contract = Contract number
order-clock = Time
order-facts = What you asked for
order-help = Need help?
order-help-text = The platform's service can look where it stands and urge the bank.
order-outside-mandate = What is to be done now is outside your mandate. Please ask the legal representative to sign in.
order-now-submitted = Your application is in; the platform is finding an officer of { $bank }.
order-now-dispatched = Your application is with { $bank } and waits for an officer to take it.
order-now-accepted = { $bank } has taken your application; its officer will call you.
order-now-contacted = { $bank } has spoken to you and will look into your business next.
order-now-surveying = { $bank } is looking into your business.
order-now-awaiting-materials = { $bank } waits for your papers; please hand them in by { $supply }.
order-now-awaiting-soon = { $bank } waits for your papers; please hand them in soon.
order-now-nothing-due = Your loan runs; no instalment is due at present.
order-now-approving = { $bank } has finished looking; a second person decides now.
order-now-approved = { $bank } grants you { $granted }. Please sign by { $until }.
order-now-rejected = { $bank } has refused this application.
order-now-withdrawn = You have withdrawn this application.
order-now-lapsed = This application has lapsed.
order-now-signed = The contract is signed; { $available } can be drawn at any time.
order-now-draw-asked = You asked for { $draw }; { $bank } will pay it out.
order-now-drawing = The money is paid out. Next: { $sum } on { $day }.
order-now-repaying = You are paying it back. Next: { $sum } on { $day }.
order-now-overdue = An instalment was not paid in time: { $sum } on { $day }.
order-now-settled = Everything is paid back.
order-now-written-off = The bank has written off the rest; it is still owed.
order-next-again = The last officer did not take it. The platform has sent it out again, and the time starts anew.
order-next-dispatched = If nobody takes it in time, the platform sends it to somebody else by itself.
order-next-surveying = The bank may call, visit you, or ask for papers.
order-next-approving = Yes or no, the bank must tell you in time; a refusal must have reasons.
order-next-approved = Before you sign you see all terms, every instalment and the whole cost. Unsigned, the offer ends on that day.
order-next-signed = Draw what you need; what you do not draw bears no interest.
order-next-draw-asked = The { $draw } you asked for have not been paid out yet.
order-next-available = { $available } of your line are left to draw.
order-next-overdue = Please pay soon. If that is hard, talk to the bank at once or call the platform's service.
order-next-ended = You can apply again whenever you need.
clock-k1-due = The bank must take it by { $until }: { $left }.
clock-k1-late = The time to take it ({ $until }) is over, { $over }; the platform sends it to somebody else.
clock-k1b-due = The bank must call you by { $until }: { $left }.
clock-k1b-late = The bank should have called you by { $until }, { $over }; the platform has noted it.
clock-k2-due = The bank must answer by { $until }: { $left }.
clock-k2-late = The bank should have answered by { $until }, { $over }; the platform is pressing it.
clock-k2r-due = Aim for renewals: an answer by { $until }: { $left }.
clock-k2r-late = The aim for renewals ({ $until }) is missed, { $over }.
clock-k2a-due = The bank must answer your appeal by { $until }: { $left }.
clock-k2a-late = The bank should have answered your appeal by { $until }, { $over }; the platform presses it.
clock-paused = The time to answer stands still since { $since }, waiting for your papers; it goes on when they are there: { $left }.
clock-unknown = The holidays of that year are not published yet; the day will be shown when they are.
clock-left =
    { $n ->
        [one] one working day left
       *[other] { $n } working days left
    }
clock-last-day = today is the last day
clock-over =
    { $n ->
        [one] one working day ago
       *[other] { $n } working days ago
    }
order-done-sent = Your application is sent. Every step is told by SMS, and this page always shows where it stands.
order-done-already = You have an open application for this product: this one. Nothing was sent twice.
order-done-supplied = The bank has been told that the papers are there; its time runs on.
order-done-reached = Noted, thank you.
order-done-not-reached = Noted: nobody has spoken to you. The bank and the platform's service have been told.
order-done-appealed = Your appeal is with the bank; another person looks at it.
order-done-withdrawn = Withdrawn.
order-done-signed = Signed.
order-done-asked = Your request for money is with the bank.
supply-heading = Please hand in these papers
supply-how = Photograph and send them below under “Papers”, or give them to the officer at the branch or when you are visited. When all are there, press this button to tell the bank.
supply-note-hint = Such as “all three sent to Mr Li by mail”. May be left empty.
supply-go = The papers are there
sign-go = Read the terms and sign
sign-heading = Read before you sign
sign-less = You asked for { $asked } and the bank grants less. You may sign or leave it.
sign-terms = What the bank offers
sign-until = Sign by
sign-conditions = The bank's conditions
sign-plan = What you pay back
sign-plan-lead = As if the whole line were drawn today; it really starts on the day the money is paid out.
sign-read = I have read all terms, the repayment plan and the yearly cost, and agree for the firm.
sign-read-missing = Please read the terms and tick the box before you sign.
sign-send = Sign
sign-not-now = Not now
draw-heading = How much now?
draw-available = Left to draw
draw-amount = How much now (10,000 yuan)
draw-asked = The { $amount } you asked for have not been paid out; a new request takes its place.
draw-go = Ask for money
draw-send = Ask for money
draw-after = The bank checks and pays to your firm's account; then the repayment plan appears here.
withdraw-link = Withdraw this application
withdraw-heading = Withdraw this application?
withdraw-effect-stop = The bank stops at once.
withdraw-effect-consent = Your consent stays until you withdraw it too.
withdraw-effect-again = You can apply again later; your credit is not touched.
withdraw-why = Why (may be left empty)
withdraw-go = Withdraw
withdraw-not = Keep it
refusal-why = Why
refusal-bank-says = The bank says: { $text }
refusal-next = What you can do
refusal-prequal = See what the banks' models say and what would change the answer
refusal-call = To question the reason, call the platform's service:
refusal-appeal = The refusal looks wrong to you: have somebody else at the bank look again
refusal-appeal-until = possible until { $day }, once
refusal-elsewhere = Offer this application to other banks
refusal-elsewhere-text = The platform asks the admission models and lists the banks that would take it. What you filled in is carried over.
refusal-elsewhere-go = See which banks would take it
elsewhere-lead = These products fit amount, term and use, and their admission models do not stop you. Choose one: everything is carried to the last step, where you read the consent before you send.
elsewhere-lead-unasked = These products fit amount, term and use. Your mandate does not cover looking at credit records, so no admission model was asked.
elsewhere-cost = Yearly cost in all
elsewhere-go = Offer it to this bank
elsewhere-none = No product fits at present
elsewhere-none-text = The admission models of every product that fits amount, term and use say no. See first what would change that.
elsewhere-refusing =
    { $n ->
        [one] One more product fits amount, term and use, but its admission model says no.
       *[other] { $n } more products fit amount, term and use, but their admission models say no.
    }
appeal-heading = Have the bank look again
appeal-who =
    { $n ->
        [one] Somebody of the bank who neither handled nor decided it looks again and answers within one working day.
       *[other] Somebody of the bank who neither handled nor decided it looks again and answers within { $n } working days.
    }
appeal-once = You can appeal once for each application. If the bank stands by its refusal it must say why; if it takes the application up again, its time begins anew.
appeal-until = Possible until { $day }.
appeal-why = Why should it be looked at again
appeal-why-hint = Say what the bank does not know, such as a new contract or a debt paid since. At least 10 characters.
appeal-go = Send the appeal
appeal-not = Not now
contacted-heading = Has the bank spoken to you?
contacted-says = The bank has noted that it spoke to you at { $at }.
contacted-why = Your answer is on record. If nobody called, the bank must do so, and the platform follows it up.
contacted-yes = It has
contacted-no = Nobody has
contact-reached = The firm says it was spoken to
contact-not-reached = The firm says nobody spoke to it
loan-heading = Loan { $no }
loan-outstanding = Principal owed
loan-of = of { $principal }
loan-term = From and to
loan-state = State
loan-paid = paid { $day }
loan-open = to pay
loan-soon = due soon
loan-late =
    { $n ->
        [one] one day late
       *[other] { $n } days late
    }
loan-given-up = written off
loan-paid-rows =
    { $n ->
        [one] One instalment paid
       *[other] { $n } instalments paid
    }
loan-follow = Ask for { $kind }
acts-heading = What the platform did
acts-answer = The bank's answer: { $text }
timeline-heading = What happened
timeline-new = just now
not-called = Has nobody called you?
not-called-text = The bank must call within one working day after taking your application. If nobody did, tell the platform's service: we press the bank.
step-by-platform = Platform
step-told = reported by the bank only at { $at }
step-granted = { $amount }, { $months }, yearly rate { $rate }
step-contract = Contract { $no }
step-submit = You sent the application
step-dispatch = Sent to an officer of the bank
step-accept = An officer took it
step-decline = The bank did not take it
step-not-accepted = Nobody took it in time; sent out again
step-reassign = Another officer became responsible
step-contact = The bank spoke to you
step-confirm-contact = You said whether the bank called
step-survey = The bank began to look into your business
step-request-materials = The bank asked for papers
step-supply = You handed in the papers
step-submit-approval = Given to a second person to decide
step-grant = The bank granted
step-refuse = The bank refused
step-appeal = You asked the bank to look again
step-uphold = The bank stands by its refusal
step-reopen = The bank takes it up again
step-withdraw = You withdrew the application
step-lapse = Lapsed
step-sign = Signed
step-ask-draw = You asked for money
step-draw = The bank paid out
step-start-repaying = Repayment began
step-repay = A payment came in
step-fall-overdue = An instalment was missed
step-cure = What was overdue has been paid
step-settle = Everything paid back
step-write-off = The bank wrote off the rest
waiting-materials = { $bank } waits for your papers
waiting-sign = { $bank } has said yes and waits for your signature
waiting-instalment = Pay { $amount } to { $bank }
waiting-by = By { $until }
apply-admission = By the records as they are, this stands in the way
apply-admission-note = You can send it all the same; the bank decides. It goes better once this is put right.
loan-ends = Ends on { $day }
loan-follow-text = If you need the money for longer, ask now. The application is filled in from this loan: look at the old and the new plan, then send it.
followed-heading = Old plan and new plan
followed-lead = Left what is still to be paid of loan { $ref }, right the new loan from the day it ends (at the product's highest rate until the bank decides).
followed-old = Old loan
followed-new = New loan
followed-total = In all
followed-interest = of it interest
waiting-ends = A loan of { $bank } ends soon; you can ask for a renewal
waiting-contacted = Has { $bank } spoken to you? Please say so
documents-heading = Papers
documents-add = Send papers
documents-material = What does the paper show
documents-other = Something else (name it below)
documents-other-name = Name of another paper
documents-file = Choose files or take a photo
documents-file-hint = PDF, JPG or PNG; several at once, each up to { $size } MB.
documents-send = Send
documents-back = Take back
documents-back-named = Take back “{ $name }”
documents-again = Use here
documents-others =
    { $n ->
        [one] One paper handed in before can be used again
       *[other] { $n } papers handed in before can be used again
    }
documents-who = Only the bank that has this application can open them, each time on record; what you take back is closed at once. When the application is over they are erased in time.
documents-material-missing = Please choose or name what the paper shows (2 to 60 characters).
documents-closed = The application is decided; its papers cannot be changed any more.
