'use strict';
/* The scanner test page: shows the keys as they come, and asks the server what a code says, so that
   the rules are those of the counter. Without this script the box is sent as any form is. */
(() => {
  const KEYS_MOST = 120;
  const PAUSE = 1000; // ms after which another scan has begun
  const form = document.getElementById('try');
  const keys = document.getElementById('keys');
  let last = -Infinity;

  async function ask(code, corrected) {
    const body = new FormData(form);
    body.set('code', code);
    body.set('corrected', corrected ? '1' : '');
    const answer = await fetch(form.action, {method: 'POST', body, headers: {'X-Part': '1'}});
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const verdict = page.getElementById('verdict');
    if (verdict) document.getElementById('verdict').replaceChildren(...verdict.childNodes);
    else location.reload(); // signed out or locked meanwhile: the page says so
  }

  document.addEventListener('scan', event => ask(event.detail.code, event.detail.corrected));
  form.addEventListener('submit', event => {
    event.preventDefault();
    ask(form.elements.code.value, false);
    form.elements.code.value = '';
  });

  /* On the window: it hears the keys before scanner.js may swallow them. */
  addEventListener('keydown', event => {
    const gap = event.timeStamp - last;
    last = event.timeStamp;
    if (gap > PAUSE || gap < 0 || keys.childElementCount >= KEYS_MOST) keys.replaceChildren();
    const key = document.createElement('kbd');
    const since = keys.childElementCount ? ` +${Math.round(gap)}` : '';
    key.textContent = `${event.key} ${event.code}${since}`;
    keys.append(key, ' ');
  }, true);
})();
