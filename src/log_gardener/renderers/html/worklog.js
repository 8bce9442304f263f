// What one can do in a worklog's page. All of it can be read without. It makes no markup: it shows and hides, orders,
// and says in words.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // Theme: automatic is as the system has it.

  const THEMES = ["automatic", "light", "dark"];
  const KEPT = "log-gardener-theme";

  // A page in a frame without rights may keep nothing, and then asks nothing either.
  const recall = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem(KEPT, theme); } catch { /* for this time only */ } };

  const showTheme = (theme) => {
    const known = THEMES.includes(theme) ? theme : THEMES[0];
    if (known === THEMES[0]) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = known;
    byId("theme").querySelector("span").textContent = known;
    return known;
  };
  let theme = showTheme(recall());
  const turnTheme = () => {
    theme = showTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
    keep(theme);
  };

  // Times: in the reader's own zone where one points at them.

  const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
  for (const time of all("time")) time.title = local.format(new Date(time.dateTime));

  // Filter: what it is set to stands in the address, so that it can be sent to somebody.

  const cards = all("[data-card]").map((card) => ({
    card,
    data: card.dataset,
    entry: document.querySelector(`[data-of="${card.id}"]`),
    services: all("[data-service]", card).map((one) => one.textContent),
    text: null,
  }));
  const filters = byId("filters");
  const search = byId("search"), sort = byId("sort"), none = byId("none"), shown = byId("shown");
  const toggles = all("[data-priority-of]"), selects = all("[data-filter]");
  const list = byId("cards"), index = document.querySelector(".index");

  const ask = () => ({
    priority: toggles.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.dataset.priorityOf),
    words: search.value.toLowerCase().split(/\s+/).filter(Boolean),
    chosen: Object.fromEntries(selects.map((one) => [one.dataset.filter, one.value])),
  });

  const isWanted = (one, asked) => {
    const { service, trend, status } = asked.chosen;
    if (asked.priority.length && !asked.priority.includes(one.data.priority)) return false;
    if (service && !one.services.includes(service)) return false;
    if (trend && one.data.trend !== trend) return false;
    if (status && one.data.status !== status) return false;
    if (!asked.words.length) return true;
    one.text ??= one.card.textContent.toLowerCase();
    return asked.words.every((word) => one.text.includes(word));
  };

  const ORDERS = {
    number: (a, b) => a.number - b.number,
    count: (a, b) => b.count - a.count,
    last: (a, b) => b.last - a.last,
    first: (a, b) => b.first - a.first,
  };

  const order = () => {
    const compare = ORDERS[sort.value] ?? ORDERS.number;
    const sorted = [...cards].sort((a, b) => compare(a.data, b.data) || a.data.number - b.data.number);
    list.append(...sorted.map((one) => one.card));
    index.append(...sorted.map((one) => one.entry));
    return sorted;
  };
  let ordered = cards;

  const apply = () => {
    const asked = ask();
    let count = 0;
    for (const one of cards) {
      const wanted = isWanted(one, asked);
      one.card.hidden = one.entry.hidden = !wanted;
      count += wanted;
    }
    none.hidden = count > 0;
    shown.textContent = count === cards.length ? `${count}` : `${count} of ${cards.length}`;
  };

  const spell = () => {
    const said = new URLSearchParams();
    const asked = ask();
    if (asked.priority.length) said.set("priority", asked.priority.join(","));
    for (const [name, value] of Object.entries(asked.chosen)) if (value) said.set(name, value);
    if (search.value.trim()) said.set("q", search.value.trim());
    if (sort.value !== "number") said.set("sort", sort.value);
    return said.toString().replaceAll("%2C", ",");
  };

  const write = (hash) => {
    // A page that is shown inside of another may not change its address.
    try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { /* not kept */ }
  };

  const change = () => { apply(); write(spell()); };

  const set = (said) => {
    const wanted = (said.get("priority") ?? "").split(",");
    for (const one of toggles) one.setAttribute("aria-pressed", String(wanted.includes(one.dataset.priorityOf)));
    for (const one of selects) {
      const value = said.get(one.dataset.filter) ?? "";
      one.value = [...one.options].some((option) => option.value === value) ? value : "";
    }
    search.value = said.get("q") ?? "";
    sort.value = Object.hasOwn(ORDERS, said.get("sort")) ? said.get("sort") : "number";
    ordered = order();
    apply();
  };

  // Issues: one is the current one, for the keys.

  let current = null;
  const enter = (card, isMoved = true) => {
    if (current) current.classList.remove("is-current");
    for (const link of all("[aria-current]", index)) link.removeAttribute("aria-current");
    current = card;
    if (!card) return;
    card.classList.add("is-current");
    const link = document.querySelector(`[data-of="${card.id}"] a`);
    link.setAttribute("aria-current", "true");
    if (!isMoved) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
  };

  const step = (by) => {
    const visible = ordered.map((one) => one.card).filter((card) => !card.hidden);
    if (!visible.length) return;
    const at = visible.indexOf(current);
    enter(visible[at < 0 ? 0 : Math.min(Math.max(at + by, 0), visible.length - 1)]);
  };

  const folds = (card) => all("details", card);
  const turnFolds = (card) => {
    const isOpen = folds(card).some((fold) => !fold.open);
    for (const fold of folds(card)) fold.open = isOpen;
  };
  const turnAll = () => {
    const button = byId("expand");
    const isOpen = button.getAttribute("aria-pressed") !== "true";
    for (const { card } of cards) for (const fold of folds(card)) fold.open = isOpen;
    button.setAttribute("aria-pressed", String(isOpen));
    button.textContent = isOpen ? "Fold all" : "Expand all";
  };

  // A link to an issue that the filter hides takes the filter away.
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) { set(new URLSearchParams(hash)); byId("clusters").scrollIntoView(); return; }
    const found = cards.find((one) => one.card.id === hash);
    if (!found) return;
    if (found.card.hidden) { set(new URLSearchParams()); }
    enter(found.card, false);
    found.card.scrollIntoView();
  };

  const toast = byId("toast");
  let fading = 0;
  const say = (text) => {
    toast.hidden = false;
    toast.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => { toast.hidden = true; }, 4000);
  };

  const copy = async (card) => {
    const address = location.href.split("#")[0] + "#" + card.id;
    try {
      await navigator.clipboard.writeText(address);
      say("The link is copied.");
    } catch {
      location.hash = card.id;
      say("The link stands in the address bar: it could not be copied.");
    }
  };

  const help = byId("help");
  const showHelp = () => { if (!help.open) help.showModal(); };

  // Keys: none with Ctrl, Alt or Meta, which belong to the browser, and none while one writes.

  const KEYS = {
    "?": showHelp,
    t: turnTheme,
    ...(cards.length && {
      "/": () => search.focus(),
      j: () => step(1),
      k: () => step(-1),
      o: () => current && turnFolds(current),
      e: turnAll,
      c: () => current && copy(current),
      r: () => { set(new URLSearchParams()); write(""); },
    }),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    if (event.key === "Escape" && event.target === search) { search.blur(); return; }
    if (event.target.closest?.("input, select, textarea") || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  byId("theme").addEventListener("click", turnTheme);
  byId("keys").addEventListener("click", showHelp);
  byId("close").addEventListener("click", () => help.close());
  for (const one of ["theme", "keys"]) byId(one).hidden = false;

  if (!cards.length) return;

  filters.hidden = byId("controls").hidden = false;
  // What sticks to the top must not stand before what a link leads to.
  new ResizeObserver(() => {
    const isSticky = getComputedStyle(filters).position === "sticky";
    document.documentElement.style.scrollPaddingTop = `${(isSticky ? filters.offsetHeight : 0) + 16}px`;
  }).observe(filters);
  filters.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", change);
  for (const one of selects) one.addEventListener("change", change);
  sort.addEventListener("change", () => { ordered = order(); change(); });
  for (const one of toggles) one.addEventListener("click", () => {
    one.setAttribute("aria-pressed", String(one.getAttribute("aria-pressed") !== "true"));
    change();
  });
  byId("expand").addEventListener("click", turnAll);
  byId("reset").addEventListener("click", KEYS.r);
  for (const { card } of cards) {
    const button = card.querySelector("[data-copy]");
    button.hidden = false;
    button.addEventListener("click", () => copy(card));
    card.addEventListener("focusin", () => { if (current !== card) enter(card, false); });
  }
  addEventListener("hashchange", follow);
  follow();
})();
