'use strict';
/* Reads a scanner, which is a keyboard of US layout, by its physical keys: with the computer set to
   Arabic the letters arrive as Arabic ones, and going back from those loses some (the key B types
   two). The page hears of a code by the event `scan` on the document; the server says what it is.

   In the box `#scan` time plays no part, so a slow computer spoils nothing: every key since it was
   empty is kept, and Enter looks whether they make a code. Elsewhere only a fast burst is a scan.
   `<body data-scan="badges">`, a locked screen, hears nothing but badges. A field `data-badge`, in
   which a second person signs, takes the badge itself. */
(() => {
  const GAP = 50; // ms between keys of a burst; nobody types six that fast
  const LEAST = 6;
  const GS = '\x1d'; // ends an element of a GS1 code
  const ARABIC = /[\u0621-\u0652\ufe70-\ufeff]/; // letters and marks; digits say nothing

  /* What a key types on US, without and with Shift. CapsLock plays no part. */
  const US = {
    Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|',
    IntlBackslash: '\\|', Semicolon: ';:', Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?',
    Backquote: '`~', Space: '  ', NumpadDecimal: '..', NumpadSubtract: '--', NumpadAdd: '++',
    NumpadDivide: '//', NumpadMultiply: '**',
  };
  for (const pair of '1! 2@ 3# 4$ 5% 6^ 7& 8* 9( 0)'.split(' ')) {
    US[`Digit${pair[0]}`] = pair;
    US[`Numpad${pair[0]}`] = pair[0] + pair[0];
  }
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    US[`Key${letter.toUpperCase()}`] = letter + letter.toUpperCase();
  }

  let burst = '';        // keys that came fast, one behind the other
  let kept = '';         // keys since the box was empty
  let clean = true;      // the box holds those keys: nothing was taken back
  let arabic = false;    // some key typed an Arabic letter
  let alt = '';          // digits of the keypad while Alt is down
  let before = null;     // the field in focus as it was when the burst began
  let last = -Infinity;  // time of the last key,
  let ended = -Infinity; // of the last code

  const box = () => document.getElementById('scan');
  const inBox = () => box() !== null && document.activeElement === box();
  const isBadge = code => /^25\d{11}$/.test(code);
  const badgesOnly = () => document.body.dataset.scan === 'badges';
  const isFast = gap => gap >= 0 && gap <= GAP; // backwards begins anew

  function isEan(text) {
    if (!/^(\d{8}|\d{12,13})$/.test(text)) return false; // 14 digits are a person's number
    return [...text].reverse().reduce((sum, n, i) => sum + n * (i % 2 ? 3 : 1), 0) % 10 === 0;
  }

  function looksLikeCode(text) {
    const code = text.replace(/^\](d[12]|C[01]|Q[13]|e0|E[04])/i, '');
    return code !== text || isEan(code) || /^\x1d?(01|\(01\))\d{14}/.test(code)
      || code.includes(GS, 1);
  }

  function add(letters) {
    burst += letters;
    if (inBox()) kept += letters;
  }

  function swallow(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function setValue(field, text) {
    if (field.value === text) return;
    field.value = text;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }

  /* Takes back what the scanner typed into a field that was not meant. */
  function restore() {
    if (!before) return;
    setValue(before.field, before.value);
    try { before.field.setSelectionRange(before.start, before.end); } catch { /* a date has none */ }
  }

  function tell(event, code) {
    const detail = {code, corrected: arabic, text: inBox() ? box().value : ''};
    ended = event.timeStamp;
    burst = kept = '';
    arabic = false;
    const asked = document.activeElement;
    if (isBadge(code) && asked?.matches('[data-badge]')) {
      // The field asks for just this; its Enter leads to the PIN and sends nothing (app.js).
      setValue(asked, code);
      return;
    }
    swallow(event);
    if (inBox()) setValue(box(), ''); else restore();
    if (badgesOnly() && !isBadge(code)) return;
    document.dispatchEvent(new CustomEvent('scan', {detail}));
  }

  function end(event, fast) {
    const whole = fast && burst.length >= LEAST;
    if (!burst && isFast(event.timeStamp - ended)) swallow(event); // a line ended twice
    else if (inBox() && clean && looksLikeCode(kept)) tell(event, kept);
    // In a box that was not empty; on a locked screen no PIN; elsewhere anything.
    else if (whole && (looksLikeCode(burst) || !inBox() && !badgesOnly())) tell(event, burst);
    burst = '';
  }

  function begin(fast) {
    if (inBox() && !box().value) [kept, clean, arabic] = ['', true, false];
    if (!fast) burst = alt = '';
    if (inBox() || burst || alt) return;
    arabic = false;
    const field = document.activeElement;
    before = field && 'value' in field
      ? {field, value: field.value, start: field.selectionStart, end: field.selectionEnd} : null;
  }

  document.addEventListener('keydown', event => {
    if (event.repeat || event.isComposing) return;
    const fast = isFast(event.timeStamp - last); // its own time: a busy page spoils nothing
    last = event.timeStamp;
    begin(fast);
    if (event.key === 'Alt') alt = '';
    if (/^(Shift|Control|Alt|AltGraph|Meta|CapsLock|NumLock)$/.test(event.key)) return;
    const some = inBox() ? kept : burst;
    if (event.altKey && /^Numpad\d$/.test(event.code)) {
      alt += event.code[6];
    } else if (event.key === GS
      || some && (event.code === 'F8' || event.ctrlKey && event.code === 'BracketRight')) {
      add(GS);
      swallow(event);
    } else if (event.ctrlKey && /^Key[JM]$/.test(event.code)) {
      // A line end as a control character; Ctrl+J would open the browser's downloads.
      if (some || isFast(event.timeStamp - ended)) swallow(event);
    } else if (/^(Enter|NumpadEnter|Tab)$/.test(event.code)) {
      end(event, fast);
    } else if (!event.ctrlKey && !event.altKey && !event.metaKey && US[event.code]) {
      add(US[event.code][event.shiftKey ? 1 : 0]);
      if (ARABIC.test(event.key)) arabic = true;
    } else {
      // Backspace, an arrow, a paste: now the box is what is seen in it.
      burst = '';
      if (inBox() && box().value) clean = false;
    }
  }, true);

  /* Alt+0029 on the keypad is whole when Alt is let go. */
  document.addEventListener('keyup', event => {
    if (event.key === 'Alt' && alt) add(String.fromCharCode(Number(alt)));
    if (event.key === 'Alt') alt = '';
  }, true);
})();
