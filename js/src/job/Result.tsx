import { Announcer } from "../view/Announcer";

/** What a cell left, where its output was not replaced; the kernel writes it, as it writes the output of a cell. */
export function Result({ html, name, said }: { html: string; name: string; said: string }) {
  return (
    <section class="rk-result" aria-label={name}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
      <Announcer said={said} />
    </section>
  );
}
