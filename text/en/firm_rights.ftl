# A firm's identity, mandates, consents, looks and messages.
nav-orders-short = Loans
nav-consents = Consents
nav-consents-short = Consents
nav-messages = Inbox
nav-unread = unread
nav-more = More
nav-looks = Who looked
nav-agents = Agents
nav-choose = Another firm
firm-done-verified = Your name is verified. You can now act for this firm.
firm-done-agent = The mandate is in force. You can do what it names.
firm-outside-mandate = Your mandate does not cover the report and estimates. The legal representative can add this to it.
firm-outside-mandate-see = See my mandate
firm-looked-more = See every look
waiting-consent = { $bank } asks for your consent
waiting-mandate = { $firm } wants you as its agent
waiting-messages =
    { $n ->
        [one] One unread message
       *[other] { $n } unread messages
    }
waiting-answer-by = Please answer by { $at }
choose-verify = Verify another firm
kyc-heading = Verify your name
kyc-heading-further = Verify another firm
kyc-lead = This is for the legal representative in person and takes a few minutes. Let us find your firm first.
kyc-steps = Steps of the verification
kyc-step-firm = Your firm
kyc-step-person = You
kyc-step-done = Done
kyc-code = Social credit code
kyc-code-hint = The 18 characters at the top right of the business licence, in capitals or not.
kyc-next = Next
kyc-found = The firm we found
kyc-other-firm = Not this one; type it again
kyc-person-heading = Are you its legal representative?
kyc-name = Name
kyc-name-hint = As on the identity card
kyc-name-missing = Name: please fill it in, 50 characters at most.
kyc-id = Identity number
kyc-id-hint = 18 characters; the last may be an X
kyc-id-shape = Identity number: 17 digits and one more digit or X.
kyc-id-fifteen = Identity number: the old numbers of 15 digits are no longer used. Type the 18 characters.
kyc-id-birth = Identity number: characters 7 to 14 are no date of birth. Please check.
kyc-id-check = Identity number: the last character does not fit the others. One of them may be mistyped.
kyc-send = Compare
kyc-tries-left =
    { $n ->
        [one] You can try once more today.
       *[other] You can try { $n } more times today.
    }
kyc-used-up = No more tries today. Please try tomorrow, or call us if it is urgent.
kyc-trouble = What if it does not agree?
kyc-trouble-changed = The legal representative has just changed: a change usually reaches us on the next day. Please try tomorrow.
kyc-trouble-agent = You are not the legal representative: ask that person to give you a mandate under “Agents”. You will get an SMS.
kyc-trouble-call = Neither? Please call us:
kyc-data = The identity number is only compared with the register. The number itself is not kept.
kyc-demo = Firms that can be verified in this demonstration
kyc-demo-person = Demonstration: the invented legal representative is
kyc-household = I am a farmer
kyc-household-text = A farm household without a licence verifies itself with the identity number and the certificate of a land contract.
kyc-household-go = Verify a farm household
kyc-household-heading = Verify a farm household
kyc-household-lead = For the household's representative on the land contract, in person.
kyc-certificate = Number of a land contract certificate
kyc-certificate-hint = On the first page of the certificate; any parcel's will do.
kyc-certificate-missing = Number of a land contract certificate: please fill it in.
kyc-household-unknown = No land contract fits both this identity number and this certificate. Please check both numbers, or call us.
kyc-agent = I am an agent
kyc-agent-text = You need not be the legal representative: ask that person to give your mobile number a mandate under “Agents”. It then appears on this page.
kyc-offers = A firm wants you as its agent
kyc-offer-see = Have a look
agents-lead = A legal representative can let others act for the firm. You decide for what and until when, and can take it back at any time.
agents-given = Agents of { $firm }
agents-given-none = Nobody has a mandate yet.
agents-new = Give a mandate
agents-until = Until { $day }
agents-answer-by = To be accepted by { $at }
agents-revoke = Revoke
agents-you = You are an agent of { $firm } and may
agents-more-from-rep = For anything else, ask the legal representative for another mandate.
agents-held = Mandates given to me
agents-held-none = No firm has given you a mandate.
agents-verify = Verify a firm of my own
agents-done-offered = The mandate is on its way. The agent gets an SMS; it holds once accepted.
agents-done-revoked = The mandate is revoked. The agent can no longer act.
agents-done-declined = The firm has been told.
agents-new-heading = Let somebody act for the firm
agents-new-lead = The agent may do for { $firm } what you tick below, and nothing else.
agents-name = The agent's name
agents-mobile = The agent's mobile number
agents-mobile-hint = 11 digits; an SMS goes there
agents-scopes = What the agent may do
agents-about-report = Read the firm's credit report and ask the banks' models.
agents-about-consent = Say yes or no when banks ask to read, and withdraw consents.
agents-about-apply = Apply for loans, hand in papers, withdraw applications.
agents-about-sign = Confirm the terms and sign for the firm.
agents-about-drawdown = Ask for payment under a signed contract.
agents-last-day = Last day
agents-last-day-hint = Until midnight of that day; { $day } at the latest.
agents-until-wrong = Last day: please choose a date.
agents-offer = Give the mandate
agents-offer-note = The agent has 7 days to sign in with this number, give name and identity number and accept. Only then it holds.
agents-mandate-of = Mandate from
agents-since = Given
agents-answer-until = To be accepted by
agents-acts-already = You can act for this firm already and need not accept this.
agents-accept-heading = Accept the mandate
agents-accept-lead = Give your own name and identity number. The name must be the one in the mandate.
agents-accept = Accept
agents-decline = Decline
agents-lay-down = Lay the mandate down
agents-lay-down-text = You can then no longer act for the firm. What you have done stays done. The firm can give you another mandate.
agents-revoke-heading = Revoke this mandate?
agents-revoke-now = It ends at once; the agent can no longer act for the firm.
agents-revoke-done = What the agent has done stays done.
agents-revoke-again = You can give another mandate later.
agents-revoke-not = Keep it
looks-lead = Every look is written down here, also those that were refused.
looks-with-own = Show our own looks too
looks-only-others = Only show looks by others
looks-none = Nobody has looked at your records
looks-none-text = When a bank does, you see here who it was, why, and what it read.
looks-granted = read
looks-refused = refused
looks-and-more =
    { $n ->
        [one] {" "}and one more
       *[other] {" "}and { $n } more
    }
looks-consent = See the consent
looks-for-check = identity check
looks-by-own = Your firm
looks-by-platform = Staff of the platform
looks-by-program = A program
looks-by-check = Somebody who verified their name
looks-by-firm = Another user of the platform
looks-by-anyone = The public
looks-by-bank-program = the bank's system
looks-refused-no-consent = you had not consented to this purpose
looks-refused-withdrawn = you had withdrawn your consent
looks-refused-expired = your consent had expired
looks-refused-item-not-granted = more was asked for than you had allowed
looks-refused-field-not-granted = you left these fields out
looks-refused-other-purpose = your consent was for another purpose
looks-refused-other-order = your consent was for another application
looks-refused-other-reader = your consent was for another reader
looks-refused-superseded = a newer consent of yours took its place
looks-refused-quota-used = all readings of the consent were used
looks-refused-day-quota-used = all readings of that day were used
looks-refused-subject-closed = the subject is deregistered
consents-lead = What is not public, a bank sees only when you say yes. You can take that back at any time.
consents-outside-mandate = Your mandate does not cover consents: you can look, but not agree or withdraw. The legal representative can, or can add this to your mandate.
consents-asked = Banks that wait for your answer
consents-answer = Read and answer
consents-active = Consents in force
consents-active-none = No bank can see what is not public about you.
consents-new = Give a bank consent
consents-over =
    { $n ->
        [one] One consent that is over
       *[other] { $n } consents that are over
    }
consents-answered =
    { $n ->
        [one] One earlier request
       *[other] { $n } earlier requests
    }
consent-done-refused = You said no. The bank cannot read your records.
consent-items =
    { $n ->
        [one] one kind of records
       *[other] { $n } kinds of records
    }
consent-items-heading =
    { $n ->
        [one] The one kind of records it may read
       *[other] The { $n } kinds of records it may read
    }
consent-days =
    { $n ->
        [one] one day
       *[other] { $n } days
    }
consent-days-label = For how many days
consent-days-wrong =
    { $n ->
       *[other] For how many days: a whole number from 1 to { $n }.
    }
consent-items-missing = Choose at least one kind of records.
consent-items-outside = Not needed for this purpose: { $items }. They are taken out; please look again.
consent-who = Who may read
consent-for = What for
consent-until = Until when
consent-until-about = If you agree now, until { $at }
consent-until-at = Until { $at }
consent-readings = Readings
consent-readings-max = { $n } at most, { $day } on one day
consent-readings-day =
    { $n ->
        [one] One on one day at most
       *[other] { $n } on one day at most
    }
consent-used = { $used } of at most { $max } readings used
consent-since = Given
consent-withdrawn-at = Withdrawn
consent-number = Number of the consent
consent-subject = Given by
consent-version = Version of the text: { $version }
consent-see = See details
consent-looks = Looks under this consent
consent-looks-none = None so far.
consent-yes = I agree
consent-no = I do not agree
consent-no-means = Saying no does not touch your credit: the bank simply does not see these records. If you agree, you can take it back at any time.
consent-text-changed = The text has just changed. Please read it again before you decide.
consent-reason-long = Reason: 500 characters at most.
consent-withdraw = Withdraw
consent-withdraw-text = It holds at once: the bank's next look is refused.
consent-withdraw-heading = Withdraw this consent?
consent-withdraw-now = It holds at once: the bank's next look is refused.
consent-withdraw-before = Lawful looks before it stay valid, and you can always see them.
consent-withdraw-again = You can consent again later. Your credit is not touched.
consent-withdraw-orders = This bank is working on these applications of yours. Without the records it may not be able to go on:
consent-withdraw-why = Why (you need not say)
consent-withdraw-not = Keep it
consent-change-mind = Changed your mind?
consent-again-heading = Still needed?
consent-again-text = Give the same consent again; you read the text first.
consent-again = Consent again
consent-receipt = Receipt
consent-slip-given = { $bank } may read your records
consent-slip-given-text = Every look is on record, and you can take this back at any time.
consent-slip-withdrawn = { $bank } may no longer read your records
consent-slip-withdrawn-text = It holds already: the bank's next look is refused, and the bank has been told to stop.
consent-slip-keep = You find this receipt again under the consent's details. You can also print it or take a picture.
consent-slip-again = By mistake? Consent again
request-heading = { $bank } asks for your consent
request-lead = Asked at { $at }; please answer by { $until }. No answer counts as no.
request-note = The bank's words
request-less = Agree to a part only
request-less-shown = This is the smaller consent you chose.
request-all-again = Show all that the bank asked for
fields-leave-out = Leave out some fields
fields-hint = Tick what you do not want to show. What tells which record it is and when it holds, and what speaks against you, stays with its item; you can leave out the item as a whole.
fields-leave = Show the text for my choice
fields-out =
    { $n ->
        [one] 1 left out
       *[other] { $n } left out
    }
fields-fixed = the bank does without
fields-left-out = Fields left out
fields-left-out-means = The bank does not see these fields, and its models do not use these items at all.
request-days-max =
    { $n ->
       *[other] 1 to { $n } days
    }
request-narrow = Show the text for my choice
request-consent = See the consent
new-bank = Which bank?
new-bank-lead = Usually you need not do this: you are asked when you apply, and banks can ask you themselves.
new-bank-search = Name of the bank
new-bank-none = No such bank was found.
new-bank-all = Show all banks
new-other-bank = Another bank
new-purpose = What for?
new-purpose-days =
    { $n ->
       *[other] { $n } days at most
    }
new-other-purpose = Another purpose
new-items = Which records may it read?
new-items-lead = Tick a whole group, or choose one by one. What is not ticked, the bank does not see.
new-one-by-one =
    { $n ->
       *[other] Choose one by one ({ $n } in all)
    }
new-read = Next: read the text
read-heading = Shall { $bank } read your records?
read-lead = Please read all of it. Yes and no are both yours to say.
read-change = Change the records or the days
read-back = You then come back to where you were.
messages-read-all = Mark all as read
messages-none = No messages yet
messages-none-text = Each step of an application and each request of a bank is told here.
messages-new = new
messages-open = Have a look
messages-mark = Mark as read
