'use strict';
/* Small comforts; every page works without them.
   Keys are read by `code`, so the keyboard's language does not matter. */

const pressed = event => [
  event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', event.code,
].filter(Boolean).join('+');

/* An element with data-key="F9" is used by that key: a field is focused, the rest is clicked. */
document.addEventListener('keydown', event => {
  if (event.repeat || event.isComposing) return;
  const key = pressed(event);
  if (!/F\d|Ctrl\+Enter/.test(key)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`)
    || (key === 'Ctrl+Enter' && document.querySelector('[data-key="F9"]'));
  if (!target) return;
  event.preventDefault();
  if (target.matches('input, select, textarea')) { target.focus(); target.select?.(); }
  else if (target.getAttribute('aria-disabled') !== 'true') target.click();
});

/* A scanner ends with Enter: in a field that asks for a badge it leads on to the PIN. */
document.addEventListener('keydown', event => {
  if (!/^(Numpad)?Enter$/.test(event.code) || !event.target.matches?.('[data-badge]')) return;
  const pin = event.target.form.querySelector('[type=password]');
  if (!pin || pin.value) return;
  event.preventDefault();
  pin.focus();
});

/* It leads on from a batch to its quantity, too; only a second Enter sends the form. */
document.addEventListener('keydown', event => {
  if (!/^(Numpad)?Enter$/.test(event.code) || !event.target.matches?.('[data-next]')) return;
  const fields = [...event.target.form.querySelectorAll('input:not([type=hidden]), select, textarea')];
  const next = fields[fields.indexOf(event.target) + 1];
  if (!next || next.value) return;
  event.preventDefault();
  next.focus();
});

/* A form is sent once; a second press does nothing until the answer or a return to the page. */
document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('[data-once]')) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = '1';
  event.submitter?.setAttribute('aria-busy', 'true');
});

addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-sent]')) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
});

/* Arrows move between the rows of a list, Enter opens: the row's first link has the focus. */
document.addEventListener('keydown', event => {
  if (event.code !== 'ArrowDown' && event.code !== 'ArrowUp') return;
  const row = document.activeElement?.closest('tbody tr');
  if (!row || document.activeElement.matches('input, select, textarea')) return;
  const next = event.code === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  const link = next?.querySelector('a, button');
  if (link) { event.preventDefault(); link.focus(); }
});

/* The total under amounts follows what is typed, to the piastre; what is no amount counts for nothing. */
document.addEventListener('input', event => {
  const table = event.target.matches('[data-adds]') && event.target.closest('table');
  const total = table && table.querySelector('[data-sum] bdi');
  if (!total) return;
  const piastres = text => {
    const western = text.replace(/[\u0660-\u0669]/g, digit => digit.charCodeAt(0) - 0x660)
      .replace(/\u066b/g, '.').replace(/[\s,\u066c]/g, '');
    return /^\d+(\.\d{1,2})?$/.test(western) ? Math.round(western * 100) : 0;
  };
  const sum = [...table.querySelectorAll('[data-adds]')].reduce((all, field) => all + piastres(field.value), 0);
  total.textContent = (sum / 100).toLocaleString('en', {minimumFractionDigits: 2, maximumFractionDigits: 2});
});

document.addEventListener('click', event => {
  const button = event.target.closest('[data-print]');
  if (button) { event.preventDefault(); print(); }
});

document.querySelector('[data-focus]')?.focus();

/* On a narrow window the sections scroll; the one at hand is in sight. */
document.querySelector('.top nav [aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
