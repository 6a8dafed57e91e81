-- Registration: how long the firm has existed, whether it is active, who owns and runs it, and what it changed.
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
-- @feature name_changes_24m | count | 名称变更次数 | changes of name | 24 months | zero; null only while the source is not connected | ent_change
-- @feature capital_changes_24m | count | 注册资本变更次数 | changes of registered capital | 24 months | zero; null only while the source is not connected | ent_change
-- @feature scope_changes_24m | count | 经营范围变更次数 | changes of the scope of business | 24 months | zero; null only while the source is not connected | ent_change
-- @feature changes_6m | count | 近6个月变更事项数 | changes of any kind in the last six months | 6 months | zero; null only while the source is not connected | ent_change
-- @feature months_since_change | months | 最近一次变更距今月数 | months since the latest change | 24 months | null; no change in the window | ent_change
select subject_key,
  sum(case when change_item = 'legal_rep' then 1 else 0 end) as legal_rep_changes_24m,
  sum(case when change_item = 'address' then 1 else 0 end) as address_changes_24m,
  sum(case when change_item = 'shareholder' then 1 else 0 end) as shareholder_changes_24m,
  sum(case when change_item = 'name' then 1 else 0 end) as name_changes_24m,
  sum(case when change_item = 'capital' then 1 else 0 end) as capital_changes_24m,
  sum(case when change_item = 'scope' then 1 else 0 end) as scope_changes_24m,
  sum(case when change_date > {as_of-6m} then 1 else 0 end) as changes_6m,
  (date_part('year', {as_of}) - date_part('year', max(change_date))) * 12
    + date_part('month', {as_of}) - date_part('month', max(change_date)) as months_since_change
from ent_change
where {live} and change_date > {as_of-24m} and change_date <= {as_of}
group by subject_key;

-- @feature shareholder_count | count | 股东数 | shareholders | as of | null; no shareholder on record | ent_shareholder
-- @feature shareholder_top_share | ratio | 第一大股东持股比例 | share of the largest shareholder | as of | null; no shareholder on record | ent_shareholder
-- @feature shareholder_concentration | ratio | 股权集中度 | concentration of shares: sum of their squares | as of | null; no shareholder on record | ent_shareholder
-- @feature shareholder_legal_share | ratio | 法人持股比例 | share held by enterprises | as of | null; no shareholder on record | ent_shareholder
-- @feature capital_paid_share | ratio | 实缴出资比例 | share of subscribed capital that is paid in | as of | null; nothing subscribed | ent_shareholder
select subject_key,
  count(*) as shareholder_count,
  cast(max(share_ratio) as double) as shareholder_top_share,
  cast(sum(cast(share_ratio * 1000000 as bigint) * cast(share_ratio * 1000000 as bigint)) as double) / 1000000000000
    as shareholder_concentration,
  cast(sum(case when holder_kind = 'legal' then cast(share_ratio * 1000000 as bigint) else 0 end) as double) / 1000000
    as shareholder_legal_share,
  case when sum(subscribed_amount_fen) > 0 then
    cast(sum(coalesce(paid_amount_fen, 0)) as double) / cast(sum(subscribed_amount_fen) as double) end as capital_paid_share
from ent_shareholder
where {live} and item_valid_from <= {as_of} and (item_valid_to is null or item_valid_to > {as_of})
group by subject_key;

-- @feature key_positions_count | count | 主要人员职务数 | positions held by key persons | as of | null; no key person on record | ent_key_person
-- @feature has_finance_head | yes/no | 设有财务负责人 | a head of finance is registered | as of | null; no key person on record | ent_key_person
-- @feature key_appointments_24m | count | 近两年主要人员任职数 | appointments of key persons | 24 months | null; no key person on record | ent_key_person
select subject_key,
  count(*) as key_positions_count,
  max(case when position = 'finance_head' then 1 else 0 end) as has_finance_head,
  sum(case when appointed_on > {as_of-24m} then 1 else 0 end) as key_appointments_24m
from ent_key_person
where {live} and (appointed_on is null or appointed_on <= {as_of}) and (item_valid_to is null or item_valid_to > {as_of})
group by subject_key;

-- @feature on_abnormal_list | yes/no | 列入经营异常名录 | on the list of abnormal operation | as of | zero; null only while the source is not connected | abnormal_operation
-- @feature abnormal_address_lost | yes/no | 通过住所无法联系 | listed because it cannot be reached at its address | as of | zero; null only while the source is not connected | abnormal_operation
-- @feature abnormal_count_36m | count | 近三年列入异常次数 | times listed for abnormal operation | 36 months | zero; null only while the source is not connected | abnormal_operation
-- @feature abnormal_days_longest_36m | days | 近三年列入异常最长天数 | longest time on the list, up to the day | 36 months | zero; null only while the source is not connected | abnormal_operation
-- @feature months_since_abnormal | months | 最近列入异常距今月数 | months since the latest listing | as of | null; never listed | abnormal_operation
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as on_abnormal_list,
  max(case when reason_code = 'address_lost' and (removed_on is null or removed_on > {as_of}) then 1 else 0 end)
    as abnormal_address_lost,
  sum(case when listed_on > {as_of-36m} then 1 else 0 end) as abnormal_count_36m,
  max(case when listed_on <= {as_of-36m} then 0 when removed_on is null or removed_on > {as_of} then {as_of} - listed_on
    else removed_on - listed_on end) as abnormal_days_longest_36m,
  (date_part('year', {as_of}) - date_part('year', max(listed_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(listed_on)) as months_since_abnormal
from abnormal_operation
where {undisputed} and listed_on <= {as_of}
group by subject_key;

-- @feature is_seriously_dishonest | yes/no | 列入严重失信主体名单 | on a list of seriously dishonest subjects | as of | zero; null only while the source is not connected | serious_dishonesty
-- @feature months_since_serious_list | months | 最近列入严重失信名单距今月数 | months since the latest listing as seriously dishonest | as of | null; never listed | serious_dishonesty
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as is_seriously_dishonest,
  (date_part('year', {as_of}) - date_part('year', max(listed_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(listed_on)) as months_since_serious_list
from serious_dishonesty
where {undisputed} and listed_on <= {as_of}
group by subject_key;

-- @feature annual_revenue_latest | yuan | 最近年报营业收入 | revenue of the latest annual report | 36 months | null; no annual report with revenue | ent_annual_report
-- @feature annual_employees_latest | persons | 最近年报从业人数 | employees of the latest annual report | 36 months | null; no annual report with employees | ent_annual_report
-- @feature annual_assets_latest | yuan | 最近年报资产总额 | assets of the latest annual report | 36 months | null; no annual report with assets | ent_annual_report
-- @feature annual_debt_ratio | ratio | 最近年报资产负债率 | liabilities to assets in the latest annual report with both | 36 months | null; no annual report with assets and liabilities | ent_annual_report
-- @feature annual_net_margin | ratio | 最近年报净利率 | net profit to revenue in the latest annual report with both | 36 months | null; no annual report with revenue and net profit | ent_annual_report
-- @feature annual_revenue_yoy | ratio | 年报营业收入同比 | change of revenue between the two latest years | 36 months | null; revenue of two years in a row is not reported | ent_annual_report
-- @feature annual_employees_yoy | ratio | 年报从业人数同比 | change of employees between the two latest years | 36 months | null; employees of two years in a row are not reported | ent_annual_report
-- @feature annual_report_count_36m | count | 近三年年报份数 | annual reports handed in | 36 months | zero; null only while the source is not connected | ent_annual_report
-- @feature annual_report_late_36m | count | 近三年迟报年报份数 | annual reports handed in after 30 June of the year after | 36 months | null; no annual report in the window | ent_annual_report
-- The latest year wins: year and figure share one integer, so the greatest carries the newest figure. A profit can be
-- a loss; half of the room of its figure lies below zero.
select subject_key,
  cast(max(revenue) % 1000000000000000 as double) / 100 as annual_revenue_latest,
  max(workers) % 1000000000 as annual_employees_latest,
  cast(max(assets) % 1000000000000000 as double) / 100 as annual_assets_latest,
  cast(max(debt) % 1000000000000000 as double) / cast(max(debt_base) % 1000000000000000 as double) as annual_debt_ratio,
  cast(max(profit) % 1000000000000000 - 500000000000000 as double) / cast(max(profit_base) % 1000000000000000 as double)
    as annual_net_margin,
  case when max(revenue_y1) is not null and max(revenue_y2) > 0 then
      cast(max(revenue_y1) - max(revenue_y2) as double) / cast(max(revenue_y2) as double)
    when max(revenue_y1) is null and max(revenue_y3) > 0 then
      cast(max(revenue_y2) - max(revenue_y3) as double) / cast(max(revenue_y3) as double) end as annual_revenue_yoy,
  case when max(workers_y1) is not null and max(workers_y2) > 0 then
      cast(max(workers_y1) - max(workers_y2) as double) / cast(max(workers_y2) as double)
    when max(workers_y1) is null and max(workers_y3) > 0 then
      cast(max(workers_y2) - max(workers_y3) as double) / cast(max(workers_y3) as double) end as annual_employees_yoy,
  count(*) as annual_report_count_36m,
  sum(late) as annual_report_late_36m
from (
  select subject_key,
    case when revenue_fen >= 0 then report_year * 1000000000000000 + revenue_fen end as revenue,
    case when employees >= 0 then report_year * 1000000000 + employees end as workers,
    case when assets_total_fen >= 0 then report_year * 1000000000000000 + assets_total_fen end as assets,
    case when assets_total_fen > 0 and liabilities_fen >= 0 then report_year * 1000000000000000 + liabilities_fen end as debt,
    case when assets_total_fen > 0 and liabilities_fen >= 0 then report_year * 1000000000000000 + assets_total_fen end as debt_base,
    case when revenue_fen > 0 and net_profit_fen is not null then
      report_year * 1000000000000000 + 500000000000000 + net_profit_fen end as profit,
    case when revenue_fen > 0 and net_profit_fen is not null then report_year * 1000000000000000 + revenue_fen end as profit_base,
    case when report_year = date_part('year', {as_of}) - 1 then revenue_fen end as revenue_y1,
    case when report_year = date_part('year', {as_of}) - 2 then revenue_fen end as revenue_y2,
    case when report_year = date_part('year', {as_of}) - 3 then revenue_fen end as revenue_y3,
    case when report_year = date_part('year', {as_of}) - 1 then employees end as workers_y1,
    case when report_year = date_part('year', {as_of}) - 2 then employees end as workers_y2,
    case when report_year = date_part('year', {as_of}) - 3 then employees end as workers_y3,
    case when date_part('year', submitted_on) > report_year + 1
      or date_part('year', submitted_on) = report_year + 1 and date_part('month', submitted_on) > 6 then 1 else 0 end as late
  from ent_annual_report
  where {live} and submitted_on > {as_of-36m} and submitted_on <= {as_of}
) as reports
group by subject_key;
