import type { Endpoint } from "../../kernel/protocol";

/** Says that some options are unverified, and leads to how they are corrected. */
export function Assumed(props: { endpoint: Endpoint; open: boolean; panel: string; onToggle: () => void }) {
  const { endpoint, open, panel, onToggle } = props;
  if (!endpoint.assumed.length) return null;
  return (
    <span>
      {endpoint.fields.some((field) => field.assumed) ? (
        <>
          <span class="rk-assumed">Some options</span> are unverified.
        </>
      ) : (
        "This model’s input is unverified."
      )}{" "}
      <button
        type="button"
        class="rk-quiet rk-correct-button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={onToggle}
      >
        Details<span class="rk-unseen"> of what is unverified</span>
      </button>
    </span>
  );
}
