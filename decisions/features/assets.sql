-- Assets: land, buildings and vehicles, and what rests on them: mortgages, seizures, pledges.

-- @feature estate_title_count | count | 有效不动产权证数 | titles of real estate in force | as of | zero; null only while the source is not connected | real_estate_title
-- @feature estate_land_m2 | square metres | 自有土地面积 | land owned | as of | zero; null only while the source is not connected | real_estate_title
-- @feature estate_building_m2 | square metres | 自有房屋建筑面积 | floor area of buildings owned | as of | zero; null only while the source is not connected | real_estate_title
-- @feature estate_granted_share | ratio | 出让性质不动产占比 | share of titles on granted land, which a bank can take as a mortgage | as of | null; no title in force | real_estate_title
-- @feature estate_new_24m | count | 近两年新登记不动产数 | titles registered | 24 months | zero; null only while the source is not connected | real_estate_title
select subject_key, count(*) as estate_title_count,
  cast(sum(case when kind = 'land' then area_m2 else 0 end) as double) as estate_land_m2,
  cast(sum(coalesce(building_area_m2, 0)) as double) as estate_building_m2,
  cast(sum(case when land_right = 'granted' then 1 else 0 end) as double) / cast(count(*) as double) as estate_granted_share,
  sum(case when registered_on > {as_of-24m} then 1 else 0 end) as estate_new_24m
from real_estate_title
where {live} and registered_on <= {as_of} and valid and (use_until is null or use_until > {as_of})
group by subject_key;

-- @feature mortgage_amount | yuan | 不动产抵押担保债权 | debt secured by mortgages in force | as of | zero; null only while the source is not connected | real_estate_mortgage
-- @feature mortgage_count | count | 有效不动产抵押数 | mortgages in force | as of | zero; null only while the source is not connected | real_estate_mortgage
-- @feature mortgage_overdue_count | count | 到期未注销抵押数 | mortgages not cancelled though the debt is past its term | as of | zero; null only while the source is not connected | real_estate_mortgage
-- @feature mortgage_new_12m | count | 近12个月新增抵押数 | mortgages registered | 12 months | zero; null only while the source is not connected | real_estate_mortgage
select subject_key,
  cast(sum(active * secured_amount_fen) as double) / 100 as mortgage_amount,
  sum(active) as mortgage_count,
  sum(case when to_date < {as_of} then active else 0 end) as mortgage_overdue_count,
  sum(case when registered_on > {as_of-12m} then 1 else 0 end) as mortgage_new_12m
from (
  select subject_key, secured_amount_fen, to_date, registered_on,
    case when cancelled_on is null or cancelled_on > {as_of} then 1 else 0 end as active
  from real_estate_mortgage
  where {live} and registered_on <= {as_of}
) as mortgages
group by subject_key;

-- @feature seizure_active_count | count | 不动产被查封数 | seizures of real estate in force | as of | zero; null only while the source is not connected | real_estate_seizure
-- @feature seizure_months_since | months | 最近不动产查封距今月数 | months since the latest seizure of real estate | as of | null; never seized | real_estate_seizure
select subject_key,
  sum(case when to_date >= {as_of} and (lifted_on is null or lifted_on > {as_of}) then 1 else 0 end) as seizure_active_count,
  (date_part('year', {as_of}) - date_part('year', max(from_date))) * 12
    + date_part('month', {as_of}) - date_part('month', max(from_date)) as seizure_months_since
from real_estate_seizure
where {undisputed} and from_date <= {as_of}
group by subject_key;

-- @feature estate_mortgaged_share | ratio | 已抵押不动产占比 | share of the titles in force that carry a mortgage in force | as of | null; no title in force | real_estate_title, real_estate_mortgage
select titles.subject_key,
  cast(sum(case when mortgages.certificate_no is not null then 1 else 0 end) as double) / cast(count(*) as double) as estate_mortgaged_share
from (
  select distinct subject_key, certificate_no
  from real_estate_title
  where {live} and registered_on <= {as_of} and valid
) as titles
left join (
  select distinct subject_key, certificate_no
  from real_estate_mortgage
  where {live} and registered_on <= {as_of} and (cancelled_on is null or cancelled_on > {as_of})
) as mortgages on mortgages.subject_key = titles.subject_key and mortgages.certificate_no = titles.certificate_no
group by titles.subject_key;

-- @feature chattel_amount | yuan | 动产担保债权金额 | debt secured by movables and claims in force | as of | zero; null only while the source is not connected | chattel_registration
-- @feature chattel_receivable_amount | yuan | 应收账款质押转让金额 | debt secured by receivables in force | as of | zero; null only while the source is not connected | chattel_registration
-- @feature chattel_lease_amount | yuan | 融资租赁登记金额 | financial leases in force | as of | zero; null only while the source is not connected | chattel_registration
-- @feature chattel_new_12m | count | 近12个月新增动产担保数 | pledges of movables registered | 12 months | zero; null only while the source is not connected | chattel_registration
-- @feature chattel_top_creditor_share | ratio | 动产担保第一大债权人占比 | share of the greatest creditor in the debt secured by movables | as of | null; nothing secured | chattel_registration
select subject_key,
  cast(sum(amount) as double) / 100 as chattel_amount,
  cast(sum(receivable) as double) / 100 as chattel_receivable_amount,
  cast(sum(lease) as double) / 100 as chattel_lease_amount,
  sum(fresh) as chattel_new_12m,
  case when sum(amount) > 0 then cast(max(amount) as double) / cast(sum(amount) as double) end as chattel_top_creditor_share
from (
  select subject_key, creditor,
    sum(case when expires_on >= {as_of} and (cancelled_on is null or cancelled_on > {as_of}) then secured_amount_fen else 0 end) as amount,
    sum(case when expires_on >= {as_of} and (cancelled_on is null or cancelled_on > {as_of}) and kind = 'receivable'
      then secured_amount_fen else 0 end) as receivable,
    sum(case when expires_on >= {as_of} and (cancelled_on is null or cancelled_on > {as_of}) and kind = 'finance_lease'
      then secured_amount_fen else 0 end) as lease,
    sum(case when registered_on > {as_of-12m} then 1 else 0 end) as fresh
  from chattel_registration
  where {live} and registered_on <= {as_of}
  group by subject_key, creditor
) as creditors
group by subject_key;

-- @feature vehicle_count | count | 营运车辆数 | vehicles in operation | as of | zero; null only while the source is not connected | transport_operation
-- @feature vehicle_tonnage | tonnes | 营运车辆核定吨位 | permitted load of vehicles in operation | as of | zero; null only while the source is not connected | transport_operation
-- @feature vehicle_check_bad_share | ratio | 营运车辆年审异常占比 | share of vehicles in operation that missed or failed the yearly check | as of | null; no vehicle in operation | transport_operation
select subject_key, count(*) as vehicle_count,
  cast(sum(coalesce(tonnage, 0)) as double) as vehicle_tonnage,
  cast(sum(case when annual_check = 'passed' then 0 else 1 end) as double) / cast(count(*) as double) as vehicle_check_bad_share
from transport_operation
where {live} and state = 'operating' and vehicle_no is not null
group by subject_key;
