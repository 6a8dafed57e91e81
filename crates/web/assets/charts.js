// Draws each chart from the table inside its figure, so that the table and the picture cannot differ.
// <figure class="chart" data-kind="bar|line" data-unit="…"> <div class="canvas"></div> <details open><table>…
(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colours = ["--blue-600", "--gold-400", "--green-700"].map(token);
  const ink = token("--ink-3");
  const font = token("--font");
  const figure = (cell) => {
    const raw = cell.dataset.value ?? cell.textContent.replace(/,/g, "").trim();
    return raw === "" || Number.isNaN(Number(raw)) ? null : Number(raw);
  };

  const read = (table) => {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells].slice(1);
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      series: heads.map((head, i) => ({ name: head.textContent.trim(), data: rows.map((row) => figure(row.cells[i + 1])) })),
    };
  };

  const option = (figures, kind, unit) => ({
    color: colours, animation: false, textStyle: { fontFamily: font },
    grid: { left: 4, right: 16, top: 32, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", valueFormatter: (v) => (v === null || v === undefined ? "–" : `${v.toLocaleString()} ${unit}`) },
    xAxis: { type: "category", data: figures.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line") } }, axisLabel: { color: ink } },
    yAxis: { type: "value", min: 0, name: unit, nameTextStyle: { color: ink, align: "left" }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: token("--line-soft") } } },
    series: figures.series.map((s) => ({ ...s, type: kind, connectNulls: false, showSymbol: false, lineStyle: { width: 2.5 }, barMaxWidth: 28, itemStyle: kind === "bar" ? { borderRadius: [4, 4, 0, 0] } : {} })),
  });

  for (const box of document.querySelectorAll("figure.chart")) {
    const canvas = box.querySelector(".canvas");
    const table = box.querySelector("table");
    if (!canvas || !table || !window.echarts) continue;
    box.classList.add("drawn");
    const chart = window.echarts.init(canvas, null, { renderer: "svg" });
    chart.setOption(option(read(table), box.dataset.kind, box.dataset.unit));
    box.querySelector("details")?.removeAttribute("open");
    addEventListener("resize", () => chart.resize());
  }
})();
