from __future__ import annotations

import threading

from sharekit.app import App

CONFIG = "sharekit: 1\nsite: {name: Otter News}\ntheme: {use: LOOK}\n"


def test_a_config_that_does_not_load_is_told_and_its_next_change_waited_for(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.replace("LOOK", "press"))
    app = App.open(tmp_path)
    told: list[str] = []
    seen = threading.Event()

    def tell(error):
        told.append(str(error))
        seen.set()

    def edit():
        # Written until it is seen: nobody can say when the watching has begun.
        for look, noticed in (("nigth", seen), ("night", done)):
            for _ in range(240):
                new = path.with_name("new")
                new.write_text(CONFIG.replace("LOOK", look))
                new.replace(path)  # whole: half a file is another mistake
                if noticed.wait(0.25):
                    break

    done = threading.Event()
    editor = threading.Thread(target=edit)
    editor.start()
    new = next(app.watch(tell))
    done.set()
    editor.join()
    assert new.config.theme.use == "night"
    assert "'use' must be one of" in told[0]
