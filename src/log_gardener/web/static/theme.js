// Before the page is shown: the theme that somebody chose here; automatic is as the system has it.
"use strict";
(() => {
  // A browser that keeps nothing shows what the system has.
  try {
    const theme = localStorage.getItem("log-gardener-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* automatic */ }
})();
