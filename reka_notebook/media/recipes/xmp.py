"""Write a recipe into XMP (ISO 16684-1): a packet of its own, or a description more in the one that is there.

The property is ``Recipe`` in the namespace ``urn:reka-notebook:recipe#``.
"""

from reka_notebook.media.recipes.edits import NoPlace

NAMESPACE = "urn:reka-notebook:recipe#"

_END = b"</rdf:RDF>"

LARGEST = 2**20
"""Bytes of a packet that is added to."""


def packet(text: str, before: bytes = b"") -> bytes:
    """Return a packet with a recipe.

    Args:
        text: The recipe. It holds none of the letters that XML escapes.
        before: The packet that is there.

    Raises:
        NoPlace: If that is no packet as they usually are; it is not thrown away for a recipe.
    """
    described = (
        f'<rdf:Description rdf:about="" xmlns:reka="{NAMESPACE}"><reka:Recipe>{text}</reka:Recipe></rdf:Description>'
    ).encode()
    if before:
        start, end, rest = before.rpartition(_END)
        if not end or b"\0" in before[:64]:  # without one, or in UTF-16
            raise NoPlace
        return start + described + end + rest
    return (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        + described
        + b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
