import { useState } from "preact/hooks";
import type { Problem } from "../api/client";
import { useWords } from "../words";
import { problemIn } from "./loading";
import { Trouble } from "./trouble";

interface ConsentProps {
  /** Asks which shots would be made again, and changes nothing. */
  tell: () => Promise<string[]>;
  /** Carries the change out. */
  carry: () => Promise<void>;
  /** Whether anything was changed in the form at all. */
  ready: boolean;
  frameOf: (shot: string) => string | null;
  nameOf: (shot: string) => string;
}

/** Says which shots a change makes again, and asks before it is carried out. */
export function Consent({ tell, carry, ready, frameOf, nameOf }: ConsentProps) {
  const say = useWords();
  const [told, setTold] = useState<string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemIn(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="consent">
      {told === null || !ready ? (
        <button
          type="button"
          class="main"
          disabled={!ready || busy}
          onClick={() => doing(async () => setTold(await tell()))}
        >
          {busy ? say("consent.looking") : say("consent.look")}
        </button>
      ) : (
        <div class="consent-asked" role="group" aria-label={say("consent.label")}>
          <p role="status">{told.length ? say("consent.shots", { n: told.length }) : say("consent.none")}</p>
          {told.length > 0 && (
            <ul class="strip">
              {told.slice(0, 12).map((shot) => (
                <li key={shot}>
                  {frameOf(shot) ? <img src={frameOf(shot)!} alt="" loading="lazy" /> : <span class="no-frame" />}
                  <span>{nameOf(shot)}</span>
                </li>
              ))}
              {told.length > 12 && <li class="more">{say("consent.more", { n: told.length - 12 })}</li>}
            </ul>
          )}
          <div class="row">
            <button
              type="button"
              class="main"
              disabled={busy}
              onClick={() =>
                doing(async () => {
                  await carry();
                  setTold(null);
                })
              }
            >
              {say("consent.yes")}
            </button>
            <button type="button" class="quiet" disabled={busy} onClick={() => setTold(null)}>
              {say("consent.no")}
            </button>
          </div>
        </div>
      )}
      <Trouble problem={problem} />
    </div>
  );
}
