# The sign-in of employees.
door-unit = Sign in as a source unit
door-unit-lead = Deliver data and read receipts. The platform's administrator opens accounts.
door-unit-example = such as unit@scjg
door-bank = Sign in as a bank
door-bank-lead = Take orders, speak to firms, decide, and report what is paid out and paid back. Your bank's administrator opens accounts.
door-bank-example = such as officer@bank01
door-desk = Sign in to the service desk
door-desk-lead = See all orders and which are late, remind and urge banks. The platform's administrator opens accounts.
door-desk-example = such as service
door-oversight = Sign in as a supervisor or regulator
door-oversight-lead = See the city's financing figures and the list of late orders. The platform's administrator opens accounts.
door-oversight-example = such as supervisor
door-account = Account
door-password = Password
door-submit = Sign in
door-rules = You are signed out after 30 minutes without use, or after 12 hours. Five wrong passwords in a row lock an account for 15 minutes; your administrator can unlock it.
door-expired = Your session has ended; please sign in again. You will be back where you were.
door-first = Please sign in first; then the page you want opens.
door-wrong = Account or password do not match.
door-locked = Too many wrong passwords. The account is locked; try again after { $at }.
door-other = This account cannot sign in here.
door-other-way = The door for this account:
door-demo = Accounts to try
door-demo-lead = Click an account to fill it in, then sign in. All of them have the password
door-demo-none = There are no accounts to try here yet.
chip-left = { $n ->
    [one] 1 working day left
   *[other] { $n } working days left
 }
chip-today = last day today
chip-late = { $n ->
    [one] 1 working day late
   *[other] { $n } working days late
 }
chip-late-today = late
chip-paused = { $n ->
    [one] paused, 1 working day left
   *[other] paused, { $n } working days left
 }
chip-paused-since = waiting for the firm since { $day }
chip-done = { $n ->
    [one] in time, 1 working day
   *[other] in time, { $n } working days
 }
chip-done-late = { $n ->
    [one] late, 1 working day
   *[other] late, { $n } working days
 }
doors-heading = For those who work here
doors-bank = Banks
doors-bank-text = Take orders, decide, report what is paid
doors-unit = Source units
doors-unit-text = Deliver data, read receipts
doors-desk = Service desk
doors-desk-text = All orders, reminders and urges
doors-oversight = Supervision
doors-oversight-text = The city's figures, late orders
staff-messages-none-text = What concerns your account and your work is listed here.
