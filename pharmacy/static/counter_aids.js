'use strict';
/* What the counter does on this device beside the page: sounds, papers, and switches for both. */
const counterAids = (() => {
  const $ = id => document.getElementById(id);
  const store = {
    get: name => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* none */ } },
  };
  const isOn = name => store.get(`counter.${name}`) !== 'off';

  /* ---- the ear: short and high is a match, low and twice is a stop ---- */
  let ear = null;
  function tone(kind) {
    if (!kind || !isOn('sound')) return;
    try {
      ear = ear || new AudioContext();
      const notes = kind === 'match' ? [[1320, 0]] : [[220, 0], [220, .18]];
      for (const [pitch, after] of notes) {
        const voice = ear.createOscillator(), loud = ear.createGain(), at = ear.currentTime + after;
        voice.frequency.value = pitch;
        voice.type = kind === 'match' ? 'sine' : 'square';
        loud.gain.setValueAtTime(.12, at);
        loud.gain.exponentialRampToValueAtTime(.001, at + .13);
        voice.connect(loud).connect(ear.destination);
        voice.start(at);
        voice.stop(at + .14);
      }
    } catch { /* a device without sound */ }
  }

  /* ---- paper: by a hidden frame, one after the other, once for a voucher ---- */
  function printOnce() {
    const done = $('done');
    if (!done || !isOn('print')) return;
    const printed = (store.get('counter.printed') || '').split(' ');
    const voucher = done.dataset.voucher;
    if (printed.includes(voucher)) return;
    store.set('counter.printed', [...printed, voucher].slice(-50).join(' ').trim());
    print([done.dataset.receipt, done.dataset.labels, done.dataset.owing].filter(Boolean));
  }
  /* Papers still on their way are not dropped for the next voucher's: those wait behind them. */
  const waiting = [];
  function print(papers) {
    const idle = !waiting.length;
    waiting.push(...papers);
    if (!idle) return;
    for (const frame of document.querySelectorAll('iframe[data-paper]')) frame.remove();
    next();
  }
  function next() {
    if (!waiting.length) return;
    const frame = document.createElement('iframe');
    frame.dataset.paper = '';
    frame.className = 'vh';
    frame.tabIndex = -1;
    frame.setAttribute('aria-hidden', 'true');
    frame.addEventListener('load', () => {
      try { frame.contentWindow.print(); } catch { /* the link on the page opens it */ }
      $('scan').focus({preventScroll: true});
      waiting.shift();
      next();
    }, {once: true});
    [frame.src] = waiting;
    document.body.append(frame);
  }

  /* ---- switches of this device ---- */
  function switches() {
    const place = document.querySelector('.switches');
    if (!place) return;
    place.hidden = false;
    for (const name of ['print', 'sound']) {
      const box = $(`switch-${name}`);
      box.checked = isOn(name);
      box.onchange = () => store.set(`counter.${name}`, box.checked ? 'on' : 'off');
    }
  }

  return {tone, print, printOnce, switches};
})();
