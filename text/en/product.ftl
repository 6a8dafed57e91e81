# Loan products: list, details, repayment plan.
nav-products = Loans
word-months =
    { $n ->
        [one] 1 month
       *[other] { $n } months
    }
word-month-range = { $min } to { $max } months
word-until = 24:00 on { $day }
products-heading = Compare the banks' loans
products-lead = Say how much and for how long. What fits comes first, then what costs least in a year.
products-amount = How much (10,000 yuan)
products-months = For how many months
products-text = Product or bank
products-any = Any
products-search = Find loans
products-all = Show all loans
products-found =
    { $n ->
        [one] One loan fits
       *[other] { $n } loans fit
    }
products-more =
    { $n ->
        [one] Show the last one
       *[other] Show the other { $n }
    }
products-none = No loan fits
products-none-next = Leave out a condition or two, or ask first what you could borrow.
products-near = Fit otherwise, but not this amount or term
products-cost-note = The yearly cost holds the interest and all fees, as internal rate of return; “from” is at the lowest rate. The bank sets the actual rate when it decides.
product-see = See details and cost
product-see-named = See details and cost of “{ $name }”
product-back = All loans
product-chain = Industry chain
product-rate = Yearly rate
product-cost-from = from { $cost }
product-security = Security
product-methods = Repayment
product-uses = For
product-uses-any = any lawful purpose of your business
product-fees = Other fees
product-fees-none = none
product-fee = { $name } { $rate } (once)
product-for-whom = For whom
product-for-firms = Registered firms, individual businesses and farmers' co-operatives
product-for-persons = Registered firms, individual businesses and farmers' co-operatives, and farm households
product-for-districts = Registered in { $names }
product-for-industries = Trades: { $names }
product-for-renewal = Within 60 days before a loan ends you can ask for its renewal
product-not-amount = Not this amount
product-not-months = Not this term
product-not-both = Neither this amount nor this term
product-outside = This product offers { $range }; below it is reckoned with the nearest figure.
product-example = What it costs
product-example-lead = Reckoned at the product's highest rate; the bank may grant a lower one. Change amount and term to see each instalment.
product-reckon = Reckon again
product-reads =
    { $n ->
        [one] The bank reads one item about you
       *[other] The bank reads { $n } items about you
    }
product-reads-lead = Only after you apply and agree, only to examine this application, and you can take it back at any time.
product-item-public = (public)
product-apply-heading = Apply
product-apply-text = Three steps, about five minutes. The bank must answer within 10 working days after taking your application, and a refusal must have reasons.
product-apply = Apply for this loan
product-closed = This product takes no applications at present.
product-documents = Papers to have ready
product-documents-none = No papers are needed.
product-documents-note = You need not bring what the platform already holds. If the bank needs anything else, it is listed on the page of your application.
plan-cost = Yearly cost
plan-cost-hint = interest and all fees
plan-interest = Interest in all
plan-at-rate = at a yearly rate of { $rate }
plan-at-low = at the lowest yearly rate of { $rate }
plan-total = You pay back in all
plan-caption = Repayment plan (yearly rate { $rate }, in yuan)
plan-due = Due on
plan-sum = To pay
plan-principal = Principal
plan-interest-part = Interest
plan-rest = Left
plan-more =
    { $n ->
        [one] Show the last one
       *[other] Show the other { $n }
    }
method-about-equal-instalments = The same sum each month, easy to plan.
method-about-equal-principal = The same principal each month and less and less interest; the first months are dearer.
method-about-interest-monthly = Interest each month, the principal once at the end: have it ready by then.
method-about-all-at-end = Principal and interest once at the end, nothing before.
method-about-revolving = Interest for the days you use the money; draw and pay back as you like. The table assumes that all of it is used all the time.
method-about-interest-quarterly = Interest each quarter, the principal in several parts.
method-about-seasonal = The principal after harvest and sale, interest in between.
reads-why-n01 = To know who the firm is, what it does and who answers for it.
reads-why-n02 = To see penalties and lists of irregular or dishonest firms.
reads-why-n03 = To see judgments that are not carried out.
reads-why-n04 = To see from taxes whether sales and business are steady, and whether tax is owed.
reads-why-n05 = To see from insurance whether employment is steady.
reads-why-n06 = To see from the housing fund whether employment is steady.
reads-why-n07 = To see from water, power and gas whether the business runs.
reads-why-n08 = To verify who owns property and what lies on it.
reads-why-n09 = To verify patents and trade marks, which count in your favour or can be pledged.
reads-why-n10 = To learn of research and technical qualifications.
reads-why-n11 = To learn of foreign trade and customs credit.
reads-why-n12 = To see the environmental record.
reads-why-n13 = Honours count in your favour.
reads-why-n14 = To know the co-operative or family farm and how it does.
reads-why-l1 = To verify projects, tenders won and contracts.
reads-why-l2 = To see cases that are being heard or carried out.
reads-why-l3 = To learn of support, grades and licences.
reads-why-a1 = To learn of crops, animals, inputs and insurance.
reads-why-a2 = To verify land that is contracted or leased.
reads-why-other = Needed to examine this application.
