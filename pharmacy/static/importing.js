'use strict';
/* A running import goes on by itself: the page's own form is sent again and again, and the figures
   of the answer take the place of those on the page. Without a script its button does the same. */
(async () => {
  const find = page => page.querySelector('#import-figures');
  const form = document.querySelector('#import-next');
  let leaving = false;
  addEventListener('submit', () => { leaving = true; });
  addEventListener('pagehide', () => { leaving = true; });
  while (!leaving) {
    let figures = null;
    try {
      const answer = await fetch(form.action, {method: 'POST', body: new FormData(form)});
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        figures = find(page);
      }
    } catch { /* said below */ }
    if (leaving) return;
    if (!figures) { document.querySelector('#import-broken').hidden = false; return; }
    find(document).replaceWith(figures);
    if (figures.dataset.state !== 'running') { location.reload(); return; }
  }
})();
