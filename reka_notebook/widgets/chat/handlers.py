"""Hand the browser's requests to a chat model on to it. The API key stays in the kernel."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import anyio.to_thread

from reka_notebook.jobs import Controller, Take
from reka_notebook.widgets import protocol
from reka_notebook.widgets.rpc import Handler, Reply
from reka_notebook.widgets.studio.service import AtService
from reka_notebook.widgets.studio.slots import ImageSlots

if TYPE_CHECKING:
    from reka_notebook.chat.suggesting import SuggestRequest


class ChatHelp(AtService):
    """Suggest rewritings of the form's prompt, and describe takes. What is for that alone is imported then.

    Args:
        slots: The images of the form.
        take: Finds a take by its ID.
    """

    def __init__(self, controller: Controller, slots: ImageSlots, take: Callable[[str], Take]) -> None:
        self._controller, self._slots, self._take = controller, slots, take

    @property
    def handlers(self) -> dict[type[protocol.Request], Handler]:
        """Return the handlers of the browser's requests to a chat model."""
        return {
            protocol.SuggestPlan: self._suggest_plan,
            protocol.Suggest: self._suggest,
            protocol.DescribePlan: self._describe_plan,
            protocol.Describe: self._describe,
        }

    async def _suggest_plan(self, request: protocol.SuggestPlan, buffers: Sequence[bytes]) -> Reply:
        def plan() -> protocol.ChatPlanValue:
            from reka_notebook.chat.costs import is_free
            from reka_notebook.chat.suggesting import describe_plan

            asked = self._planned(request)
            return protocol.ChatPlanValue(
                describe_plan(self._controller, asked, fresh=request.again),
                is_free(self._controller, asked.model, None if request.again else asked.key),
            )

        return await anyio.to_thread.run_sync(plan), ()

    async def _suggest(self, request: protocol.Suggest, buffers: Sequence[bytes]) -> Reply:
        from reka_notebook.chat.suggesting import ask_suggestions
        from reka_notebook.output.compared.rewriting_diff import diff_rewriting
        from reka_notebook.output.compared.suggested import describe_asked

        asked = await anyio.to_thread.run_sync(self._planned, request)
        found = await ask_suggestions(self._controller, asked, fresh=request.again)
        rewritings = [
            protocol.Rewriting(
                text,
                [protocol.Change(piece.text, piece.kind) for piece in diff_rewriting(found.prompt, text)],
            )
            for text in found
        ]
        return protocol.SuggestValue(rewritings, found.sweep_if_any, describe_asked(found.asked)), ()

    def _planned(self, request: "protocol.SuggestPlan | protocol.Suggest") -> "SuggestRequest":
        from reka_notebook.chat.suggesting import plan_suggestions

        images = self._slots.sources(request.images, request.frames)
        return plan_suggestions(
            self._controller,
            request.prompt,
            images.get("start") or next(iter(images.values()), None),
            goal=request.endpoint or None,
        )

    async def _describe_plan(self, request: protocol.DescribePlan, buffers: Sequence[bytes]) -> Reply:
        def plan() -> protocol.ChatPlanValue:
            from reka_notebook.chat.costs import is_free
            from reka_notebook.chat.describing import describe_plan, plan_description

            asked = plan_description(self._controller, self._take(request.take))
            return protocol.ChatPlanValue(
                describe_plan(self._controller, asked), is_free(self._controller, asked.model, asked.key)
            )

        return await anyio.to_thread.run_sync(plan), ()

    async def _describe(self, request: protocol.Describe, buffers: Sequence[bytes]) -> Reply:
        from reka_notebook.chat.describing import ask_description, plan_description
        from reka_notebook.output.compared.suggested import describe_asked

        asked = await anyio.to_thread.run_sync(
            lambda: plan_description(self._controller, self._take(request.take))
        )
        found = await ask_description(self._controller, asked)
        return protocol.DescribeValue(found.seen, found.missing, found.text, describe_asked(found.asked)), ()
