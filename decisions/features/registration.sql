-- Registration: how long the firm has existed, whether it is active, and what it changed.
-- Placeholders: {as_of} the day, {as_of-12m} twelve months before it, {month} the first of its month,
-- {month-12m} twelve months before that, {live} known by then and not repaired, {undisputed} live and not in dispute.

-- @feature months_in_business | months | 成立月数 | months since establishment | as of | null; the firm is not in the register or has no date | ent_registration
-- @feature is_active | yes/no | 登记状态为存续 | registration is active | as of | null; the firm is not in the register | ent_registration
-- @feature registered_capital | yuan | 注册资本 | registered capital | as of | null; the firm is not in the register | ent_registration
-- @feature registered_division | code | 登记所在区县 | district of registration | as of | null; the firm is not in the register | ent_registration
select subject_key,
  max(case when established_on <= {as_of} then
    (date_part('year', {as_of}) - date_part('year', established_on)) * 12
    + date_part('month', {as_of}) - date_part('month', established_on)
    - case when date_part('day', {as_of}) < date_part('day', established_on) then 1 else 0 end
  end) as months_in_business,
  max(case when status = 'active' then 1 else 0 end) as is_active,
  cast(max(registered_capital_fen) as double) / 100 as registered_capital,
  max(try_cast(division as bigint)) as registered_division
from ent_registration
where {live}
group by subject_key;

-- @feature legal_rep_changes_24m | count | 法定代表人变更次数 | changes of the legal representative | 24 months | zero; null only while the source is not connected | ent_change
-- @feature address_changes_24m | count | 住所变更次数 | changes of address | 24 months | zero; null only while the source is not connected | ent_change
-- @feature shareholder_changes_24m | count | 股东变更次数 | changes of shareholders | 24 months | zero; null only while the source is not connected | ent_change
select subject_key,
  sum(case when change_item = 'legal_rep' then 1 else 0 end) as legal_rep_changes_24m,
  sum(case when change_item = 'address' then 1 else 0 end) as address_changes_24m,
  sum(case when change_item = 'shareholder' then 1 else 0 end) as shareholder_changes_24m
from ent_change
where {live} and change_date > {as_of-24m} and change_date <= {as_of}
group by subject_key;

-- @feature on_abnormal_list | yes/no | 列入经营异常名录 | on the list of abnormal operation | as of | zero; null only while the source is not connected | abnormal_operation
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as on_abnormal_list
from abnormal_operation
where {undisputed} and listed_on <= {as_of}
group by subject_key;

-- @feature is_seriously_dishonest | yes/no | 列入严重失信主体名单 | on a list of seriously dishonest subjects | as of | zero; null only while the source is not connected | serious_dishonesty
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as is_seriously_dishonest
from serious_dishonesty
where {undisputed} and listed_on <= {as_of}
group by subject_key;

-- @feature annual_revenue_latest | yuan | 最近年报营业收入 | revenue of the latest annual report | 36 months | null; no annual report with revenue | ent_annual_report
-- @feature annual_employees_latest | persons | 最近年报从业人数 | employees of the latest annual report | 36 months | null; no annual report with employees | ent_annual_report
-- The latest year wins: year and figure share one integer, so the greatest carries the newest figure.
select subject_key,
  cast(max(case when revenue_fen >= 0 then report_year * 1000000000000000 + revenue_fen end) % 1000000000000000 as double) / 100
    as annual_revenue_latest,
  max(case when employees >= 0 then report_year * 1000000000 + employees end) % 1000000000 as annual_employees_latest
from ent_annual_report
where {live} and submitted_on > {as_of-36m} and submitted_on <= {as_of}
group by subject_key;
