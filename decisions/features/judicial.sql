-- Courts: enforcement, lists and lawsuits. Repaired records are gone, disputed ones are skipped.

-- @feature open_execution_amount | yuan | 未履行执行金额 | amount of enforcement not performed | as of | zero; null only while the source is not connected | judgment_debtor
-- @feature open_execution_count | count | 未结执行案件数 | enforcement cases not performed | as of | zero; null only while the source is not connected | judgment_debtor
select subject_key,
  cast(sum(coalesce(unperformed_amount_fen, execution_amount_fen)) as double) / 100 as open_execution_amount,
  count(*) as open_execution_count
from judgment_debtor
where {undisputed} and filed_on <= {as_of} and state in ('open', 'final_no_assets')
  and (state = 'final_no_assets' or closed_on is null or closed_on > {as_of})
group by subject_key;

-- @feature is_dishonest_debtor | yes/no | 失信被执行人 | on the list of dishonest debtors | as of | zero; null only while the source is not connected | dishonest_debtor
select subject_key,
  max(case when removed_on is null or removed_on > {as_of} then 1 else 0 end) as is_dishonest_debtor
from dishonest_debtor
where {undisputed} and published_on <= {as_of}
group by subject_key;

-- @feature consumption_restricted | yes/no | 被限制高消费 | under a consumption restriction | as of | zero; null only while the source is not connected | consumption_restriction
select subject_key,
  max(case when lifted_on is null or lifted_on > {as_of} then 1 else 0 end) as consumption_restricted
from consumption_restriction
where {undisputed} and ordered_on <= {as_of}
group by subject_key;

-- @feature lawsuit_defendant_count_2y | count | 作为被告立案数 | lawsuits filed against the subject | 24 months | zero; null only while the source is not connected | case_filing
select subject_key, count(*) as lawsuit_defendant_count_2y
from case_filing
where {undisputed} and party_role = 'defendant' and filed_on > {as_of-24m} and filed_on <= {as_of}
group by subject_key;

-- @feature judged_against_amount_24m | yuan | 败诉判决金额 | amounts judged against the subject | 24 months | zero; null only while the source is not connected | judgment_doc
select subject_key, cast(sum(coalesce(judged_amount_fen, 0)) as double) / 100 as judged_against_amount_24m
from judgment_doc
where {undisputed} and party_role = 'defendant' and result in ('lost', 'partly')
  and judged_on > {as_of-24m} and judged_on <= {as_of}
group by subject_key;
