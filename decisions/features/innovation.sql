-- Innovation: rights that are in force or applied for, and what is spent on research.

-- @feature patent_valid_count | count | 有效专利数 | patents in force | as of | zero; null only while the source is not connected | patent
-- @feature invention_count | count | 有效发明专利数 | invention patents in force | as of | zero; null only while the source is not connected | patent
-- @feature patent_applied_24m | count | 近两年专利申请数 | patents applied for | 24 months | zero; null only while the source is not connected | patent
-- @feature patent_granted_24m | count | 近两年专利授权数 | patents granted | 24 months | zero; null only while the source is not connected | patent
-- @feature patent_lost_share | ratio | 失效专利占比 | share of the patents granted that have lapsed or were declared void | as of | null; no patent granted | patent
-- @feature patent_fee_overdue | count | 年费到期未续专利数 | patents in force whose yearly fee is not paid up to the day | as of | zero; null only while the source is not connected | patent
-- @feature patent_months_since | months | 最近专利申请距今月数 | months since the latest application for a patent | as of | null; no application | patent
select subject_key,
  sum(case when legal_state = 'valid' and granted_on <= {as_of} then 1 else 0 end) as patent_valid_count,
  sum(case when legal_state = 'valid' and granted_on <= {as_of} and kind = 'invention' then 1 else 0 end) as invention_count,
  sum(case when applied_on > {as_of-24m} then 1 else 0 end) as patent_applied_24m,
  sum(case when granted_on > {as_of-24m} and granted_on <= {as_of} then 1 else 0 end) as patent_granted_24m,
  cast(sum(case when granted_on <= {as_of} and legal_state in ('lapsed', 'revoked') then 1 else 0 end) as double)
    / cast(nullif(sum(case when granted_on <= {as_of} then 1 else 0 end), 0) as double) as patent_lost_share,
  sum(case when legal_state = 'valid' and granted_on <= {as_of} and annual_fee_paid_to < {as_of} then 1 else 0 end) as patent_fee_overdue,
  (date_part('year', {as_of}) - date_part('year', max(applied_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(applied_on)) as patent_months_since
from patent
where {live} and applied_on <= {as_of}
group by subject_key;

-- @feature trademark_count | count | 有效注册商标数 | trademarks in force | as of | zero; null only while the source is not connected | trademark
-- @feature trademark_applied_24m | count | 近两年商标申请数 | trademarks applied for | 24 months | zero; null only while the source is not connected | trademark
select subject_key,
  sum(case when legal_state = 'registered' and registered_on <= {as_of} and (item_valid_to is null or item_valid_to >= {as_of})
    then 1 else 0 end) as trademark_count,
  sum(case when applied_on > {as_of-24m} then 1 else 0 end) as trademark_applied_24m
from trademark
where {live} and applied_on <= {as_of}
group by subject_key;

-- @feature software_count | count | 软件著作权数 | software copyrights | as of | zero; null only while the source is not connected | software_copyright
-- @feature software_new_24m | count | 近两年软件著作权数 | software copyrights registered | 24 months | zero; null only while the source is not connected | software_copyright
select subject_key, count(*) as software_count,
  sum(case when registered_on > {as_of-24m} then 1 else 0 end) as software_new_24m
from software_copyright
where {live} and registered_on <= {as_of}
group by subject_key;

-- @feature hitech_valid | yes/no | 高新技术等认定有效 | certified as a technology enterprise | as of | zero; null only while the source is not connected | hitech_certification
-- @feature hitech_months_left | months | 高新技术等认定剩余月数 | months until the last technology certificate in force ends | as of | null; no certificate in force | hitech_certification
select subject_key,
  max(case when valid then 1 else 0 end) as hitech_valid,
  (date_part('year', max(case when valid then valid_to end)) - date_part('year', {as_of})) * 12
    + date_part('month', max(case when valid then valid_to end)) - date_part('month', {as_of}) as hitech_months_left
from (
  select subject_key, valid_to, valid_to >= {as_of} and (revoked_on is null or revoked_on > {as_of}) as valid
  from hitech_certification
  where {live} and granted_on <= {as_of}
) as certificates
group by subject_key;

-- @feature rd_expense_24m | yuan | 近两年研发投入 | research and development expense | two calendar years before | null; no project reported | rd_activity
-- @feature rd_expense_yoy | ratio | 研发投入同比 | change of research expense between the two calendar years before | two calendar years before | null; no expense in the earlier year | rd_activity
-- @feature rd_project_count_24m | count | 近两年研发项目数 | research projects, counted once a year | two calendar years before | zero; null only while the source is not connected | rd_activity
-- @feature rd_grant_share_24m | ratio | 研发投入财政资助占比 | public grants against research expense | two calendar years before | null; no expense reported | rd_activity
-- @feature rd_headcount | persons | 研发人员数 | people at work on the research projects of the year before | calendar year before | null; no project reported in the year before | rd_activity
select subject_key, cast(sum(rd_expense_fen) as double) / 100 as rd_expense_24m,
  case when sum(case when year = date_part('year', {as_of}) - 2 then rd_expense_fen end) > 0 then
    cast(sum(case when year = date_part('year', {as_of}) - 1 then rd_expense_fen else -rd_expense_fen end) as double)
    / cast(sum(case when year = date_part('year', {as_of}) - 2 then rd_expense_fen end) as double) end as rd_expense_yoy,
  count(*) as rd_project_count_24m,
  case when sum(rd_expense_fen) > 0 then
    cast(sum(grant_amount_fen) as double) / cast(sum(rd_expense_fen) as double) end as rd_grant_share_24m,
  sum(case when year = date_part('year', {as_of}) - 1 then rd_headcount end) as rd_headcount
from rd_activity
where {live} and year >= date_part('year', {as_of}) - 2 and year < date_part('year', {as_of})
group by subject_key;
