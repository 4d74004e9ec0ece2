"""Give films that stand side by side one bar that plays all of them in step, in a saved notebook too, with no kernel.

The bar is made by a script in the output, so that it is there only where it works: a notebook that is trusted, an
exported page. Everywhere else each film plays by its own controls.
"""

from collections.abc import Sequence
from hashlib import sha256

from reka_notebook.jobs import Take
from reka_notebook.kinds import kind_of

_SCRIPT = """
(() => {
  const FAR = 0.15;
  const make = (tag, about, style) => Object.assign(document.createElement(tag), about, { style });
  const fitted = (seconds) => (seconds || 0).toFixed(1);
  for (const root of document.querySelectorAll('[data-reka-step="%s"]:not([data-reka-on])')) {
    root.setAttribute("data-reka-on", "");
    const films = [...root.querySelectorAll("video")];
    const numberOf = (film) => String([...root.children].findIndex((pane) => pane.contains(film)) + 1);
    const lead = () => films.reduce((one, other) => ((other.duration || 0) > (one.duration || 0) ? other : one));
    const plain = "font:inherit;color:inherit;background:transparent;border:1px solid #8888;border-radius:6px;";
    const row = "display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;";
    const bar = make("div", {}, `${row}margin:0 0 10px;font-size:13px`);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "All in step");
    bar.setAttribute("data-lm-suppress-shortcuts", "true");
    bar.addEventListener("keydown", (event) => event.stopPropagation());
    const button = make("button", { type: "button" }, `${plain}min-width:88px;min-height:28px;cursor:pointer`);
    const place = make("input", { type: "range", min: 0, step: 1 / 24, value: 0 }, "flex:1 1 160px;min-width:0");
    place.setAttribute("aria-label", "Time");
    const time = make("span", {}, "font-variant-numeric:tabular-nums;white-space:nowrap");
    bar.append(button, place, time);
    let playing = false;
    const show = () => {
      const { currentTime, duration } = lead();
      button.textContent = playing ? "\\u275a\\u275a Pause" : "\\u25b6 Play all";
      place.max = duration || 0;
      place.value = currentTime;
      time.textContent = `${fitted(currentTime)} / ${fitted(duration)} s`;
      place.setAttribute("aria-valuetext", time.textContent);
    };
    const seek = (at) => {
      for (const film of films) film.currentTime = Math.min(at, Math.max(0, (film.duration || 0) - 0.01));
    };
    const run = () => {
      const at = lead().currentTime;
      for (const film of films) if (at < (film.duration || Infinity) - 0.02) film.play().catch(() => {});
    };
    const stop = () => {
      playing = false;
      for (const film of films) {
        film.pause();
        film.playbackRate = 1;
      }
      show();
    };
    const tick = () => {
      if (!playing) return;
      if (!root.isConnected) return stop();
      const first = lead();
      if (first.ended) {
        seek(0);
        run();
      } else
        for (const film of films) {
          const off = film.currentTime - first.currentTime;
          if (film === first || film.ended || film.seeking || first.currentTime >= film.duration) continue;
          if (Math.abs(off) > FAR) film.currentTime = first.currentTime;
          else film.playbackRate = 1 - Math.max(-0.2, Math.min(0.2, 2 * off));
        }
      show();
      requestAnimationFrame(tick);
    };
    const toggle = () => {
      if (playing) return stop();
      playing = true;
      if (lead().ended) seek(0);
      else seek(lead().currentTime);
      run();
      tick();
    };
    button.onclick = toggle;
    place.oninput = () => {
      seek(Number(place.value));
      if (playing) run();
      else time.textContent = `${fitted(Number(place.value))} / ${fitted(lead().duration)} s`;
    };
    for (const film of films) {
      Object.assign(film, { controls: false, loop: false, muted: true, onclick: toggle });
      film.addEventListener("loadedmetadata", show);
      film.addEventListener("seeked", () => playing || show());
    }
    const heard = (root.getAttribute("data-reka-sound") || "").split(" ").filter(Boolean);
    if (heard.length) {
      const sound = make("select", {}, `${plain}min-height:28px`);
      sound.setAttribute("aria-label", "Sound");
      sound.append(new Option("No sound", ""), ...heard.map((number) => new Option(`Sound of ${number}`, number)));
      sound.onchange = () => films.forEach((film) => (film.muted = numberOf(film) !== sound.value));
      bar.append(sound);
    }
    root.insertBefore(bar, root.lastElementChild);
    show();
  }
})();
"""


def step_attributes(takes: Sequence[Take]) -> str:
    """Return the attributes of the element around the films of these takes, by which the script finds it."""
    heard = " ".join(
        str(number)
        for number, take in enumerate(takes, 1)
        if kind_of(take.kind).has_frames and take.file.has_audio
    )
    return f' data-reka-step="{_name(takes)}" data-reka-sound="{heard}"'


def step_script(takes: Sequence[Take]) -> str:
    """Return the script that makes the bar; empty where fewer than two takes are films."""
    films = sum(kind_of(take.kind).has_frames for take in takes)
    return f"<script>{_SCRIPT % _name(takes)}</script>" if films > 1 else ""


def _name(takes: Sequence[Take]) -> str:
    """Return what tells these takes from others in a page; the same each time, so that a notebook does not change."""
    return sha256(" ".join(take.id for take in takes).encode()).hexdigest()[:12]
