import { useCallback, useEffect, useState } from "preact/hooks";
import { Problem } from "../api/client";

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
  /** Ask again; what is there stays until the answer comes. */
  again: () => void;
  put: (value: T) => void;
}

export function problemIn(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("failed", 0, String(error));
}

/** Load something when `needs` change, and leave off when the part goes. A null `load` loads nothing. */
export function useLoaded<T>(load: ((signal: AbortSignal) => Promise<T>) | null, needs: unknown[]): Loaded<T> {
  const [value, put] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (load === null) return undefined;
    const leave = new AbortController();
    load(leave.signal).then(
      (found) => {
        if (leave.signal.aborted) return;
        put(found);
        setProblem(null);
      },
      (error) => {
        if (!leave.signal.aborted) setProblem(problemIn(error));
      },
    );
    return () => leave.abort();
  }, [...needs, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { value, problem, again, put };
}
