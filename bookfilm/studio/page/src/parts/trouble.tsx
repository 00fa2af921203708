import { Problem } from "../api/client";
import { useWords, type Key, type Say } from "../words";
import { Said } from "./said";

/** Kinds whose `detail` says what to mend; of the others it would only be noise. */
const TELLING = new Set(["bad-request", "conflict", "invalid", "refused", "quota", "enough-jobs", "too-much", "too-large", "forbidden"]);

export function sentenceOf(problem: Problem, say: Say): string {
  const key = `problem.${problem.kind}` as Key;
  const known = say(key);
  return known === key ? say("problem.failed") : problem.waitS ? `${known} ${say("problem.wait", { n: problem.waitS })}` : known;
}

/** A problem as a sentence that says what to do next. */
export function Trouble({ problem, again }: { problem: Problem | null; again?: () => void }) {
  const say = useWords();
  if (problem === null) return null;
  return (
    <div class="trouble" role="alert">
      <p>{sentenceOf(problem, say)}</p>
      {problem.detail && TELLING.has(problem.kind) && (
        <p class="trouble-detail">
          <Said told={problem.told} />
        </p>
      )}
      {problem.kind === "failed" && problem.instance && <p class="trouble-detail">{problem.instance}</p>}
      {again && (
        <button type="button" class="quiet" onClick={again}>
          {say("again")}
        </button>
      )}
    </div>
  );
}
