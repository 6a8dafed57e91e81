# Who reads, how it is stopped, unusual and emergency reading, complaints, and the verification of receipts.
waiting-suspended = The consent to { $bank } stands still; please confirm it
consents-suspended = Standing still until you confirm
consent-suspended-since = Standing still since { $at }: { $why }
consent-suspended-heading = This consent stands still
consent-suspended-text = The bank cannot read meanwhile. Confirm it and it goes on as it was; let it go and it is over. You can also leave it for now.
consent-confirm = Confirm and go on
consent-let-go = Let it go
consent-receipt-pdf = Receipt as PDF, signed
consent-receipt-json = Receipt as JSON, for programs
stops-heading = Stop notices
stops-sent = The bank was told at { $at }
stops-open = The bank has not taken note yet
stops-noted = The bank took note at { $at }
stops-note = Reading stops whether the bank takes note or not: from the moment of the notice on, each of its readings is refused.
stops-unheard = Banks that have not taken note yet
looks-emergency = An emergency reading: without a consent, approved by a second person of the bank; the reason is in your messages.
looks-refused-suspended = your consent stands still
looks-refused-officer-quota-used = that person has used today's readings
complain-go = Complain
complain-heading = Complain about this look
complain-lead = The platform's service looks into it and answers within 15 working days. The bank is not told who complained.
complain-text = What is wrong?
complain-text-hint = For example: we did not apply to this bank.
complain-text-wrong = Please write 5 to 500 characters.
complain-send = Send the complaint
complain-not = Do not complain
complaints-heading = Your complaints
complaints-lead = What you complained about, and what the platform answered.
complaints-none = No complaints yet
complaints-none-text = You can complain beside each look under “Who looked”.
complaints-about = About the look at { $at }
complaints-made = made at { $at }
complaints-open = Being looked into
complaints-answer-by = The platform must answer by { $at }
complaints-answered = Answered
desk-complaints = Complaints
desk-complaints-lead = Firms' complaints about looks at their records. Those that wait come first, the oldest of them first.
desk-complaints-none = No complaints
desk-complaints-none-text = What firms complain about under “Who looked” stands here.
desk-complaints-answer = Your answer to the firm
desk-complaints-send = Send the answer
bank-nav-alerts = Unusual reading
bank-nav-emergencies = Emergencies
bank-stops = Stop notices
bank-stops-lead = From the moment of the notice on, each reading of this firm is refused. Please stop using its records and take note here; the firm sees whether your bank has.
bank-stops-why = Why
bank-stops-since = Since
bank-stops-noted = Noted
bank-stops-acknowledge = Take note
bank-consent-suspended = The consent stands still since { $at } until the firm confirms it; nothing can be read before.
alerts-heading = Unusual reading
alerts-lead = What the platform's rules noticed. The supervisor sees it too. Please look into it and explain.
alerts-none = Nothing unusual was noticed
alerts-none-text = When a rule notices something, it stands here and you are told.
alerts-rule = Rule
alerts-reader = Who read
alerts-count = How many
alerts-found = Noticed
alerts-answer = Explanation
alerts-explain = What it was
alerts-send = Send the explanation
alerts-answer-missing = Please say what it was before you send it.
alerts-open = Not explained yet
watch-nav-reading = Reading
reading-heading = How banks read
reading-lead = Unusual reading and emergency reading of all banks. No credit record is shown here.
emergency-go = An emergency? Ask for an emergency reading
emergency-heading = Ask for an emergency reading
emergency-lead =
    { $n ->
        [one] Without a consent that holds, read the one item that this product needs.
       *[other] Without a consent that holds, read the { $n } items that this product needs.
    }
emergency-second = An approver or administrator of your bank has to approve it, not you yourself.
emergency-limits = Once approved it is open for { $minutes } minutes and { $readings } readings, for you alone.
emergency-told = When it is over the firm is told the reason and how often was read. The supervisor sees it too.
emergency-not-withdrawn = Where the firm has withdrawn its consent there is no emergency reading.
emergency-reason = Reason
emergency-reason-short =
    { $n ->
        [one] Reason: please say more, at least { $n } character.
       *[other] Reason: please say more, at least { $n } characters.
    }
emergency-reason-long =
    { $n ->
        [one] Reason: { $n } character at most.
       *[other] Reason: { $n } characters at most.
    }
emergency-send = Send it for approval
emergencies-heading = Emergency readings
emergencies-lead = Reading in an emergency, without a consent that holds: one person asks, another approves, for minutes and a few readings, and the firm is told afterwards.
emergencies-none = No emergency readings
emergencies-none-text = You can ask for one where a reading was refused.
emergency-asked = Asked
emergency-decided = Decided
emergency-used = Used
emergency-yes = Approve
emergency-no = Refuse
verify-receipt-active = A genuine receipt; the consent holds
verify-receipt-active-text = The platform issued this receipt, and the consent holds now.
verify-receipt-suspended = A genuine receipt; the consent stands still
verify-receipt-suspended-text = The consent stands still until the subject confirms it. Nothing can be read by it now.
verify-receipt-withdrawn = A genuine receipt; the consent is withdrawn
verify-receipt-withdrawn-text = The subject has withdrawn the consent. Nothing can be read by it any more.
verify-receipt-expired = A genuine receipt; the consent has expired
verify-receipt-expired-text = The time of the consent is over. Nothing can be read by it any more.
verify-receipt-superseded = A genuine receipt; there is a newer consent
verify-receipt-superseded-text = A newer consent for the same stands in its place.
verify-receipt-number = Receipt number
verify-receipt-subject = Given by
verify-receipt-bank = Given to
verify-receipt-made = Issued
verify-receipt-then = State when issued
verify-receipt-now = State now
problem-consent-suspended = The consent stands still until the subject confirms it
problem-consent-suspended-next = Read again once it is confirmed, and stop until then.
problem-consent-officer-quota-used = You have used today's readings of one person
problem-consent-officer-quota-used-next = Read again from midnight on, Beijing time, or have a colleague do it.
problem-consent-reason-too-short = The reason is too short
problem-consent-reason-too-short-next = Please say more and send it again.
problem-consent-four-eyes = Whoever asked does not approve
problem-consent-four-eyes-next = Another approver or administrator of your bank has to do this.
problem-consent-emergency-closed = This emergency is decided or over already
problem-consent-emergency-closed-next = Look at the page again; if it is still needed, ask anew.
problem-consent-no-such-look = There is no such look
problem-consent-no-such-look-next = Choose one under “Who looked”.
problem-supervision-complaint-not-found = There is no such complaint
problem-supervision-complaint-not-found-next = Choose one from the list of complaints.
problem-supervision-complained-already = You have complained about this look already
problem-supervision-complained-already-next = It is being looked into; you will be told the answer.
records-emergency = An emergency reading without a consent that holds, approved by a second person. The firm is told when it is over.
