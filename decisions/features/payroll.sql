-- Payroll: how many people the firm insures, what it pays them, and whether it pays for them.
-- The headcount of the pension row is the headcount; month and headcount share one integer, the newest month wins.

-- @feature si_headcount_latest | persons | 最近参保人数 | insured headcount, latest month | 6 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_headcount_yoy | ratio | 参保人数同比 | change of insured headcount against a year before | 15 complete months | null; no row in one of the two quarters | social_insurance_payment
-- @feature si_arrears_months_12m | months | 社保欠缴月数 | months with social insurance arrears | 12 complete months | null; no row in the window | social_insurance_payment
-- @feature si_months_12m | months | 社保缴费月数 | months with a pension row | 12 complete months | null; no row in the window | social_insurance_payment
-- @feature si_headcount_mean_12m | persons | 近12个月平均参保人数 | mean insured headcount of the months with a pension row | 12 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_headcount_growth_3m | ratio | 参保人次近3个月环比 | change of insured person-months in 3 months against the 3 before | 6 complete months | null; no row in one of the two quarters | social_insurance_payment
-- @feature si_headcount_variation_12m | ratio | 参保人数变异系数 | coefficient of variation of the monthly headcount | 12 complete months | null; nobody insured a year ago | social_insurance_payment
-- @feature si_headcount_below_peak_12m | ratio | 参保人数较峰值下降 | how far the latest headcount lies below the highest | 12 complete months | null; no pension row in six months | social_insurance_payment
-- @feature si_left_share_12m | ratio | 员工离职率 | people who left against the mean headcount | 12 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_joined_share_12m | ratio | 员工新增率 | people who joined against the mean headcount | 12 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_wage_base_12m | yuan | 近12个月缴费基数合计 | wage base of pension contributions | 12 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_wage_base_yoy_3m | ratio | 近3个月缴费基数同比 | change of the wage base in 3 months against a year before | 15 complete months | null; no wage base in one of the two quarters | social_insurance_payment
-- @feature si_base_per_head | yuan per month | 人均月缴费基数 | wage base for a person and month | 3 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_base_per_head_yoy | ratio | 人均缴费基数同比 | change of the wage base for a person against a year before | 15 complete months | null; no row in one of the two quarters | social_insurance_payment
-- @feature si_arrears_amount_12m | yuan | 近12个月社保欠缴金额 | social insurance not paid | 12 complete months | null; no row in the window | social_insurance_payment
-- @feature si_arrears_share_12m | ratio | 社保欠缴占比 | part of social insurance due that is not paid | 12 complete months | null; nothing due in the window | social_insurance_payment
-- @feature si_arrears_longest_12m | months | 社保连续欠缴最长月数 | longest run of months in arrears that the fund states | 12 complete months | null; no row in the window | social_insurance_payment
-- @feature si_months_since_arrears | months | 最近社保欠缴距今月数 | months since the latest month in arrears | 15 complete months | null; no month in arrears in the window | social_insurance_payment
-- A month without a row counts as a month with nobody in the variation, once the firm has insured anybody.
select subject_key,
  newest as si_headcount_latest,
  case when newest_y1 > 0 then cast(newest_q1 - newest_y1 as double) / cast(newest_y1 as double) end as si_headcount_yoy,
  case when rows_12m > 0 then arrears_months end as si_arrears_months_12m,
  months_12m as si_months_12m,
  case when months_12m > 0 then cast(heads_12m as double) / cast(months_12m as double) end as si_headcount_mean_12m,
  case when heads_q2 > 0 then cast(heads_q1 - heads_q2 as double) / cast(heads_q2 as double) end as si_headcount_growth_3m,
  case when h12 > 0 then
    sqrt((power(12 * h1 - h_all, 2) + power(12 * h2 - h_all, 2) + power(12 * h3 - h_all, 2) + power(12 * h4 - h_all, 2)
      + power(12 * h5 - h_all, 2) + power(12 * h6 - h_all, 2) + power(12 * h7 - h_all, 2) + power(12 * h8 - h_all, 2)
      + power(12 * h9 - h_all, 2) + power(12 * h10 - h_all, 2) + power(12 * h11 - h_all, 2) + power(12 * h12 - h_all, 2)) / 12)
    / h_all end as si_headcount_variation_12m,
  case when peak > 0 then cast(peak - newest as double) / cast(peak as double) end as si_headcount_below_peak_12m,
  case when heads_12m > 0 then cast(left_12m * months_12m as double) / cast(heads_12m as double) end as si_left_share_12m,
  case when heads_12m > 0 then cast(joined_12m * months_12m as double) / cast(heads_12m as double) end as si_joined_share_12m,
  cast(base_12m as double) / 100 as si_wage_base_12m,
  case when base_y1 > 0 then cast(base_q1 - base_y1 as double) / cast(base_y1 as double) end as si_wage_base_yoy_3m,
  case when heads_q1 > 0 then cast(base_q1 as double) / cast(heads_q1 as double) / 100 end as si_base_per_head,
  case when heads_q1 > 0 and heads_y1 > 0 and base_y1 > 0 then
    cast(base_q1 as double) / cast(heads_q1 as double) / (cast(base_y1 as double) / cast(heads_y1 as double)) - 1 end
    as si_base_per_head_yoy,
  cast(arrears_12m as double) / 100 as si_arrears_amount_12m,
  case when payable_12m > 0 then cast(arrears_12m as double) / cast(payable_12m as double) end as si_arrears_share_12m,
  arrears_longest as si_arrears_longest_12m,
  (date_part('year', {as_of}) - date_part('year', last_arrears)) * 12
    + date_part('month', {as_of}) - date_part('month', last_arrears) as si_months_since_arrears
from (
  select *, h1 + h2 + h3 + h4 + h5 + h6 + h7 + h8 + h9 + h10 + h11 + h12 as h_all
  from (
    select subject_key,
      max(case when month >= {month-6m} then order_and_heads end) % 1000000000 as newest,
      max(case when month >= {month-3m} then order_and_heads end) % 1000000000 as newest_q1,
      max(case when month < {month-12m} then order_and_heads end) % 1000000000 as newest_y1,
      sum(case when month >= {month-12m} then 1 else 0 end) as rows_12m,
      sum(case when month >= {month-12m} and order_and_heads is not null then 1 else 0 end) as months_12m,
      max(case when month >= {month-12m} then heads end) as peak,
      sum(case when month >= {month-12m} then heads end) as heads_12m,
      sum(case when month >= {month-3m} then heads end) as heads_q1,
      sum(case when month >= {month-6m} and month < {month-3m} then heads end) as heads_q2,
      sum(case when month < {month-12m} then heads end) as heads_y1,
      sum(case when month >= {month-12m} then left_heads end) as left_12m,
      sum(case when month >= {month-12m} then joined_heads end) as joined_12m,
      sum(case when month >= {month-12m} then base end) as base_12m,
      sum(case when month >= {month-3m} then base end) as base_q1,
      sum(case when month < {month-12m} then base end) as base_y1,
      sum(case when month >= {month-12m} then payable_fen end) as payable_12m,
      sum(case when month >= {month-12m} then owes * arrears_fen end) as arrears_12m,
      max(case when month >= {month-12m} then owes * arrears_months end) as arrears_longest,
      max(case when owes = 1 then month end) as last_arrears,
      cast(max(case when month = {month-1m} then heads else 0 end) as double) as h1,
      cast(max(case when month = {month-2m} then heads else 0 end) as double) as h2,
      cast(max(case when month = {month-3m} then heads else 0 end) as double) as h3,
      cast(max(case when month = {month-4m} then heads else 0 end) as double) as h4,
      cast(max(case when month = {month-5m} then heads else 0 end) as double) as h5,
      cast(max(case when month = {month-6m} then heads else 0 end) as double) as h6,
      cast(max(case when month = {month-7m} then heads else 0 end) as double) as h7,
      cast(max(case when month = {month-8m} then heads else 0 end) as double) as h8,
      cast(max(case when month = {month-9m} then heads else 0 end) as double) as h9,
      cast(max(case when month = {month-10m} then heads else 0 end) as double) as h10,
      cast(max(case when month = {month-11m} then heads else 0 end) as double) as h11,
      cast(max(case when month = {month-12m} then heads else 0 end) as double) as h12,
      max(case when month = {month-1m} then owes else 0 end)
      + max(case when month = {month-2m} then owes else 0 end)
      + max(case when month = {month-3m} then owes else 0 end)
      + max(case when month = {month-4m} then owes else 0 end)
      + max(case when month = {month-5m} then owes else 0 end)
      + max(case when month = {month-6m} then owes else 0 end)
      + max(case when month = {month-7m} then owes else 0 end)
      + max(case when month = {month-8m} then owes else 0 end)
      + max(case when month = {month-9m} then owes else 0 end)
      + max(case when month = {month-10m} then owes else 0 end)
      + max(case when month = {month-11m} then owes else 0 end)
      + max(case when month = {month-12m} then owes else 0 end) as arrears_months
    from (
      select subject_key, month, payable_fen, arrears_fen, arrears_months,
        case when insurance_kind = 'pension' then headcount end as heads,
        case when insurance_kind = 'pension' then (month - date '1970-01-01') * 1000000000 + headcount end as order_and_heads,
        case when insurance_kind = 'pension' then left_headcount end as left_heads,
        case when insurance_kind = 'pension' then new_headcount end as joined_heads,
        case when insurance_kind = 'pension' then base_total_fen end as base,
        case when arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end as owes
      from social_insurance_payment
      where {live} and month >= {month-15m} and month < {month}
    ) as contributions
    group by subject_key
  ) as sums
) as months;

-- @feature hf_headcount_latest | persons | 最近公积金缴存人数 | housing fund headcount, latest month of the last three | 3 complete months | null; no row in the window | housing_fund_payment
-- @feature hf_headcount_yoy | ratio | 公积金缴存人次同比 | change of person-months in the housing fund in 3 months against a year before | 15 complete months | null; no row in one of the two quarters | housing_fund_payment
-- @feature hf_base_per_head | yuan per month | 公积金人均缴存基数 | housing fund base for a person and month | 3 complete months | null; no row in the window | housing_fund_payment
-- @feature hf_base_yoy_3m | ratio | 公积金缴存基数同比 | change of the housing fund base in 3 months against a year before | 15 complete months | null; no row in one of the two quarters | housing_fund_payment
-- @feature hf_rate | ratio | 公积金缴存比例 | contributions due against their base | 12 complete months | null; no base in the window | housing_fund_payment
-- @feature hf_paid_share_12m | ratio | 公积金实缴占比 | part of contributions due that is paid | 12 complete months | null; nothing due in the window | housing_fund_payment
-- @feature hf_arrears_months_12m | months | 公积金欠缴月数 | account months in arrears | 12 complete months | null; no row in the window | housing_fund_payment
-- @feature hf_deferred_months_24m | months | 公积金缓缴月数 | account months whose contributions are put off | 24 complete months | null; no row in the window | housing_fund_payment
-- @feature hf_months_since_paid | months | 最近公积金缴存距今月数 | months since the latest month that is paid | 24 complete months | null; no month paid in the window | housing_fund_payment
select subject_key,
  coalesce(
    sum(case when month = {month-1m} then heads end),
    sum(case when month = {month-2m} then heads end),
    sum(case when month = {month-3m} then heads end)) as hf_headcount_latest,
  case when sum(case when month >= {month-15m} and month < {month-12m} then heads end) > 0 then
    cast(sum(case when month >= {month-3m} then heads end)
      - sum(case when month >= {month-15m} and month < {month-12m} then heads end) as double)
    / cast(sum(case when month >= {month-15m} and month < {month-12m} then heads end) as double) end as hf_headcount_yoy,
  case when sum(case when month >= {month-3m} then heads end) > 0 then
    cast(sum(case when month >= {month-3m} then base end) as double)
    / cast(sum(case when month >= {month-3m} then heads end) as double) / 100 end as hf_base_per_head,
  case when sum(case when month >= {month-15m} and month < {month-12m} then base end) > 0 then
    cast(sum(case when month >= {month-3m} then base end)
      - sum(case when month >= {month-15m} and month < {month-12m} then base end) as double)
    / cast(sum(case when month >= {month-15m} and month < {month-12m} then base end) as double) end as hf_base_yoy_3m,
  case when sum(case when month >= {month-12m} then base end) > 0 then
    cast(sum(case when month >= {month-12m} then payable end) as double)
    / cast(sum(case when month >= {month-12m} then base end) as double) end as hf_rate,
  case when sum(case when month >= {month-12m} then payable end) > 0 then
    cast(sum(case when month >= {month-12m} then paid end) as double)
    / cast(sum(case when month >= {month-12m} then payable end) as double) end as hf_paid_share_12m,
  sum(case when month >= {month-12m} then case when status = 'arrears' and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end end) as hf_arrears_months_12m,
  sum(case when status = 'deferred' then 1 else 0 end) as hf_deferred_months_24m,
  (date_part('year', {as_of}) - date_part('year', max(case when paid > 0 then month end))) * 12
    + date_part('month', {as_of}) - date_part('month', max(case when paid > 0 then month end)) as hf_months_since_paid
from (
  select subject_key, month, status, repair_state,
    case when status <> 'sealed' then headcount end as heads,
    case when status <> 'sealed' then base_total_fen end as base,
    case when status <> 'sealed' then payable_fen end as payable,
    case when status <> 'sealed' then paid_fen end as paid
  from housing_fund_payment
  where {live} and month >= {month-24m} and month < {month}
) as contributions
group by subject_key;
