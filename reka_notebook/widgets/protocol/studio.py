"""All that the studio shows, and all that it can be asked."""

from typing import TypeAlias

import msgspec

from reka_notebook.widgets.protocol.chain import Chain, ChainCode, Family, RedoStep, StepTakes
from reka_notebook.widgets.protocol.chat import Describe, DescribePlan, Suggest, SuggestPlan
from reka_notebook.widgets.protocol.form import (
    Draft,
    Endpoint,
    Form,
    Generate,
    History,
    RefreshModels,
)
from reka_notebook.widgets.protocol.images import (
    Image,
    ImageClear,
    ImageFrame,
    ImageSample,
    ImagesRestore,
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
from reka_notebook.widgets.protocol.jobs import Cancel, Dismiss, Job, RecallJob, Result, Retry
from reka_notebook.widgets.protocol.judging import (
    AskVotes,
    BeginJudging,
    Judged,
    TakeBack,
    Vote,
    VotesPlan,
    VotesSoFar,
)
from reka_notebook.widgets.protocol.measures import Effects, MeasuredTakes, MeasureOlder, Measures, Measuring
from reka_notebook.widgets.protocol.messages import Ping, Playing, Request
from reka_notebook.widgets.protocol.service import Day, Service, UseKey, UseSandbox
from reka_notebook.widgets.protocol.sharing import ReadRecipe, Save, Sheet, UseRecipe
from reka_notebook.widgets.protocol.sweeps import Plan, Prices, Sweep, SweepBegin, SweepControl
from reka_notebook.widgets.protocol.takes import (
    Boxes,
    Collect,
    Compare,
    Counts,
    Details,
    Find,
    Judge,
    Media,
    Note,
    Pin,
    Poster,
    Rate,
    Recall,
    Selected,
    ShareCollection,
    ShowTake,
    Sprite,
    Take,
    Uncollect,
    WithSound,
)


class LateValue(msgspec.Struct, frozen=True):
    """Hold the second script and its style sheet, as texts."""

    script: str
    sheet: str


class Late(Request, frozen=True, kw_only=True, tag="late"):
    """Ask for what the studio draws only once it is wanted."""

    value = LateValue


class StudioTraits(msgspec.Struct, frozen=True):
    """Hold what the studio shows.

    Attributes:
        jobs: The unfinished ones, first submitted first; then those that failed and were not dismissed yet.
        takes_shown: The newest 60, newest first.
        sweeps: Newest first; those that are done until they are dismissed.
        selection: The selected takes, for a page that is loaded again.
        opened: The take on the stage, or the job in its place, for such a page too; empty where there is none.
        sheet: The style sheet.
        instead: The class of the text beside the widget, for where the widget is not drawn.
    """

    endpoints: list[Endpoint]
    service: Service
    form: Form
    images: list[Image]
    jobs: list[Job]
    takes_shown: list[Take]
    counts: Counts
    day: Day
    measuring: Measuring
    sweeps: list[Sweep]
    selection: list[Take]
    opened: str
    sheet: str
    instead: str


AnyRequest: TypeAlias = (
    Ping
    | Playing
    | Late
    | Generate
    | Plan
    | Prices
    | SweepBegin
    | SweepControl
    | Cancel
    | Dismiss
    | Retry
    | RecallJob
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
    | ImageSample
    | ImagesRestore
    | Preview
    | Poster
    | Sprite
    | Media
    | Boxes
    | WithSound
    | Recall
    | NextShot
    | ShowTake
    | Pin
    | Draft
    | Selected
    | History
    | RefreshModels
    | UseKey
    | UseSandbox
    | Details
    | Compare
    | Save
    | Sheet
    | ReadRecipe
    | UseRecipe
    | Find
    | Rate
    | Judge
    | Note
    | BeginJudging
    | Vote
    | VotesPlan
    | AskVotes
    | VotesSoFar
    | TakeBack
    | Judged
    | Measures
    | MeasuredTakes
    | MeasureOlder
    | Effects
    | Collect
    | Uncollect
    | ShareCollection
    | Chain
    | ChainCode
    | StepTakes
    | RedoStep
    | Family
    | SuggestPlan
    | Suggest
    | DescribePlan
    | Describe
)
