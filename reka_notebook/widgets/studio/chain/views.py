"""Describe chains and families as the browser needs them."""

from collections.abc import Callable, Sequence
from typing import Any

from reka_notebook.catalogue import Catalogue
from reka_notebook.jobs import Controller, Take
from reka_notebook.jobs.lineage.family import Family, Member
from reka_notebook.jobs.lineage.redo import Renewal, renewal_of
from reka_notebook.jobs.lineage.steps import Chain, Step
from reka_notebook.library.spending.limit import tightest
from reka_notebook.output.compared.changes import changes_between
from reka_notebook.text import dollars
from reka_notebook.widgets import protocol

LISTED = 200
"""Takes of a step that are named; the wall finds the others."""

Views = Callable[[Sequence[Take]], list[protocol.Take]]


def chain_view(chain: Chain, controller: Controller, named: Callable[[str], str]) -> protocol.ChainValue:
    """Return a chain for the browser.

    Args:
        named: Says what an image is called that nothing was made with yet, by its digest.
    """
    return protocol.ChainValue([_step(step, chain, controller, named) for step in chain.steps], chain.more)


def _step(
    step: Step, chain: Chain, controller: Controller, named: Callable[[str], str]
) -> protocol.ChainStep:
    shown, renewal = step.shown, renewal_of(step, chain)
    output: Any = step.output
    return protocol.ChainStep(
        id=step.id,
        parent=step.before.id if step.before else None,
        output=output,
        title=step.title,
        words=step.words or (named(step.digest) if step.digest else ""),
        image=None if step.nodes else step.digest,
        picture=step.picture.id if step.picture else None,
        takes=[node.id for node in shown[:LISTED]],
        count=len(shown),
        picked=step.picked.id if step.picked else None,
        open=step is chain.here,
        older=step.older,
        why=renewal.why if renewal else "",
        redo=_redo(renewal, controller) if renewal else None,
    )


def _redo(renewal: Renewal, controller: Controller) -> protocol.Redo | None:
    """Return what a step would cost once more: the same requests again, from another picture."""
    if renewal.pick is None:
        return None
    records = controller.library.takes.some([node.id for node in renewal.again])
    catalogue = controller.catalogue
    asked = [
        (catalogue.endpoint(record.job.request.endpoint), record.job.request)
        for record in records
        if record.job.request.endpoint in catalogue.endpoints
    ]
    if not asked:
        return None
    expected = controller.library.spending.estimate(
        controller.service, asked, controller.settings.unknown_price
    )
    budget = tightest(controller.budgets())
    over = None
    if budget is not None and budget.is_over(expected.reserve):
        over = f"Over budget: {'counts as' if expected.unknown else 'up to'} {dollars(expected.reserve)}."
    return protocol.Redo(
        pick=renewal.pick.id,
        new=expected.requests,
        known=expected.amount is not None,
        amount=expected.short,
        basis=expected.basis,
        over=over,
    )


def family_view(family: Family, catalogue: Catalogue, views: Views) -> protocol.FamilyValue:
    """Return a family for the browser, with what changed from each take to the next."""
    takes = {member.take.id: member.take for member in family.members}
    links = []
    for link in family.links:
        changes = changes_between(takes[link.parent], takes[link.child], catalogue)
        links.append(
            protocol.FamilyLink(
                parent=link.parent,
                child=link.child,
                how=link.how,
                tree=link.tree,
                prompt=[protocol.Piece(piece.text, piece.differs) for piece in changes.prompt],
                settings=[protocol.Difference(fact.name, fact.values) for fact in changes.settings],
            )
        )
    return protocol.FamilyValue(
        members=_members(family.members, views),
        links=links,
        columns=family.columns,
        rows=family.rows,
        more=family.more,
        hidden=family.hidden,
    )


def _members(members: Sequence[Member], views: Views) -> list[protocol.FamilyMember]:
    return [
        protocol.FamilyMember(take, member.title, member.column, member.row, member.removed)
        for member, take in zip(members, views([member.take for member in members]), strict=True)
    ]
