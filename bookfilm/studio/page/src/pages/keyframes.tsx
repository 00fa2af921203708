import { useMemo, useRef, useState } from "preact/hooks";
import { all, get, send, type Problem } from "../api/client";
import type { Board, Film, Portrait, Shot } from "../api/types";
import { Consent } from "../parts/consent";
import { useDesk } from "../parts/desk";
import { keepPlace } from "../parts/focus";
import { problemIn, useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { hrefOf } from "../route";
import { useWords } from "../words";
import { headingOf, scenesOf, sizeOf } from "./board";
import { lookOf } from "./looks";

/** So many can be named at once. */
const MOST_NAMED = 1000;

type Verb = "approve" | "unlock" | "redraw";
interface Changed {
  keyframes: Board[];
  portraits: Portrait[];
  shots: string[];
}

/** What the film is drawn from, before anything moves: portraits and keyframes, to be approved or drawn anew. */
export function KeyframesTab() {
  const say = useWords();
  const desk = useDesk();
  const { film, atWork } = desk;
  const place = `v1/films/${film.id}`;
  const drawn = film.made.includes("keyframes");
  const needs = [film.id, film.job, film.state, drawn];
  const boards = useLoaded(drawn ? (signal) => all<Board>(`${place}/keyframes`, signal) : null, needs);
  const portraits = useLoaded(drawn ? (signal) => get<Portrait[]>(`${place}/portraits`, signal) : null, needs);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState("");

  const put = (told: Changed) => {
    const shots = new Map(told.keyframes.map((one) => [one.shot, one]));
    const people = new Map(told.portraits.map((one) => [stateOf(one), one]));
    boards.put((boards.value ?? []).map((one) => shots.get(one.shot) ?? one));
    portraits.put((portraits.value ?? []).map((one) => people.get(stateOf(one)) ?? one));
  };
  const ask = async (verb: Verb, names: string[], done: string) => {
    setProblem(null);
    setSaid("");
    try {
      const told: Changed = { keyframes: [], portraits: [], shots: [] };
      for (let at = 0; at < names.length; at += MOST_NAMED) {
        const some = names.slice(at, at + MOST_NAMED);
        const more = await send<Changed>("POST", `${place}/keyframes/${verb}`, { names: some });
        for (const part of ["keyframes", "portraits", "shots"] as const) told[part].push(...(more[part] as never[]));
        put(told);
      }
      if (told.shots.length) desk.wait(told.shots);
      setSaid(done);
    } catch (error) {
      setProblem(problemIn(error));
    }
  };
  if (!drawn) return <p class="lead empty">{say("keyframes.none")}</p>;
  if (boards.problem ?? portraits.problem) {
    return <Trouble problem={boards.problem ?? portraits.problem} again={() => (boards.again(), portraits.again())} />;
  }
  if (boards.value === null || portraits.value === null) return <p class="lead">{say("loading")}</p>;
  const people = groupsOf(portraits.value);
  const open = boards.value.filter((one) => !one.locked).map((one) => one.shot);
  open.push(...people.filter(isOpen).map((states) => states[0]!.who));
  const whole = boards.value.length + people.length;
  return (
    <div class="keyframes">
      <p class="lead">{say("keyframes.lead")}</p>
      {atWork && <p class="note">{say("shot.busy")}</p>}
      <div class="row">
        <p>{say("keyframes.approved", { n: whole - open.length, all: whole })}</p>
        {open.length > 0 && (
          <button type="button" disabled={atWork} onClick={() => ask("approve", open, say("keyframes.said.all"))}>
            {say("keyframes.approve_all")}
          </button>
        )}
        {!film.film && <GoOn />}
      </div>
      <p class="sr-only" role="status">
        {said}
      </p>
      <Trouble problem={problem} />
      {people.length > 0 && (
        <section aria-labelledby="portraits">
          <h2 id="portraits">{say("keyframes.portraits")}</h2>
          <ul class="portraits">
            {people.map((states) => (
              <Person key={states[0]!.who} states={states} ask={ask} put={put} />
            ))}
          </ul>
        </section>
      )}
      <Scenes boards={boards.value} ask={ask} />
    </div>
  );
}

type Ask = (verb: Verb, names: string[], done: string) => Promise<void>;

/** On from the keyframes to the film that is made of them. */
export function GoOn() {
  const say = useWords();
  const desk = useDesk();
  const [problem, setProblem] = useState<Problem | null>(null);
  const make = async () => {
    setProblem(null);
    try {
      await send<Film>("POST", `v1/films/${desk.film.id}/make?until=film`, undefined, { once: true });
      desk.wait([]);
      await desk.refresh();
      keepPlace();
    } catch (error) {
      setProblem(problemIn(error));
    }
  };
  return (
    <>
      <button type="button" class="main" disabled={desk.atWork} onClick={make}>
        {say("keyframes.go_on")}
      </button>
      <Trouble problem={problem} />
    </>
  );
}

/** Somebody's portraits, one for each state in which they are seen large. */
function Person({ states, ask, put }: { states: Portrait[]; ask: Ask; put: (told: Changed) => void }) {
  const say = useWords();
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { who, name, redraw } = states[0]!;
  const locked = !isOpen(states);
  const post = (query: string) =>
    send<Changed>("POST", `v1/films/${desk.film.id}/keyframes/redraw${query}`, { names: [who] });
  return (
    <li class="card">
      <div class="states">
        {states.map((one) => (
          <Still key={stateOf(one)} still={one.key} alt={`${name}: ${lookOf(one.look, say)}`} />
        ))}
      </div>
      <h3 lang={desk.film.book.language}>{name}</h3>
      <p class="look">{lookOf(states[0]!.look, say)}</p>
      <Marks locked={locked} due={false} />
      <div class="row">
        <Approve locked={locked} name={name} names={[who]} ask={ask} />
        <button
          type="button"
          class="quiet"
          disabled={desk.atWork}
          aria-expanded={asking}
          ref={button}
          aria-label={say("keyframes.named", { verb: say("keyframes.redraw"), name })}
          onClick={() => setAsking(!asking)}
        >
          {say("keyframes.redraw")}
        </button>
      </div>
      {asking && (
        <Consent
          edit={{ who, redraw }}
          tell={() => post("?only_tell=true")}
          carry={async () => {
            const told = await post("");
            put(told);
            return told.shots;
          }}
          onDone={() => {
            setAsking(false);
            button.current?.focus();
          }}
        />
      )}
    </li>
  );
}

function Scenes({ boards, ask }: { boards: Board[]; ask: Ask }) {
  const say = useWords();
  const desk = useDesk();
  const { shots, screenplay } = desk;
  const known = useMemo(() => new Map(boards.map((one) => [one.shot, one])), [boards]);
  const rows = useMemo(
    () => scenesOf((shots.value ?? []).filter((one) => known.has(one.id)), screenplay.value?.scenes ?? []),
    [known, shots.value, screenplay.value],
  );
  return (
    <div class="board">
      {rows.map((row) => (
        <div key={row.key} role="group" aria-labelledby={`stills-${row.key}`}>
          <h2 id={`stills-${row.key}`}>{row.scene ? headingOf(row, screenplay.value!.places, say) : say("board.cards")}</h2>
          <ol class="shots stills">
            {row.shots.map((one) => (
              <Frames key={one.id} shot={one} board={known.get(one.id)!} ask={ask} />
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

/** What a shot begins with, and what it ends on. */
function Frames({ shot, board, ask }: { shot: Shot; board: Board; ask: Ask }) {
  const say = useWords();
  const desk = useDesk();
  const number = desk.numberOf(shot.id) ?? 0;
  const name = say("shot.title", { number });
  const due = desk.waiting.includes(shot.id);
  return (
    <li class={`shot ${due ? "waits" : ""}`}>
      <div class="ends">
        <Still still={board.first} alt={say("keyframes.first", { number })} />
        {board.last && <Still still={board.last} alt={say("keyframes.last", { number })} />}
      </div>
      <p class="shot-line">
        <a href={hrefOf({ page: "film", film: desk.film.id, tab: "board", shot: shot.id })}>{name}</a>
        <span>{sizeOf(shot, say)}</span>
      </p>
      <Marks locked={board.locked} due={due} />
      {shot.heard[0] && (
        <p class="shot-heard" lang={desk.film.book.language}>
          {shot.heard[0].text}
        </p>
      )}
      <div class="row">
        <Approve locked={board.locked} name={name} names={[shot.id]} ask={ask} />
        <button
          type="button"
          class="quiet"
          disabled={desk.atWork}
          aria-label={say("keyframes.named", { verb: say("keyframes.redraw"), name })}
          onClick={() => ask("redraw", [shot.id], say("keyframes.said.redraw", { name }))}
        >
          {say("keyframes.redraw")}
        </button>
      </div>
    </li>
  );
}

/** Approves what is named, or takes that back. */
function Approve({ locked, name, names, ask }: { locked: boolean; name: string; names: string[]; ask: Ask }) {
  const say = useWords();
  const desk = useDesk();
  const verb = say(locked ? "keyframes.unlock" : "keyframes.approve");
  const done = say(locked ? "keyframes.said.unlock" : "keyframes.said.approve", { name });
  return (
    <button
      type="button"
      class={locked ? "quiet" : ""}
      disabled={desk.atWork}
      aria-label={say("keyframes.named", { verb, name })}
      onClick={() => ask(locked ? "unlock" : "approve", names, done)}
    >
      {verb}
    </button>
  );
}

function Still({ still, alt }: { still: string | null; alt: string }) {
  const say = useWords();
  const desk = useDesk();
  if (still === null) return <span class="no-frame">{say("keyframes.not_drawn")}</span>;
  return <img src={desk.addressOf(`keyframes/${still}.png`)} alt={alt} loading="lazy" />;
}

function Marks({ locked, due }: { locked: boolean; due: boolean }) {
  const say = useWords();
  return (
    <ul class="marks">
      {locked && <li>{say("keyframes.locked")}</li>}
      {due && <li class="due">{say("keyframes.due")}</li>}
    </ul>
  );
}

/** Whom a portrait shows, and how they look then. */
function stateOf(portrait: Portrait): string {
  return JSON.stringify([portrait.who, portrait.look]);
}

function isOpen(states: Portrait[]): boolean {
  return states.some((one) => !one.locked);
}

/** Portraits by whom they show, in the order in which people are first seen. */
function groupsOf(portraits: Portrait[]): Portrait[][] {
  const found = new Map<string, Portrait[]>();
  for (const one of portraits) found.set(one.who, [...(found.get(one.who) ?? []), one]);
  return [...found.values()];
}
