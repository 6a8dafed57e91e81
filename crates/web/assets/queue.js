// The list of orders by keyboard: j and k move, Enter opens, ? shows the keys. Everything works without it.
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const keys = document.querySelector("[data-keys]");
  if (!rows.length) return;

  const here = () => rows.indexOf(document.activeElement?.closest("[data-row]"));
  const go = (place) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    row.querySelector("[data-open]").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const help = () => {
    keys.open = !keys.open;
    if (keys.open) keys.scrollIntoView({ block: "nearest" });
  };
  const does = { j: () => go(here() + 1), k: () => go(here() < 0 ? 0 : here() - 1), "?": help };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(does, event.key)) return;
    does[event.key]();
    event.preventDefault();
  });
})();
