-- Agreement: what two sources say of the same thing, side by side. Both must be authorised.
-- Sales are those of value-added tax filings; a corrected filing replaces the one before it. Monthly filings come two
-- weeks after their month, so a stretch of sales ends a month ago, and what stands beside it covers the same months.

-- @feature tax_paid_to_sales | ratio | 入库税款与申报销售之比 | taxes paid against sales filed, 12 months each, taxes a month later | 13 complete months | null; no sales filed, or no tax paid | tax_filing, tax_payment
-- @feature tax_paid_minus_sales_growth | ratio | 税款增速与销售增速之差 | growth of taxes paid less growth of sales, 12 months against the 12 before | 25 complete months | null; no sales or no tax in one of the two years | tax_filing, tax_payment
select sales.subject_key,
  case when sales_y0 > 0 then cast(paid_y0 as double) / cast(sales_y0 as double) end as tax_paid_to_sales,
  case when sales_y1 > 0 and paid_y1 > 0 then
    cast(paid_y0 as double) / cast(paid_y1 as double) - cast(sales_y0 as double) / cast(sales_y1 as double) end as tax_paid_minus_sales_growth
from (
  select subject_key,
    sum(case when period_to >= {month-13m} then sales_fen end) as sales_y0,
    sum(case when period_to < {month-13m} then sales_fen end) as sales_y1
  from (
    select subject_key, tax_period_to as period_to, max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {month-25m} and tax_period_to < {month-1m}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sales
join (
  select subject_key,
    sum(case when paid_on >= {month-12m} then amount_fen end) as paid_y0,
    sum(case when paid_on < {month-12m} then amount_fen end) as paid_y1
  from tax_payment
  where {live} and payment_kind <> 'refund' and paid_on >= {month-24m} and paid_on < {month}
  group by subject_key
) as paid on paid.subject_key = sales.subject_key;

-- @feature power_minus_sales_growth | ratio | 用电增速与销售增速之差 | growth of power used less growth of sales, 6 months against a year before | 19 complete months | null; no sales or no power in one of the two stretches | tax_filing, power_bill
-- @feature power_per_sales | kWh per 10,000 yuan | 万元销售用电量 | power used for 10,000 yuan of sales | 13 complete months | null; no sales filed, or no power bill | tax_filing, power_bill
select sales.subject_key,
  case when sales_h1 > 0 and used_h1 > 0 then
    cast(used_h0 as double) / cast(used_h1 as double) - cast(sales_h0 as double) / cast(sales_h1 as double) end as power_minus_sales_growth,
  case when sales_y0 > 0 then cast(used_y0 as double) * 1000000 / cast(sales_y0 as double) end as power_per_sales
from (
  select subject_key,
    sum(case when period_to >= {month-7m} then sales_fen end) as sales_h0,
    sum(case when period_to < {month-13m} then sales_fen end) as sales_h1,
    sum(case when period_to >= {month-13m} then sales_fen end) as sales_y0
  from (
    select subject_key, tax_period_to as period_to, max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {month-19m} and tax_period_to < {month-1m}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sales
join (
  select subject_key,
    sum(case when month >= {month-7m} then usage_kwh end) as used_h0,
    sum(case when month < {month-13m} then usage_kwh end) as used_h1,
    sum(case when month >= {month-13m} then usage_kwh end) as used_y0
  from power_bill
  where {live} and month >= {month-19m} and month < {month-1m}
  group by subject_key
) as used on used.subject_key = sales.subject_key;

-- @feature sales_per_head | yuan per person and month | 人均月销售额 | sales for a person insured and month | 13 complete months | null; no sales filed, or nobody insured | tax_filing, social_insurance_payment
-- @feature wage_base_to_sales | ratio | 缴费基数与销售之比 | wage base of pension contributions against sales | 13 complete months | null; no sales filed, or nobody insured | tax_filing, social_insurance_payment
-- @feature headcount_minus_sales_growth | ratio | 参保人次增速与销售增速之差 | growth of insured person-months less growth of sales, 6 months against a year before | 19 complete months | null; no sales or nobody insured in one of the two stretches | tax_filing, social_insurance_payment
select sales.subject_key,
  case when heads_y0 > 0 then cast(sales_y0 as double) / cast(heads_y0 as double) / 100 end as sales_per_head,
  case when sales_y0 > 0 then cast(base_y0 as double) / cast(sales_y0 as double) end as wage_base_to_sales,
  case when sales_h1 > 0 and heads_h1 > 0 then
    cast(heads_h0 as double) / cast(heads_h1 as double) - cast(sales_h0 as double) / cast(sales_h1 as double) end as headcount_minus_sales_growth
from (
  select subject_key,
    sum(case when period_to >= {month-7m} then sales_fen end) as sales_h0,
    sum(case when period_to < {month-13m} then sales_fen end) as sales_h1,
    sum(case when period_to >= {month-13m} then sales_fen end) as sales_y0
  from (
    select subject_key, tax_period_to as period_to, max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {month-19m} and tax_period_to < {month-1m}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sales
join (
  select subject_key,
    sum(case when month >= {month-7m} then headcount end) as heads_h0,
    sum(case when month < {month-13m} then headcount end) as heads_h1,
    sum(case when month >= {month-13m} then headcount end) as heads_y0,
    sum(case when month >= {month-13m} then base_total_fen end) as base_y0
  from social_insurance_payment
  where {live} and insurance_kind = 'pension' and month >= {month-19m} and month < {month-1m}
  group by subject_key
) as insured on insured.subject_key = sales.subject_key;

-- @feature sales_to_annual_revenue | ratio | 申报销售与年报营业收入之比 | sales filed for a calendar year against revenue in its annual report, latest year with a report | two calendar years before | null; no sales filed or no revenue reported for the year | tax_filing, ent_annual_report
select sales.subject_key,
  case when revenue_y1 > 0 then cast(sales_y1 as double) / cast(revenue_y1 as double)
    when revenue_y1 is null and revenue_y2 > 0 then cast(sales_y2 as double) / cast(revenue_y2 as double) end as sales_to_annual_revenue
from (
  select subject_key,
    sum(case when date_part('year', period_to) = date_part('year', {as_of}) - 1 then sales_fen end) as sales_y1,
    sum(case when date_part('year', period_to) = date_part('year', {as_of}) - 2 then sales_fen end) as sales_y2
  from (
    select subject_key, tax_period_to as period_to, max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {as_of-36m} and tax_period_to < {month}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sales
join (
  select subject_key,
    max(case when report_year = date_part('year', {as_of}) - 1 then revenue_fen end) as revenue_y1,
    max(case when report_year = date_part('year', {as_of}) - 2 then revenue_fen end) as revenue_y2
  from ent_annual_report
  where {live} and submitted_on > {as_of-36m} and submitted_on <= {as_of}
  group by subject_key
) as reported on reported.subject_key = sales.subject_key;

-- @feature export_to_sales | ratio | 出口额与申报销售之比 | exports in yuan against sales filed | 13 complete months | null; no sales filed, or no customs record | tax_filing, customs_trade
select sales.subject_key,
  case when sales_y0 > 0 then cast(exports as double) / cast(sales_y0 as double) end as export_to_sales
from (
  select subject_key, sum(sales_fen) as sales_y0
  from (
    select subject_key, tax_period_to as period_to, max(filing_seq * 1000000000000000 + sales_amount_fen) % 1000000000000000 as sales_fen
    from tax_filing
    where {live} and tax_type = 'vat' and filing_date <= {as_of} and sales_amount_fen >= 0
      and tax_period_to >= {month-13m} and tax_period_to < {month-1m}
    group by subject_key, tax_period_from, tax_period_to
  ) as filed
  group by subject_key
) as sales
join (
  select subject_key, sum(case when direction = 'export' then amount_cny_fen else 0 end) as exports
  from customs_trade
  where {live} and month >= {month-13m} and month < {month-1m}
  group by subject_key
) as trade on trade.subject_key = sales.subject_key;

-- @feature hf_to_si_headcount | ratio | 公积金与社保人数之比 | person-months in the housing fund against those insured | 6 complete months | null; nobody insured, or no housing fund | social_insurance_payment, housing_fund_payment
-- @feature hf_to_si_base | ratio | 公积金与社保人均基数之比 | base for a person and month in the housing fund against that of social insurance | 6 complete months | null; nobody insured, or no housing fund | social_insurance_payment, housing_fund_payment
select insured.subject_key,
  case when heads > 0 then cast(fund_heads as double) / cast(heads as double) end as hf_to_si_headcount,
  case when heads > 0 and fund_heads > 0 and base > 0 then
    cast(fund_base as double) / cast(fund_heads as double) / (cast(base as double) / cast(heads as double)) end as hf_to_si_base
from (
  select subject_key, sum(headcount) as heads, sum(base_total_fen) as base
  from social_insurance_payment
  where {live} and insurance_kind = 'pension' and month >= {month-6m} and month < {month}
  group by subject_key
) as insured
join (
  select subject_key, sum(headcount) as fund_heads, sum(base_total_fen) as fund_base
  from housing_fund_payment
  where {live} and status <> 'sealed' and month >= {month-6m} and month < {month}
  group by subject_key
) as fund on fund.subject_key = insured.subject_key;

-- @feature si_to_annual_employees | ratio | 参保与年报从业人数之比 | highest insured headcount of the year against employees in its annual report, latest year with a report | two calendar years before | null; nobody insured or no employees reported for the year | social_insurance_payment, ent_annual_report
select insured.subject_key,
  case when employees_y1 > 0 then cast(heads_y1 as double) / cast(employees_y1 as double)
    when employees_y1 is null and employees_y2 > 0 then cast(heads_y2 as double) / cast(employees_y2 as double) end as si_to_annual_employees
from (
  select subject_key,
    max(case when date_part('year', month) = date_part('year', {as_of}) - 1 then headcount end) as heads_y1,
    max(case when date_part('year', month) = date_part('year', {as_of}) - 2 then headcount end) as heads_y2
  from social_insurance_payment
  where {live} and insurance_kind = 'pension' and month >= {as_of-36m} and month < {month}
  group by subject_key
) as insured
join (
  select subject_key,
    max(case when report_year = date_part('year', {as_of}) - 1 then employees end) as employees_y1,
    max(case when report_year = date_part('year', {as_of}) - 2 then employees end) as employees_y2
  from ent_annual_report
  where {live} and submitted_on > {as_of-36m} and submitted_on <= {as_of}
  group by subject_key
) as reported on reported.subject_key = insured.subject_key;

-- @feature water_minus_power_growth | ratio | 用水增速与用电增速之差 | growth of water used less growth of power used, 6 months against a year before | 18 complete months | null; no water or no power in one of the two stretches | water_bill, power_bill
select water.subject_key,
  case when water_h1 > 0 and power_h1 > 0 then
    cast(water_h0 as double) / cast(water_h1 as double) - cast(power_h0 as double) / cast(power_h1 as double) end as water_minus_power_growth
from (
  select subject_key,
    sum(case when month >= {month-6m} then usage_m3 end) as water_h0,
    sum(case when month < {month-12m} then usage_m3 end) as water_h1
  from water_bill
  where {live} and month >= {month-18m} and month < {month}
  group by subject_key
) as water
join (
  select subject_key,
    sum(case when month >= {month-6m} then usage_kwh end) as power_h0,
    sum(case when month < {month-12m} then usage_kwh end) as power_h1
  from power_bill
  where {live} and month >= {month-18m} and month < {month}
  group by subject_key
) as power on power.subject_key = water.subject_key;

-- @feature power_per_head | kWh per person and month | 人均月用电量 | power used for a person insured and month | 12 complete months | null; nobody insured, or no power bill | power_bill, social_insurance_payment
select used.subject_key,
  case when heads > 0 then cast(kwh as double) / cast(heads as double) end as power_per_head
from (
  select subject_key, sum(usage_kwh) as kwh
  from power_bill
  where {live} and month >= {month-12m} and month < {month}
  group by subject_key
) as used
join (
  select subject_key, sum(headcount) as heads
  from social_insurance_payment
  where {live} and insurance_kind = 'pension' and month >= {month-12m} and month < {month}
  group by subject_key
) as insured on insured.subject_key = used.subject_key;
