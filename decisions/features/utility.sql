-- Utilities: power, water and gas as a pulse of the business, and whether the bills are paid on time.
-- A month without a bill counts as a month without use in a variation, once there has been a bill.

-- @feature power_kwh_12m | kWh | 近12个月用电量 | power used | 12 complete months | null; no bill in the window | power_bill
-- @feature power_yoy_3m | ratio | 近3个月用电同比 | change of power used in 3 months against a year before | 15 complete months | null; no power used in one of the two quarters | power_bill
-- @feature power_cut_12m | yes/no | 近12个月被停电或违约用电 | power cut or illegal use | 12 complete months | null; no bill in the window | power_bill
-- @feature power_yoy_12m | ratio | 近12个月用电同比 | change of power used in 12 months against the 12 before | 24 complete months | null; no power used in one of the two years | power_bill
-- @feature power_growth_3m | ratio | 近3个月用电环比 | change of power used in 3 months against the 3 before | 6 complete months | null; no power used in the 3 months before | power_bill
-- @feature power_growth_6m | ratio | 近6个月用电环比 | change of power used in 6 months against the 6 before | 12 complete months | null; no power used in the 6 months before | power_bill
-- @feature power_variation_12m | ratio | 用电量变异系数 | coefficient of variation of power used by month | 12 complete months | null; no bill a year ago, or no power used | power_bill
-- @feature power_best_quarter_12m | ratio | 用电旺季占比 | share of the best of four quarters | 12 complete months | null; no bill a year ago, or no power used | power_bill
-- @feature power_active_months_12m | months | 用电月数 | months in which power was used | 12 complete months | null; no bill in the window | power_bill
-- @feature power_peak_share_12m | ratio | 高峰电量占比 | part of the power that was used at peak hours | 12 complete months | null; no bill tells peak hours | power_bill
-- @feature power_load_hours | hours per month | 合同容量月利用小时 | hours of full use of the contracted capacity in a month | 12 complete months | null; no bill tells the capacity | power_bill
-- @feature power_late_share_12m | ratio | 电费逾期缴费占比 | share of power bills paid late or not at all | 12 complete months | null; no bill in the window | power_bill
-- @feature power_late_days_max_12m | days | 电费最长逾期天数 | days by which the latest of all power bills was late, up to the day | 12 complete months | null; no bill in the window | power_bill
-- @feature power_months_since_late | months | 最近电费逾期距今月数 | months since the month of the latest late power bill | 24 complete months | null; no late bill in the window | power_bill
-- @feature power_unpaid_12m | yuan | 电费欠缴金额 | power bills that are due and not paid | 12 complete months | null; no bill in the window | power_bill
select subject_key,
  cast(used_12m as double) as power_kwh_12m,
  case when used_y1q > 0 then cast(used_q1 - used_y1q as double) / cast(used_y1q as double) end as power_yoy_3m,
  cut as power_cut_12m,
  case when used_y1 > 0 then cast(used_12m - used_y1 as double) / cast(used_y1 as double) end as power_yoy_12m,
  case when m4 + m5 + m6 > 0 then (m1 + m2 + m3 - (m4 + m5 + m6)) / (m4 + m5 + m6) end as power_growth_3m,
  case when m7 + m8 + m9 + m10 + m11 + m12 > 0 then
    (m1 + m2 + m3 + m4 + m5 + m6 - (m7 + m8 + m9 + m10 + m11 + m12)) / (m7 + m8 + m9 + m10 + m11 + m12) end as power_growth_6m,
  case when began > 0 and m_all > 0 then
    sqrt((power(12 * m1 - m_all, 2) + power(12 * m2 - m_all, 2) + power(12 * m3 - m_all, 2) + power(12 * m4 - m_all, 2)
      + power(12 * m5 - m_all, 2) + power(12 * m6 - m_all, 2) + power(12 * m7 - m_all, 2) + power(12 * m8 - m_all, 2)
      + power(12 * m9 - m_all, 2) + power(12 * m10 - m_all, 2) + power(12 * m11 - m_all, 2) + power(12 * m12 - m_all, 2)) / 12)
    / m_all end as power_variation_12m,
  case when began > 0 and m_all > 0 then
    greatest(m1 + m2 + m3, m4 + m5 + m6, m7 + m8 + m9, m10 + m11 + m12) / m_all end as power_best_quarter_12m,
  case when bills_12m > 0 then
    case when m1 > 0 then 1 else 0 end + case when m2 > 0 then 1 else 0 end + case when m3 > 0 then 1 else 0 end + case when m4 > 0 then 1 else 0 end
    + case when m5 > 0 then 1 else 0 end + case when m6 > 0 then 1 else 0 end + case when m7 > 0 then 1 else 0 end + case when m8 > 0 then 1 else 0 end
    + case when m9 > 0 then 1 else 0 end + case when m10 > 0 then 1 else 0 end + case when m11 > 0 then 1 else 0 end + case when m12 > 0 then 1 else 0 end end as power_active_months_12m,
  case when peak_base > 0 then peak / peak_base end as power_peak_share_12m,
  case when capacity > 0 then capacity_use / capacity end as power_load_hours,
  cast(late_12m as double) / cast(bills_12m as double) as power_late_share_12m,
  late_days as power_late_days_max_12m,
  (date_part('year', {as_of}) - date_part('year', last_late)) * 12
    + date_part('month', {as_of}) - date_part('month', last_late) as power_months_since_late,
  cast(unpaid as double) / 100 as power_unpaid_12m
from (
  select *, m1 + m2 + m3 + m4 + m5 + m6 + m7 + m8 + m9 + m10 + m11 + m12 as m_all
  from (
    select subject_key,
      sum(case when month >= {month-12m} then usage_kwh end) as used_12m,
      sum(case when month < {month-12m} then usage_kwh end) as used_y1,
      sum(case when month >= {month-3m} then usage_kwh end) as used_q1,
      sum(case when month >= {month-15m} and month < {month-12m} then usage_kwh end) as used_y1q,
      cast(sum(case when month >= {month-12m} then peak_kwh end) as double) as peak,
      cast(sum(case when month >= {month-12m} and peak_kwh is not null then usage_kwh end) as double) as peak_base,
      cast(sum(case when month >= {month-12m} then contract_capacity_kva end) as double) as capacity,
      cast(sum(case when month >= {month-12m} and contract_capacity_kva is not null then usage_kwh end) as double) as capacity_use,
      max(case when month <= {month-12m} then 1 else 0 end) as began,
      max(case when month >= {month-12m} then cut end) as cut,
      sum(case when month >= {month-12m} then late end) as late_12m,
      sum(case when month >= {month-12m} then 1 end) as bills_12m,
      max(case when month >= {month-12m} then late * late_days end) as late_days,
      max(case when late = 1 then month end) as last_late,
      sum(case when month >= {month-12m} then unpaid end) as unpaid,
      cast(sum(case when month = {month-1m} then usage_kwh else 0 end) as double) as m1,
      cast(sum(case when month = {month-2m} then usage_kwh else 0 end) as double) as m2,
      cast(sum(case when month = {month-3m} then usage_kwh else 0 end) as double) as m3,
      cast(sum(case when month = {month-4m} then usage_kwh else 0 end) as double) as m4,
      cast(sum(case when month = {month-5m} then usage_kwh else 0 end) as double) as m5,
      cast(sum(case when month = {month-6m} then usage_kwh else 0 end) as double) as m6,
      cast(sum(case when month = {month-7m} then usage_kwh else 0 end) as double) as m7,
      cast(sum(case when month = {month-8m} then usage_kwh else 0 end) as double) as m8,
      cast(sum(case when month = {month-9m} then usage_kwh else 0 end) as double) as m9,
      cast(sum(case when month = {month-10m} then usage_kwh else 0 end) as double) as m10,
      cast(sum(case when month = {month-11m} then usage_kwh else 0 end) as double) as m11,
      cast(sum(case when month = {month-12m} then usage_kwh else 0 end) as double) as m12
    from (
      select subject_key, month, usage_kwh, peak_kwh, contract_capacity_kva,
        case when power_cut or illegal_use then 1 else 0 end as cut,
        case when due_date < {as_of} and (paid_on is null or paid_on > due_date) and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end as late,
        case when paid_on is null or paid_on > {as_of} then {as_of} - due_date else paid_on - due_date end as late_days,
        case when due_date < {as_of} and paid_on is null and coalesce(repair_state, 'none') <> 'disputed' then arrears_fen else 0 end as unpaid
      from power_bill
      where {live} and month >= {month-24m} and month < {month}
    ) as bills
    group by subject_key
  ) as sums
) as months;

-- @feature water_m3_12m | cubic metres | 近12个月用水量 | water used | 12 complete months | null; no bill in the window | water_bill
-- @feature water_yoy_3m | ratio | 近3个月用水同比 | change of water used in 3 months against a year before | 15 complete months | null; no water used in one of the two quarters | water_bill
-- @feature water_growth_3m | ratio | 近3个月用水环比 | change of water used in 3 months against the 3 before | 6 complete months | null; no water used in the 3 months before | water_bill
-- @feature water_variation_12m | ratio | 用水量变异系数 | coefficient of variation of water used by month | 12 complete months | null; no bill a year ago, or no water used | water_bill
-- @feature water_active_months_12m | months | 用水月数 | months in which water was used | 12 complete months | null; no bill in the window | water_bill
-- @feature water_late_share_12m | ratio | 水费逾期缴费占比 | share of water bills paid late or not at all | 12 complete months | null; no bill in the window | water_bill
-- @feature water_late_days_max_12m | days | 水费最长逾期天数 | days by which the latest of all water bills was late, up to the day | 12 complete months | null; no bill in the window | water_bill
-- @feature water_unpaid_12m | yuan | 水费欠缴金额 | water bills that are due and not paid | 12 complete months | null; no bill in the window | water_bill
select subject_key,
  cast(used_12m as double) as water_m3_12m,
  case when used_y1 > 0 then cast(used_q1 - used_y1 as double) / cast(used_y1 as double) end as water_yoy_3m,
  case when m4 + m5 + m6 > 0 then (m1 + m2 + m3 - (m4 + m5 + m6)) / (m4 + m5 + m6) end as water_growth_3m,
  case when began > 0 and m_all > 0 then
    sqrt((power(12 * m1 - m_all, 2) + power(12 * m2 - m_all, 2) + power(12 * m3 - m_all, 2) + power(12 * m4 - m_all, 2)
      + power(12 * m5 - m_all, 2) + power(12 * m6 - m_all, 2) + power(12 * m7 - m_all, 2) + power(12 * m8 - m_all, 2)
      + power(12 * m9 - m_all, 2) + power(12 * m10 - m_all, 2) + power(12 * m11 - m_all, 2) + power(12 * m12 - m_all, 2)) / 12)
    / m_all end as water_variation_12m,
  case when bills_12m > 0 then
    case when m1 > 0 then 1 else 0 end + case when m2 > 0 then 1 else 0 end + case when m3 > 0 then 1 else 0 end + case when m4 > 0 then 1 else 0 end
    + case when m5 > 0 then 1 else 0 end + case when m6 > 0 then 1 else 0 end + case when m7 > 0 then 1 else 0 end + case when m8 > 0 then 1 else 0 end
    + case when m9 > 0 then 1 else 0 end + case when m10 > 0 then 1 else 0 end + case when m11 > 0 then 1 else 0 end + case when m12 > 0 then 1 else 0 end end as water_active_months_12m,
  cast(late_12m as double) / cast(bills_12m as double) as water_late_share_12m,
  late_days as water_late_days_max_12m,
  cast(unpaid as double) / 100 as water_unpaid_12m
from (
  select *, m1 + m2 + m3 + m4 + m5 + m6 + m7 + m8 + m9 + m10 + m11 + m12 as m_all
  from (
    select subject_key,
      sum(case when month >= {month-12m} then usage_m3 end) as used_12m,
      sum(case when month >= {month-3m} then usage_m3 end) as used_q1,
      sum(case when month < {month-12m} then usage_m3 end) as used_y1,
      max(case when month <= {month-12m} then 1 else 0 end) as began,
      sum(case when month >= {month-12m} then late end) as late_12m,
      sum(case when month >= {month-12m} then 1 end) as bills_12m,
      max(case when month >= {month-12m} then late * late_days end) as late_days,
      sum(case when month >= {month-12m} then unpaid end) as unpaid,
      cast(sum(case when month = {month-1m} then usage_m3 else 0 end) as double) as m1,
      cast(sum(case when month = {month-2m} then usage_m3 else 0 end) as double) as m2,
      cast(sum(case when month = {month-3m} then usage_m3 else 0 end) as double) as m3,
      cast(sum(case when month = {month-4m} then usage_m3 else 0 end) as double) as m4,
      cast(sum(case when month = {month-5m} then usage_m3 else 0 end) as double) as m5,
      cast(sum(case when month = {month-6m} then usage_m3 else 0 end) as double) as m6,
      cast(sum(case when month = {month-7m} then usage_m3 else 0 end) as double) as m7,
      cast(sum(case when month = {month-8m} then usage_m3 else 0 end) as double) as m8,
      cast(sum(case when month = {month-9m} then usage_m3 else 0 end) as double) as m9,
      cast(sum(case when month = {month-10m} then usage_m3 else 0 end) as double) as m10,
      cast(sum(case when month = {month-11m} then usage_m3 else 0 end) as double) as m11,
      cast(sum(case when month = {month-12m} then usage_m3 else 0 end) as double) as m12
    from (
      select subject_key, month, usage_m3,
        case when due_date < {as_of} and (paid_on is null or paid_on > due_date) and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end as late,
        case when paid_on is null or paid_on > {as_of} then {as_of} - due_date else paid_on - due_date end as late_days,
        case when due_date < {as_of} and paid_on is null and coalesce(repair_state, 'none') <> 'disputed' then arrears_fen else 0 end as unpaid
      from water_bill
      where {live} and month >= {month-15m} and month < {month}
    ) as bills
    group by subject_key
  ) as sums
) as months;

-- @feature gas_m3_12m | cubic metres | 近12个月用气量 | gas used | 12 complete months | null; no bill in the window | gas_bill
-- @feature gas_yoy_3m | ratio | 近3个月用气同比 | change of gas used in 3 months against a year before | 15 complete months | null; no gas used in one of the two quarters | gas_bill
-- @feature gas_growth_3m | ratio | 近3个月用气环比 | change of gas used in 3 months against the 3 before | 6 complete months | null; no gas used in the 3 months before | gas_bill
-- @feature gas_variation_12m | ratio | 用气量变异系数 | coefficient of variation of gas used by month | 12 complete months | null; no bill a year ago, or no gas used | gas_bill
-- @feature gas_active_months_12m | months | 用气月数 | months in which gas was used | 12 complete months | null; no bill in the window | gas_bill
-- @feature gas_late_share_12m | ratio | 气费逾期缴费占比 | share of gas bills paid late or not at all | 12 complete months | null; no bill in the window | gas_bill
-- @feature gas_late_days_max_12m | days | 气费最长逾期天数 | days by which the latest of all gas bills was late, up to the day | 12 complete months | null; no bill in the window | gas_bill
-- @feature gas_unpaid_12m | yuan | 气费欠缴金额 | gas bills that are due and not paid | 12 complete months | null; no bill in the window | gas_bill
select subject_key,
  cast(used_12m as double) as gas_m3_12m,
  case when used_y1 > 0 then cast(used_q1 - used_y1 as double) / cast(used_y1 as double) end as gas_yoy_3m,
  case when m4 + m5 + m6 > 0 then (m1 + m2 + m3 - (m4 + m5 + m6)) / (m4 + m5 + m6) end as gas_growth_3m,
  case when began > 0 and m_all > 0 then
    sqrt((power(12 * m1 - m_all, 2) + power(12 * m2 - m_all, 2) + power(12 * m3 - m_all, 2) + power(12 * m4 - m_all, 2)
      + power(12 * m5 - m_all, 2) + power(12 * m6 - m_all, 2) + power(12 * m7 - m_all, 2) + power(12 * m8 - m_all, 2)
      + power(12 * m9 - m_all, 2) + power(12 * m10 - m_all, 2) + power(12 * m11 - m_all, 2) + power(12 * m12 - m_all, 2)) / 12)
    / m_all end as gas_variation_12m,
  case when bills_12m > 0 then
    case when m1 > 0 then 1 else 0 end + case when m2 > 0 then 1 else 0 end + case when m3 > 0 then 1 else 0 end + case when m4 > 0 then 1 else 0 end
    + case when m5 > 0 then 1 else 0 end + case when m6 > 0 then 1 else 0 end + case when m7 > 0 then 1 else 0 end + case when m8 > 0 then 1 else 0 end
    + case when m9 > 0 then 1 else 0 end + case when m10 > 0 then 1 else 0 end + case when m11 > 0 then 1 else 0 end + case when m12 > 0 then 1 else 0 end end as gas_active_months_12m,
  cast(late_12m as double) / cast(bills_12m as double) as gas_late_share_12m,
  late_days as gas_late_days_max_12m,
  cast(unpaid as double) / 100 as gas_unpaid_12m
from (
  select *, m1 + m2 + m3 + m4 + m5 + m6 + m7 + m8 + m9 + m10 + m11 + m12 as m_all
  from (
    select subject_key,
      sum(case when month >= {month-12m} then usage_m3 end) as used_12m,
      sum(case when month >= {month-3m} then usage_m3 end) as used_q1,
      sum(case when month < {month-12m} then usage_m3 end) as used_y1,
      max(case when month <= {month-12m} then 1 else 0 end) as began,
      sum(case when month >= {month-12m} then late end) as late_12m,
      sum(case when month >= {month-12m} then 1 end) as bills_12m,
      max(case when month >= {month-12m} then late * late_days end) as late_days,
      sum(case when month >= {month-12m} then unpaid end) as unpaid,
      cast(sum(case when month = {month-1m} then usage_m3 else 0 end) as double) as m1,
      cast(sum(case when month = {month-2m} then usage_m3 else 0 end) as double) as m2,
      cast(sum(case when month = {month-3m} then usage_m3 else 0 end) as double) as m3,
      cast(sum(case when month = {month-4m} then usage_m3 else 0 end) as double) as m4,
      cast(sum(case when month = {month-5m} then usage_m3 else 0 end) as double) as m5,
      cast(sum(case when month = {month-6m} then usage_m3 else 0 end) as double) as m6,
      cast(sum(case when month = {month-7m} then usage_m3 else 0 end) as double) as m7,
      cast(sum(case when month = {month-8m} then usage_m3 else 0 end) as double) as m8,
      cast(sum(case when month = {month-9m} then usage_m3 else 0 end) as double) as m9,
      cast(sum(case when month = {month-10m} then usage_m3 else 0 end) as double) as m10,
      cast(sum(case when month = {month-11m} then usage_m3 else 0 end) as double) as m11,
      cast(sum(case when month = {month-12m} then usage_m3 else 0 end) as double) as m12
    from (
      select subject_key, month, usage_m3,
        case when due_date < {as_of} and (paid_on is null or paid_on > due_date) and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end as late,
        case when paid_on is null or paid_on > {as_of} then {as_of} - due_date else paid_on - due_date end as late_days,
        case when due_date < {as_of} and paid_on is null and coalesce(repair_state, 'none') <> 'disputed' then arrears_fen else 0 end as unpaid
      from gas_bill
      where {live} and month >= {month-15m} and month < {month}
    ) as bills
    group by subject_key
  ) as sums
) as months;

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
