'use strict';
/* Sends the counter's steps one behind the other. A change that found no connection waits here and
   goes again when it is back, in its order and with its own id, so that nothing is doubled. An F9
   whose answer was lost is never sent again by itself: what became of it is looked up.

   hooks: what the page does with an answer - swap, moveTo, obey, lane, live. */
const counterQueue = hooks => {
  const MOST_KEPT = 10, BEAT = 15000, SLOW = 2000, PATIENCE = 12000;
  const $ = id => document.getElementById(id);
  const say = name => $('phrases').dataset[name];

  const queue = [];
  let busy = false, down = false, slow = false, then = null;

  function pill() {
    const net = $('net'), unsaved = queue.filter(one => one.keep).length;
    const words = down ? net.dataset.off : slow ? net.dataset.slow : net.dataset.on;
    net.className = down ? 'net off' : slow ? 'net slow' : 'net';
    const text = down && unsaved ? `${words} · ${unsaved} ${net.dataset.unsaved}` : words;
    if (net.lastElementChild.textContent !== text) net.lastElementChild.textContent = text;
  }

  /* options: keep - sent again when the connection is back; sent - the form; done - called with the
     answer; body - name and value pairs; get - a page only looked at. */
  function send(url, options = {}) {
    if (options.keep && queue.filter(one => one.keep).length >= MOST_KEPT) {
      hooks.lane('stop', say('full'));
      counterAids.tone('stop');
      return;
    }
    queue.push({url, ...options});
    pump();
  }

  async function pump() {
    if (busy || !queue.length) return;
    busy = true;
    pill();
    const one = queue[0];
    const outcome = await once(one);
    busy = false;
    if (outcome === 'lost') {
      if (!one.keep) queue.shift();
      lose(one);
      return;
    }
    queue.shift();
    pill();
    hooks.obey(); // only now: a scanned F9 must not wait for the scan that brought it
    if (queue.length) { pump(); return; }
    if (unsure && !down) cameBack();
    quiet(outcome === 'answered');
  }
  function quiet(well) {
    const act = then;
    then = null;
    act?.(well);
  }

  async function once(one) {
    const began = performance.now(), stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    const lag = setTimeout(() => { slow = true; pill(); }, SLOW);
    let answer, text;
    try {
      const body = one.get ? undefined : new URLSearchParams([...(one.body || []), ['csrf_token', $('scan-form').elements.csrf_token.value]]);
      answer = await fetch(one.url, {
        method: one.get ? 'GET' : 'POST', body, headers: {'X-Part': '1'},
        cache: 'no-store', redirect: 'follow', signal: stop.signal,
      });
      text = await answer.text();
    } catch { return 'lost'; } finally { clearTimeout(timer); clearTimeout(lag); }
    slow = performance.now() - began > SLOW;
    down = false;
    const lock = answer.headers.get('X-Lock');
    if (lock) { location.assign(lock); return 'away'; }
    if (answer.status === 503 && one.keep && !one.tried) {
      one.tried = true;
      await new Promise(later => setTimeout(later, 1000));
      return once(one);
    }
    if (one.done) one.done(answer, text);
    else { hooks.swap(text, one.sent); hooks.moveTo(answer.headers.get('X-Address')); }
    return 'answered';
  }

  function lose(one) {
    down = true;
    quiet(false);
    pill();
    if (one.commit) { hooks.lane('warn', say('unsure')); unsure = true; counterAids.tone('stop'); }
    else if (one.keep) hooks.lane('warn', say('kept'));
    else if (!one.quiet) hooks.lane('warn', say('waiting'));
    again(1500);
  }
  let next = 0;
  const again = after => { clearTimeout(next); next = setTimeout(beat, after); };

  let unsure = false; // an F9 went out and no answer came: what became of it is looked up, not redone
  function cameBack() {
    pill();
    if (!hooks.live() && !unsure) return;
    const asked = unsure;
    unsure = false;
    send(location.pathname, {get: true, quiet: true, done: (answer, text) => {
      hooks.swap(text);
      if ($('desk').dataset.state === 'dispensed') { if (asked) counterAids.printOnce(); }
      else hooks.lane(asked ? 'warn' : 'ok', say(asked ? 'notyet' : 'back'));
    }});
  }

  async function beat() {
    if (busy) return;
    const began = performance.now();
    try {
      const answer = await fetch('/counter/beat', {
        headers: {'X-Part': '1', Accept: 'application/json'}, cache: 'no-store',
        signal: AbortSignal.timeout(PATIENCE),
      });
      const lock = answer.headers.get('X-Lock');
      if (lock) { location.assign(lock); return; }
      slow = performance.now() - began > SLOW;
      const was = down;
      down = false;
      pill();
      if (queue.length) pump(); else if (was) cameBack();
    } catch {
      down = true;
      pill();
      again(3000);
    }
  }
  let beaten = Date.now();
  setInterval(() => {
    if (!down && !busy && Date.now() - beaten >= BEAT) { beaten = Date.now(); beat(); }
  }, 1000);
  addEventListener('offline', () => { down = true; pill(); again(3000); });
  addEventListener('online', beat);

  return {
    send, pill, ask: beat,
    lost() { down = true; pill(); again(1500); },
    isDown: () => down,
    isSaving: () => queue.some(one => one.keep),
    /* Calls back when nothing is under way any more, with whether all of it was answered. */
    afterwards(act) { then = act; },
  };
};
