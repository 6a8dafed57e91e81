-- Payroll: how many people the firm insures, and whether it pays for them.
-- The headcount of the pension row is the headcount; month and headcount share one integer, the newest month wins.

-- @feature si_headcount_latest | persons | 最近参保人数 | insured headcount, latest month | 6 complete months | null; no pension row in the window | social_insurance_payment
-- @feature si_headcount_yoy | ratio | 参保人数同比 | change of insured headcount against a year before | 15 complete months | null; no row in one of the two quarters | social_insurance_payment
-- @feature si_arrears_months_12m | months | 社保欠缴月数 | months with social insurance arrears | 12 complete months | null; no row in the window | social_insurance_payment
-- @feature si_months_12m | months | 社保缴费月数 | months with a pension row | 12 complete months | null; no row in the window | social_insurance_payment
select subject_key,
  max(case when insurance_kind = 'pension' and month >= {month-6m}
    then cast(month as bigint) * 1000000000 + headcount end) % 1000000000 as si_headcount_latest,
  case when max(case when insurance_kind = 'pension' and month >= {month-15m} and month < {month-12m}
      then cast(month as bigint) * 1000000000 + headcount end) % 1000000000 > 0 then
    cast(max(case when insurance_kind = 'pension' and month >= {month-3m}
        then cast(month as bigint) * 1000000000 + headcount end) % 1000000000
      - max(case when insurance_kind = 'pension' and month >= {month-15m} and month < {month-12m}
        then cast(month as bigint) * 1000000000 + headcount end) % 1000000000 as double)
    / cast(max(case when insurance_kind = 'pension' and month >= {month-15m} and month < {month-12m}
        then cast(month as bigint) * 1000000000 + headcount end) % 1000000000 as double)
  end as si_headcount_yoy,
  case when count(case when month >= {month-12m} then 1 end) > 0 then
    max(case when month = {month-1m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-2m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-3m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-4m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-5m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-6m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-7m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-8m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-9m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-10m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-11m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
    + max(case when month = {month-12m} and arrears_fen > 0 and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end)
  end as si_arrears_months_12m,
  sum(case when insurance_kind = 'pension' and month >= {month-12m} then 1 else 0 end) as si_months_12m
from social_insurance_payment
where {live} and month >= {month-15m} and month < {month}
group by subject_key;

-- @feature hf_headcount_latest | persons | 最近公积金缴存人数 | housing fund headcount, latest month of the last three | 3 complete months | null; no row in the window | housing_fund_payment
select subject_key,
  coalesce(
    sum(case when month = {month-1m} then headcount end),
    sum(case when month = {month-2m} then headcount end),
    sum(case when month = {month-3m} then headcount end)) as hf_headcount_latest
from housing_fund_payment
where {live} and month >= {month-3m} and month < {month} and status <> 'sealed'
group by subject_key;
