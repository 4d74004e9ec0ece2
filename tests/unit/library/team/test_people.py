"""Test what is each person's own in a library that several share, and what they see of each other."""

import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from reka_notebook.jobs import Take
from reka_notebook.library import (
    GenerationRequest,
    JobRecord,
    Library,
    LibraryError,
    MediaFile,
    TakeFilter,
    TakeRecord,
)
from reka_notebook.library.folder import private_folder
from reka_notebook.library.journal import Journal
from reka_notebook.library.prune import prunable, remove
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.server import ServerDatabase
from reka_notebook.library.team import rights
from reka_notebook.library.transfer.copying import Copying
from tests import forked_processes
from tests.servers.postgresql import PASSWORD, PostgreSQL

SERVICE = "https://service.test:443"

Open = Callable[[str], Library]


@pytest.fixture
def team(postgresql: PostgreSQL, empty_database: str, tmp_path: Path) -> Iterator[Open]:
    """Open the team's library as one of several people, each with a role of their own and a machine of their own."""
    setting_up = ServerDatabase(DatabaseAddress(empty_database), checked=False)
    setting_up.make()
    rights.guard(setting_up)
    name = empty_database.rpartition("/")[2]
    opened: list[Library] = []

    def open_as(person: str) -> Library:
        role = person if person == "team" else f"{person}_{name}"
        if person != "team":
            postgresql.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            rights.grant(setting_up, role)
        address = DatabaseAddress(postgresql.url(name, role))
        (tmp_path / "shared").mkdir(exist_ok=True)
        opened.append(Library(tmp_path / person, str(tmp_path / "shared"), database=address))
        return opened[-1]

    yield open_as
    for library in opened:
        library.close()
    setting_up.close()


def keep(library: Library, prompt: str) -> TakeRecord:
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": prompt})
    job, _ = library.jobs.add(SERVICE, request, 1, 9.0)
    name = library.media.name(job.id, job.created, prompt, 0, ".mp4")
    library.media.write(name, b"video")
    file = MediaFile(name=name, kind="video", media_type="video/mp4", bytes=5)
    now = time.time()
    return library.takes.add(
        TakeRecord(job=structs.replace(job, state="kept", ended=now), files=[file], kept=now)
    )


def prompts(takes: list[TakeRecord]) -> list[str]:
    return sorted(take.job.request.prompt for take in takes)


def test_each_person_has_their_own_marks_and_sees_whose_takes_are_whose(team: Open) -> None:
    ana, ben = team("ana"), team("ben")
    pan, zoom = keep(ana, "pan"), keep(ben, "zoom")
    assert pan.job.person == ana.person
    assert ana.person.startswith("ana_")
    assert str(ana.name).startswith("the team's library test_")

    ana.rate(pan.id, 3)
    ben.rate(pan.id, 1)
    ben.annotate(pan.id, "too slow")
    ben.judge(zoom.id, "rejected")
    ana.pin(zoom.id, True)
    assert [(one.take(pan.id).rating, one.take(pan.id).note) for one in (ana, ben)] == [
        (3, ""),
        (1, "too slow"),
    ]
    assert [(one.take(zoom.id).verdict, one.take(zoom.id).pinned) for one in (ana, ben)] == [
        (None, True),
        ("rejected", False),
    ]
    ratings = ana.takes.team_ratings([pan.id, zoom.id])
    assert {take: tuple(rating) for take, rating in ratings.items()} == {pan.id: (2.0, 2)}

    assert prompts(ben.takes.find()) == ["pan", "zoom"]
    assert prompts(ben.takes.find(TakeFilter(person=ben.person))) == ["zoom"]
    assert prompts(ben.takes.find(TakeFilter(person=ben.whose(mine=False, person=ana.person)))) == ["pan"]
    assert ben.takes.count(TakeFilter(person=ben.person)) == 1
    with pytest.raises(LibraryError, match="say one of the two"):
        ben.whose(mine=True, person="ana")


def test_whoever_asks_in_whichever_way_is_written_down(team: Open) -> None:
    ana, ben = team("ana"), team("ben")
    request = GenerationRequest(endpoint="m/image-to-video", input={"prompt": "from elsewhere"})
    found = JobRecord(id="aaaaaaaaaa", service=SERVICE, request=request, request_id="r-1", state="queued")
    assert ana.jobs.adopt(found)[0].person == ana.person
    assert ben.jobs.adopt(structs.replace(found, id="bbbbbbbbbb"))[0].person == ana.person, "there is one row"
    pan = keep(ben, "pan")
    other = structs.replace(request, input={"prompt": "with a sound"})
    sound = structs.replace(pan.job, id="cccccccccc", request=other, person="", request_id=None)
    ana.takes.add_made_here(structs.replace(pan, job=sound))
    assert ana.take("cccccccccc").job.person == ana.person

    # A machine has copies of what it has taken over for others; it opens, whatever the database has lost of them.
    Journal(ana.home).write(structs.replace(found, id="dddddddddd", request_id="r-2", person=ben.person))
    Journal(ana.home).write(
        structs.replace(found, id="eeeeeeeeee", request_id="r-3", attempt=2, person=ana.person)
    )
    before = {job.id for job in ana.jobs.all()}
    ana.jobs.replay()
    assert {job.id for job in ana.jobs.all()} - before == {"eeeeeeeeee"}
    assert ana.jobs.get("eeeeeeeeee").person == ana.person


def test_nobody_removes_anothers_take_and_an_administrator_does(team: Open) -> None:
    ana, ben, administrator = team("ana"), team("ben"), team("team")
    pan, zoom = keep(ana, "pan"), keep(ben, "zoom")
    assert (ben.is_administrator, administrator.is_administrator) == (False, True)

    assert prompts(prunable(ben, keep=0).takes) == ["zoom"]
    with pytest.raises(
        LibraryError, match=f"Take {pan.id} belongs to {ana.person}. Only they, or an administrator"
    ):
        remove(ben, [zoom, pan])
    assert prompts(ben.takes.find()) == ["pan", "zoom"], "neither of the two is removed"
    with pytest.raises(LibraryError, match=f"belongs to {ana.person}"):  # where that is forgotten in the code
        ben.takes.remove(pan.id, time.time())

    remove(ben, prunable(ben, keep=0).takes)
    assert prompts(ana.takes.find()) == ["pan"]
    private_folder(administrator.media.path(pan.files[0].name).parent)
    remove(administrator, prunable(administrator, keep=0).takes)
    assert ana.takes.find() == []


def test_a_member_who_copies_what_others_have_made_is_told_to_ask_an_administrator(
    team: Open, tmp_path: Path
) -> None:
    ana, ben, administrator = team("ana"), team("ben"), team("team")
    pan = keep(ana, "pan")
    keep(ben, "zoom")
    with closing(Library(tmp_path / "folder")) as folder:
        private_folder(folder.media.path(pan.files[0].name).parent)
        Copying(ana, folder).run()
        keep(folder, "mine alone")
        with pytest.raises(
            LibraryError, match=f"ratings or notes of {ben.person}, .*Have an administrator"
        ) as caught:
            Copying(folder, ana).run()
        assert str(caught.value).endswith("Nothing was copied.")
        assert sorted(prompts(ana.takes.find())) == ["pan", "zoom"]
        Copying(folder, administrator).run()
    assert len(ana.takes.find()) == 3


def test_what_a_trigger_says_is_the_only_advice(team: Open) -> None:
    ana, ben = team("ana"), team("ben")
    pan = keep(ana, "pan")
    with pytest.raises(LibraryError) as caught:
        ben.takes.remove(pan.id, time.time())
    assert "an administrator of the library, can remove it. Nothing was changed." in str(caught.value)
    assert "--grant" not in str(caught.value)


def test_to_keep_the_newest_is_to_keep_ones_own_newest(team: Open) -> None:
    ana, ben = team("ana"), team("ben")
    for prompt in ("first", "second"):
        keep(ben, prompt)
    keep(ana, "newer, and not ben's")
    assert prompts(prunable(ben, keep=1).takes) == ["first"]


def test_a_collection_is_ones_own_until_it_is_shared(team: Open) -> None:
    ana, ben = team("ana"), team("ben")
    pan, zoom = keep(ana, "pan"), keep(ben, "zoom")
    ana.collections.add("shots", [pan.id, pan.id])
    assert [(one.name, one.takes, one.shared) for one in ana.collections.all()] == [("shots", 1, False)]

    assert ben.collections.all() == []
    with pytest.raises(LibraryError, match="There is no collection 'shots'"):
        ben.collections.get("shots")
    with pytest.raises(
        LibraryError, match=f"a collection 'shots' of {ana.person} already, who does not share it"
    ):
        ben.collections.add("shots", [zoom.id])

    ana.collections.share("shots")
    ben.collections.add("shots", [zoom.id])
    assert prompts(ben.takes.find(TakeFilter(collection="shots"))) == ["pan", "zoom"]
    assert prompts(ben.takes.find(TakeFilter(collection="shots", words=["ZOOM"]))) == ["zoom"]
    with pytest.raises(LibraryError, match=f"was added to 'shots' by {ana.person}"):
        ben.collections.remove("shots", [pan.id])
    for forbidden in (ben.collections.delete, ben.collections.share):
        with pytest.raises(LibraryError, match=f"is {ana.person}'s, and only they can share or delete it"):
            forbidden("shots")

    assert ben.collections.remove("shots", [zoom.id]) == 1
    ana.collections.delete("shots")
    assert (ben.collections.all(), prompts(ben.takes.find())) == ([], ["pan", "zoom"])


def test_collections_are_had_without_a_team_too(tmp_path: Path) -> None:
    library = Library(tmp_path / "home")
    take = keep(library, "pan")
    library.collections.add("best of May", [take.id])
    assert prompts(library.takes.find(TakeFilter(collection="best of May"))) == ["pan"]
    assert library.takes.count(TakeFilter(collection="best of March", person="")) == 0
    for name in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(LibraryError, match="A collection's name has 1 to 100 printable characters"):
            library.collections.add(name, [take.id])
    with pytest.raises(LibraryError, match="Did you mean best of May"):
        library.collections.share("best of Mai")
    library.close()


def test_another_process_finds_the_library_of_a_take_by_its_folder(
    postgresql: PostgreSQL, team_database: str, tmp_path: Path
) -> None:
    (tmp_path / "shared").mkdir()
    library = Library(
        tmp_path / "machine", str(tmp_path / "shared"), database=DatabaseAddress(team_database), person="ana"
    )
    take = Take(keep(library, "pan"), library)
    told = (library.home / "team.json").read_text()
    assert json.loads(told)["database"] == team_database.replace(f":{PASSWORD}", "")
    assert PASSWORD not in told
    (tmp_path / "take").write_bytes(pickle.dumps(take))
    code = (
        "import pickle, sys; take = pickle.loads(open(sys.argv[1], 'rb').read()); take.rate(2); "
        "print(take.person, take.path.read_bytes(), take.team_rating.average)"
    )
    ways = ({"PGPASSWORD": PASSWORD}, {"REKA_NOTEBOOK_HOME": team_database})
    for environment in ways:
        done = forked_processes.run(
            [sys.executable, "-c", code, str(tmp_path / "take")],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        )
        assert done.stdout == "ana b'video' 2.0\n", done.stderr
    assert library.take(take.id).rating == 2, "rated by the same person"
    library.close()
