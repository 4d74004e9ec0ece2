"""Test two people with one database and one bucket, each in a browser of their own.

In the long suites they are on a JupyterHub too, by the documented configuration.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from reka_notebook.sandbox import Sandbox
from tests.servers.postgresql import PASSWORD, QUICK, OwnServer, own_server
from tests.servers.s3 import ENVIRONMENT, S3

from .conftest import ARTEFACTS, PATIENCE, STUDIO, VIEWPORT, WHY_FAILED
from .hub import HubServer
from .lab import Notebook
from .server import LabServer
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("seconds", [1.0])]

PEOPLE = ("ana", "ben")


@pytest.fixture
def database() -> Iterator[OwnServer]:
    """Yield a PostgreSQL with a role for each person."""
    with own_server(**QUICK) as server:
        for name in PEOPLE:
            server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        server.create(name="takes")
        yield server


class Team(NamedTuple):
    """Hold what a team shares: where its takes are, and what opens the bucket."""

    takes: str
    media: str
    store: dict[str, str]


@pytest.fixture
def team(database: OwnServer, s3: S3) -> Team:
    """Return a library that an administrator has set up by the command for that."""
    made = Team(
        f"postgresql://127.0.0.1:{database.port}/takes",
        f"s3://{s3.bucket()}/takes",
        {**ENVIRONMENT, "AWS_ENDPOINT_URL": s3.url},
    )
    named = {"REKA_NOTEBOOK_HOME": database.url("takes"), "REKA_NOTEBOOK_MEDIA": made.media}
    done = subprocess.run(
        [sys.executable, "-m", "reka_notebook", "team", "init", *(f"--grant={name}" for name in PEOPLE)],
        env={**os.environ, **made.store, **named},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def write_notebook(folder: Path) -> None:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(STUDIO)], metadata=kernel)
    nbformat.write(notebook, folder / "shots.ipynb")


@pytest.fixture
def hub(team: Team, sandbox: Sandbox, tmp_path: Path) -> Iterator[HubServer]:
    """Yield a hub that hands its users the library."""
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps(dict.fromkeys(PEOPLE, PASSWORD)), "utf-8")
    made = HubServer(
        tmp_path / "hub",
        hub={"TEAM_DATABASE": team.takes, "TEAM_MEDIA": team.media, "TEAM_PASSWORDS": str(passwords)},
        users={**team.store, "REKA_BASE_URL": sandbox.url, "JUPYTER_PREFER_ENV_PATH": "1"},
    )
    for name in PEOPLE:
        write_notebook(made.add_user(name))
    made.start()
    yield made
    made.stop()


def sign_in(page: Page, hub: HubServer, name: str) -> Notebook:
    """Sign a person in, and wait until their Lab is there."""
    page.goto(f"{hub.url}/hub/login?next=/hub/spawn")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/lab**")
    return Notebook(page, f"{hub.url}/user/{name}", "shots.ipynb")


def sit_down(page: Page, lab: LabServer, folder: Path, team: Team, sandbox: Sandbox, name: str) -> Notebook:
    """Give a person a folder of the Lab, whose kernels have the variables that a hub would set."""
    own = folder / name
    own.mkdir(parents=True)
    write_notebook(own)
    environment = {
        **team.store,
        "REKA_BASE_URL": sandbox.url,
        "REKA_NOTEBOOK_HOME": team.takes,
        "REKA_NOTEBOOK_MEDIA": team.media,
        "REKA_NOTEBOOK_PERSON": name,
        "PGUSER": name,
        "PGPASSWORD": PASSWORD,
    }
    (own / "environment.json").write_text(json.dumps(environment), "utf-8")
    return Notebook(page, lab.url, f"{folder.name}/{name}/shots.ipynb")


@pytest.fixture
def notebooks(
    browser: Browser, team: Team, sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[dict[str, Notebook]]:
    """Yield each person's notebook. When the test fails, pictures of what each had before them are in .artefacts/."""

    def own_page() -> Page:
        context = browser.new_context(viewport=VIEWPORT, locale="en-GB")
        context.set_default_timeout(2 * PATIENCE)  # a server and a Lab are started meanwhile
        return context.new_page()

    if request.param == "hub":
        hub, shared = request.getfixturevalue("hub"), None
        pages = {name: own_page() for name in PEOPLE}
        yield {name: sign_in(page, hub, name) for name, page in pages.items()}
    else:
        # One has the browser of the other tests, which goes on to them with Lab loaded.
        lab, shared = request.getfixturevalue("lab"), request.getfixturevalue("page")
        pages = dict(zip(PEOPLE, (shared, own_page()), strict=True))
        folder = lab.root / tmp_path.name
        yield {name: sit_down(page, lab, folder, team, sandbox, name) for name, page in pages.items()}
    failed = request.node.stash.get(WHY_FAILED, "It did not begin.")
    if failed:
        ARTEFACTS.mkdir(exist_ok=True)
    for name, page in pages.items():
        if failed:
            page.screenshot(path=ARTEFACTS / f"team-{name}.png", timeout=PATIENCE)
        page.evaluate("() => globalThis.jupyterapp?.serviceManager.sessions.shutdownAll()")
        if page is not shared:
            page.context.close()


def open_studio(notebook: Notebook) -> StudioView:
    """Open a person's notebook and run its cell."""
    notebook.open().run(0)
    return StudioView(notebook.output(0)).wait()


@pytest.mark.draw(1)
@pytest.mark.parametrize("notebooks", ["lab", "hub"], indirect=True)
def test_what_one_makes_another_sees_rates_and_goes_on_from(
    notebooks: dict[str, Notebook], database: OwnServer, sandbox: Sandbox, photo: Path
) -> None:
    ana, ben = (open_studio(notebooks[name]) for name in PEOPLE)
    expect(ben.takes).to_have_count(0)

    ana.drop(photo)
    ana.has_image("photo.jpg")
    ana.write("Waves roll in slowly")
    ana.page.keyboard.press("ControlOrMeta+Enter")
    expect(ana.player.locator(".rk-player-prompt")).to_have_text("Waves roll in slowly")

    expect(ben.takes).to_have_count(1)
    expect(ben.takes.first).to_contain_text("ana")
    ben.takes.first.click()
    expect(ben.video).to_be_visible()
    ben.page.keyboard.press("3")
    expect(ben.root.get_by_text("1 of 1 judged").first).to_be_visible()
    expect(ben.player.get_by_role("button", name="Delete")).to_have_count(0)

    ben.player.get_by_role("button", name="Continue from here").click()
    expect(ben.prompt).to_be_focused()
    ben.write("The tide goes out")
    ben.page.keyboard.press("ControlOrMeta+Enter")
    expect(ben.player.locator(".rk-player-prompt")).to_have_text("The tide goes out")

    rows = database.execute("SELECT person, state FROM jobs ORDER BY created", "takes")
    assert rows == [("ana", "kept"), ("ben", "kept")]
    assert database.execute("SELECT person, rating FROM marks", "takes") == [("ben", 3)]
    assert [charge.replays for charge in sandbox.ledger] == [0, 0]

    # What Ben thinks of it stands beside what Ana thinks.
    expect(ana.player).to_contain_text("Team 3 · 1 rating")
