-- Courts: enforcement, lists and lawsuits. Repaired records are gone, disputed ones are skipped.

-- @feature open_execution_amount | yuan | 未履行执行金额 | amount of enforcement not performed | as of | zero; null only while the source is not connected | judgment_debtor
-- @feature open_execution_count | count | 未结执行案件数 | enforcement cases not performed | as of | zero; null only while the source is not connected | judgment_debtor
-- @feature execution_count_36m | count | 近三年执行立案数 | enforcement cases filed, performed or not | 36 months | zero; null only while the source is not connected | judgment_debtor
-- @feature execution_amount_36m | yuan | 近三年执行标的金额 | amount of enforcement cases filed, performed or not | 36 months | zero; null only while the source is not connected | judgment_debtor
-- @feature execution_no_assets_count | count | 终结本次执行案件数 | enforcement cases ended because no assets were found | as of | zero; null only while the source is not connected | judgment_debtor
-- @feature execution_months_since | months | 最近执行立案距今月数 | months since the latest enforcement case was filed | as of | null; no enforcement case | judgment_debtor
select subject_key,
  cast(sum(open * coalesce(unperformed_amount_fen, execution_amount_fen)) as double) / 100 as open_execution_amount,
  sum(open) as open_execution_count,
  sum(case when filed_on > {as_of-36m} then 1 else 0 end) as execution_count_36m,
  cast(sum(case when filed_on > {as_of-36m} then execution_amount_fen else 0 end) as double) / 100 as execution_amount_36m,
  sum(case when state = 'final_no_assets' then 1 else 0 end) as execution_no_assets_count,
  (date_part('year', {as_of}) - date_part('year', max(filed_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(filed_on)) as execution_months_since
from (
  select subject_key, filed_on, state, execution_amount_fen, unperformed_amount_fen,
    case when state = 'final_no_assets' or state = 'open' and (closed_on is null or closed_on > {as_of}) then 1 else 0 end as open
  from judgment_debtor
  where {undisputed} and filed_on <= {as_of}
) as executions
group by subject_key;

-- @feature is_dishonest_debtor | yes/no | 失信被执行人 | on the list of dishonest debtors | as of | zero; null only while the source is not connected | dishonest_debtor
-- @feature dishonest_debtor_count_36m | count | 近三年列入失信被执行人次数 | times listed as a dishonest debtor | 36 months | zero; null only while the source is not connected | dishonest_debtor
-- @feature dishonest_debtor_months_since | months | 最近列入失信被执行人距今月数 | months since the latest listing as a dishonest debtor | as of | null; never listed | dishonest_debtor
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as is_dishonest_debtor,
  sum(case when published_on > {as_of-36m} then 1 else 0 end) as dishonest_debtor_count_36m,
  (date_part('year', {as_of}) - date_part('year', max(published_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(published_on)) as dishonest_debtor_months_since
from dishonest_debtor
where {undisputed} and published_on <= {as_of}
group by subject_key;

-- @feature consumption_restricted | yes/no | 被限制高消费 | under a consumption restriction | as of | zero; null only while the source is not connected | consumption_restriction
-- @feature restriction_count_36m | count | 近三年限制高消费令数 | consumption restrictions ordered | 36 months | zero; null only while the source is not connected | consumption_restriction
-- @feature restriction_months_since | months | 最近限制高消费距今月数 | months since the latest consumption restriction | as of | null; never restricted | consumption_restriction
select subject_key,
  max(case when lifted_on is null or lifted_on > {as_of} then 1 else 0 end) as consumption_restricted,
  sum(case when ordered_on > {as_of-36m} then 1 else 0 end) as restriction_count_36m,
  (date_part('year', {as_of}) - date_part('year', max(ordered_on))) * 12
    + date_part('month', {as_of}) - date_part('month', max(ordered_on)) as restriction_months_since
from consumption_restriction
where {undisputed} and ordered_on <= {as_of}
group by subject_key;

-- @feature lawsuit_defendant_count_2y | count | 作为被告立案数 | lawsuits filed against the subject | 24 months | zero; null only while the source is not connected | case_filing
-- @feature lawsuit_defendant_count_6m | count | 近6个月作为被告立案数 | lawsuits filed against the subject in the last six months | 6 months | zero; null only while the source is not connected | case_filing
-- @feature lawsuit_defendant_amount_24m | yuan | 作为被告诉讼标的额 | amounts claimed in lawsuits against the subject | 24 months | zero; null only while the source is not connected | case_filing
-- @feature lawsuit_open_amount | yuan | 作为被告未结诉讼标的额 | amounts claimed in lawsuits against the subject that are not closed | 24 months | zero; null only while the source is not connected | case_filing
-- @feature lawsuit_plaintiff_count_24m | count | 作为原告立案数 | lawsuits filed by the subject | 24 months | zero; null only while the source is not connected | case_filing
-- @feature lawsuit_months_since | months | 最近作为被告立案距今月数 | months since the latest lawsuit against the subject | 24 months | null; no lawsuit against it in the window | case_filing
select subject_key,
  sum(sued) as lawsuit_defendant_count_2y,
  sum(case when filed_on > {as_of-6m} then sued else 0 end) as lawsuit_defendant_count_6m,
  cast(sum(sued * coalesce(amount_fen, 0)) as double) / 100 as lawsuit_defendant_amount_24m,
  cast(sum(case when state <> 'closed' then sued * coalesce(amount_fen, 0) else 0 end) as double) / 100 as lawsuit_open_amount,
  sum(case when party_role = 'plaintiff' then 1 else 0 end) as lawsuit_plaintiff_count_24m,
  (date_part('year', {as_of}) - date_part('year', max(case when sued = 1 then filed_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', max(case when sued = 1 then filed_on end)) as lawsuit_months_since
from (
  select subject_key, filed_on, party_role, amount_fen, state, case when party_role = 'defendant' then 1 else 0 end as sued
  from case_filing
  where {undisputed} and filed_on > {as_of-24m} and filed_on <= {as_of}
) as cases
group by subject_key;

-- @feature judged_against_amount_24m | yuan | 败诉判决金额 | amounts judged against the subject | 24 months | zero; null only while the source is not connected | judgment_doc
-- @feature judged_against_count_24m | count | 败诉判决数 | judgments against the subject, in whole or part | 24 months | zero; null only while the source is not connected | judgment_doc
-- @feature judged_against_share_24m | ratio | 被告败诉率 | share of its judgments as a defendant that went against the subject, in whole or part | 24 months | null; no judgment as a defendant in the window | judgment_doc
-- @feature judged_for_amount_24m | yuan | 胜诉判决金额 | amounts judged in favour of the subject as a plaintiff | 24 months | zero; null only while the source is not connected | judgment_doc
select subject_key,
  cast(sum(case when sued and result in ('lost', 'partly') then coalesce(judged_amount_fen, 0) else 0 end) as double) / 100
    as judged_against_amount_24m,
  sum(case when sued and result in ('lost', 'partly') then 1 else 0 end) as judged_against_count_24m,
  cast(sum(case when sued and result in ('lost', 'partly') then 1 else 0 end) as double)
    / cast(nullif(sum(case when sued then 1 else 0 end), 0) as double) as judged_against_share_24m,
  cast(sum(case when party_role = 'plaintiff' and result in ('won', 'partly') then coalesce(judged_amount_fen, 0) else 0 end) as double) / 100
    as judged_for_amount_24m
from (
  select subject_key, party_role, result, judged_amount_fen, party_role = 'defendant' as sued
  from judgment_doc
  where {undisputed} and judged_on > {as_of-24m} and judged_on <= {as_of}
) as judgments
group by subject_key;
