import { createStore, useStore } from "../store";

/** Whether the page's own policy has blocked a video or a sound. */
const policy = createStore({ blocked: false });

// Said once for each element that is refused; nothing tells it of those to come.
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === "media-src" && blockedURI.startsWith("blob")) policy.set({ blocked: true });
});

/** Says why a file does not play here, and that the file exists nevertheless. */
export function useWhyNot(): { bold: string; small: string } {
  return useStore(policy).blocked
    ? {
        bold: "This page's security policy blocks videos.",
        small: "Download the file, or allow blob: in its media-src.",
      }
    : {
        bold: "This browser can't play the file.",
        small: "It's in your library. Download it to play it elsewhere.",
      };
}
