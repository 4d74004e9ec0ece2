import { useEffect, useRef, useState } from "preact/hooks";
import { listen } from "../hooks/effects";
import { useStore } from "../store";
import type { Session } from "../studio/model/session";
import { Announcer } from "../view/Announcer";
import { useId } from "../view/use-id";
import { Judge } from "./Judge";
import { createJudging } from "./judging";

/** The event that asks the studio it bubbles up to for a judging; its detail says which takes. */
export const JUDGE = "rk-judge";

export interface ToJudge {
  takes: string[];
  /** Which part of the search they are, in words. */
  about?: string;
}

/** Shows the judging while a person judges. It stands in the studio and listens for the event there. */
export function JudgeDialog({ session }: { session: Session }) {
  const place = useRef<HTMLSpanElement>(null);
  const [asked, setAsked] = useState<ToJudge | null>(null);
  useEffect(
    () =>
      listen<CustomEvent<ToJudge>>(place.current?.closest(".rk-studio"), JUDGE, ({ detail }) =>
        setAsked(detail),
      ),
    [],
  );
  return (
    <span ref={place} hidden={asked === null}>
      {asked ? <Shown {...{ session, asked }} onClose={() => setAsked(null)} /> : null}
    </span>
  );
}

function Shown({ session, asked, onClose }: { session: Session; asked: ToJudge; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [judging] = useState(() => {
    const { posters, media } = session;
    return createJudging(session.connection, { posters, media }, asked.takes);
  });
  const { said } = useStore(judging.state);
  useEffect(() => {
    dialog.current?.showModal();
    // And not its first button, which Space would press.
    dialog.current?.querySelector<HTMLElement>(".rk-judge")?.focus();
    void judging.begin();
    return judging.close;
  }, [judging]);
  const close = () => dialog.current?.close();
  return (
    <dialog
      ref={dialog}
      class="rk-judge-dialog"
      aria-labelledby={title}
      onClose={onClose}
      // Escape stops first; a browser that closes it by itself does no harm.
      onCancel={(event) => {
        const { result, standing } = judging.state.get();
        if (result !== null || !standing) return;
        event.preventDefault();
        void judging.stop();
      }}
    >
      <span id={title} class="rk-unseen">
        Judge
      </span>
      <Judge
        judging={judging}
        about={asked.about}
        onClose={close}
        onOpen={(take) => {
          close();
          session.state.set({ selected: [], notSelected: null, open: { take, press: false } });
          void session.connection.request("show_take", { take }).catch(() => {});
        }}
      />
      <Announcer said={said} />
    </dialog>
  );
}
