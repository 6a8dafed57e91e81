-- Tax: sales as filed, taxes as paid, grade and arrears.
-- A corrected filing replaces the one before it: filing number and amount share one integer, and the greatest wins.

-- @feature tax_sales_12m | yuan | 近12个月增值税申报销售额 | sales in value-added tax filings | 12 complete months | null; no filing for the window | tax_filing
-- @feature tax_sales_yoy | ratio | 销售额同比 | change of sales against the year before | 24 complete months | null; no sales filed in one of the two years | tax_filing
-- @feature tax_zero_months_12m | months | 零申报月数 | months filed with no sales | 12 complete months | null; no filing for the window | tax_filing
-- @feature tax_filed_months_12m | months | 已申报月数 | months covered by filings | 12 complete months | null; no filing for the window | tax_filing
-- @feature tax_active_months_24m | months | 近两年有销售月数 | months filed with sales | 24 complete months | null; no filing for the window | tax_filing
-- @feature tax_months_since_sales | months | 最近有销售申报期距今月数 | months since the end of the latest period with sales | 24 complete months | null; no sales filed in the window | tax_filing
-- @feature tax_sales_growth_3m | ratio | 销售额近3个月环比 | change of sales in 3 months against the 3 before, both ending a month ago | 7 complete months | null; no sales filed in one of the two stretches | tax_filing
-- @feature tax_sales_growth_6m | ratio | 销售额近6个月环比 | change of sales in 6 months against the 6 before, both ending a month ago | 13 complete months | null; no sales filed in one of the two stretches | tax_filing
-- @feature tax_sales_yoy_3m | ratio | 近3个月销售额同比 | change of sales in 3 months ending a month ago against a year before | 16 complete months | null; no sales filed in one of the two stretches | tax_filing
-- @feature tax_sales_yoy_6m | ratio | 近6个月销售额同比 | change of sales in 6 months ending a month ago against a year before | 19 complete months | null; no sales filed in one of the two stretches | tax_filing
-- @feature tax_sales_variation_12m | ratio | 季度销售额变异系数 | coefficient of variation of sales over four quarters ending a month ago | 13 complete months | null; a quarter is not filed, or no sales | tax_filing
-- @feature tax_sales_best_quarter_12m | ratio | 销售旺季占比 | share of the best of four quarters ending a month ago | 13 complete months | null; a quarter is not filed, or no sales | tax_filing
-- @feature tax_sales_below_best_12m | ratio | 销售额较旺季下降 | how far the latest quarter lies below the best of four | 13 complete months | null; a quarter is not filed, or no sales | tax_filing
-- @feature tax_free_share_12m | ratio | 免税销售与申报销售之比 | tax-free sales against sales filed | 12 complete months | null; no sales filed in the window | tax_filing
-- @feature vat_burden_12m | ratio | 增值税税负率 | value-added tax payable as a share of sales | 12 complete months | null; no sales filed in the window | tax_filing
-- Monthly filings come two weeks after their month: what compares stretches leaves out the month that has just ended.
-- A firm that files by quarter has one filing in each three months.
select subject_key,
  cast(y0 as double) / 100 as tax_sales_12m,
  case when y1 > 0 then cast(y0 - y1 as double) / cast(y1 as double) end as tax_sales_yoy,
  zero_months as tax_zero_months_12m,
  filed_months as tax_filed_months_12m,
  active_months as tax_active_months_24m,
  (date_part('year', {as_of}) - date_part('year', last_sales)) * 12
    + date_part('month', {as_of}) - date_part('month', last_sales) as tax_months_since_sales,
  case when q2 > 0 then cast(q1 - q2 as double) / cast(q2 as double) end as tax_sales_growth_3m,
  case when q3 + q4 > 0 then cast(q1 + q2 - q3 - q4 as double) / cast(q3 + q4 as double) end as tax_sales_growth_6m,
  case when q5 > 0 then cast(q1 - q5 as double) / cast(q5 as double) end as tax_sales_yoy_3m,
  case when h1 > 0 then cast(h0 - h1 as double) / cast(h1 as double) end as tax_sales_yoy_6m,
  case when q1 + q2 + q3 + q4 > 0 then
    sqrt(cast(3 * q1 - q2 - q3 - q4 as double) * cast(3 * q1 - q2 - q3 - q4 as double)
      + cast(3 * q2 - q1 - q3 - q4 as double) * cast(3 * q2 - q1 - q3 - q4 as double)
      + cast(3 * q3 - q1 - q2 - q4 as double) * cast(3 * q3 - q1 - q2 - q4 as double)
      + cast(3 * q4 - q1 - q2 - q3 as double) * cast(3 * q4 - q1 - q2 - q3 as double))
    / (2 * cast(q1 + q2 + q3 + q4 as double)) end as tax_sales_variation_12m,
  case when q1 + q2 + q3 + q4 > 0 then
    cast(greatest(q1, q2, q3, q4) as double) / cast(q1 + q2 + q3 + q4 as double) end as tax_sales_best_quarter_12m,
  case when q1 + q2 + q3 + q4 > 0 then
    cast(greatest(q1, q2, q3, q4) - q1 as double) / cast(greatest(q1, q2, q3, q4) as double) end as tax_sales_below_best_12m,
  case when y0 > 0 then cast(free as double) / cast(y0 as double) end as tax_free_share_12m,
  case when y0 > 0 then cast(payable as double) / cast(y0 as double) end as vat_burden_12m
from (
  select subject_key,
    sum(case when period_to >= {month-12m} then sales_fen end) as y0,
    sum(case when period_to < {month-12m} then sales_fen end) as y1,
    sum(case when period_to >= {month-12m} then case when sales_fen = 0 then months else 0 end end) as zero_months,
    sum(case when period_to >= {month-12m} then months end) as filed_months,
    sum(case when sales_fen > 0 then months else 0 end) as active_months,
    max(case when sales_fen > 0 then period_to end) as last_sales,
    sum(case when period_to >= {month-4m} and period_to < {month-1m} then sales_fen end) as q1,
    sum(case when period_to >= {month-7m} and period_to < {month-4m} then sales_fen end) as q2,
    sum(case when period_to >= {month-10m} and period_to < {month-7m} then sales_fen end) as q3,
    sum(case when period_to >= {month-13m} and period_to < {month-10m} then sales_fen end) as q4,
    sum(case when period_to >= {month-16m} and period_to < {month-13m} then sales_fen end) as q5,
    sum(case when period_to >= {month-7m} and period_to < {month-1m} then sales_fen end) as h0,
    sum(case when period_to >= {month-19m} and period_to < {month-13m} then sales_fen end) as h1,
    sum(case when period_to >= {month-12m} then free_fen end) as free,
    sum(case when period_to >= {month-12m} then payable_fen end) as payable
  from (
    select subject_key, tax_period_to as period_to,
      max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen,
      max(filing_seq * 1000000000000000 + tax_free_sales_fen) % 1000000000000000 as free_fen,
      max(filing_seq * 1000000000000000 + 500000000000000 + tax_payable_fen) % 1000000000000000 - 500000000000000 as payable_fen,
      cast((date_part('year', tax_period_to) - date_part('year', tax_period_from)) * 12
        + date_part('month', tax_period_to) - date_part('month', tax_period_from) + 1 as bigint) as months
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {month-24m} and tax_period_to < {month}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sums;

-- @feature tax_late_count_24m | count | 逾期申报次数 | filings after the due day | 24 months | null; no filing in the window | tax_filing
-- @feature tax_late_count_6m | count | 近6个月逾期申报次数 | filings after the due day in the last six months | 6 months | null; no filing in 24 months | tax_filing
-- @feature tax_late_share_24m | ratio | 逾期申报占比 | share of filings after the due day | 24 months | null; no first filing in the window | tax_filing
-- @feature tax_late_days_max_24m | days | 最长逾期申报天数 | days by which the latest of all filings was late | 24 months | null; no filing in the window | tax_filing
-- @feature tax_late_days_mean_24m | days | 平均逾期申报天数 | mean days by which late filings were late | 24 months | null; no late filing in the window | tax_filing
-- @feature tax_months_since_late | months | 最近逾期申报距今月数 | months since the latest late filing | 24 months | null; no late filing in the window | tax_filing
-- @feature tax_corrected_share_24m | ratio | 更正申报占比 | share of filings that correct one before | 24 months | null; no filing in the window | tax_filing
select subject_key,
  sum(late) as tax_late_count_24m,
  sum(case when filing_date > {as_of-6m} then late else 0 end) as tax_late_count_6m,
  case when sum(original) > 0 then cast(sum(late) as double) / cast(sum(original) as double) end as tax_late_share_24m,
  max(late * late_days) as tax_late_days_max_24m,
  case when sum(late) > 0 then cast(sum(late * late_days) as double) / cast(sum(late) as double) end as tax_late_days_mean_24m,
  (date_part('year', {as_of}) - date_part('year', max(case when late = 1 then filing_date end))) * 12
    + date_part('month', {as_of}) - date_part('month', max(case when late = 1 then filing_date end)) as tax_months_since_late,
  cast(sum(1 - original) as double) / cast(count(*) as double) as tax_corrected_share_24m
from (
  select subject_key, filing_date, late_days,
    case when filing_kind = 'original' then 1 else 0 end as original,
    case when late_days > 0 and filing_kind = 'original' then 1 else 0 end as late
  from tax_filing
  where {undisputed} and filing_date > {as_of-24m} and filing_date <= {as_of}
) as filings
group by subject_key;

-- @feature vat_paid_12m | yuan | 近12个月增值税入库额 | value-added tax paid | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_paid_12m | yuan | 近12个月税款入库额 | taxes paid | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature cit_paid_12m | yuan | 近12个月企业所得税入库额 | corporate income tax paid | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature iit_paid_12m | yuan | 近12个月代扣个人所得税入库额 | income tax withheld from wages and paid | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_paid_yoy | ratio | 税款入库额同比 | change of taxes paid against the year before | 24 complete months | null; no tax paid in one of the two years | tax_payment
-- @feature tax_paid_growth_6m | ratio | 税款入库额近6个月环比 | change of taxes paid in 6 months against the 6 before | 12 complete months | null; no tax paid in one of the two stretches | tax_payment
-- @feature tax_payment_late_count_12m | count | 逾期缴税次数 | tax payments after the due day | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_payment_late_share_12m | ratio | 逾期缴税占比 | share of tax payments after the due day | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_payment_late_days_max_12m | days | 最长逾期缴税天数 | days by which the latest of all tax payments was late | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_late_fee_12m | yuan | 近12个月税收滞纳金 | late fees on taxes | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_arrears_paid_12m | yuan | 近12个月补缴欠税额 | arrears of tax paid up | 12 complete months | null; no payment of any tax in the window | tax_payment
-- @feature tax_months_since_payment | months | 最近缴税距今月数 | months since the latest payment of any tax | 24 complete months | null; no payment of any tax in the window | tax_payment
select subject_key,
  cast(sum(case when paid_on >= {month-12m} then case when tax_type = 'vat' then amount else 0 end end) as double) / 100 as vat_paid_12m,
  cast(sum(case when paid_on >= {month-12m} then amount end) as double) / 100 as tax_paid_12m,
  cast(sum(case when paid_on >= {month-12m} then case when tax_type = 'cit' then amount else 0 end end) as double) / 100 as cit_paid_12m,
  cast(sum(case when paid_on >= {month-12m} then case when tax_type = 'iit' then amount else 0 end end) as double) / 100 as iit_paid_12m,
  case when sum(case when paid_on < {month-12m} then amount end) > 0 then
    cast(sum(case when paid_on >= {month-12m} then amount end) - sum(case when paid_on < {month-12m} then amount end) as double)
    / cast(sum(case when paid_on < {month-12m} then amount end) as double) end as tax_paid_yoy,
  case when sum(case when paid_on >= {month-12m} and paid_on < {month-6m} then amount end) > 0 then
    cast(sum(case when paid_on >= {month-6m} then amount end)
      - sum(case when paid_on >= {month-12m} and paid_on < {month-6m} then amount end) as double)
    / cast(sum(case when paid_on >= {month-12m} and paid_on < {month-6m} then amount end) as double) end as tax_paid_growth_6m,
  sum(case when paid_on >= {month-12m} then case when late_days > 0 then 1 else 0 end end) as tax_payment_late_count_12m,
  cast(sum(case when paid_on >= {month-12m} then case when late_days > 0 then 1 else 0 end end) as double)
    / cast(nullif(count(case when paid_on >= {month-12m} then 1 end), 0) as double) as tax_payment_late_share_12m,
  max(case when paid_on >= {month-12m} then late_days end) as tax_payment_late_days_max_12m,
  cast(sum(case when paid_on >= {month-12m} then late_fee end) as double) / 100 as tax_late_fee_12m,
  cast(sum(case when paid_on >= {month-12m} then case when payment_kind = 'arrears' then amount else 0 end end) as double) / 100
    as tax_arrears_paid_12m,
  (date_part('year', {as_of}) - date_part('year', max(paid_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(paid_on)) as tax_months_since_payment
from (
  select subject_key, tax_type, payment_kind, paid_on,
    case when payment_kind <> 'refund' then amount_fen else 0 end as amount,
    case when paid_on > due_date and payment_kind <> 'refund' and coalesce(repair_state, 'none') <> 'disputed' then paid_on - due_date else 0 end as late_days,
    case when coalesce(repair_state, 'none') <> 'disputed' then late_fee_fen else 0 end as late_fee
  from tax_payment
  where {live} and paid_on >= {month-24m} and paid_on < {month}
) as payments
group by subject_key;

-- @feature tax_grade_latest | 5=A 4=B 3=M 2=C 1=D | 最近纳税信用等级 | latest tax credit grade | 36 months | null; not graded | tax_credit_rating
-- @feature tax_grade_worst_36m | 5=A 4=B 3=M 2=C 1=D | 近三年最低纳税信用等级 | worst tax credit grade | 36 months | null; not graded | tax_credit_rating
-- @feature tax_grade_change_36m | grades | 纳税信用等级变动 | grades gained since the earliest grade of the window | 36 months | null; not graded | tax_credit_rating
-- @feature tax_score_latest | points | 最近纳税信用得分 | points of the latest tax credit grade with points | 36 months | null; not graded by points | tax_credit_rating
select subject_key,
  max(rating_year * 10 + grade_rank) % 10 as tax_grade_latest,
  min(grade_rank) as tax_grade_worst_36m,
  max(rating_year * 10 + grade_rank) % 10 - min(rating_year * 10 + grade_rank) % 10 as tax_grade_change_36m,
  cast(max(case when score >= 0 then rating_year * 100000000 + cast(score * 10000 as bigint) end) % 100000000 as double) / 10000
    as tax_score_latest
from (
  select subject_key, rating_year, score,
    case grade when 'A' then 5 when 'B' then 4 when 'M' then 3 when 'C' then 2 when 'D' then 1 else 0 end as grade_rank
  from tax_credit_rating
  where {live} and rated_on > {as_of-36m} and rated_on <= {as_of}
) as grades
group by subject_key;

-- @feature tax_arrears_balance | yuan | 欠税余额 | tax arrears announced and not cleared | as of | zero; null only while the source is not connected | tax_arrears
-- @feature tax_arrears_notices_24m | count | 近两年欠税公告次数 | notices of tax arrears | 24 months | zero; null only while the source is not connected | tax_arrears
-- @feature tax_arrears_months_since | months | 最近欠税公告距今月数 | months since the latest notice of tax arrears | as of | null; no notice | tax_arrears
select subject_key, cast(sum(balance_fen) as double) / 100 as tax_arrears_balance,
  sum(notices) as tax_arrears_notices_24m,
  (date_part('year', {as_of}) - date_part('year', max(notice_date))) * 12
    + date_part('month', {as_of}) - date_part('month', max(notice_date)) as tax_arrears_months_since
from (
  select subject_key, tax_type,
    max((notice_date - date '1970-01-01') * 100000000000000
      + case when cleared_on is null or cleared_on > {as_of} then arrears_balance_fen else 0 end) % 100000000000000 as balance_fen,
    sum(case when notice_date > {as_of-24m} then 1 else 0 end) as notices,
    max(notice_date) as notice_date
  from tax_arrears
  where {undisputed} and notice_date <= {as_of}
  group by subject_key, tax_type
) as latest
group by subject_key;

-- @feature tax_major_violation | yes/no | 重大税收违法失信 | published for a major tax violation | as of | zero; null only while the source is not connected | tax_major_violation
-- @feature tax_violation_amount | yuan | 重大税收违法涉案税额 | tax involved in major violations that are published | as of | zero; null only while the source is not connected | tax_major_violation
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as tax_major_violation,
  cast(sum(case when removed_on is null or removed_on > {as_of} then amount_fen else 0 end) as double) / 100 as tax_violation_amount
from tax_major_violation
where {undisputed} and published_on <= {as_of}
group by subject_key;
