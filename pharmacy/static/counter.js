'use strict';
/* The counter's keys, its search list and its in-place answers. The server draws everything: this
   sends the page's own forms with `X-Part` and puts what comes back in their place. */
(() => {
  const WAIT = 120, BUSY_MOST = 13000;
  const {tone, print, printOnce, switches} = counterAids;
  const $ = id => document.getElementById(id);
  const say = name => $('phrases').dataset[name];
  const data = () => $('desk').dataset;
  const live = () => data().state === 'open' || data().state === 'held';
  const uid = () => crypto.randomUUID ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, '0')).join('');
  const {send, pill, ask, lost, isDown, isSaving, afterwards} = counterQueue({
    lane, live, obey, moveTo, swap: (text, sent) => swap(text, sent),
  });

  /* ---- the lane ---- */
  function lane(kind, text, acts = []) {
    const place = $('lane'), words = document.createElement('b');
    place.className = `lane ${kind} flash`;
    place.setAttribute('role', kind === 'stop' ? 'alert' : 'status');
    words.textContent = text;
    place.querySelector('.say').replaceChildren(words);
    place.querySelector('.acts').replaceChildren(...acts.map(([label, act]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn sm';
      button.textContent = label;
      button.addEventListener('click', act);
      return button;
    }));
  }

  const focusScan = () => { $('scan').focus({preventScroll: true}); $('scan').select(); };
  const isTyping = place => place?.matches?.('input:not([type=checkbox], [type=radio]), select, textarea')
    && place !== $('scan');

  /* ---- the answer takes its place ---- */
  /* What was typed and not sent yet, and where the focus stood, outlive the change. */
  function remember() {
    const fields = [...document.querySelectorAll('#desk :is(input, select, textarea)[id]')]
      .filter(field => !field.matches('[data-edit]'));
    const typed = fields.filter(dirty).map(field => [field.id, field.value, field.checked]);
    const open = [...document.querySelectorAll('#desk details[open]')].map(one => one.id);
    const at = document.activeElement;
    return {typed, open, at: at?.id && at.closest('#desk, #bar') ? at.id : '', scroll: $('lines').scrollTop, draft: data().draft};
  }
  const dirty = field => field.type === 'checkbox' || field.type === 'radio'
    ? field.checked !== field.defaultChecked
    : field.matches('select') ? [...field.options].some(one => one.selected !== one.defaultSelected)
      : field.value !== field.defaultValue;

  function restore(kept, sent) {
    if (kept.draft !== data().draft) return;
    for (const [id, value, checked] of kept.typed) {
      const field = $(id);
      if (!field || sent?.contains?.(field) || sent && field.form?.id && field.form.id === sent.id) continue;
      if (field.type === 'checkbox') field.checked = checked; else field.value = value;
    }
    for (const id of kept.open) if ($(id)) $(id).open = true;
    $('lines').scrollTop = kept.scroll;
    if (kept.at) $(kept.at)?.focus({preventScroll: true});
  }

  function swap(text, sent) {
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    if (!fresh.getElementById('desk')) {
      const words = fresh.querySelector('main p') || fresh.querySelector('main h1');
      lane('stop', words?.textContent.trim() || say('failed'));
      tone('stop');
      return;
    }
    const kept = remember();
    const stayed = document.activeElement === $('scan');
    for (const part of [...fresh.body.children]) {
      const place = part.id && $(part.id);
      if (!place) continue;
      if (part.id === 'lane') {
        // The same element stays, or nobody who listens would hear of the change.
        place.className = `${part.className} flash`;
        place.setAttribute('role', part.getAttribute('role'));
        place.replaceChildren(...part.childNodes);
        place.dataset.command = part.dataset.command || '';
        tone(part.dataset.tone);
      } else if (part.id === 'pop') {
        place.replaceChildren(...part.childNodes);
        opened();
      } else place.replaceWith(document.adoptNode(part));
    }
    $('scan-form').elements.draft_id.value = live() ? data().draft : '';
    restore(kept, sent);
    settle(stayed || kept.draft !== data().draft);
  }

  function settle(backToScan) {
    for (const id of ['person', 'lines']) {
      const pane = $(id); // a pane is a stop for Tab only when it scrolls
      if (pane.scrollHeight > pane.clientHeight + 1) pane.tabIndex = 0; else pane.removeAttribute('tabindex');
    }
    const edit = document.querySelector('#desk [data-edit]');
    if (edit) { edit.focus(); edit.select(); }
    else if (backToScan || document.activeElement === document.body) $('scan').focus({preventScroll: true});
    document.querySelector('#desk tr[aria-selected=true]')?.scrollIntoView({block: 'nearest'});
    switches();
  }

  function moveTo(address) {
    if (!address || address === location.pathname) return;
    history.replaceState(null, '', address);
    const next = document.querySelector('#lock-form [name=next]');
    if (next) next.value = address;
    for (const link of document.querySelectorAll('a[hreflang]')) {
      link.href = `${address}?lang=${link.hreflang}`;
    }
  }

  /* ---- the search list below the box ---- */
  let waiting = 0, asked = 0, wanted = false;
  const options = () => [...$('pop').querySelectorAll('[role=option]:not([aria-disabled])')];
  function opened() {
    $('pop').hidden = false;
    $('scan').setAttribute('aria-expanded', 'true');
    mark(options()[0]);
  }
  function shut() {
    clearTimeout(waiting);
    waiting = 0;
    asked += 1;
    wanted = false;
    $('pop').hidden = true;
    $('scan').setAttribute('aria-expanded', 'false');
    $('scan').removeAttribute('aria-activedescendant');
  }
  function mark(option) {
    for (const one of options()) one.setAttribute('aria-selected', String(one === option));
    if (!option) { $('scan').removeAttribute('aria-activedescendant'); return; }
    $('scan').setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({block: 'nearest'});
  }
  async function suggest() {
    waiting = 0;
    const text = $('scan').value.trim();
    if (text.length < 2) { shut(); return; }
    const mine = asked += 1;
    const address = `${$('scan-form').dataset.suggest}?${new URLSearchParams({q: text, draft_id: live() ? data().draft : ''})}`;
    try {
      const answer = await fetch(address, {headers: {'X-Part': '1'}, cache: 'no-store'});
      const lock = answer.headers.get('X-Lock');
      if (lock) { location.assign(lock); return; }
      const list = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('pop');
      if (mine !== asked || !list || $('scan').value.trim() !== text) return;
      $('pop').replaceChildren(...list.childNodes);
      opened();
      // Enter came before the list: only what is alone in it was surely meant.
      const meant = wanted, found = options();
      wanted = false;
      if (meant && found.length === 1) pick(found[0]);
      // Nothing is so called: it may be a code that was mistyped, and the server says so.
      else if (meant && !found.length) { $('scan').value = ''; scanned(text, false); }
    } catch { if (mine === asked) { lost(); } }
  }
  function pick(option) {
    if (!option) return;
    const {url, name, value} = option.dataset;
    const draft = live() ? data().draft : '';
    $('scan').value = '';
    shut();
    send(url, {keep: true, body: [[name, value], ['uid', uid()], ['draft_id', draft]]});
  }
  $('scan').addEventListener('input', () => {
    clearTimeout(waiting);
    wanted = false;
    waiting = setTimeout(suggest, WAIT);
  });
  $('pop').addEventListener('mousedown', event => {
    event.preventDefault();
    pick(event.target.closest('[role=option]:not([aria-disabled])'));
  });
  $('scan').addEventListener('blur', () => { if (!$('pop').hidden) shut(); });

  function scanned(code, corrected) {
    shut();
    const draft = live() ? data().draft : '';
    send($('scan-form').getAttribute('action'), {keep: true, body: [
      ['code', code], ['uid', uid()], ['draft_id', draft], ['corrected', corrected ? '1' : ''],
    ]});
  }
  document.addEventListener('scan', event => scanned(event.detail.code, event.detail.corrected));
  $('scan-form').addEventListener('submit', event => event.preventDefault());

  function entered() {
    const text = $('scan').value.trim();
    if (!text) { editQuantity(); return; }
    if (waiting) { clearTimeout(waiting); wanted = true; suggest(); return; }
    const chosen = options().find(one => one.getAttribute('aria-selected') === 'true');
    if (!$('pop').hidden && chosen) { pick(chosen); return; }
    scanned($('scan').value, false); // pasted, or of a slow hand: the server reads it
    $('scan').value = '';
  }

  /* ---- the lines ---- */
  const rows = () => [...document.querySelectorAll('#desk tr[data-url]')];
  const chosenRow = () => rows().find(row => row.getAttribute('aria-selected') === 'true');
  function choose(row) {
    if (!row) return;
    for (const one of rows()) one.setAttribute('aria-selected', String(one === row));
    row.scrollIntoView({block: 'nearest'});
  }
  function step(by) {
    const all = rows();
    if (all.length) choose(all[(all.indexOf(chosenRow()) + by + all.length) % all.length]);
  }
  function editQuantity() {
    const row = chosenRow();
    if (!row || !live()) return;
    const cell = row.querySelector('.qty'), input = document.createElement('input');
    const before = [...cell.childNodes];
    input.name = 'quantity';
    input.id = 'edit-quantity';
    input.dir = 'ltr';
    input.inputMode = 'decimal';
    input.value = row.dataset.quantity;
    input.defaultValue = input.value;
    input.setAttribute('aria-label', say('quantity'));
    input.dataset.edit = '';
    input.cancel = () => cell.replaceChildren(...before);
    cell.replaceChildren(input);
    input.focus();
    input.select();
  }
  const editing = () => document.querySelector('#desk [data-edit]');
  function keepEdit(input) {
    const row = input.closest('tr');
    send(row.dataset.url, {keep: true, body: [[input.name, input.value]]});
    if (isDown()) input.cancel?.();
    $('scan').focus({preventScroll: true});
  }
  function leaveEdit(input) {
    if (input.cancel) { input.cancel(); focusScan(); }
    else send(location.pathname, {get: true, quiet: true});
    $('scan').focus({preventScroll: true});
  }
  const removeRow = () => { const row = chosenRow(); if (row) send(`${row.dataset.url}/remove`, {keep: true}); };
  const undo = () => { if (live()) send(data().undo, {keep: true}); };

  /* ---- hold, clear, dispense ---- */
  const post = form => send(form.getAttribute('action'), {sent: form, body: [...new FormData(form)].filter(([name]) => name !== 'csrf_token')});
  function holdOrResume() {
    const back = $('hold').dataset.resume;
    if (back) send(back);
    else if ($('hold-form')) post($('hold-form'));
    else why();
  }
  function clear() {
    const link = $('clear');
    if (link.matches('a')) { send(link.getAttribute('href'), {get: true}); return; }
    if (!$('clear-form')) return;
    if (!rows().length) { post($('clear-form')); return; }
    lane('warn', say('clear'), [
      [say('yes'), () => { if ($('clear-form')) post($('clear-form')); focusScan(); }],
      [say('no'), () => { send(location.pathname, {get: true, quiet: true}); focusScan(); }],
    ]);
    $('lane').querySelector('button').focus();
  }
  const why = () => { lane('warn', $('go-why').textContent.trim() || say('waiting')); };

  function go() {
    const form = $('dispense');
    if (!form || $('go').getAttribute('aria-disabled') === 'true') { why(); return; }
    if ($('go').getAttribute('aria-busy') === 'true') return;
    const edit = editing();
    if (edit) { lane('warn', say('edit')); edit.focus(); edit.select(); return; }
    if (isDown()) { lane('warn', say('waiting')); tone('stop'); ask(); return; }
    if (isSaving()) {
      // Pressed before the scan was answered: it waits, and goes on only when that went well and
      // the list is still the one that was seen.
      const seen = data().draft;
      $('go').setAttribute('aria-busy', 'true');
      afterwards(well => {
        $('go').removeAttribute('aria-busy');
        if (well && data().draft === seen && $('lane').matches('.ok, .info')) go();
      });
      return;
    }
    const facts = $('facts');
    if (facts && [...facts.elements].some(field => field.name && dirty(field))) {
      $('go').setAttribute('aria-busy', 'true');
      send(facts.getAttribute('action'), {sent: facts, body: body(facts), done: (answer, text) => {
        swap(text, facts);
        if (answer.ok) commit();
      }});
    } else commit();
  }
  const body = form => [...new FormData(form)].filter(([name]) => name !== 'csrf_token');
  function commit() {
    const form = $('dispense');
    if (!form) return;
    const fields = body(form);
    $('go').setAttribute('aria-busy', 'true');
    send(form.getAttribute('action'), {commit: true, body: fields, done: (answer, text) => {
      swap(text, form);
      moveTo(answer.headers.get('X-Address'));
      $('go').removeAttribute('aria-busy');
      if (data().state === 'dispensed') { printOnce(); focusScan(); }
      else if ($('notices')) firstReason();
      else ($('signer-beyond') || document.querySelector('#more[open] #signer-approve'))?.focus();
    }});
    setTimeout(() => $('go').removeAttribute('aria-busy'), BUSY_MOST);
  }
  function firstReason() {
    const open = [...document.querySelectorAll('select[data-reason]')].find(one => !one.value
      && !document.getElementById(one.id.replace('why-', 'reason-'))?.value);
    open?.focus();
  }

  /* ---- a command scanned from the sheet is its key ---- */
  function obey() {
    const key = $('lane').dataset.command;
    $('lane').dataset.command = '';
    ({F9: go, F4: holdOrResume, 'Ctrl+Z': undo, Escape: clear})[key]?.();
  }

  /* ---- forms and links of the desk go without a new page ---- */
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!form.closest('#desk, #lane, #bar') || form.method !== 'post') return;
    event.preventDefault();
    if (form.id === 'dispense') go();
    else if (form.id === 'clear-form') clear();
    else if (form.matches('.edit')) keepEdit(form.querySelector('[data-edit]'));
    else {
      const fields = body(form);
      if (!fields.some(([name]) => name === 'draft_id')) fields.push(['draft_id', live() ? data().draft : '']);
      send(form.getAttribute('action'), {sent: form, body: fields});
    }
  });
  document.addEventListener('click', event => {
    const part = event.target.closest('a[data-part]');
    if (part) { event.preventDefault(); send(part.getAttribute('href'), {get: true}); return; }
    const paper = event.target.closest('a[data-print-frame]');
    if (paper) { event.preventDefault(); print([paper.getAttribute('href')]); return; }
    const opener = event.target.closest('a[data-open]');
    if (opener && $(opener.dataset.open)) {
      event.preventDefault();
      $(opener.dataset.open).open = true;
      const at = $(opener.dataset.focusId || opener.hash.slice(1));
      (at?.matches('form') ? at.querySelector('input:not([type=hidden])') : at)?.focus();
      return;
    }
    const link = event.target.closest('#lane a[href^="#"]');
    if (link) {
      event.preventDefault();
      if (link.hash === '#notices') firstReason(); else $(link.hash.slice(1))?.focus();
      return;
    }
    const button = event.target.closest('#go, #hold, #clear');
    if (button?.type === 'button') { event.preventDefault(); button.id === 'hold' ? holdOrResume() : why(); return; }
    const row = event.target.closest('#desk tr[data-url]');
    if (row && !event.target.closest('a, button, input, select')) { choose(row); focusScan(); }
  });

  /* ---- keys, by code: the layout does not matter. Enter never commits. ---- */
  const enter = event => event.code === 'Enter' || event.code === 'NumpadEnter';
  document.addEventListener('keydown', event => {
    if (event.repeat || event.isComposing || event.defaultPrevented) return;
    const at = event.target, inBox = at === $('scan'), edit = at.matches?.('[data-edit]');
    const take = act => { event.preventDefault(); act(); };
    if (event.code === 'F9' || event.ctrlKey && enter(event)) take(go);
    else if (event.code === 'F4' && !event.altKey) take(holdOrResume);
    else if (event.ctrlKey && event.code === 'KeyZ' && !(isTyping(at) && dirty(at)) && !(inBox && at.value)) take(undo);
    else if (event.code === 'Escape') take(() => escape(at, edit));
    else if (edit && enter(event)) take(() => keepEdit(at));
    else if (enter(event) && ['facts', 'dispense'].includes(at.form?.id) && at.matches('input')) event.preventDefault();
    else if (enter(event) && at.matches?.('[data-reason]')) event.preventDefault();
    else if (enter(event) && at === $('go')) take(() => lane('info', $('go').textContent.trim()));
    else if (inBox) boxKey(event, take);
  });
  function escape(at, edit) {
    if (!$('pop').hidden) shut();
    else if (edit || editing()) leaveEdit(edit ? at : editing());
    else if (at !== $('scan') && isTyping(at)) focusScan();
    else if ($('scan').value) { $('scan').value = ''; focusScan(); }
    else clear();
  }
  function boxKey(event, take) {
    const arrow = {ArrowDown: 1, ArrowUp: -1}[event.code];
    if (enter(event)) take(entered);
    else if (arrow && !$('pop').hidden) {
      take(() => {
        const all = options(), now = all.findIndex(one => one.getAttribute('aria-selected') === 'true');
        if (all.length) mark(all[(now + arrow + all.length) % all.length]);
      });
    } else if (arrow && !$('scan').value) take(() => step(arrow));
    else if (event.code === 'Delete' && !$('scan').value && live()) take(removeRow);
  }

  settle(!document.querySelector('#desk :focus'));
  pill();
})();
