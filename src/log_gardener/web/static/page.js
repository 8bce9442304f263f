// What makes the pages smooth. All of them can be read and used without. It makes no markup: it shows and hides, keeps
// what somebody has unfolded or chosen, and says in words.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Theme

  const THEMES = ["automatic", "light", "dark"];
  const KEPT = "log-gardener-theme";
  const root = document.documentElement;
  const showTheme = (theme) => {
    if (theme === THEMES[0]) delete root.dataset.theme;
    else root.dataset.theme = theme;
    byId("theme").querySelector("span").textContent = theme;
  };
  const turnTheme = () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? THEMES[0]) + 1) % THEMES.length];
    showTheme(next);
    try { localStorage.setItem(KEPT, next); } catch { /* for this page only */ }
  };
  showTheme(root.dataset.theme ?? THEMES[0]);
  byId("theme").hidden = false;
  byId("theme").addEventListener("click", turnTheme);

  // What is shown after each change of the page

  const dress = () => {
    for (const time of all("time:not([title])")) time.title = new Date(time.dateTime).toLocaleString();
    for (const button of all("#toasts [data-dismiss][hidden]")) button.hidden = false;
    showPicked();
  };

  // Toasts: one that offers something stays long enough to be used, a problem until it is read.

  const FADE_MILLISECONDS = 12_000;
  let fading = 0;
  const armToasts = () => {
    clearTimeout(fading);
    const toast = document.querySelector("#toasts [data-toast='']");
    if (!toast) return;
    fading = setTimeout(() => {
      // Who is about to use it has time.
      if (toast.matches(":hover, :focus-within")) armToasts();
      else toast.remove();
    }, FADE_MILLISECONDS);
  };
  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-dismiss]")?.closest("[data-toast]")?.remove();
  });

  // Choosing issues to merge

  const picks = () => all("input[name=issue][form=merge]");
  const showPicked = () => {
    const bar = byId("merge");
    if (!bar) return;
    const count = picks().filter((one) => one.checked).length;
    bar.hidden = count === 0;
    byId("merge-button").disabled = count < 2;
    byId("unpick").hidden = false;
    byId("picked").textContent = count < 2
      ? "1 issue is chosen; choose another one that is the same."
      : `${count} issues are chosen; the first of the list leads.`;
  };
  document.addEventListener("change", (event) => { if (event.target.matches?.("input[form=merge]")) showPicked(); });
  byId("unpick")?.addEventListener("click", () => {
    for (const one of picks()) one.checked = false;
    showPicked();
    byId("content").focus({ preventScroll: true });
  });

  // Part of a page comes anew: what was unfolded or chosen stays, what has come is marked.

  let kept = null;
  const keep = () => ({
    open: new Map(all("#content details[id]").map((one) => [one.id, one.open])),
    checked: all("#content input[type=checkbox]:checked").map((one) => one.id),
    issues: new Set(all("[data-issue]").map((one) => one.id)),
    scrolled: all("#content [id]").filter((one) => one.scrollTop || one.scrollLeft).map((one) => [one.id, one.scrollTop, one.scrollLeft]),
    isRefresh: false,
  });
  const give = () => {
    if (!kept) return;
    const { open, checked, issues, scrolled, isRefresh } = kept;
    kept = null;
    for (const one of all("#content details[id]")) {
      // What was decided is folded again.
      if (open.has(one.id) && (isRefresh || !one.closest(".decide"))) one.open = open.get(one.id);
    }
    if (isRefresh) {
      for (const id of checked) if (byId(id)) byId(id).checked = true;
      for (const row of all("[data-issue]")) if (!issues.has(row.id)) row.classList.add("is-fresh");
    }
    for (const [id, top, left] of scrolled) if (byId(id)) { byId(id).scrollTop = top; byId(id).scrollLeft = left; }
  };

  const isPoll = (event) => event.detail.requestConfig?.path?.startsWith("/live") ?? false;
  const isRefresh = (event) => event.detail.elt?.id === "refresh" || event.detail.requestConfig?.elt?.id === "refresh";

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (isPoll(event)) {
      if (event.detail.xhr.status >= 400) event.detail.shouldSwap = false;
      return;
    }
    // A page that could not be had anew keeps what it shows.
    if (isRefresh(event) && event.detail.xhr.status >= 400) { event.detail.shouldSwap = false; return; }
    kept = keep();
    kept.isRefresh = isRefresh(event);
  });
  document.body.addEventListener("htmx:afterSwap", give);
  document.body.addEventListener("htmx:afterSettle", () => { dress(); armToasts(); });
  document.body.addEventListener("htmx:oobAfterSwap", () => { dress(); armToasts(); });

  // Live: nobody is interrupted who types, chooses, or marks a text, and nobody is asked for a page that nobody sees.

  const isBusy = () => {
    const active = document.activeElement;
    const isTyping = active?.matches?.("#content :is(input:not([type=checkbox]), select, textarea), #service, #merge input");
    const selection = getSelection();
    const isMarking = selection && !selection.isCollapsed && byId("content").contains(selection.anchorNode);
    const isAsked = document.querySelector("dialog[open], #confirm[open], #split-off[open]");
    return document.hidden || isTyping || isMarking || Boolean(isAsked);
  };
  const say = (text) => {
    const live = byId("live");
    live.dataset.shown ??= live.textContent;
    live.textContent = text || live.dataset.shown;
  };
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if ((isPoll(event) || isRefresh(event)) && isBusy()) event.preventDefault();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isPoll(event)) return;
    const why = event.detail.xhr?.status ? "reload to see why" : "the server does not answer";
    say(event.detail.successful ? "" : `not up to date: ${why}`);
  });
  document.body.addEventListener("htmx:sendError", (event) => {
    if (isPoll(event)) say("not up to date: the server does not answer");
  });

  // Filter: the address says what is asked, and nothing that is not.

  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const form = event.detail.formData;
    for (const name of new Set(form.keys())) {
      const values = form.getAll(name).filter((value) => value !== "");
      form.delete(name);
      for (const value of values) form.append(name, value);
    }
  });

  // Keys: none with Ctrl, Alt or Meta, which belong to the browser, and none while one writes.

  const help = byId("help");
  const step = (by) => {
    const links = all("[data-open]");
    if (!links.length) return;
    const at = links.findIndex((one) => one.closest("[data-issue]").contains(document.activeElement));
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
    next.focus();
    next.closest("[data-issue]").scrollIntoView({ block: "nearest" });
  };
  const pick = () => {
    const box = document.activeElement?.closest("[data-issue]")?.querySelector("input[name=issue]");
    if (!box) return;
    box.checked = !box.checked;
    showPicked();
  };
  const KEYS = {
    "?": () => { if (help && !help.open) help.showModal(); },
    "/": () => { if (byId("search")) byId("search").focus(); else location.href = "/"; },
    j: () => step(1),
    k: () => step(-1),
    x: pick,
    u: () => byId("undo")?.click(),
    t: turnTheme,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help?.open) return;
    if (event.key === "Escape" && event.target.id === "search") { event.target.blur(); return; }
    const isWriting = event.target.closest?.("input:not([type=checkbox]), select, textarea");
    if (isWriting || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  if (help) {
    byId("keys").hidden = false;
    byId("keys").addEventListener("click", KEYS["?"]);
    byId("close").addEventListener("click", () => help.close());
  }

  dress();
  armToasts();
})();
