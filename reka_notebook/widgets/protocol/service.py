"""Where requests go, with which key, and the numbers of the day."""

import msgspec

from reka_notebook.widgets.protocol.messages import Request


class Service(msgspec.Struct, frozen=True):
    """Say where requests go.

    Attributes:
        problem: Why the service cannot be used and what to do about it, or None.
        lacks_key: The problem is that there is no API key, or none that can be one: the studio asks for it.
        keyring_problem: Why the keyring of this machine cannot keep a key, or None where it can.
        own_sandbox: It is a sandbox that this kernel has started, and can leave.
    """

    name: str
    url: str
    sandbox: bool
    problem: str | None
    lacks_key: bool = False
    keyring_problem: str | None = None
    own_sandbox: bool = False


class DayBudget(msgspec.Struct, frozen=True):
    """Hold how much of a budget is used.

    Attributes:
        words: Such as ``$6.20 of $20``, and ``this month`` behind it where it is not for a day.
        share: The part that is used, 0 to 1.
    """

    words: str
    share: float


class Day(msgspec.Struct, frozen=True):
    """Hold the numbers of the day at this service.

    Attributes:
        made: Takes made since midnight.
        reused: Kept takes that answered a request since then, for nothing.
        spent: What was spent since then, such as ``$6.20``; None where nothing is known, or a budget says it.
        per_second: What a kept second has cost, such as ``$0.21``, or None where no bill tells.
    """

    made: int
    reused: int
    spent: str | None
    per_second: str | None
    budget: DayBudget | None


class UseKey(Request, frozen=True, kw_only=True, tag="use_key"):
    """Use an API key that a person has typed in; the only message that holds one, and no answer does.

    Attributes:
        keep: Keep it in the keyring of this machine too.
    """

    key: str
    keep: bool

    def __repr__(self) -> str:
        return "UseKey(hidden)"  # a traceback may print the variables of a frame

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return []


class UseSandbox(Request, frozen=True, kw_only=True, tag="use_sandbox"):
    """Start a sandbox in this kernel and send what is asked for there, or go back to where it went before."""

    on: bool
