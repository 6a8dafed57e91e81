-- Utilities: power as a pulse of the business, and whether the bills are paid on time.

-- @feature power_kwh_12m | kWh | 近12个月用电量 | power used | 12 complete months | null; no bill in the window | power_bill
-- @feature power_yoy_3m | ratio | 近3个月用电同比 | change of power used in 3 months against a year before | 15 complete months | null; no power used in one of the two quarters | power_bill
-- @feature power_cut_12m | yes/no | 近12个月被停电或违约用电 | power cut or illegal use | 12 complete months | null; no bill in the window | power_bill
select subject_key,
  cast(sum(case when month >= {month-12m} then usage_kwh end) as double) as power_kwh_12m,
  case when sum(case when month >= {month-15m} and month < {month-12m} then usage_kwh end) > 0 then
    cast(sum(case when month >= {month-3m} then usage_kwh end)
      - sum(case when month >= {month-15m} and month < {month-12m} then usage_kwh end) as double)
    / cast(sum(case when month >= {month-15m} and month < {month-12m} then usage_kwh end) as double)
  end as power_yoy_3m,
  max(case when month >= {month-12m} then case when power_cut or illegal_use then 1 else 0 end end) as power_cut_12m
from power_bill
where {live} and month >= {month-15m} and month < {month}
group by subject_key;

-- @feature utility_late_count_12m | count | 水电气逾期缴费次数 | water, power and gas bills paid late | 12 complete months | null; no bill in the window, or one of the three is not authorised | water_bill, power_bill, gas_bill
select subject_key,
  sum(case when due_date < {as_of} and (paid_on is null or paid_on > due_date) then 1 else 0 end) as utility_late_count_12m
from (
  select subject_key, due_date, paid_on from water_bill where {undisputed} and month >= {month-12m} and month < {month}
  union all
  select subject_key, due_date, paid_on from power_bill where {undisputed} and month >= {month-12m} and month < {month}
  union all
  select subject_key, due_date, paid_on from gas_bill where {undisputed} and month >= {month-12m} and month < {month}
) as bills
group by subject_key;
