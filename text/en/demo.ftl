# Demo phone and component page.
phone-heading = Demo phone
phone-lead = The demonstration sends no real SMS. All of them appear here, newest first.
phone-filter = Only this number
phone-none = No messages yet
phone-none-text = Send yourself a code on the sign-in page, then come back.
phone-to = To { $mobile }
phone-waiting = { $n ->
    [one] 1 message waits: in the quiet hours only codes are sent, the rest goes in the morning.
   *[other] { $n } messages wait: in the quiet hours only codes are sent, the rest goes in the morning.
}
phone-waiting-clock = Move the demo clock
styleguide-heading = Components
styleguide-lead = Each component as usual, empty, long, wrong and waiting.
styleguide-buttons = Buttons and links
styleguide-fields = Input
styleguide-tags = Tags and notices
styleguide-states = States
styleguide-figures = Figures and facts
styleguide-charts = Charts
styleguide-steps = Steps
styleguide-loading = Waiting
state-none = No record
state-none-text = The source is connected and holds nothing about your firm.
state-locked = Not authorised
state-locked-text = The reader has no consent for this item, so it is not shown.
state-late = Data late
state-late-text = The source has delivered nothing since 2026-10-02; what stands here may be incomplete.
state-disputed = In dispute
state-disputed-text = Your firm has objected to this record; it is marked while the source verifies it.
sample-long-name = Yuzhou Liangjiang New Area Intelligent Connected Vehicle Components Precision Manufacturing and Supply Chain Services Limited Liability Company, Beibei Branch
sample-short-name = Riverside Noodles
sample-chart = Declared sales of six months
sample-chart-summary = From May to October 2026 declared sales rose from 182 to 246 thousand yuan; August is missing.
sample-chart-unit = 10,000 yuan
clock-heading = Demo clock
clock-lead = Move the platform's time forward and see deadlines pass and reminders and escalations follow. Time goes forward only.
clock-now = The platform's time now (Beijing)
clock-hour = 1 hour on
clock-day = 1 day on
clock-workday = To the morning of the next working day
clock-workdays5 = 5 working days on
clock-workdays10 = 10 working days on
clock-to = Move to
clock-to-hint = Beijing time, later than now, within a year
clock-set = Move to this time
clock-wrong = Give a time later than now and within a year, such as 2026-11-24T09:30.
clock-sessions = After some hours whoever is signed in must sign in again, as when real time passes.
clock-fired = What happened meanwhile
clock-orders =
    { $n ->
        [one] { $n } order changed with time (lapsed, began to be repaid or fell overdue).
       *[other] { $n } orders changed with time (lapsed, began to be repaid or fell overdue).
    }
clock-nothing = No act of supervision.
clock-desk = All orders at the desk
demo-clock-link = Demo clock
