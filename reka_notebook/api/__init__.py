"""Speak Reka's inference API over HTTP; know nothing of notebooks, disks or threads."""

from reka_notebook.api.client import Client
from reka_notebook.api.errors import (
    ApiError,
    AuthenticationFailed,
    BadAnswer,
    BalanceUsedUp,
    BudgetUsedUp,
    Conflict,
    ConnectionBlocked,
    ForeignOrigin,
    NotFound,
    NotSent,
    PageInstead,
    RateLimited,
    Redirected,
    Rejected,
    ServerFault,
    ServicePaused,
    Unanswered,
    ValidationFailed,
)
from reka_notebook.api.reading.media_links import MediaLink, media_links
from reka_notebook.api.reading.messages import Outcome, Phase, StatusReport, Submitted
from reka_notebook.api.reading.request_list import ListedRequest, RequestPage
from reka_notebook.api.retry import Patience

__all__ = [
    "ApiError",
    "AuthenticationFailed",
    "BadAnswer",
    "BalanceUsedUp",
    "BudgetUsedUp",
    "Client",
    "Conflict",
    "ConnectionBlocked",
    "ForeignOrigin",
    "ListedRequest",
    "MediaLink",
    "NotFound",
    "NotSent",
    "Outcome",
    "PageInstead",
    "Patience",
    "Phase",
    "RateLimited",
    "Redirected",
    "Rejected",
    "RequestPage",
    "ServerFault",
    "ServicePaused",
    "StatusReport",
    "Submitted",
    "Unanswered",
    "ValidationFailed",
    "media_links",
]
