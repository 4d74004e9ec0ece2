import { Icon } from "../../view/Icon";

/** The mark of a take that is odd, or not as it was asked. In a few words it says so under the pointer and in focus. */
export function Remarks({ remarks }: { remarks: readonly string[] }) {
  return (
    <>
      <span class="rk-take-remarks" title={remarks.join("\n")}>
        <Icon name="warning" />
        <span class="rk-unseen">{remarks.join(" ")} </span>
      </span>
      <span class="rk-take-remark-words" aria-hidden="true">
        {remarks.map((remark) => (
          <span key={remark}>{inShort(remark)}</span>
        ))}
      </span>
    </>
  );
}

/** What is so, without what that may come from. */
function inShort(remark: string): string {
  return remark.split(": ")[0] ?? remark;
}
