"""All that the studio shows, and all that it can be asked."""

from typing import TypeAlias

import msgspec

from reka_notebook.widgets.protocol.form import Draft, Endpoint, Form, Generate, History, Service
from reka_notebook.widgets.protocol.images import (
    Image,
    ImageClear,
    ImageFrame,
    ImageTake,
    ImageUrl,
    NextShot,
    Preview,
    UploadAbort,
    UploadBegin,
    UploadChunk,
    UploadEnd,
    UploadKnown,
)
from reka_notebook.widgets.protocol.jobs import Cancel, Dismiss, Job, Result
from reka_notebook.widgets.protocol.messages import Ping
from reka_notebook.widgets.protocol.sweeps import Plan, Sweep, SweepBegin, SweepControl
from reka_notebook.widgets.protocol.takes import (
    Compare,
    Counts,
    Details,
    Find,
    Gif,
    Media,
    Note,
    Pin,
    Poster,
    Rate,
    Recall,
    Selected,
    Take,
)


class StudioTraits(msgspec.Struct, frozen=True):
    """What the studio shows. ``jobs`` has the unfinished first; ``sweeps`` and ``takes_shown`` the newest first.

    ``selection``: the takes that are selected to be compared, for a page that is loaded again.
    ``sheet``: the style sheet. ``instead``: the class of the words that stand beside it for where it is not drawn.
    """

    endpoints: list[Endpoint]
    service: Service
    form: Form
    images: list[Image]
    jobs: list[Job]
    takes_shown: list[Take]
    counts: Counts
    sweeps: list[Sweep]
    selection: list[Take]
    sheet: str
    instead: str


AnyRequest: TypeAlias = (
    Ping
    | Generate
    | Plan
    | SweepBegin
    | SweepControl
    | Cancel
    | Dismiss
    | Result
    | UploadBegin
    | UploadKnown
    | UploadChunk
    | UploadEnd
    | UploadAbort
    | ImageUrl
    | ImageClear
    | ImageFrame
    | ImageTake
    | Preview
    | Poster
    | Media
    | Recall
    | NextShot
    | Pin
    | Draft
    | Selected
    | History
    | Details
    | Compare
    | Gif
    | Find
    | Rate
    | Note
)
