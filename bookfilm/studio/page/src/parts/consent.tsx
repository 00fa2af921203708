import { useState } from "preact/hooks";
import { send, type Problem } from "../api/client";
import type { EditTold } from "../api/types";
import { useWords } from "../words";
import { useDesk } from "./desk";
import { problemIn } from "./loading";
import { Trouble } from "./trouble";

interface ConsentProps {
  /** What is to be otherwise; nothing is asked while it is empty. */
  edit: object;
  /** Asks which shots would be made again, and changes nothing. */
  tell: () => Promise<string[]>;
  /** Carries the change out, and says which shots wait to be made again. */
  carry: () => Promise<string[]>;
}

/** Says which shots an edit makes again, and asks before it is carried out. Another edit is asked for anew. */
export function Consent(props: ConsentProps) {
  return <Asking key={JSON.stringify(props.edit)} {...props} />;
}

/** Consent to an edit of the screenplay: `body` is that edit as the service takes it. */
export function ScreenplayConsent({ edit, body }: { edit: object; body: object }) {
  const desk = useDesk();
  const patch = async (query: string) =>
    (await send<EditTold>("PATCH", `v1/films/${desk.film.id}/screenplay${query}`, body)).shots;
  return <Consent edit={edit} tell={() => patch("?only_tell=true")} carry={() => patch("")} />;
}

function Asking({ edit, tell, carry }: ConsentProps) {
  const say = useWords();
  const desk = useDesk();
  const [told, setTold] = useState<string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ready = Object.keys(edit).length > 0 && !desk.atWork;

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
  const agree = () =>
    doing(async () => {
      desk.wait(await carry());
      desk.refresh();
      setTold(null);
    });
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
                  {desk.frameOf(shot) ? <img src={desk.frameOf(shot)!} alt="" loading="lazy" /> : <span class="no-frame" />}
                  <span>{desk.numberOf(shot) ?? say("board.new_shot")}</span>
                </li>
              ))}
              {told.length > 12 && <li class="more">{say("consent.more", { n: told.length - 12 })}</li>}
            </ul>
          )}
          <div class="row">
            <button type="button" class="main" disabled={busy} onClick={agree}>
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
