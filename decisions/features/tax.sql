-- Tax: sales as filed, taxes as paid, grade and arrears.
-- A corrected filing replaces the one before it: filing number and amount share one integer, and the greatest wins.

-- @feature tax_sales_12m | yuan | 近12个月增值税申报销售额 | sales in value-added tax filings | 12 complete months | null; no filing for the window | tax_filing
-- @feature tax_sales_yoy | ratio | 销售额同比 | change of sales against the year before | 24 complete months | null; no sales filed in one of the two years | tax_filing
-- @feature tax_zero_months_12m | months | 零申报月数 | months filed with no sales | 12 complete months | null; no filing for the window | tax_filing
-- @feature tax_filed_months_12m | months | 已申报月数 | months covered by filings | 12 complete months | null; no filing for the window | tax_filing
select subject_key,
  cast(sum(case when period_to >= {month-12m} then sales_fen end) as double) / 100 as tax_sales_12m,
  case when sum(case when period_to < {month-12m} then sales_fen end) > 0 then
    cast(sum(case when period_to >= {month-12m} then sales_fen end)
      - sum(case when period_to < {month-12m} then sales_fen end) as double)
    / cast(sum(case when period_to < {month-12m} then sales_fen end) as double)
  end as tax_sales_yoy,
  sum(case when period_to >= {month-12m} then case when sales_fen = 0 then months else 0 end end) as tax_zero_months_12m,
  sum(case when period_to >= {month-12m} then months end) as tax_filed_months_12m
from (
  select subject_key, tax_period_to as period_to,
    max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen,
    cast((date_part('year', tax_period_to) - date_part('year', tax_period_from)) * 12
      + date_part('month', tax_period_to) - date_part('month', tax_period_from) + 1 as bigint) as months
  from tax_filing
  where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
    and tax_period_to >= {month-24m} and tax_period_to < {month}
  group by subject_key, tax_period_from, tax_period_to
) as filed
group by subject_key;

-- @feature tax_late_count_24m | count | 逾期申报次数 | filings after the due day | 24 months | null; no filing in the window | tax_filing
select subject_key,
  sum(case when late_days > 0 and filing_kind = 'original' then 1 else 0 end) as tax_late_count_24m
from tax_filing
where {undisputed} and filing_date > {as_of-24m} and filing_date <= {as_of}
group by subject_key;

-- @feature vat_paid_12m | yuan | 近12个月增值税入库额 | value-added tax paid | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_paid_12m | yuan | 近12个月税款入库额 | taxes paid | 12 complete months | null; no payment of any tax in the window | tax_payment
select subject_key,
  cast(sum(case when tax_type = 'vat' and payment_kind <> 'refund' then amount_fen else 0 end) as double) / 100 as vat_paid_12m,
  cast(sum(case when payment_kind <> 'refund' then amount_fen else 0 end) as double) / 100 as tax_paid_12m
from tax_payment
where {live} and paid_on >= {month-12m} and paid_on < {month}
group by subject_key;

-- @feature tax_grade_latest | 5=A 4=B 3=M 2=C 1=D | 最近纳税信用等级 | latest tax credit grade | 36 months | null; not graded | tax_credit_rating
select subject_key,
  max(rating_year * 10
    + case grade when 'A' then 5 when 'B' then 4 when 'M' then 3 when 'C' then 2 when 'D' then 1 else 0 end) % 10 as tax_grade_latest
from tax_credit_rating
where {live} and rated_on > {as_of-36m} and rated_on <= {as_of}
group by subject_key;

-- @feature tax_arrears_balance | yuan | 欠税余额 | tax arrears announced and not cleared | as of | zero; null only while the source is not connected | tax_arrears
select subject_key, cast(sum(balance_fen) as double) / 100 as tax_arrears_balance
from (
  select subject_key, tax_type,
    max(cast(notice_date as bigint) * 100000000000000
      + case when cleared_on is null or cleared_on > {as_of} then arrears_balance_fen else 0 end) % 100000000000000 as balance_fen
  from tax_arrears
  where {undisputed} and notice_date <= {as_of}
  group by subject_key, tax_type
) as latest
group by subject_key;

-- @feature tax_major_violation | yes/no | 重大税收违法失信 | published for a major tax violation | as of | zero; null only while the source is not connected | tax_major_violation
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as tax_major_violation
from tax_major_violation
where {undisputed} and published_on <= {as_of}
group by subject_key;
