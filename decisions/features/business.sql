-- Business: permissions, penalties, public contracts, foreign trade, support received, certificates and what is pledged.

-- @feature licence_count_valid | count | 有效行政许可数 | licences in force | as of | zero; null only while the source is not connected | admin_license
-- @feature licence_new_12m | count | 近12个月新获行政许可数 | licences granted | 12 months | zero; null only while the source is not connected | admin_license
-- @feature licence_ending_6m | count | 6个月内到期行政许可数 | licences in force that end within six months | as of | zero; null only while the source is not connected | admin_license
-- @feature licence_revoked_count | count | 被撤销行政许可数 | licences revoked | as of | zero; null only while the source is not connected | admin_license
-- @feature licence_months_since | months | 最近行政许可距今月数 | months since the latest licence was granted | as of | null; no licence | admin_license
select subject_key,
  sum(case when state = 'valid' and (valid_to is null or valid_to >= {as_of}) then 1 else 0 end) as licence_count_valid,
  sum(case when decided_on > {as_of-12m} then 1 else 0 end) as licence_new_12m,
  sum(case when state = 'valid' and valid_to >= {as_of} and valid_to < {as_of+6m} then 1 else 0 end) as licence_ending_6m,
  sum(case when state = 'revoked' then 1 else 0 end) as licence_revoked_count,
  (date_part('year', {as_of}) - date_part('year', max(decided_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(decided_on)) as licence_months_since
from admin_license
where {live} and decided_on <= {as_of}
group by subject_key;

-- @feature penalty_count_3y | count | 近三年行政处罚次数 | administrative penalties | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_amount_3y | yuan | 近三年罚没金额 | fines and confiscations | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_count_12m | count | 近12个月行政处罚次数 | administrative penalties in the last twelve months | 12 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_serious_count_3y | count | 近三年严重失信行政处罚次数 | administrative penalties for serious violations | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_stop_count_3y | count | 近三年停产限业类处罚次数 | penalties that suspend, revoke or restrict business | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_safety_count_3y | count | 近三年环保安全类处罚次数 | penalties about environment, work safety, fire, food and drugs | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_months_since | months | 最近行政处罚距今月数 | months since the latest administrative penalty | 36 months | null; no penalty in the window | admin_penalty
select subject_key, count(*) as penalty_count_3y,
  cast(sum(coalesce(fine_amount_fen, 0) + coalesce(confiscated_amount_fen, 0)) as double) / 100 as penalty_amount_3y,
  sum(case when decided_on > {as_of-12m} then 1 else 0 end) as penalty_count_12m,
  sum(case when severity = 'serious' then 1 else 0 end) as penalty_serious_count_3y,
  sum(case when penalty_kind in ('suspend', 'revoke', 'restrict') then 1 else 0 end) as penalty_stop_count_3y,
  sum(case when violation_kind in ('environment', 'work_safety', 'fire', 'food_drug') then 1 else 0 end) as penalty_safety_count_3y,
  (date_part('year', {as_of}) - date_part('year', max(decided_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(decided_on)) as penalty_months_since
from admin_penalty
where {undisputed} and decided_on > {as_of-36m} and decided_on <= {as_of}
  and (repaired_on is null or repaired_on > {as_of})
group by subject_key;

-- @feature won_bid_amount_24m | yuan | 近两年中标金额 | public bids won | 24 months | zero; null only while the source is not connected | bid_award
-- @feature won_bid_count_24m | count | 近两年中标次数 | public bids won, number | 24 months | zero; null only while the source is not connected | bid_award
-- @feature won_bid_amount_6m | yuan | 近6个月中标金额 | public bids won in the last six months | 6 months | zero; null only while the source is not connected | bid_award
-- @feature won_bid_top_share_24m | ratio | 中标第一大招标人占比 | share of the greatest tenderer in the amount won | 24 months | null; no amount won in the window | bid_award
-- @feature won_bid_months_since | months | 最近中标距今月数 | months since the latest bid won | 24 months | null; no bid won in the window | bid_award
select subject_key, cast(sum(amount) as double) / 100 as won_bid_amount_24m,
  sum(bids) as won_bid_count_24m,
  cast(sum(amount_6m) as double) / 100 as won_bid_amount_6m,
  case when sum(amount) > 0 then cast(max(amount) as double) / cast(sum(amount) as double) end as won_bid_top_share_24m,
  (date_part('year', {as_of}) - date_part('year', max(last_award))) * 12
    + date_part('month', {as_of}) - date_part('month', max(last_award)) as won_bid_months_since
from (
  select subject_key, tenderer, count(*) as bids, sum(coalesce(award_amount_fen, 0)) as amount,
    sum(case when award_date > {as_of-6m} then coalesce(award_amount_fen, 0) else 0 end) as amount_6m, max(award_date) as last_award
  from bid_award
  where {live} and award_date > {as_of-24m} and award_date <= {as_of}
  group by subject_key, tenderer
) as tenderers
group by subject_key;

-- @feature proc_contract_amount_24m | yuan | 近两年政府采购合同金额 | public procurement contracts | 24 months | zero; null only while the source is not connected | gov_procurement_contract
-- @feature proc_contract_count_24m | count | 近两年政府采购合同数 | public procurement contracts, number | 24 months | zero; null only while the source is not connected | gov_procurement_contract
-- @feature proc_unpaid_amount_24m | yuan | 政府采购合同待收款 | what is still to be paid on procurement contracts | 24 months | zero; null only while the source is not connected | gov_procurement_contract
-- @feature proc_terminated_count_24m | count | 近两年终止政府采购合同数 | public procurement contracts terminated | 24 months | zero; null only while the source is not connected | gov_procurement_contract
-- @feature proc_top_share_24m | ratio | 政府采购第一大采购人占比 | share of the greatest buyer in procurement contracts | 24 months | null; no contract amount in the window | gov_procurement_contract
-- @feature proc_months_since | months | 最近政府采购合同距今月数 | months since the latest procurement contract | 24 months | null; no contract in the window | gov_procurement_contract
select subject_key, cast(sum(amount) as double) / 100 as proc_contract_amount_24m,
  sum(contracts) as proc_contract_count_24m,
  cast(sum(unpaid) as double) / 100 as proc_unpaid_amount_24m,
  sum(ended) as proc_terminated_count_24m,
  case when sum(amount) > 0 then cast(max(amount) as double) / cast(sum(amount) as double) end as proc_top_share_24m,
  (date_part('year', {as_of}) - date_part('year', max(last_signed))) * 12
    + date_part('month', {as_of}) - date_part('month', max(last_signed)) as proc_months_since
from (
  select subject_key, buyer,
    sum(case when state <> 'terminated' then amount_fen else 0 end) as amount,
    sum(case when state <> 'terminated' then 1 else 0 end) as contracts,
    sum(case when state in ('signed', 'performing') and amount_fen > coalesce(paid_amount_fen, 0)
      then amount_fen - coalesce(paid_amount_fen, 0) else 0 end) as unpaid,
    sum(case when state = 'terminated' then 1 else 0 end) as ended,
    max(case when state <> 'terminated' then signed_on end) as last_signed
  from gov_procurement_contract
  where {live} and signed_on > {as_of-24m} and signed_on <= {as_of}
  group by subject_key, buyer
) as buyers
group by subject_key;

-- @feature export_usd_12m | US dollars | 近12个月出口额 | exports | 12 complete months | null; no customs record in the window | customs_trade
-- @feature export_yoy | ratio | 出口额同比 | change of exports in 12 months ending a month ago against the 12 before | 25 complete months | null; no exports in the year before | customs_trade
-- @feature export_growth_6m | ratio | 出口额近6个月环比 | change of exports in 6 months ending a month ago against the 6 before | 13 complete months | null; no exports in the 6 months before | customs_trade
-- @feature import_usd_12m | US dollars | 近12个月进口额 | imports | 12 complete months | null; no customs record in the window | customs_trade
-- @feature export_best_quarter_12m | ratio | 出口旺季占比 | share of the best of four quarters in exports of 12 months ending a month ago | 13 complete months | null; no exports in the window | customs_trade
-- @feature export_declarations_12m | count | 近12个月出口报关单数 | export declarations | 12 complete months | null; no customs record in the window | customs_trade
-- @feature export_months_since | months | 最近出口距今月数 | months since the latest month with exports | 25 complete months | null; no exports in the window | customs_trade
-- Customs records come in the middle of the month after: what compares stretches leaves out the month that has just ended.
select subject_key,
  cast(exports_12m as double) / 100 as export_usd_12m,
  case when exports_y1 > 0 then cast(q1 + q2 + q3 + q4 - exports_y1 as double) / cast(exports_y1 as double) end as export_yoy,
  case when q3 + q4 > 0 then cast(q1 + q2 - q3 - q4 as double) / cast(q3 + q4 as double) end as export_growth_6m,
  cast(imports_12m as double) / 100 as import_usd_12m,
  case when q1 + q2 + q3 + q4 > 0 then
    cast(greatest(q1, q2, q3, q4) as double) / cast(q1 + q2 + q3 + q4 as double) end as export_best_quarter_12m,
  declarations_12m as export_declarations_12m,
  (date_part('year', {as_of}) - date_part('year', last_export)) * 12
    + date_part('month', {as_of}) - date_part('month', last_export) as export_months_since
from (
  select subject_key,
    sum(case when month >= {month-12m} then exports end) as exports_12m,
    sum(case when month >= {month-12m} then imports end) as imports_12m,
    sum(case when month >= {month-12m} then declarations end) as declarations_12m,
    sum(case when month >= {month-4m} and month < {month-1m} then exports else 0 end) as q1,
    sum(case when month >= {month-7m} and month < {month-4m} then exports else 0 end) as q2,
    sum(case when month >= {month-10m} and month < {month-7m} then exports else 0 end) as q3,
    sum(case when month >= {month-13m} and month < {month-10m} then exports else 0 end) as q4,
    sum(case when month < {month-13m} then exports else 0 end) as exports_y1,
    max(case when exports > 0 then month end) as last_export
  from (
    select subject_key, month,
      case when direction = 'export' then amount_usd_fen else 0 end as exports,
      case when direction = 'import' then amount_usd_fen else 0 end as imports,
      case when direction = 'export' then declaration_count else 0 end as declarations
    from customs_trade
    where {live} and month >= {month-25m} and month < {month}
  ) as trade
  group by subject_key
) as sums;

-- @feature subsidy_amount_24m | yuan | 近两年政府补贴 | government subsidies received | 24 months | zero; null only while the source is not connected | gov_subsidy
-- @feature subsidy_count_24m | count | 近两年政府补贴笔数 | government subsidies received, number | 24 months | zero; null only while the source is not connected | gov_subsidy
-- @feature subsidy_research_24m | yuan | 近两年研发及技改补贴 | subsidies for research and better equipment | 24 months | zero; null only while the source is not connected | gov_subsidy
-- @feature subsidy_interest_24m | yuan | 近两年贷款贴息 | interest on loans borne by the state | 24 months | zero; null only while the source is not connected | gov_subsidy
-- @feature subsidy_months_since | months | 最近政府补贴距今月数 | months since the latest government subsidy | 24 months | null; no subsidy in the window | gov_subsidy
select subject_key, cast(sum(amount_fen) as double) / 100 as subsidy_amount_24m,
  count(*) as subsidy_count_24m,
  cast(sum(case when kind in ('rnd', 'tech_upgrade') then amount_fen else 0 end) as double) / 100 as subsidy_research_24m,
  cast(sum(case when kind = 'interest' then amount_fen else 0 end) as double) / 100 as subsidy_interest_24m,
  (date_part('year', {as_of}) - date_part('year', max(paid_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(paid_on)) as subsidy_months_since
from gov_subsidy
where {live} and paid_on > {as_of-24m} and paid_on <= {as_of}
group by subject_key;

-- @feature pledge_active_count | count | 有效动产及知识产权质押数 | pledges of movables and intellectual property in force | as of | zero; null only while the source is not connected | chattel_registration, ip_pledge
select subject_key, count(*) as pledge_active_count
from (
  select subject_key from chattel_registration
  where {live} and registered_on <= {as_of} and expires_on >= {as_of} and (cancelled_on is null or cancelled_on > {as_of})
  union all
  select subject_key from ip_pledge
  where {live} and from_date <= {as_of} and to_date >= {as_of} and (cancelled_on is null or cancelled_on > {as_of})
) as pledges
group by subject_key;

-- @feature certification_valid_count | count | 有效认证证书数 | certificates in force | as of | zero; null only while the source is not connected | certification
-- @feature certification_ending_6m | count | 6个月内到期认证证书数 | certificates in force that end within six months | as of | zero; null only while the source is not connected | certification
-- @feature certification_lost_count | count | 被暂停或撤销认证证书数 | certificates suspended or withdrawn | as of | zero; null only while the source is not connected | certification
select subject_key, sum(case when state = 'valid' and valid_to >= {as_of} then 1 else 0 end) as certification_valid_count,
  sum(case when state = 'valid' and valid_to >= {as_of} and valid_to < {as_of+6m} then 1 else 0 end) as certification_ending_6m,
  sum(case when state in ('suspended', 'withdrawn') then 1 else 0 end) as certification_lost_count
from certification
where {live} and issued_on <= {as_of}
group by subject_key;

-- @feature project_investment_36m | yuan | 近三年投资项目总投资 | investment of projects approved or filed, not cancelled | 36 months | zero; null only while the source is not connected | project_filing
-- @feature project_building_count | count | 在建投资项目数 | investment projects under construction | as of | zero; null only while the source is not connected | project_filing
select subject_key,
  cast(sum(case when decided_on > {as_of-36m} and state <> 'cancelled' then total_investment_fen else 0 end) as double) / 100
    as project_investment_36m,
  sum(case when state = 'building' then 1 else 0 end) as project_building_count
from project_filing
where {live} and decided_on <= {as_of}
group by subject_key;
