-- Administration: how authorities grade the firm, what they find when they inspect it, and what they honour it for.

-- @feature customs_grade | 3=advanced 2=regular 1=dishonest | 海关信用等级 | customs credit grade in force | as of | null; not graded | customs_credit
select subject_key,
  max((effective_from - date '1970-01-01') * 10
    + case grade when 'aeo_advanced' then 3 when 'regular' then 2 when 'dishonest' then 1 else 0 end) % 10 as customs_grade
from customs_credit
where {live} and effective_from <= {as_of} and (effective_to is null or effective_to >= {as_of})
group by subject_key;

-- @feature env_grade_latest | 4=green 3=blue 2=yellow 1=red | 最近环保信用等级 | latest environmental credit grade | 36 months | null; not graded | env_credit
-- @feature env_grade_worst_36m | 4=green 3=blue 2=yellow 1=red | 近三年最低环保信用等级 | worst environmental credit grade | 36 months | null; not graded | env_credit
select subject_key,
  max(year * 10 + grade_rank) % 10 as env_grade_latest,
  min(grade_rank) as env_grade_worst_36m
from (
  select subject_key, year, case grade when 'green' then 4 when 'blue' then 3 when 'yellow' then 2 when 'red' then 1 else 0 end as grade_rank
  from env_credit
  where {live} and published_on > {as_of-36m} and published_on <= {as_of}
) as grades
group by subject_key;

-- @feature env_permit_valid | yes/no | 排污许可或登记有效 | a discharge permit or registration is in force | as of | zero; null only while the source is not connected | env_permit
-- @feature env_approval_36m | count | 近三年环评批复备案数 | environmental approvals and filings of projects | 36 months | zero; null only while the source is not connected | env_permit
select subject_key,
  max(case when kind in ('discharge_permit', 'discharge_registration') and (item_valid_to is null or item_valid_to >= {as_of})
    then 1 else 0 end) as env_permit_valid,
  sum(case when kind in ('eia_approval', 'eia_filing') and decided_on > {as_of-36m} then 1 else 0 end) as env_approval_36m
from env_permit
where {live} and decided_on <= {as_of}
group by subject_key;

-- @feature safety_hazard_open | count | 未整改重大事故隐患数 | grave hazards found and not remedied | as of | zero; null only while the source is not connected | work_safety
-- @feature safety_events_36m | count | 近三年事故及隐患数 | accidents and grave hazards | 36 months | zero; null only while the source is not connected | work_safety
-- @feature safety_permit_valid | yes/no | 安全生产许可或达标有效 | a safety permit or safety grade is in force | as of | zero; null only while the source is not connected | work_safety
select subject_key,
  sum(case when kind = 'hidden_danger' and state = 'open' and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end) as safety_hazard_open,
  sum(case when kind in ('accident', 'hidden_danger') and occurred_on > {as_of-36m} and coalesce(repair_state, 'none') <> 'disputed' then 1 else 0 end) as safety_events_36m,
  max(case when kind in ('permit', 'standardisation_grade') and state = 'valid' and (item_valid_to is null or item_valid_to >= {as_of})
    then 1 else 0 end) as safety_permit_valid
from work_safety
where {live} and (occurred_on is null or occurred_on <= {as_of})
group by subject_key;

-- @feature honour_count | count | 有效荣誉数 | honours in force | as of | zero; null only while the source is not connected | honor
-- @feature honour_high_count | count | 国家级及市级荣誉数 | honours of nation or city in force | as of | zero; null only while the source is not connected | honor
select subject_key, count(*) as honour_count,
  sum(case when level in ('national', 'city') then 1 else 0 end) as honour_high_count
from honor
where {live} and granted_on <= {as_of} and (item_valid_to is null or item_valid_to >= {as_of})
  and (revoked_on is null or revoked_on > {as_of})
group by subject_key;

-- @feature sme_grade_valid | 4=champion 3=little giant 2=specialised 1=innovative | 优质中小企业等级 | highest grade among quality small firms in force | as of | zero; null only while the source is not connected | sme_grade
select subject_key,
  max(case grade when 'single_champion' then 4 when 'little_giant' then 3 when 'specialised' then 2 when 'innovative' then 1 else 0 end)
    as sme_grade_valid
from sme_grade
where {live} and granted_on <= {as_of} and item_valid_to >= {as_of} and (revoked_on is null or revoked_on > {as_of})
group by subject_key;
