-- Innovation: rights that are in force, and what is spent on research.

-- @feature patent_valid_count | count | 有效专利数 | patents in force | as of | zero; null only while the source is not connected | patent
-- @feature invention_count | count | 有效发明专利数 | invention patents in force | as of | zero; null only while the source is not connected | patent
select subject_key,
  sum(case when legal_state = 'valid' and granted_on <= {as_of} then 1 else 0 end) as patent_valid_count,
  sum(case when legal_state = 'valid' and granted_on <= {as_of} and kind = 'invention' then 1 else 0 end) as invention_count
from patent
where {live} and applied_on <= {as_of}
group by subject_key;

-- @feature software_count | count | 软件著作权数 | software copyrights | as of | zero; null only while the source is not connected | software_copyright
select subject_key, count(*) as software_count
from software_copyright
where {live} and registered_on <= {as_of}
group by subject_key;

-- @feature hitech_valid | yes/no | 高新技术等认定有效 | certified as a technology enterprise | as of | zero; null only while the source is not connected | hitech_certification
select subject_key,
  max(case when valid_to >= {as_of} and (revoked_on is null or revoked_on > {as_of}) then 1 else 0 end) as hitech_valid
from hitech_certification
where {live} and granted_on <= {as_of}
group by subject_key;

-- @feature rd_expense_24m | yuan | 近两年研发投入 | research and development expense | two calendar years before | null; no project reported | rd_activity
select subject_key, cast(sum(rd_expense_fen) as double) / 100 as rd_expense_24m
from rd_activity
where {live} and year >= date_part('year', {as_of}) - 2 and year < date_part('year', {as_of})
group by subject_key;
