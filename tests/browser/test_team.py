"""Test two people on one JupyterHub, by the documented configuration: a database, a bucket, two browsers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from reka_notebook.sandbox import Sandbox
from tests.servers.postgresql import PASSWORD, QUICK, OwnServer, own_server
from tests.servers.s3 import ENVIRONMENT, S3

from .conftest import ARTEFACTS, FAILED, PATIENCE, VIEWPORT
from .hub import HubServer
from .lab import Notebook
from .studio import StudioView

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("seconds", [1.0])]

PEOPLE = ("ana", "ben")
STUDIO = "import reka_notebook\nreka_notebook.studio(model='kling-v3-pro')"


@pytest.fixture
def database() -> Iterator[OwnServer]:
    """Yield a PostgreSQL with a role for each person."""
    with own_server(**QUICK) as server:
        for name in PEOPLE:
            server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        server.create(name="takes")
        yield server


@pytest.fixture
def hub(database: OwnServer, s3: S3, sandbox: Sandbox, tmp_path: Path) -> Iterator[HubServer]:
    """Yield a hub that hands its users the library, which an administrator has set up by the command for that."""
    media = f"s3://{s3.bucket()}/takes"
    store = {**ENVIRONMENT, "AWS_ENDPOINT_URL": s3.url}
    done = subprocess.run(
        [sys.executable, "-m", "reka_notebook", "team", "init", *(f"--grant={name}" for name in PEOPLE)],
        env={
            **os.environ,
            **store,
            "REKA_NOTEBOOK_HOME": database.url("takes"),
            "REKA_NOTEBOOK_MEDIA": media,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps(dict.fromkeys(PEOPLE, PASSWORD)), "utf-8")
    made = HubServer(
        tmp_path / "hub",
        hub={
            "TEAM_DATABASE": f"postgresql://127.0.0.1:{database.port}/takes",
            "TEAM_MEDIA": media,
            "TEAM_PASSWORDS": str(passwords),
        },
        users={**store, "REKA_BASE_URL": sandbox.url, "JUPYTER_PREFER_ENV_PATH": "1"},
    )
    for name in PEOPLE:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(STUDIO)], metadata=kernel)
        nbformat.write(notebook, made.add_user(name) / "shots.ipynb")
    made.start()
    yield made
    made.stop()


def sign_in(browser: Browser, hub: HubServer, name: str) -> Page:
    """Sign a person in, in a browser of their own, and wait until their Lab is there."""
    context = browser.new_context(viewport=VIEWPORT, locale="en-GB")
    context.set_default_timeout(2 * PATIENCE)  # a server and a Lab are started meanwhile
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/spawn")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/lab**")
    return page


def open_studio(page: Page, hub: HubServer, name: str) -> StudioView:
    """Open a person's notebook and run its cell."""
    notebook = Notebook(page, f"{hub.url}/user/{name}", "shots.ipynb").open()
    notebook.run(0)
    return StudioView(notebook.output(0)).wait()


@pytest.fixture
def pages(browser: Browser, hub: HubServer, request: pytest.FixtureRequest) -> Iterator[dict[str, Page]]:
    """Sign each person in. When the test fails, pictures of what each had before them are left in .artefacts/."""
    made = {name: sign_in(browser, hub, name) for name in PEOPLE}
    yield made
    if request.node.stash.get(FAILED, True):
        ARTEFACTS.mkdir(exist_ok=True)
    for name, page in made.items():
        if request.node.stash.get(FAILED, True):
            page.screenshot(path=ARTEFACTS / f"team-{name}.png", timeout=PATIENCE)
        page.context.close()


def test_what_one_makes_another_sees_rates_and_goes_on_from(
    pages: dict[str, Page], hub: HubServer, database: OwnServer, sandbox: Sandbox, photo: Path
) -> None:
    ana, ben = (open_studio(pages[name], hub, name) for name in PEOPLE)
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
