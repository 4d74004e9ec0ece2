import threading

from reka_notebook import config
from reka_notebook.widgets.studio import studio as module
from reka_notebook.widgets.studio.studio import Studio


def test_a_studio_may_be_collected_while_all_of_them_are_looked_at() -> None:
    config.configure(base_url="http://127.0.0.1:9")
    studio = Studio()

    def collect() -> None:
        with (
            module._studios_lock
        ):  # whoever looks at them may be the one in whom garbage collection closes another
            studio.close()

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
