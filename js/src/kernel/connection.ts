import type { AnyModel } from "@anywidget/types";
import { randomName } from "../view/use-id";
import { bytesOf } from "./base64";
import type { Answer, Commands, Part, Refused } from "./protocol";

/** Seconds after which a request without a reply is given up. A kernel that is busy with a cell is slow. */
const PATIENCE = { ping: 10, others: 60 };

/** The kernel refused a request. `field` names the input field at fault, where there is one. */
export class RefusedError extends Error {
  constructor(
    message: string,
    readonly field: string | null,
  ) {
    super(message);
  }
}

/** No reply in time: the kernel may be busy, or dead. */
export class NoAnswerError extends Error {
  constructor() {
    super("Kernel busy. Try again in a moment.");
  }
}

/** The host would not take the message: there is no kernel behind this view any more. */
export class KernelGoneError extends Error {
  constructor(options?: ErrorOptions) {
    super("Kernel stopped. Rerun this cell to continue.", options);
  }
}

export interface RequestOptions {
  /** Ends the waiting (not the work in the kernel) with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Seconds without a sign of life; by default 10 for `ping` and 60 for other requests. */
  timeout?: number;
}

export type Command = keyof Commands;
export type Fields<C extends Command> = Commands[C]["fields"];
export type Value<C extends Command> = Commands[C]["value"];

export interface Reply<C extends Command> {
  value: Value<C>;
  buffers: DataView[];
}

export interface Connection {
  /**
   * Sends one command and waits for its reply.
   *
   * Rejects with RefusedError, NoAnswerError, KernelGoneError, or the signal's reason.
   */
  request<C extends Command>(
    type: C,
    fields: Fields<C>,
    buffers?: ArrayBuffer[],
    options?: RequestOptions,
  ): Promise<Reply<C>>;
  /** Stops listening; what still waits is rejected as an AbortError. */
  close(): void;
}

interface Waiting {
  resolve(reply: Reply<Command>): void;
  reject(reason: unknown): void;
  /** The parts of the file that have arrived, by index. */
  parts: DataView[][];
  /** Starts the time-out again. */
  wait(): void;
}

/**
 * Requests and replies over a model's custom messages, matched by id.
 *
 * `sign` is told of every sign of the kernel's life, which any reply is, also a late one, and of its end.
 * A reply nobody waits for (late, or meant for another tab on the same kernel) is otherwise ignored.
 */
export function connect(
  model: Pick<AnyModel, "on" | "off" | "send">,
  sign?: (liveness: "alive" | "gone") => void,
): Connection {
  // Two tabs on one kernel both see every reply, so ids must differ between them.
  const prefix = randomName();
  const waiting = new Map<string, Waiting>();
  let count = 0;
  let closed = false;

  function receive(message: unknown, buffers?: DataView[]): void {
    const said = message as Answer | Refused | Part | null;
    if (!said?.id) return;
    sign?.("alive");
    const pending = waiting.get(said.id);
    if (!pending) return;
    const { parts } = pending;
    const here = "text" in said && said.text ? [bytesOf(said.text)] : (buffers ?? []);
    if (said.type === "part") {
      parts[said.index] = here;
      pending.wait();
    } else if (said.type === "refused")
      pending.reject(new RefusedError(said.error.message, said.error.field));
    else if (Object.keys(parts).length !== said.parts)
      pending.reject(new RefusedError("The file did not arrive whole. Try again.", null));
    else pending.resolve({ value: said.value, buffers: [...parts, here].flat() });
  }
  model.on("msg:custom", receive);

  return {
    request(
      type,
      fields,
      buffers = [],
      { signal, timeout = type === "ping" ? PATIENCE.ping : PATIENCE.others } = {},
    ) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (closed) throw over();
        const id = `${prefix}-${++count}`;
        const settle = () => {
          waiting.delete(id);
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
        };
        const fail = (reason: unknown) => {
          settle();
          reject(reason);
        };
        const abort = () => fail(signal?.reason);
        let timer: ReturnType<typeof setTimeout>;
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => fail(new NoAnswerError()), timeout * 1000);
        };
        wait();
        signal?.addEventListener("abort", abort);
        waiting.set(id, {
          parts: [],
          wait,
          resolve(reply) {
            settle();
            resolve(reply as Reply<typeof type>);
          },
          reject: fail,
        });
        const gone = (cause: unknown) => {
          fail(new KernelGoneError({ cause }));
          sign?.("gone");
        };
        try {
          // Typed as void, but a promise in marimo.
          Promise.resolve(model.send({ ...fields, id, type }, undefined, buffers)).catch(gone);
        } catch (cause) {
          gone(cause);
        }
      });
    },
    close() {
      closed = true;
      model.off("msg:custom", receive);
      for (const pending of [...waiting.values()]) pending.reject(over());
    },
  };
}

function over(): DOMException {
  return new DOMException("The widget is closed.", "AbortError");
}
