import { useEffect, useState } from "preact/hooks";
import { duration } from "../format";
import type { Job } from "../kernel/protocol";
import { Bar } from "../view/Bar";
import { useId } from "../view/use-id";
import type { Picture } from "../view/usePicture";
import { fraction, isUnfinished } from "./clock";

export interface JobRowProps {
  job: Job;
  /** When it began, in milliseconds of the browser's clock. */
  began: number;
  picture: Picture;
  /** undefined: not asked to cancel; null: asked, not answered; else the kernel's answer. */
  cancelling?: string | null | undefined;
  offline: boolean;
  /** Nothing is charged where it is made. */
  free?: boolean;
  onCancel: () => void;
  /** If not given, a failed job stays in the list. */
  onDismiss?: () => void;
  /** Asks once more for the same. */
  onRetry?: () => void;
  /** Puts the request into the form, to change it. */
  onEdit?: () => void;
}

interface Press {
  label: string;
  title?: string | undefined;
  /** Does nothing for now. Not `disabled`, which would take the focus away. */
  idle: boolean;
  press: () => void;
}

function buttonsOf({ job, cancelling, offline, free, ...props }: JobRowProps): Press[] {
  if (isUnfinished(job)) {
    if (!job.can_cancel) return [];
    const label = cancelling === null ? "Cancelling" : "Cancel";
    return [{ label, idle: offline || cancelling !== undefined, press: props.onCancel }];
  }
  if (job.state === "kept") return [];
  const goesOn = job.state === "expired";
  const again = goesOn ? "Resume" : "Retry";
  const price = goesOn
    ? "Continues the same request; no second charge"
    : free
      ? "A new request; no charge in the sandbox"
      : "A new request; you’ll be charged for it";
  const press = (label: string, press?: () => void, title?: string) =>
    press ? [{ label, title, idle: offline, press }] : [];
  return [
    ...press(again, props.onRetry, price),
    ...press("Edit and retry", props.onEdit, "Load its image, prompt and settings into the form"),
    ...press("Dismiss", props.onDismiss),
  ];
}

/** One job: its image, prompt, bar, stage and times, and the button that fits its state. */
export function JobRow(props: JobRowProps) {
  const { job } = props;
  const running = isUnfinished(job);
  const elapsed = useElapsed(props.began, job.elapsed, running && !props.offline);
  const ended = !running && job.state !== "kept";
  const buttons = buttonsOf(props);
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  return (
    <div
      class={`rk-job${ended ? " rk-job-ended" : ""}${props.offline ? " rk-job-offline" : ""}`}
      data-state={job.state}
    >
      {job.image === null ? null : (
        <div class={`rk-job-picture${running ? " rk-job-working" : ""}`}>
          {props.picture ? <img src={props.picture} alt="" /> : null}
        </div>
      )}
      <div class="rk-job-words">
        <div class="rk-job-prompt" title={job.prompt}>
          {job.prompt || job.title}
        </div>
        {running || job.state === "kept" ? <JobBar job={job} elapsed={elapsed} /> : null}
        <div class={`rk-small ${ended ? "rk-job-end" : "rk-dim"}`}>
          {running && props.offline
            ? `Last known: ${job.stage[0]?.toLowerCase()}${job.stage.slice(1)}`
            : job.stage}
          {running && !props.offline ? (
            <span key={job.stage} class="rk-job-times">
              {" "}
              · {timeWords(job, elapsed)}
            </span>
          ) : null}
          {job.log.length ? (
            <>
              {" · "}
              <button
                type="button"
                class="rk-quiet rk-log-button"
                aria-expanded={unfolded}
                aria-controls={id}
                onClick={() => setUnfolded(!unfolded)}
              >
                Log<span class="rk-unseen"> of the service: {job.prompt || job.title}</span>
              </button>
            </>
          ) : null}
        </div>
        {job.error ? <div class="rk-small rk-job-error">{job.error}</div> : null}
        {[job.elsewhere && "Started in another studio", job.note, running && props.cancelling].map(
          (words) => words && <div class="rk-small rk-dim">{words}</div>,
        )}
      </div>
      {buttons.length ? (
        <div class="rk-job-actions">
          {buttons.map((button) => (
            <button
              // Another button where it does something else: a press that was meant for the one must not fall on the other.
              key={button.label.replace(/ling$/, "")}
              type="button"
              class="rk-button"
              title={button.title}
              aria-disabled={button.idle}
              onClick={() => button.idle || button.press()}
            >
              {button.label}
              <span class="rk-unseen">: {job.prompt || job.title}</span>
            </button>
          ))}
        </div>
      ) : null}
      <div id={id} class="rk-job-log" hidden={!unfolded}>
        {unfolded ? <Log lines={job.log} /> : null}
      </div>
    </div>
  );
}

/** How far a job is. */
export function JobBar({ job, elapsed }: { job: Job; elapsed: number }) {
  return (
    <Bar label={`Progress: ${job.prompt || job.title}`} done={fraction(job, elapsed)} words={job.stage} />
  );
}

/** The service's own words, the last ones in sight, in a box that keeps its height while more come in. */
function Log({ lines }: { lines: string[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="rk-code rk-log" role="log" aria-label="Service log" aria-live="off" tabIndex={0}>
      <div>{lines.join("\n")}</div>
    </div>
  );
}

/** How long a job has been at work, and how long it will be: "2 s, about 3 s left". */
export function timeWords(job: Job, elapsed: number): string {
  const over = job.expected === null ? "" : ", longer than expected";
  const left = leftWords(job, elapsed);
  return duration(elapsed) + (left ? `, ${left}` : over);
}

/** "about 3 s left"; empty where that is not known, or over. */
export function leftWords({ expected }: Job, elapsed: number): string {
  const left = (expected ?? 0) - elapsed;
  return left > 0 ? `about ${duration(Math.max(1, left))} left` : "";
}

/** Seconds since the job began, counted on while it is at work; else as the kernel last said. */
export function useElapsed(began: number, last: number, counting: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!counting) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [counting]);
  return counting ? Math.max(0, Math.max(now, began) - began) / 1000 : last;
}
