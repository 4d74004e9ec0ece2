"""Know the names under which services put links, and what each says of the file behind it.

They only decide what is looked at first, and what is skipped if there is something better. Whatever the name,
a file is what its bytes say.
"""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


KIND_OF_WORD = {
    word: kind
    for kind, words in {
        "video": "video videos movie film clip clips animation mp4 webm mov footage",
        "audio": "audio audios music song speech sound voice track mp3 wav tts",
        "image": "image images picture pictures photo photos png jpg jpeg webp img",
    }.items()
    for word in words.split()
}

KIND_OF_ENDING = {
    ending: kind
    for kind, endings in {
        "video": "mp4 m4v mov webm mkv avi mpg mpeg ts ogv 3gp flv wmv",
        "audio": "mp3 wav flac ogg oga opus m4a aac aiff wma",
        "image": "png jpg jpeg webp gif avif tif tiff bmp heic jxl",
    }.items()
    for ending in endings.split()
}

YIELDS = frozenset(KIND_OF_WORD) | _set(
    "media file files output outputs result results asset assets artifact artifacts artefact artefacts generation "
    "generations generated sample samples download downloads content data b64 base64 url urls uri uris gif "
    "response"
)
"""Words for what a request has yielded."""

BESIDE = _set(
    "thumbnail thumbnails thumb thumbs poster posters preview previews cover sprite sprites storyboard icon "
    "avatar logo mask masks watermark waveform subtitle subtitles caption captions vtt transcript frame frames "
    "doc docs documentation help terms license licence policy support web page website homepage dashboard console "
    "callback webhook share html embed player profile author error errors report feedback billing pricing info"
)
"""Words for what stands beside a result."""

SENT = _set(
    "input inputs request params parameters arguments args source sources reference references original init "
    "initial start end tail first last prompt prompts settings config conditioning control driving"
)
"""Words for what was sent, and comes back."""

LINKS = frozenset(KIND_OF_WORD) | _set(
    "url urls uri href src path paths link links file files download location output result"
)
"""Words for an address, under which a path is one."""

ADDRESSES = frozenset({"status", "cancel", "webhook", "callback"})
"""Words for addresses of the service that lead to no file."""

TYPES = (
    "content_type",
    "contentType",
    "mime_type",
    "mimeType",
    "mimetype",
    "media_type",
    "mediaType",
    "mime",
    "type",
)
NAMES_OF_FILES = ("file_name", "fileName", "filename", "name", "title")


def split_name(name: str) -> frozenset[str]:
    """Return the words in a name: ``video_url``, ``videoUrl`` and ``Video-URL`` have the same ones."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name[:200])
    return frozenset(re.findall(r"[a-z0-9]+", apart.lower()))
