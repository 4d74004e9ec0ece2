"""Test Tab and ``?``, as a front end asks a kernel for them."""

from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.kernel


def test_a_kernel_completes_and_explains(folder: Path) -> None:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    try:
        client.execute_interactive("%load_ext reka_notebook\nlight = 'dawn'", timeout=60)

        def completed(code: str) -> list[str]:
            content = client.complete(code, reply=True, timeout=60)["content"]
            start, end = content["cursor_start"], content["cursor_end"]
            return [f"{code[:start]}{text}{code[end:]}" for text in content["matches"]]

        assert completed("%%reka_video -m kl") == ["%%reka_video -m kling-v3-pro"]
        assert completed("%%reka_video -i pho") == ["%%reka_video -i photo.jpg"]
        assert completed("%%reka_video -i photo.jpg\nA pan at {{lig") == [
            "%%reka_video -i photo.jpg\nA pan at {{light"
        ]
        assert completed("%reka stat") == ["%reka status"]
        asked = client.complete("%%reka_video -m veo-3.1 --", reply=True, timeout=60)["content"]
        types = asked["metadata"]["_jupyter_types_experimental"]
        offered = [(one["text"], one["type"].replace("\N{NO-BREAK SPACE}", " ")) for one in types]
        assert offered[:2] == [("--duration", "4s, 6s, 8s"), ("--resolution", "720p, 1080p, 4k")]
        assert not [text for text, _ in offered if "_" in text]
        client.execute_interactive("%reka default -m kling-v3-pro", timeout=60)
        shown = client.inspect("%%reka_video", reply=True, timeout=60)["content"]["data"]["text/plain"]
        assert "--cfg-scale" in shown
        asked = client.execute("%%reka_video?", reply=True, timeout=60)["content"]["payload"]
        assert "--cfg-scale" in asked[0]["data"]["text/plain"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
