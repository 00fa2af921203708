import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
  /** Ask again, and say when the answer is there; what is known stays until then. */
  again: () => Promise<void>;
  put: (value: T) => void;
  /** What was read last, whether or not it is shown yet. */
  latest: () => T | null;
}

/** What went wrong, as a Problem. What is no refusal is a fault of this page: its words are for who mends it. */
export function problemIn(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.warn(error);
  return new Problem("page-failed", 0, "");
}

type Load<T> = (signal: AbortSignal, before: T | null) => Promise<T>;

/** Load something when `needs` change, and leave off when the part goes. A null `load` loads nothing.
 *
 * `load` is given what it gave last. Who asks again while it is under way does not break it off: it is done once more. */
export function useLoaded<T>(load: Load<T> | null, needs: unknown[]): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const last = useRef<T | null>(null);
  const asked = useRef<() => Promise<void>>(nothing);
  const put = useCallback((found: T) => {
    last.current = found;
    setValue(() => found);
  }, []);
  useEffect(() => {
    asked.current = nothing;
    if (load === null) return undefined;
    const leave = new AbortController();
    asked.current = oneAtATime(async () => {
      try {
        const found = await load(leave.signal, last.current);
        if (leave.signal.aborted) return;
        put(found);
        setProblem(null);
      } catch (error) {
        if (!leave.signal.aborted) setProblem(problemIn(error));
      }
    });
    void asked.current();
    return () => leave.abort();
  }, needs);
  const again = useCallback(() => asked.current(), []);
  const latest = useCallback(() => last.current, []);
  return { value, problem, again, put, latest };
}

async function nothing(): Promise<void> {}

/** Give a function that does `work`, which must not throw, one at a time: who asks meanwhile shares one more turn. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let now: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const begin = () => {
    now = work().finally(() => {
      now = null;
    });
    return now;
  };
  return () => {
    if (now === null) return begin();
    next ??= now.then(() => {
      next = null;
      return now ?? begin();
    });
    return next;
  };
}

/** Give a function that has `work` done soon, however often it is called, with `restMs` from the end of one to the next. */
export function paced(work: () => Promise<unknown>, soonMs: number, restMs: number): { ask: () => void; end: () => void } {
  let due = false;
  let busy = false;
  let ended = false;
  const turn = async () => {
    busy = true;
    await pause(soonMs);
    while (due && !ended) {
      due = false;
      await work();
      await pause(restMs);
    }
    busy = false;
  };
  const ask = () => {
    due = true;
    if (!busy && !ended) void turn();
  };
  return {
    ask,
    end: () => {
      ended = true;
    },
  };
}

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));
