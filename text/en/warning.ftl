# Early warnings on live loans: the bank's pages and those of supervision.
bank-nav-warnings = Warnings
warnings-heading = Early warnings
warnings-lead = What new records say about borrowers whose loans are alive. Only what a firm allows you to read after lending is looked at; the firm sees each look.
warnings-tab-standing = To mark
warnings-tab-right = Right
warnings-tab-wrong = Wrong
warnings-tab-all = All
warnings-level = Level
warnings-level-all = All levels
warnings-model = Model
warnings-model-all = All models
warnings-what = What happened
warnings-raised = Raised
warnings-quiet = quiet
warnings-late-since = loan late since { $day }
warnings-none = No warning here
warnings-none-text = When new records change something for a borrower, you get a message and find it here.
warning-back = Back to the warnings
warning-happened = What happened
warning-advice = What to do
warning-limits = What the model does not know:{" "}
warning-mark = Was it right?
warning-mark-lead = Your mark counts for how often this model is right. One that is mostly wrong is not pushed any more.
warning-note = Note, for your bank's people
warning-do-seen = Seen
warning-do-right = Right
warning-do-wrong = Wrong
warning-mark-missing = Choose whether you have seen it, or whether it is right or wrong.
warning-note-long =
    { $n ->
        [one] A note has one character at most.
       *[other] A note has { $n } characters at most.
    }
warning-about = The loan and what was read
warning-loan = Loan
warning-items = Items read
warning-lead = Before the loan was late
warning-days =
    { $n ->
        [one] one day
       *[other] { $n } days
    }
warning-history = Other warnings of this loan
warning-history-none = There is no other one.
warning-quiet-text = Nobody was told of this warning: its model has been wrong too often lately.
order-warnings = Warning
warning-tally-heading = Warning models
warning-tally-about =
    { $n ->
        [one] Warnings of the last month
       *[other] Warnings of the last { $n } months
    }
warning-tally-none = No warning has been raised in this time.
warning-tally-table = Every model
warning-tally-raised = Raised
warning-tally-standing = To mark
warning-tally-marked = Marked
warning-tally-right = Right
warning-tally-wrong = Wrong
warning-tally-precision = Right of marked
warning-tally-failed = Loan late later
warning-tally-lead = Median days before
warning-tally-state = Pushed
warning-tally-awake = yes
warning-tally-chart = What became of the warnings
warning-tally-chart-unit = warnings
warning-tally-chart-told = Most warnings came from “{ $model }”: { $n }, of which { $right } were marked right
warning-tally-note = Banks mark each warning. A model of which too few marked warnings are right is quiet: its warnings stand in the list, nobody is told of them. It wakes when its share recovers or its version changes.
watch-nav-warnings = Warnings
