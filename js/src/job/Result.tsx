import type { Connection } from "../kernel/connection";
import { TellPlaying } from "../kernel/TellPlaying";
import { Announcer } from "../view/Announcer";

export interface ResultProps {
  session: { connection: Connection };
  html: string;
  name: string;
  said: string;
}

/** What a cell left, where its output was not replaced; the kernel writes it, as it writes the output of a cell. */
export function Result({ session, html, name, said }: ResultProps) {
  return (
    <section class="rk-result" aria-label={name}>
      <div dangerouslySetInnerHTML={{ __html: html }} />
      <Announcer said={said} />
      <TellPlaying session={session} />
    </section>
  );
}
