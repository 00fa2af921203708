import { useState } from "preact/hooks";
import { send, type Problem } from "../api/client";
import type { EditTold } from "../api/types";
import { useWords } from "../words";
import { useDesk } from "./desk";
import { problemIn } from "./loading";
import { Trouble } from "./trouble";

/** What an edit comes to: the shots that it makes again, and those whose own edits do not go with it. */
interface Comes {
  shots: string[];
  laid_aside?: string[];
}

interface ConsentProps {
  /** What is to be otherwise; nothing is asked while it is empty. */
  edit: object;
  /** Asks which shots would be made again, and changes nothing. */
  tell: () => Promise<Comes>;
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
  const patch = (query: string) => send<EditTold>("PATCH", `v1/films/${desk.film.id}/screenplay${query}`, body);
  return <Consent edit={edit} tell={() => patch("?only_tell=true")} carry={async () => (await patch("")).shots} />;
}

function Asking({ edit, tell, carry }: ConsentProps) {
  const say = useWords();
  const desk = useDesk();
  const [told, setTold] = useState<Comes | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const shots = told?.shots ?? [];
  const aside = told?.laid_aside ?? [];
  const numbered = (shot: string) => `${desk.numberOf(shot) ?? say("board.new_shot")}`;
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
          <p role="status">
            {shots.length ? say("consent.shots", { n: shots.length }) : say("consent.none")}
            {aside.length > 0 && ` ${say("consent.aside", { n: aside.length, shots: aside.map(numbered).join(", ") })}`}
          </p>
          {shots.length > 0 && (
            <ul class="strip">
              {shots.slice(0, 12).map((shot) => (
                <li key={shot}>
                  {desk.frameOf(shot) ? <img src={desk.frameOf(shot)!} alt="" loading="lazy" /> : <span class="no-frame" />}
                  <span>{numbered(shot)}</span>
                </li>
              ))}
              {shots.length > 12 && <li class="more">{say("consent.more", { n: shots.length - 12 })}</li>}
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
