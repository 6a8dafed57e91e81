# Pages of the firm.
signin-step-mobile = Mobile number
signin-step-code = Code
signin-step-done = In
signin-steps = Steps of the sign-in
signin-heading = Sign in with your mobile
signin-lead = Type your mobile number. We send you a code by SMS.
signin-mobile = Mobile number
signin-mobile-hint = 11 digits
signin-mobile-wrong = A mobile number has 11 digits and begins with 1.
signin-send = Send the code
signin-no-firm = New here? Sign in just the same: verify your number, then your name, and you can act for your firm.
code-heading = Type the code
code-lead = A code of six digits was sent to { $mobile }. It is valid for 5 minutes.
code-label = Code
code-hint = 6 digits
code-wrong = The code does not match or has expired. Look at the SMS again, or send a new one.
code-submit = Sign in
code-again = Another number, or send again
code-demo = In the demonstration, SMS arrive here
choose-heading = For which firm are you here?
choose-none = There is no firm you can act for at present. Verify one, or ask its legal representative for a mandate.
firm-seen = How banks see you
firm-seen-more = Read the whole report
firm-borrow = What you could borrow
firm-borrow-can =
    { $n ->
        [one] One bank would take your application, for up to
       *[other] { $n } banks would take your application, for up to
    }
firm-borrow-none = Not asked yet. The banks' models answer at once; your credit is not touched.
firm-borrow-not = Last time no bank gave a limit. See why, and what would change the answer.
firm-borrow-go = Ask what I could borrow
firm-borrow-more = See the banks' answers
firm-waiting = Waiting for you
firm-waiting-none = Nothing is waiting for you.
firm-waiting-none-text = When a bank asks to see your records, it appears here and you decide.
firm-looked = Who looked at your records
firm-looked-none = Nobody has looked at your records yet.
firm-looked-none-text = Every look is written down here.
firm-line-adverse-none = No adverse record still counts against you
firm-line-adverse =
    { $n ->
        [one] One adverse record still counts against you
       *[other] { $n } adverse records still count against you
    }
firm-line-records =
    { $n ->
        [one] One record in all
       *[other] { $n } records in all
    }
firm-line-as-of = Data up to { $at }
report-title = Credit report
report-pdf = Download PDF
report-renew = Draw a fresh report
report-json = Download JSON
report-number = Report number
report-generated = Generated
report-as-of = Data up to
report-reader = Reader
report-verify = Scan to verify
report-contents = Contents
report-overview = Overview
report-counts = Records at a glance
report-category = Category
report-item = Item
report-records = Records
report-latest = Latest
report-adverse = Adverse
report-state = State
report-risks = Risk hints
report-risks-none = No rule found anything to point out.
report-queries = Who asked
report-query-at = Time
report-query-reader = Reader
report-query-purpose = Purpose
report-query-basis = Ground
report-annex = Annex: source and age of each item
report-frequency = Updated
report-notes = Notes
report-disclaimer = Disclaimer
report-source = Source: { $unit }
report-source-as-of = up to { $at }
report-since = since { $at }
chart-table = Show the figures
chart-period = Period
prequal-title = What could I borrow
prequal-heading = What would the banks lend you?
prequal-lead = One click, and the participating banks' models work on the records there are about you. Answers usually come within seconds.
prequal-uses = What is used
prequal-uses-text = The records the platform holds about your firm: registration, tax, insurance, utilities, contracts and projects, courts and penalties.
prequal-who = Who sees the answer
prequal-who-text = Only you. A bank sees your records only when you apply and consent.
prequal-effect = What it does to you
prequal-effect-text = Nothing: your credit is not touched, it is free, and you may ask as often as you like.
prequal-go = Ask the banks
prequal-result = The banks' answers
prequal-none = { $total } banks answered, and at present none gives a limit. Below is why, and what would change the answer.
prequal-elsewhere = { $n } products that are made for others
prequal-as-of = On the records up to { $at }
prequal-again = Ask again
prequal-limit = Indicative limit
prequal-rate = Yearly rate
prequal-term = Term and repayment
prequal-why = Why
prequal-missing = What is missing
prequal-helps = What would help
prequal-apply-note = When you speak with { $bank }, quote
prequal-see = See the details
prequal-all = All banks' answers
prequal-incomes = The four incomes of your household
prequal-incomes-lead = Estimated from the records of the last year, in yuan. If they are wrong you can object.
prequal-income = Income
prequal-income-amount = Amount
prequal-income-range = Possible range
prequal-income-unknown = not known
match-heading = What fits you best
match-lead = How well each kind of product fits, by your records; more is better.
match-see = See products
