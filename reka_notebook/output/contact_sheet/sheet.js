// Films play under the mouse, and all that are seen at once by the button. Without this, each has its own controls.
(() => {
  const films = [...document.querySelectorAll("video")];
  const button = document.querySelector("#play");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const seen = new Set();
  let all = false;

  const begin = (film) => {
    film.muted = true;
    film.play().catch(() => {});
  };
  const observer = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
      if (all && isIntersecting) begin(target);
      else if (!isIntersecting) target.pause();
    }
  });
  for (const film of films) {
    let hovered = false;
    film.controls = false;
    observer.observe(film);
    film.addEventListener("focus", () => (film.controls = true));
    film.addEventListener("touchstart", () => (film.controls = true), { passive: true });
    film.parentElement.addEventListener("pointerenter", (event) => {
      film.controls = true;
      hovered = event.pointerType === "mouse" && !calm.matches && film.paused;
      if (hovered) begin(film);
    });
    film.parentElement.addEventListener("pointerleave", () => {
      if (document.activeElement !== film) film.controls = false;
      if (hovered && !all && film.muted) film.pause();
      hovered = false;
    });
    film.tabIndex = 0;
  }
  button.hidden = !films.length;
  button.addEventListener("click", () => {
    all = !all;
    button.textContent = all ? "Pause all" : "Play all";
    for (const film of films) {
      if (all && seen.has(film)) begin(film);
      else film.pause();
    }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
})();
