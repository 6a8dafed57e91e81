-- Farming: land, rent, subsidies, insurance, pesticides and quarantine of a household or farm.
-- Areas are mu; areas times days are summed as whole numbers (ten-thousandths of a mu), so the order of rows never matters.

-- @feature land_own_mu | mu | 承包地面积 | contracted land | as of | null; no valid certificate | land_contract_right
-- @feature land_own_parcels | count | 承包地块数 | contracted parcels | as of | null; no valid certificate | land_contract_right
-- @feature household_members | persons | 承包户人口 | members of the household | as of | null; no valid certificate | land_contract_right
-- @feature land_own_mu_years | mu x years | 承包地剩余年限面积 | contracted land times years left, at most ten | as of | null; no valid certificate | land_contract_right
select subject_key,
  cast(sum(area_mu) as double) as land_own_mu,
  count(*) as land_own_parcels,
  max(household_members) as household_members,
  cast(sum(cast(area_mu * 10000 as bigint)
    * case when contract_to >= {as_of+120m} then 3650
      when contract_to <= {as_of} then 0 else contract_to - {as_of} end) as double) / 3650000
    as land_own_mu_years
from land_contract_right
where {live} and registered_on <= {as_of} and state = 'valid'
group by subject_key;

-- @feature land_in_mu | mu | 转入土地面积 | land transferred in | as of | null; no active contract as transferee | land_transfer
-- @feature rent_paid_12m | yuan | 近12个月应付租金 | rent for land transferred in, one year | as of | null; no active contract as transferee | land_transfer
-- @feature rent_in_high | yuan per mu and year | 转入最高年租金 | highest rent of land taken in | as of | null; no active contract as transferee | land_transfer
-- @feature rent_in_low | yuan per mu and year | 转入最低年租金 | lowest rent of land taken in | as of | null; no active contract as transferee | land_transfer
-- @feature land_in_mu_years | mu x years | 转入土地剩余年限面积 | land taken in times years left, at most ten | as of | null; no active contract as transferee | land_transfer
-- Rents in kind are kept in yuan by the source.
select transferee_key as subject_key,
  cast(sum(area_mu) as double) as land_in_mu,
  cast(sum(cast(area_mu * 10000 as bigint) * rent_per_mu_year_fen) as double) / 1000000 as rent_paid_12m,
  cast(max(rent_per_mu_year_fen) as double) / 100 as rent_in_high,
  cast(min(rent_per_mu_year_fen) as double) / 100 as rent_in_low,
  cast(sum(cast(area_mu * 10000 as bigint)
    * case when to_date >= {as_of+120m} then 3650 else to_date - {as_of} end) as double) / 3650000
    as land_in_mu_years
from land_transfer
where {live} and state = 'active' and from_date <= {as_of} and to_date >= {as_of} and filed_on <= {as_of}
  and transferee_key is not null
group by transferee_key;

-- @feature land_out_mu | mu | 转出土地面积 | land transferred out | as of | null; no active contract as transferor | land_transfer
-- @feature rent_received_12m | yuan | 近12个月已收租金 | rent received for land transferred out, by the part of the year that is paid | 12 months | null; no active contract as transferor | land_transfer
-- A contract counts while its rent is paid to a day within the last twelve months; the part of the year before that day is paid.
select transferor_key as subject_key,
  cast(sum(area_mu) as double) as land_out_mu,
  cast(sum(cast(area_mu * 10000 as bigint) * rent_per_mu_year_fen
    * case when paid_to is null or paid_to <= {as_of-12m} then 0
      when paid_to >= {as_of} then 365
      when paid_to - {as_of-12m} > 365 then 365
      else paid_to - {as_of-12m} end) as double) / 365000000 as rent_received_12m
from land_transfer
where {live} and state = 'active' and from_date <= {as_of} and to_date >= {as_of} and filed_on <= {as_of}
  and transferor_key is not null
group by transferor_key;

-- @feature land_double_parcels | count | 重复流转地块数 | parcels in two active contracts | as of | null; no active contract as transferor | land_transfer
select subject_key, sum(case when contracts > 1 then 1 else 0 end) as land_double_parcels
from (
  select transferor_key as subject_key, parcel_code, count(*) as contracts
  from land_transfer
  where {live} and state = 'active' and from_date <= {as_of} and to_date >= {as_of} and filed_on <= {as_of}
    and transferor_key is not null
  group by transferor_key, parcel_code
) as parcels
group by subject_key;

-- @feature subsidy_recurring_y0 | yuan | 近一年经常性补贴 | recurring subsidies, last 12 complete months | 12 complete months | null; no recurring subsidy in the window | agri_subsidy
-- @feature subsidy_recurring_y1 | yuan | 前一年经常性补贴 | recurring subsidies, the 12 months before | 12 complete months | null; no recurring subsidy in the window | agri_subsidy
-- @feature subsidy_recurring_y2 | yuan | 再前一年经常性补贴 | recurring subsidies, the 12 months before those | 12 complete months | null; no recurring subsidy in the window | agri_subsidy
-- @feature subsidy_oneoff_12m | yuan | 近一年一次性补贴 | one-off subsidies (machinery, seed, livestock, other) | 12 complete months | null; no subsidy in 36 months | agri_subsidy
-- @feature subsidy_area_mu | mu | 补贴核定面积 | audited area of the soil fertility programme | 12 complete months | null; no such programme in the window | agri_subsidy
-- @feature subsidy_households | count | 补贴关联户数 | households named beside the payee: 1, or 2 for more | 36 complete months | null; no household named | agri_subsidy
-- @feature farm_division | code | 发放地区县 | district that paid the last subsidy | 36 complete months | null; no subsidy in the window | agri_subsidy
-- @feature sub_area_pepper_mu | mu | 花椒补贴核定面积 | audited subsidy area, green pepper | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_mustard_mu | mu | 青菜头补贴核定面积 | audited subsidy area, mustard stem | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_citrus_mu | mu | 柑橘补贴核定面积 | audited subsidy area, citrus | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_chilli_mu | mu | 辣椒补贴核定面积 | audited subsidy area, chilli | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_lemon_mu | mu | 柠檬补贴核定面积 | audited subsidy area, lemon | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_rice_mu | mu | 水稻补贴核定面积 | audited subsidy area, rice | 12 complete months | null; no area audited for the crop | agri_subsidy
-- @feature sub_area_maize_mu | mu | 玉米补贴核定面积 | audited subsidy area, maize | 12 complete months | null; no area audited for the crop | agri_subsidy
select subject_key,
  cast(sum(case when program_code in ('grain', 'soil_fertility', 'eco_compensation', 'grain_reserve')
    and paid_on >= {month-12m} and paid_on < {month} then amount_fen end) as double) / 100 as subsidy_recurring_y0,
  cast(sum(case when program_code in ('grain', 'soil_fertility', 'eco_compensation', 'grain_reserve')
    and paid_on >= {month-24m} and paid_on < {month-12m} then amount_fen end) as double) / 100 as subsidy_recurring_y1,
  cast(sum(case when program_code in ('grain', 'soil_fertility', 'eco_compensation', 'grain_reserve')
    and paid_on >= {month-36m} and paid_on < {month-24m} then amount_fen end) as double) / 100 as subsidy_recurring_y2,
  cast(sum(case when not (program_code in ('grain', 'soil_fertility', 'eco_compensation', 'grain_reserve'))
    and paid_on >= {month-12m} then amount_fen else 0 end) as double) / 100 as subsidy_oneoff_12m,
  cast(sum(case when program_code = 'soil_fertility' and paid_on >= {month-12m} then basis_area_mu end) as double) as subsidy_area_mu,
  case when max(household_id) is null then null when max(household_id) = min(household_id) then 1 else 2 end as subsidy_households,
  max((paid_on - date '1970-01-01') * 1000000 + try_cast(division as bigint)) % 1000000 as farm_division,
  cast(sum(case when (program_name like '%花椒%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_pepper_mu,
  cast(sum(case when (program_name like '%榨菜%' or program_name like '%青菜头%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_mustard_mu,
  cast(sum(case when (program_name like '%柑橘%' or program_name like '%脐橙%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_citrus_mu,
  cast(sum(case when (program_name like '%辣椒%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_chilli_mu,
  cast(sum(case when (program_name like '%柠檬%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_lemon_mu,
  cast(sum(case when (program_code = 'grain' and program_name not like '%玉米%' or program_name like '%水稻%' or program_name like '%稻谷%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_rice_mu,
  cast(sum(case when (program_name like '%玉米%') and paid_on >= {month-12m} then basis_area_mu end) as double) as sub_area_maize_mu
from agri_subsidy
where {live} and paid_on >= {month-36m} and paid_on < {month}
group by subject_key;

-- @feature ins_area_pepper_mu | mu | 花椒投保面积 | insured area, green pepper | 12 months | null; not insured | agri_insurance
-- @feature claim_share_pepper | ratio | 花椒赔付占保额 | paid claims as a share of the sum insured, green pepper | 12 months | null; not insured | agri_insurance
-- @feature ins_area_mustard_mu | mu | 青菜头投保面积 | insured area, mustard stem | 12 months | null; not insured | agri_insurance
-- @feature claim_share_mustard | ratio | 青菜头赔付占保额 | paid claims as a share of the sum insured, mustard stem | 12 months | null; not insured | agri_insurance
-- @feature ins_area_citrus_mu | mu | 柑橘投保面积 | insured area, citrus | 12 months | null; not insured | agri_insurance
-- @feature claim_share_citrus | ratio | 柑橘赔付占保额 | paid claims as a share of the sum insured, citrus | 12 months | null; not insured | agri_insurance
-- @feature ins_area_rice_mu | mu | 水稻投保面积 | insured area, rice | 12 months | null; not insured | agri_insurance
-- @feature claim_share_rice | ratio | 水稻赔付占保额 | paid claims as a share of the sum insured, rice | 12 months | null; not insured | agri_insurance
-- @feature ins_area_maize_mu | mu | 玉米投保面积 | insured area, maize | 12 months | null; not insured | agri_insurance
-- @feature claim_share_maize | ratio | 玉米赔付占保额 | paid claims as a share of the sum insured, maize | 12 months | null; not insured | agri_insurance
-- @feature ins_head_pig | head | 生猪投保头数 | insured pigs | 12 months | null; not insured | agri_insurance
-- @feature ins_seasons_36m | seasons | 投保季数 | years of the last three with a policy | 36 months | null; no policy in the window | agri_insurance
-- @feature claims_soon_count | count | 投保后短期出险次数 | claims within 15 days of the start of a policy | 36 months | null; no policy in the window | agri_insurance
select subject_key,
  cast(sum(case when product = 'pepper' and unit = 'mu' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_area_pepper_mu,
  case when sum(case when product = 'pepper' and from_date > {as_of-12m} then sum_insured_fen end) > 0 then
    cast(sum(case when product = 'pepper' and from_date > {as_of-12m} and claim_date <= {as_of} then claim_amount_fen else 0 end) as double)
    / cast(sum(case when product = 'pepper' and from_date > {as_of-12m} then sum_insured_fen end) as double) end as claim_share_pepper,
  cast(sum(case when product = 'mustard' and unit = 'mu' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_area_mustard_mu,
  case when sum(case when product = 'mustard' and from_date > {as_of-12m} then sum_insured_fen end) > 0 then
    cast(sum(case when product = 'mustard' and from_date > {as_of-12m} and claim_date <= {as_of} then claim_amount_fen else 0 end) as double)
    / cast(sum(case when product = 'mustard' and from_date > {as_of-12m} then sum_insured_fen end) as double) end as claim_share_mustard,
  cast(sum(case when product = 'citrus' and unit = 'mu' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_area_citrus_mu,
  case when sum(case when product = 'citrus' and from_date > {as_of-12m} then sum_insured_fen end) > 0 then
    cast(sum(case when product = 'citrus' and from_date > {as_of-12m} and claim_date <= {as_of} then claim_amount_fen else 0 end) as double)
    / cast(sum(case when product = 'citrus' and from_date > {as_of-12m} then sum_insured_fen end) as double) end as claim_share_citrus,
  cast(sum(case when product = 'rice' and unit = 'mu' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_area_rice_mu,
  case when sum(case when product = 'rice' and from_date > {as_of-12m} then sum_insured_fen end) > 0 then
    cast(sum(case when product = 'rice' and from_date > {as_of-12m} and claim_date <= {as_of} then claim_amount_fen else 0 end) as double)
    / cast(sum(case when product = 'rice' and from_date > {as_of-12m} then sum_insured_fen end) as double) end as claim_share_rice,
  cast(sum(case when product = 'maize' and unit = 'mu' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_area_maize_mu,
  case when sum(case when product = 'maize' and from_date > {as_of-12m} then sum_insured_fen end) > 0 then
    cast(sum(case when product = 'maize' and from_date > {as_of-12m} and claim_date <= {as_of} then claim_amount_fen else 0 end) as double)
    / cast(sum(case when product = 'maize' and from_date > {as_of-12m} then sum_insured_fen end) as double) end as claim_share_maize,
  cast(sum(case when product = 'pig' and unit = 'head' and from_date > {as_of-12m} then insured_quantity end) as double) as ins_head_pig,
  max(case when from_date > {as_of-12m} then 1 else 0 end)
    + max(case when from_date > {as_of-24m} and from_date <= {as_of-12m} then 1 else 0 end)
    + max(case when from_date <= {as_of-24m} then 1 else 0 end) as ins_seasons_36m,
  sum(case when claim_date <= {as_of} and claim_amount_fen > 0 and claim_date - from_date < 15 then 1 else 0 end) as claims_soon_count
from agri_insurance
where {live} and from_date > {as_of-36m} and from_date <= {as_of}
group by subject_key;

-- @feature pest_pepper_kg | kg | 花椒用药量 | pesticide bought for green pepper | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_pepper_spend | yuan | 花椒用药支出 | spent on pesticide for green pepper | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_mustard_kg | kg | 青菜头用药量 | pesticide bought for mustard stem | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_mustard_spend | yuan | 青菜头用药支出 | spent on pesticide for mustard stem | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_citrus_kg | kg | 柑橘用药量 | pesticide bought for citrus | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_citrus_spend | yuan | 柑橘用药支出 | spent on pesticide for citrus | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_chilli_kg | kg | 辣椒用药量 | pesticide bought for chilli | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_chilli_spend | yuan | 辣椒用药支出 | spent on pesticide for chilli | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_lemon_kg | kg | 柠檬用药量 | pesticide bought for lemon | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_lemon_spend | yuan | 柠檬用药支出 | spent on pesticide for lemon | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_rice_kg | kg | 水稻用药量 | pesticide bought for rice | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_rice_spend | yuan | 水稻用药支出 | spent on pesticide for rice | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_maize_kg | kg | 玉米用药量 | pesticide bought for maize | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_maize_spend | yuan | 玉米用药支出 | spent on pesticide for maize | 12 complete months | null; no purchase for the crop | pesticide_purchase
-- @feature pest_spend_12m | yuan | 近12个月农药支出 | spent on pesticide | 12 complete months | null; no purchase in the window | pesticide_purchase
-- @feature pest_lines_12m | count | 近12个月购药笔数 | pesticide purchases | 12 complete months | null; no purchase in the window | pesticide_purchase
-- A bag counts as 100 g, a bottle as 500 g, a litre as a kilogram.
select subject_key,
  cast(sum(case when crop = 'pepper' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_pepper_kg,
  cast(sum(case when crop = 'pepper' then amount_fen end) as double) / 100 as pest_pepper_spend,
  cast(sum(case when crop = 'mustard' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_mustard_kg,
  cast(sum(case when crop = 'mustard' then amount_fen end) as double) / 100 as pest_mustard_spend,
  cast(sum(case when crop in ('citrus', 'navel_orange', 'pomelo') then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_citrus_kg,
  cast(sum(case when crop in ('citrus', 'navel_orange', 'pomelo') then amount_fen end) as double) / 100 as pest_citrus_spend,
  cast(sum(case when crop = 'chilli' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_chilli_kg,
  cast(sum(case when crop = 'chilli' then amount_fen end) as double) / 100 as pest_chilli_spend,
  cast(sum(case when crop = 'lemon' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_lemon_kg,
  cast(sum(case when crop = 'lemon' then amount_fen end) as double) / 100 as pest_lemon_spend,
  cast(sum(case when crop = 'rice' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_rice_kg,
  cast(sum(case when crop = 'rice' then amount_fen end) as double) / 100 as pest_rice_spend,
  cast(sum(case when crop = 'maize' then quantity * case unit when 'bag' then 100 when 'bottle' then 500 else 1000 end end) as double) / 1000 as pest_maize_kg,
  cast(sum(case when crop = 'maize' then amount_fen end) as double) / 100 as pest_maize_spend,
  cast(sum(amount_fen) as double) / 100 as pest_spend_12m,
  count(*) as pest_lines_12m
from pesticide_purchase
where {live} and bought_on >= {month-12m} and bought_on < {month}
group by subject_key;

-- @feature slaughter_pig_12m | head | 近12个月生猪检疫出栏 | pigs certified for slaughter | 12 complete months | null; no certificate of the species in the window | animal_quarantine
-- @feature slaughter_cattle_12m | head | 近12个月牛检疫出栏 | cattle certified for slaughter | 12 complete months | null; no certificate of the species in the window | animal_quarantine
-- @feature slaughter_sheep_12m | head | 近12个月羊检疫出栏 | sheep and goats certified for slaughter | 12 complete months | null; no certificate of the species in the window | animal_quarantine
-- @feature slaughter_poultry_12m | head | 近12个月家禽检疫出栏 | poultry certified for slaughter | 12 complete months | null; no certificate of the species in the window | animal_quarantine
select subject_key,
  sum(case when species = 'pig' and unit <> 'kg' then quantity end) as slaughter_pig_12m,
  sum(case when species = 'cattle' and unit <> 'kg' then quantity end) as slaughter_cattle_12m,
  sum(case when species = 'sheep' and unit <> 'kg' then quantity end) as slaughter_sheep_12m,
  sum(case when species in ('chicken', 'duck', 'goose') and unit <> 'kg' then quantity end) as slaughter_poultry_12m
from animal_quarantine
where {live} and purpose = 'slaughter' and result = 'pass' and issued_on >= {month-12m} and issued_on < {month}
group by subject_key;

-- @feature seed_pepper_plants | plants | 近12个月花椒种苗检疫株数 | seedlings certified, green pepper | 12 complete months | null; no certificate for the crop | plant_quarantine
-- @feature seed_pepper_months | months | 花椒最早种苗检疫距今月数 | months since the first seedlings certified, green pepper | as of | null; no certificate for the crop | plant_quarantine
-- @feature seed_mustard_plants | plants | 近12个月青菜头种苗检疫株数 | seedlings certified, mustard stem | 12 complete months | null; no certificate for the crop | plant_quarantine
-- @feature seed_mustard_months | months | 青菜头最早种苗检疫距今月数 | months since the first seedlings certified, mustard stem | as of | null; no certificate for the crop | plant_quarantine
-- @feature seed_citrus_plants | plants | 近12个月柑橘种苗检疫株数 | seedlings certified, citrus | 12 complete months | null; no certificate for the crop | plant_quarantine
-- @feature seed_citrus_months | months | 柑橘最早种苗检疫距今月数 | months since the first seedlings certified, citrus | as of | null; no certificate for the crop | plant_quarantine
-- @feature seed_chilli_plants | plants | 近12个月辣椒种苗检疫株数 | seedlings certified, chilli | 12 complete months | null; no certificate for the crop | plant_quarantine
-- @feature seed_chilli_months | months | 辣椒最早种苗检疫距今月数 | months since the first seedlings certified, chilli | as of | null; no certificate for the crop | plant_quarantine
-- @feature seed_lemon_plants | plants | 近12个月柠檬种苗检疫株数 | seedlings certified, lemon | 12 complete months | null; no certificate for the crop | plant_quarantine
-- @feature seed_lemon_months | months | 柠檬最早种苗检疫距今月数 | months since the first seedlings certified, lemon | as of | null; no certificate for the crop | plant_quarantine
select subject_key,
  cast(sum(case when crop = 'pepper' and issued_on >= {month-12m} then quantity end) as double) as seed_pepper_plants,
  (date_part('year', {as_of}) - date_part('year', min(case when crop = 'pepper' then issued_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', min(case when crop = 'pepper' then issued_on end)) as seed_pepper_months,
  cast(sum(case when crop = 'mustard' and issued_on >= {month-12m} then quantity end) as double) as seed_mustard_plants,
  (date_part('year', {as_of}) - date_part('year', min(case when crop = 'mustard' then issued_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', min(case when crop = 'mustard' then issued_on end)) as seed_mustard_months,
  cast(sum(case when crop in ('citrus', 'navel_orange', 'pomelo') and issued_on >= {month-12m} then quantity end) as double) as seed_citrus_plants,
  (date_part('year', {as_of}) - date_part('year', min(case when crop in ('citrus', 'navel_orange', 'pomelo') then issued_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', min(case when crop in ('citrus', 'navel_orange', 'pomelo') then issued_on end)) as seed_citrus_months,
  cast(sum(case when crop = 'chilli' and issued_on >= {month-12m} then quantity end) as double) as seed_chilli_plants,
  (date_part('year', {as_of}) - date_part('year', min(case when crop = 'chilli' then issued_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', min(case when crop = 'chilli' then issued_on end)) as seed_chilli_months,
  cast(sum(case when crop = 'lemon' and issued_on >= {month-12m} then quantity end) as double) as seed_lemon_plants,
  (date_part('year', {as_of}) - date_part('year', min(case when crop = 'lemon' then issued_on end))) * 12
    + date_part('month', {as_of}) - date_part('month', min(case when crop = 'lemon' then issued_on end)) as seed_lemon_months
from plant_quarantine
where {live} and item = 'seedling' and unit = 'plant' and result = 'pass' and issued_on <= {as_of}
group by subject_key;
