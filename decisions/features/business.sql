-- Business: permissions, penalties, public contracts, exports, support received and what is pledged.

-- @feature licence_count_valid | count | 有效行政许可数 | licences in force | as of | zero; null only while the source is not connected | admin_license
select subject_key,
  sum(case when state = 'valid' and (valid_to is null or valid_to >= {as_of}) then 1 else 0 end) as licence_count_valid
from admin_license
where {live} and decided_on <= {as_of}
group by subject_key;

-- @feature penalty_count_3y | count | 近三年行政处罚次数 | administrative penalties | 36 months | zero; null only while the source is not connected | admin_penalty
-- @feature penalty_amount_3y | yuan | 近三年罚没金额 | fines and confiscations | 36 months | zero; null only while the source is not connected | admin_penalty
select subject_key, count(*) as penalty_count_3y,
  cast(sum(coalesce(fine_amount_fen, 0) + coalesce(confiscated_amount_fen, 0)) as double) / 100 as penalty_amount_3y
from admin_penalty
where {undisputed} and decided_on > {as_of-36m} and decided_on <= {as_of}
  and (repaired_on is null or repaired_on > {as_of})
group by subject_key;

-- @feature won_bid_amount_24m | yuan | 近两年中标金额 | public bids won | 24 months | zero; null only while the source is not connected | bid_award
select subject_key, cast(sum(coalesce(award_amount_fen, 0)) as double) / 100 as won_bid_amount_24m
from bid_award
where {live} and award_date > {as_of-24m} and award_date <= {as_of}
group by subject_key;

-- @feature proc_contract_amount_24m | yuan | 近两年政府采购合同金额 | public procurement contracts | 24 months | zero; null only while the source is not connected | gov_procurement_contract
select subject_key, cast(sum(amount_fen) as double) / 100 as proc_contract_amount_24m
from gov_procurement_contract
where {live} and state <> 'terminated' and signed_on > {as_of-24m} and signed_on <= {as_of}
group by subject_key;

-- @feature export_usd_12m | US dollars | 近12个月出口额 | exports | 12 complete months | null; no customs record in the window | customs_trade
select subject_key,
  cast(sum(case when direction = 'export' then amount_usd_fen else 0 end) as double) / 100 as export_usd_12m
from customs_trade
where {live} and month >= {month-12m} and month < {month}
group by subject_key;

-- @feature subsidy_amount_24m | yuan | 近两年政府补贴 | government subsidies received | 24 months | zero; null only while the source is not connected | gov_subsidy
select subject_key, cast(sum(amount_fen) as double) / 100 as subsidy_amount_24m
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
select subject_key, sum(case when state = 'valid' and valid_to >= {as_of} then 1 else 0 end) as certification_valid_count
from certification
where {live} and issued_on <= {as_of}
group by subject_key;
