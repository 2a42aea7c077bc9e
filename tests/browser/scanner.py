"""A scanner at the keyboard: real key events through the browser, each with its own time.

A scanner is a keyboard of US layout; what its keys type depends on the layout of the computer.
"""

import time
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import CDPSession, Page

Layout = Literal["us", "ar"]
Separator = Literal["ctrl", "alt", "f8", "raw", "none"]
GS = "\x1d"
_ALT, _CTRL, _SHIFT = 1, 2, 8
_NUMPAD_0 = 96

# Key, what it types on US, with Shift, on Arabic (101), with Shift.
_PLACES = """
Backquote ` ~ ذ \u0651
Digit1 1 ! 1 !
Digit2 2 @ 2 @
Digit3 3 # 3 #
Digit4 4 $ 4 $
Digit5 5 % 5 %
Digit6 6 ^ 6 ^
Digit7 7 & 7 &
Digit8 8 * 8 *
Digit9 9 ( 9 )
Digit0 0 ) 0 (
Minus - _ - _
Equal = + = +
KeyQ q Q ض \u064e
KeyW w W ص \u064b
KeyE e E ث \u064f
KeyR r R ق \u064c
KeyT t T ف لإ
KeyY y Y غ إ
KeyU u U ع \u2018
KeyI i I ه ÷
KeyO o O خ ×
KeyP p P ح ؛
BracketLeft [ { ج <
BracketRight ] } د >
Backslash \\ | \\ |
KeyA a A ش \u0650
KeyS s S س \u064d
KeyD d D ي ]
KeyF f F ب [
KeyG g G ل لأ
KeyH h H ا أ
KeyJ j J ت ـ
KeyK k K ن ،
KeyL l L م /
Semicolon ; : ك :
Quote ' " ط "
KeyZ z Z ئ ~
KeyX x X ء \u0652
KeyC c C ؤ }
KeyV v V ر {
KeyB b B لا لآ
KeyN n N ى آ
KeyM m M ة \u2019
Comma , < و ,
Period . > ز .
Slash / ? ظ ؟
"""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the board, with Shift or without, and what it types on each layout."""

    code: str
    shift: bool
    types: dict[Layout, str]


def _board() -> dict[str, Key]:
    board = {}
    for line in _PLACES.strip().splitlines():
        code, us, us_shift, ar, ar_shift = line.split(" ")
        board[us] = Key(code, shift=False, types={"us": us, "ar": ar})
        board[us_shift] = Key(code, shift=True, types={"us": us_shift, "ar": ar_shift})
    return board


BOARD = _board()
"""What a key types on US -> the key."""


def as_typed(text: str, layout: Layout) -> str:
    """Return what a scan leaves in a field, were nobody to read the keys; separators are lost."""
    return "".join(BOARD[letter].types[layout] for letter in text if letter != GS)


class Wedge:
    """Key events sent to one page, so many milliseconds apart by their own time stamps."""

    def __init__(self, page: Page, *, layout: Layout, gap_ms: float) -> None:
        """Begin now."""
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._layout: Layout = layout
        self._gap = gap_ms / 1000
        self._at = time.time()

    def done(self) -> None:
        """Let go of the page."""
        self._session.detach()

    def letter(self, letter: str) -> None:
        """Press the key that types a letter on US."""
        key = BOARD[letter]
        typed = key.types[self._layout]
        if key.shift:
            # Later than the key before: at the same moment, the browser may take it for earlier.
            self._at += self._gap / 3
            self._event("rawKeyDown", "Shift", "ShiftLeft", _SHIFT)
        self.press(typed, key.code, modifiers=_SHIFT if key.shift else 0, typed=typed)
        if key.shift:
            self._event("keyUp", "Shift", "ShiftLeft", 0)

    def separator(self, how: Separator) -> None:
        """Send the separator the way this scanner does."""
        if how == "ctrl":
            self._event("rawKeyDown", "Control", "ControlLeft", _CTRL)
            self.press(BOARD["]"].types[self._layout], "BracketRight", modifiers=_CTRL)
            self._event("keyUp", "Control", "ControlLeft", 0)
        elif how == "alt":
            self._event("rawKeyDown", "Alt", "AltLeft", _ALT)
            for digit in "0029":
                self.press(digit, f"Numpad{digit}", modifiers=_ALT, number=_NUMPAD_0 + int(digit))
            self._event("keyUp", "Alt", "AltLeft", 0)
        elif how == "f8":
            self.press("F8", "F8", number=119)
        elif how == "raw":
            self.press(GS, "", typed=GS)

    def press(
        self, key: str, code: str, *, modifiers: int = 0, typed: str = "", number: int = 0
    ) -> None:
        """Press and let go of a key, one gap after the one before."""
        self._at += self._gap
        which: dict[str, object] = {"windowsVirtualKeyCode": number}
        if typed:
            self._event("keyDown", key, code, modifiers, text=typed, **which)
        else:
            self._event("rawKeyDown", key, code, modifiers, **which)
        self._event("keyUp", key, code, modifiers, **which)

    def _event(self, kind: str, key: str, code: str, modifiers: int, **more: object) -> None:
        event = {"type": kind, "key": key, "code": code, "modifiers": modifiers}
        self._session.send("Input.dispatchKeyEvent", {**event, "timestamp": self._at, **more})


ENDS = {"Enter": (13, "\r"), "Tab": (9, "")}


def wedge(
    page: Page,
    text: str,
    layout: Layout = "us",
    separator: Separator = "ctrl",
    *,
    gap_ms: float = 5,
    end: str | None = "Enter",
) -> None:
    """Scan a text into whatever has the focus, as a scanner set up this way does.

    Args:
        page: The page in front.
        text: What the code holds; separators in it are 0x1D.
        layout: That of the computer.
        separator: How this scanner sends 0x1D; `none` loses it.
        gap_ms: Milliseconds between keys, by the events' own time stamps.
        end: The suffix, `Enter` or `Tab`; None for a scanner without one.
    """
    scanner = Wedge(page, layout=layout, gap_ms=gap_ms)
    for letter in text:
        if letter == GS:
            scanner.separator(separator)
        else:
            scanner.letter(letter)
    if end is not None:
        number, typed = ENDS[end]
        scanner.press(end, end, number=number, typed=typed)
    scanner.done()
