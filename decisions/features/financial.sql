-- Accounts: the latest statements filed with the tax authority, and how they changed.
-- A period is a year (2025) or a quarter of it (2025Q3); the greatest text is the latest. A statement is chosen by
-- its period first, then its figures are read, so that all figures of one feature stand in one statement.

-- @feature fs_assets | yuan | 财务报表资产总计 | assets of the latest balance sheet | two calendar years and the year so far | null; no balance sheet | financial_statement
-- @feature fs_equity | yuan | 财务报表所有者权益 | equity of the latest balance sheet | two calendar years and the year so far | null; no balance sheet | financial_statement
-- @feature fs_debt_ratio | ratio | 财务报表资产负债率 | liabilities to assets of the latest balance sheet | two calendar years and the year so far | null; no assets | financial_statement
-- @feature fs_current_to_debt | ratio | 流动资产负债比 | current assets to all liabilities of the latest balance sheet | two calendar years and the year so far | null; no liabilities | financial_statement
-- @feature fs_receivables_share | ratio | 应收账款占资产比 | receivables to assets of the latest balance sheet | two calendar years and the year so far | null; no assets | financial_statement
-- @feature fs_inventory_share | ratio | 存货占资产比 | inventory to assets of the latest balance sheet | two calendar years and the year so far | null; no assets | financial_statement
-- @feature fs_short_loans | yuan | 短期借款 | short loans in the latest balance sheet | two calendar years and the year so far | null; no balance sheet | financial_statement
-- @feature fs_short_loans_share | ratio | 短期借款占负债比 | short loans to all liabilities of the latest balance sheet | two calendar years and the year so far | null; no liabilities | financial_statement
-- @feature fs_debt_ratio_change | ratio | 资产负债率变动 | change of liabilities to assets from the earliest balance sheet to the latest | two calendar years and the year so far | null; fewer than two balance sheets | financial_statement
-- @feature fs_assets_growth | ratio | 资产增长率 | change of assets from the earliest balance sheet to the latest | two calendar years and the year so far | null; fewer than two balance sheets | financial_statement
select subject_key,
  cast(assets as double) / 100 as fs_assets,
  cast(equity as double) / 100 as fs_equity,
  case when assets > 0 then cast(debt as double) / cast(assets as double) end as fs_debt_ratio,
  case when debt > 0 then cast(current_assets as double) / cast(debt as double) end as fs_current_to_debt,
  case when assets > 0 then cast(receivables as double) / cast(assets as double) end as fs_receivables_share,
  case when assets > 0 then cast(inventory as double) / cast(assets as double) end as fs_inventory_share,
  cast(short_loans as double) / 100 as fs_short_loans,
  case when debt > 0 then cast(short_loans as double) / cast(debt as double) end as fs_short_loans_share,
  case when assets > 0 and assets_before > 0 then
    cast(debt as double) / cast(assets as double) - cast(debt_before as double) / cast(assets_before as double) end as fs_debt_ratio_change,
  case when assets_before > 0 then cast(assets - assets_before as double) / cast(assets_before as double) end as fs_assets_growth
from (
  select sheets.subject_key,
    sum(case when period = latest then assets_total_fen end) as assets,
    sum(case when period = latest then equity_fen end) as equity,
    sum(case when period = latest then liabilities_total_fen end) as debt,
    sum(case when period = latest then current_assets_fen end) as current_assets,
    sum(case when period = latest then receivables_fen end) as receivables,
    sum(case when period = latest then inventory_fen end) as inventory,
    sum(case when period = latest then short_loans_fen end) as short_loans,
    sum(case when period < latest then assets_total_fen end) as assets_before,
    sum(case when period < latest then liabilities_total_fen end) as debt_before
  from financial_statement as sheets
  join (
    select subject_key, min(period) as earliest, max(period) as latest
    from financial_statement
    where {live} and statement_kind = 'balance' and period >= cast(date_part('year', {as_of-24m}) as varchar)
    group by subject_key
  ) as ends on ends.subject_key = sheets.subject_key and (period = earliest or period = latest)
  where {live} and statement_kind = 'balance'
  group by sheets.subject_key
) as figures;

-- @feature fs_gross_margin | ratio | 毛利率 | revenue less cost against revenue in the latest income statement | two calendar years and the year so far | null; no revenue | financial_statement
-- @feature fs_net_margin | ratio | 净利率 | net profit against revenue in the latest income statement | two calendar years and the year so far | null; no revenue | financial_statement
-- @feature fs_net_margin_change | ratio | 净利率变动 | change of the net margin from the earliest income statement to the latest | two calendar years and the year so far | null; fewer than two income statements with revenue | financial_statement
select subject_key,
  case when revenue > 0 then cast(revenue - cost as double) / cast(revenue as double) end as fs_gross_margin,
  case when revenue > 0 then cast(profit as double) / cast(revenue as double) end as fs_net_margin,
  case when revenue > 0 and revenue_before > 0 then
    cast(profit as double) / cast(revenue as double) - cast(profit_before as double) / cast(revenue_before as double) end as fs_net_margin_change
from (
  select sheets.subject_key,
    sum(case when period = latest then revenue_fen end) as revenue,
    sum(case when period = latest then cost_fen end) as cost,
    sum(case when period = latest then net_profit_fen end) as profit,
    sum(case when period < latest then revenue_fen end) as revenue_before,
    sum(case when period < latest then net_profit_fen end) as profit_before
  from financial_statement as sheets
  join (
    select subject_key, min(period) as earliest, max(period) as latest
    from financial_statement
    where {live} and statement_kind = 'income' and period >= cast(date_part('year', {as_of-24m}) as varchar)
    group by subject_key
  ) as ends on ends.subject_key = sheets.subject_key and (period = earliest or period = latest)
  where {live} and statement_kind = 'income'
  group by sheets.subject_key
) as figures;
