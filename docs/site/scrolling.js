// What scrolls can be scrolled by keyboard too: the theme wraps wide tables when the page is there, and leaves that out.
const reach = () => {
  for (const one of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) one.tabIndex = 0;
};
new MutationObserver(reach).observe(document.documentElement, { childList: true, subtree: true });
