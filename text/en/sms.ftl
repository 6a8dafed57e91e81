# Text messages: the service desk's page, and what a message says when its SMS was held back.
sms-nav = Text messages
sms-heading = Text messages
sms-groups = By what became of them
sms-group-failed = Not arrived
sms-group-waiting = Waiting
sms-group-held-back = Held back
sms-group-sent = Sent
sms-lead-failed = What the carrier did not take, or the phone did not get. Sending again keeps to the quiet hours and to what one phone gets.
sms-lead-waiting = What waits in the quiet hours goes when they end, in the order in which it was asked for. One-time codes go at any hour and do not wait here.
sms-lead-held-back = A phone that has had enough gets no more; the message stands in the person's inbox. At most { $hour } messages an hour and { $day } a day, and { $code_hour } codes an hour and { $code_day } a day.
sms-lead-sent = What the carrier has taken. It counts as delivered once the carrier says so.
sms-none-failed = Every text message has arrived
sms-none-waiting = No text message waits
sms-none-held-back = No text message was held back
sms-none-sent = No text message was sent yet
sms-state-waiting = waiting
sms-state-sending = on its way
sms-state-sent = with the carrier
sms-state-delivered = delivered
sms-state-undelivered = not delivered
sms-state-failed = not sent
sms-state-held-back = held back
sms-reason-quiet = Quiet hours; it goes after { $at }.
sms-reason-earlier = An earlier one to the same phone has not gone yet; this one follows it.
sms-reason-hour = This phone has had all it gets in an hour.
sms-reason-day = This phone has had all it gets on a day.
sms-reason-too-late = Its time is over; nobody could use it any more.
sms-reason-refused = The carrier refused it.
sms-reason-unreachable = The carrier could not be reached, several times.
sms-reason-unknown = It was handed over and nobody noted how that went; it may have arrived.
sms-reason-undelivered = The carrier says that the phone did not get it.
sms-carrier-words = The carrier says:{" "}
sms-cut-off = { $n ->
    [one] One time it was handed over nobody noted how that went; the phone may have got it.
   *[other] { $n } times it was handed over nobody noted how that went; the phone may have got it.
}
sms-asked-at = asked for at { $at }
sms-parts = { $n ->
    [one] 1 part
   *[other] { $n } parts
}
sms-tries = { $n ->
    [one] handed over once
   *[other] handed over { $n } times
}
sms-rounds = { $n ->
    [one] sent again once
   *[other] sent again { $n } times
}
sms-again = Send again
sms-again-done = It will be sent again; the result is shown here soon.
sms-not-again-code = A code is not sent again; the person asks for a new one.
sms-not-again-number = Its number was not kept, so it cannot be sent again; the message stands in the person's inbox.
messages-held-back-hour = No SMS was sent of this: your phone has had all it gets in an hour. What stands here counts.
messages-held-back-day = No SMS was sent of this: your phone has had all it gets today. What stands here counts.
