"""Remove a secret from text and bytes, however it was written when it was sent back.

A server, a proxy or a page that repeats what it was sent may have it escaped, encoded, cut short or broken
over lines.
"""

import base64
import re
from functools import cached_property

HIDDEN = "[the API key]"

_SHORT = 8
"""A secret of fewer characters is looked for as a word of its own only: its other forms would be found everywhere."""

_NONE = 3
"""What has fewer characters is no secret, such as the "x" that a sandbox takes for a key: it is part of many words."""

_LARGE = 2**16
"""Characters from which on encoded data is searched for signs of the secret before it is searched in earnest."""

_DATA = re.compile(r"(?:data:[^,\s]{0,200},)?[A-Za-z0-9+/=_%\s-]*")

# Between two characters of the secret: line breaks, padding, what is invisible, tags, and colours of a
# terminal.
_BETWEEN = r"(?:\x1b\[[0-9;]*[A-Za-z]|<[^<>]{0,80}>|[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2060\ufeff])*"


class Redactor:
    """Remove one secret, without showing it in a repr."""

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def __repr__(self) -> str:
        return "Redactor(hidden)"

    def text(self, text: str) -> str:
        """Return a text without the secret."""
        if len(text) > _LARGE and _DATA.fullmatch(text) and not self._is_suspect(text):
            return text  # a film in base64 would take seconds
        return self._pattern.sub(HIDDEN, text)

    def data(self, data: bytes, *, ends: bool = True) -> bytes:
        """Return bytes without the secret, as many as there were.

        Args:
            ends: Whether nothing comes after them; otherwise whatever may continue at their end is kept.
        """
        text = data.decode("latin-1")
        if b"\0" in data[:1024] and not self._is_suspect(text):
            return data

        def hidden(found: re.Match[str]) -> str:
            return found[0] if found.end() == len(text) and not ends else "*" * len(found[0])

        return self._pattern.sub(hidden, text).encode("latin-1")

    def may_go_on(self, data: bytes) -> bool:
        """Return whether the secret may have begun at the end of bytes; in text it may be written in many ways."""
        if data.isascii() and b"\0" not in data:
            return bool(data)
        end = data[-len(self.__secret) :].decode("latin-1").lower()
        forms = (self.__secret.lower(), *(form.lower() for form in _base64_forms(self.__secret)))
        return any(end.endswith(form[:length]) for form in forms for length in range(1, len(form)))

    def _is_suspect(self, text: str) -> bool:
        lower = text.lower()
        return any(sign in lower for sign in self._signs)

    @cached_property
    def _signs(self) -> tuple[str, ...]:
        """Return beginnings of the secret's forms, in lower case, none of which data has by chance."""
        secret = self.__secret
        escaped = "".join(f"%{ord(character):02x}" for character in secret[:3])
        forms = (
            secret[:6],
            escaped,
            *(form[:8] for form in _base64_forms(secret)),
            secret.encode().hex()[:12],
        )
        return tuple(form.lower() for form in forms)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Return the pattern that matches every form, kept where no traceback shows it: its repr shows the secret."""
        secret = self.__secret
        if len(secret) < _NONE:
            return re.compile(r"(?!)")
        if len(secret) < _SHORT:
            return re.compile(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])")
        characters = [_character(character) for character in secret]
        needed = max(_SHORT, len(secret) * 2 // 3)
        # One that was cut short is hidden too, as long as most of it is there.
        pattern = _BETWEEN.join(characters[:needed])
        pattern += "".join(f"(?:{_BETWEEN}{character}" for character in characters[needed:])
        pattern += ")?" * (len(characters) - needed)
        hexadecimal = r"[\s:]?".join(f"{byte:02x}" for byte in secret.encode())
        encoded = "|".join(r"\s*".join(map(re.escape, form)) for form in _base64_forms(secret))
        first = {secret[0], *(form[0] for form in _base64_forms(secret)), hexadecimal[0]}
        begins = "".join(map(re.escape, first)) + r"\\%=&"  # tells fast where nothing can begin
        return re.compile(f"(?=[{begins}])(?:{pattern}|{hexadecimal}|(?-i:{encoded}))", re.IGNORECASE)


def _character(character: str) -> str:
    """Return a pattern for one character and its escapes in JSON, URLs, HTML and quoted-printable."""
    code = ord(character)
    forms = [
        rf"(?:\\{{1,8}}|%)u\{{?0{{0,6}}{code:02x}\}}?",
        rf"\\{{1,8}}x{code:02x}",
        rf"\\{{1,8}}0?{code:03o}",
        rf"%(?:25){{0,4}}{code:02x}",
        rf"={code:02x}",
        rf"&(?:amp;){{0,4}}#0{{0,6}}{code}\b;?",
        rf"&(?:amp;){{0,4}}#x0{{0,6}}{code:x}\b;?",
        rf"\\{{0,8}}{re.escape(character)}",
    ]
    return f"(?:{'|'.join(forms)})"


def _base64_forms(secret: str) -> tuple[str, ...]:
    """Return what base64 makes of the secret, wherever in the encoded bytes it begins, without the edges."""
    forms = []
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret.encode()).decode()
        begin = (0, 2, 3)[before]
        end = len(encoded) - (0, 3, 2)[(before + len(secret)) % 3]
        forms.append(encoded[begin:end])
    return tuple(dict.fromkeys(form.translate(table) for form in forms for table in ({}, _URL_SAFE)))


_URL_SAFE = str.maketrans("+/", "-_")
