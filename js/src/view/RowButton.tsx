import { useLayoutEffect, useRef } from "preact/hooks";

export interface RowButtonProps {
  label: string;
  /** What it is about, for those who do not see where it stands. */
  of: string;
  /** Does nothing for now. It stays focusable, since a disabled button loses the focus. */
  idle: boolean;
  onPress: () => void;
  /**
   * Called when the button goes away while it has the focus. The focus must not fall back to the page: in
   * JupyterLab the next key would then be a command, and `d d` deletes the cell.
   */
  onFocusLost: () => void;
}

/** The button at the end of a row that comes and goes with the row's state. */
export function RowButton(props: RowButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const lost = useRef(props.onFocusLost);
  lost.current = props.onFocusLost;
  useLayoutEffect(() => {
    const element = button.current;
    return () => {
      const page = element?.getRootNode() as Document | ShadowRoot | undefined;
      if (element && page?.activeElement === element) lost.current();
    };
  }, []);
  return (
    <button
      type="button"
      class="rk-button"
      ref={button}
      aria-disabled={props.idle}
      onClick={() => props.idle || props.onPress()}
    >
      {props.label}
      <span class="rk-unseen">: {props.of}</span>
    </button>
  );
}
