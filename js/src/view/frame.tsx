import { Component, type ComponentChildren, render } from "preact";
import { reason } from "../format";
import { keepFocus } from "./keep-focus";
import { dress } from "./sheet";
import { followTheme } from "./theme";

/**
 * Puts a view into the element that the host gives, as a good guest of it.
 *
 * Returns the function that takes it out again, which runs by itself when `signal` aborts.
 */
export function mount(
  el: HTMLElement,
  signal: AbortSignal | undefined,
  sheet: string,
  view: ComponentChildren,
): () => void {
  const root = document.createElement("div");
  root.className = "rk-root";
  // JupyterLab and Notebook 7 take Enter and their command keys unless both of these are there.
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(root);
  dress(root, sheet);
  // A host may put the element where it belongs only after this.
  requestAnimationFrame(() => dress(root, sheet));
  const unfollow = followTheme(root);
  const unkeep = keepFocus(root);
  render(<Fence>{view}</Fence>, root);

  function remove(): void {
    signal?.removeEventListener("abort", remove);
    unfollow();
    unkeep();
    render(null, root);
    root.remove();
  }
  signal?.addEventListener("abort", remove);
  if (signal?.aborted) remove();
  return remove;
}

/** An error while drawing is said in words instead of leaving an empty output. */
class Fence extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ error });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div class="rk-card rk-section" role="alert">
        This view could not be drawn: {reason(this.state.error)} Run the cell again. Takes and jobs are kept.
      </div>
    );
  }
}
