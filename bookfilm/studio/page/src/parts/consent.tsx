import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem, send } from "../api/client";
import type { EditTold } from "../api/types";
import { useWords, type Say } from "../words";
import { useDesk, type Desk } from "./desk";
import { problemIn } from "./loading";
import { Trouble } from "./trouble";
import { useUnsaved } from "./unsaved";

/** What an edit comes to: the shots that it makes again, and those whose own edits do not go with it. */
interface Comes {
  shots: string[];
  laid_aside?: string[];
}

interface ConsentProps {
  /** What is to be otherwise; nothing is asked while it is empty. */
  edit: object;
  /** Asks which shots would be made again, and changes nothing. `tag` is the version of the screenplay that is meant. */
  tell: (tag: string | null) => Promise<Comes>;
  /** Carries the change out, and says which shots wait to be made again. */
  carry: (tag: string | null) => Promise<string[]>;
  /** What was changed is known again. */
  onDone?: () => void;
}

/** Consent to an edit of the screenplay: `body` is that edit as the service takes it. */
export function ScreenplayConsent({ edit, body, onDone }: { edit: object; body: object; onDone: () => void }) {
  const desk = useDesk();
  const place = `v1/films/${desk.film.id}/screenplay`;
  const patch = (query: string, ifMatch: string | null) => send<EditTold>("PATCH", place + query, body, { ifMatch });
  return (
    <Consent
      edit={edit}
      tell={(tag) => patch("?only_tell=true", tag)}
      carry={async (tag) => (await patch("", tag)).shots}
      onDone={onDone}
    />
  );
}

/** Says which shots an edit makes again, and asks before it is carried out. Another edit is asked for anew.
 *
 * Where somebody else has edited the screenplay meanwhile, it is told anew what this edit comes to now. */
export function Consent({ edit, tell, carry, onDone }: ConsentProps) {
  const say = useWords();
  const desk = useDesk();
  const key = JSON.stringify(edit);
  const [known, setKnown] = useState<{ of: string; tag: string | null; comes: Comes; anew: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asks = Object.keys(edit).length > 0;
  const ready = asks && !desk.atWork;
  const told = ready && known?.of === key ? known : null;
  const place = useFocusGoesTo(told);
  useUnsaved(asks);
  useEffect(() => {
    if (asks) setDone(false);
  }, [key]);

  const look = async (anew = false): Promise<void> => {
    const tag = desk.screenplay.latest()?.tag ?? null;
    try {
      setKnown({ of: key, tag, comes: await tell(tag), anew });
    } catch (error) {
      if (anew || !isOlder(error)) throw error;
      await lookAnew();
    }
  };
  const lookAnew = async () => {
    await desk.refresh();
    await look(true);
  };
  const agree = async () => {
    try {
      desk.wait(await carry(told!.tag));
    } catch (error) {
      if (!isOlder(error)) throw error;
      return lookAnew();
    }
    await desk.refresh();
    setKnown(null);
    setDone(true);
    onDone?.();
  };
  const doing = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setKnown(null);
      setProblem(problemIn(error));
    } finally {
      setBusy(false);
    }
  };
  const sentence = told === null ? "" : sentenceOf(told.comes, say, desk);
  const answer = told?.anew ? `${say("consent.anew")} ${sentence}` : sentence;
  const said = busy ? say("consent.looking") : answer || (done ? say("consent.done") : "");
  return (
    <div class="consent">
      <p class={done && told === null ? "hint" : "sr-only"} role="status">
        {said}
      </p>
      {told === null ? (
        <button
          type="button"
          class="main"
          ref={place.button}
          aria-disabled={!ready || busy}
          onClick={() => ready && doing(look)}
        >
          {busy ? say("consent.looking") : say("consent.look")}
        </button>
      ) : (
        <div class="consent-asked" role="group" aria-label={say("consent.label")} tabIndex={-1} ref={place.group}>
          {told.anew && <p class="note">{say("consent.anew")}</p>}
          <p>{sentence}</p>
          <Strip shots={told.comes.shots} />
          <div class="row">
            <button type="button" class="main" aria-disabled={busy} onClick={() => doing(agree)}>
              {say("consent.yes")}
            </button>
            <button type="button" class="quiet" aria-disabled={busy} onClick={() => busy || setKnown(null)}>
              {say("consent.no")}
            </button>
          </div>
        </div>
      )}
      <Trouble problem={problem} />
    </div>
  );
}

function sentenceOf({ shots, laid_aside: aside = [] }: Comes, say: Say, desk: Desk): string {
  const again = shots.length ? say("consent.shots", { n: shots.length }) : say("consent.none");
  if (aside.length === 0) return again;
  const names = aside.map((shot) => `${desk.numberOf(shot) ?? say("board.new_shot")}`).join(", ");
  return `${again} ${say("consent.aside", { n: aside.length, shots: names })}`;
}

/** Frames of the shots that are made again; of many only the first. */
function Strip({ shots }: { shots: string[] }) {
  const say = useWords();
  const desk = useDesk();
  if (shots.length === 0) return null;
  return (
    <ul class="strip">
      {shots.slice(0, 12).map((shot) => (
        <li key={shot}>
          {desk.frameOf(shot) ? <img src={desk.frameOf(shot)!} alt="" loading="lazy" /> : <span class="no-frame" />}
          <span>{desk.numberOf(shot) ?? say("board.new_shot")}</span>
        </li>
      ))}
      {shots.length > 12 && <li class="more">{say("consent.more", { n: shots.length - 12 })}</li>}
    </ul>
  );
}

/** Who used the button that has gone goes on where the answer stands, and back to it after that. */
function useFocusGoesTo(told: object | null) {
  const group = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const before = useRef(told);
  useLayoutEffect(() => {
    // Only who stood here is moved: the answer may also go because the words were changed.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (told !== before.current && told !== null) group.current?.focus();
    else if (told !== before.current && lost) button.current?.focus();
    before.current = told;
  }, [told]);
  return { group, button };
}

/** Whether somebody else's edit came first. */
function isOlder(error: unknown): boolean {
  return error instanceof Problem && error.kind === "version-conflict";
}
