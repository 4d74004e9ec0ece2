// What is noted in a page of JupyterLab from before its first script: when things arrive, are sent, and are seen.
globalThis.noted = { models: [], studios: [], sent: [], answers: [], keys: [], frames: [] };
const now = () => performance.timeOrigin + performance.now();

const text = new TextDecoder();
const start = (data) =>
  typeof data === "string" ? data.slice(0, 4000) : data instanceof ArrayBuffer ? text.decode(data.slice(0, 4000)) : "";

globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener("message", ({ data }) => {
      const words = start(data);
      if (words.includes('"comm_open"')) noted.models.push(now());
      if (words.includes('"received"')) noted.answers.push(now());
    });
  }
  send(data) {
    const size = data.byteLength ?? data.length ?? 0;
    if (size > 100_000) noted.sent.push({ at: now(), size });
    super.send(data);
  }
};

const seen = new WeakSet();
/** What of a kind was put into the page just now, each once. */
function* added(records, kind) {
  for (const { addedNodes } of records)
    for (const node of addedNodes)
      for (const found of node.matches?.(kind) ? [node] : (node.querySelectorAll?.(kind) ?? []))
        if (!seen.has(found)) yield seen.add(found) && found;
}
new MutationObserver((records) => {
  // The second frame: by then what the first one drew is on the screen.
  for (const _ of added(records, '[aria-label="Studio"] textarea'))
    requestAnimationFrame(() => requestAnimationFrame(() => noted.studios.push(now())));
  for (const video of added(records, "video")) video.requestVideoFrameCallback(() => noted.frames.push(now()));
}).observe(document, { childList: true, subtree: true });

addEventListener("change", ({ target }) => target.files && (noted.chosen = now()), true);
addEventListener("click", () => (noted.clicked = now()), true);
addEventListener(
  "keydown",
  () => {
    const pressed = now();
    requestAnimationFrame(() => requestAnimationFrame(() => noted.keys.push(now() - pressed)));
  },
  true,
);

// Nobody is there to be asked whether the page may be left.
addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
