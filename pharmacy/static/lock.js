'use strict';
/* Locks a page at which nobody works, in every window of this browser at once.
   The server keeps the lock; this only brings it sooner and hides what is on the screen. */

(() => {
  const form = document.getElementById('lock-form');
  const screen = document.querySelector('[data-locked]');
  const minutes = Number(document.body.dataset.lockMinutes);
  const SEEN = 'pharmacy.seen', LOCKED = 'pharmacy.locked';
  const BEAT = 60000, LOOK = 1000;

  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* none */ } };
  const kept = name => { try { return Number(localStorage.getItem(name)) || 0; } catch { return 0; } };

  const away = () => {
    const here = location.pathname + location.search;
    location.assign(`/lock?next=${encodeURIComponent(here)}`);
  };

  /* ---- at work: a key, a pointer or a scan in any window counts ---- */
  if (form && minutes) {
    const limit = minutes * 60000;
    const opened = Date.now();
    let seen = opened, told = opened, leaving = false;
    keep(SEEN, opened);
    const awake = () => {
      const at = Date.now();
      if (at - seen < LOOK) return;
      // A machine that slept wakes with a key: that key comes too late to count.
      if (at - Math.max(seen, kept(SEEN)) < limit) { seen = at; keep(SEEN, at); }
    };
    for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart', 'scan']) {
      document.addEventListener(kind, awake, {capture: true, passive: true});
    }
    const lock = () => {
      if (leaving) return;
      leaving = true;
      form.requestSubmit();
    };
    const beat = () => {
      told = Date.now();
      fetch('/lock/beat', {headers: {'X-Part': '1'}, cache: 'no-store'})
        .then(answer => { if (answer.headers.get('X-Lock')) away(); })
        .catch(() => { /* the line is down; the page itself says so */ });
    };
    const look = () => {
      const at = Date.now(), last = Math.max(seen, kept(SEEN));
      if (at - last >= limit) lock();
      else if (last > told && at - told >= BEAT) beat();
    };
    setInterval(look, LOOK);
    document.addEventListener('visibilitychange', look);
    form.addEventListener('submit', () => { leaving = true; });
    addEventListener('storage', event => {
      if (event.key === LOCKED && event.newValue && !leaving) { leaving = true; away(); }
    });
  }

  /* A page taken out of the browser's memory may show what is locked by now. */
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });

  /* ---- on the lock screen: only badges count; Esc and Cancel stay locked ---- */
  if (screen) {
    keep(LOCKED, Date.now()); // by now it is locked on the server: the other windows follow
    const box = screen.querySelector('input[name=badge]:not([type=hidden]), input[name=pin]');
    document.addEventListener('keydown', event => {
      if (event.code === 'Escape') { event.preventDefault(); location.assign(screen.dataset.cancel); return; }
      const free = document.activeElement === document.body || document.activeElement?.matches('.errors, main');
      if (free && event.key.length === 1 && !event.ctrlKey && !event.altKey) box?.focus();
    }, true);
    const take = code => {
      if (!box) return;
      box.value = code;
      box.form.requestSubmit();
    };
    document.addEventListener('scan', event => take(event.detail.code));
    // A colleague's badge that was scanned at work came along: only its PIN is wanting.
    const brought = location.hash.slice(1);
    if (brought) history.replaceState(null, '', location.pathname + location.search);
    if (/^25\d{11}$/.test(brought)) take(brought);
  }
})();
