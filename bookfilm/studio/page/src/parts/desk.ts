/** All that the page knows of one film, and how it is kept up to date: shared by the film's tabs. */

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { all, get, type Problem } from "../api/client";
import { listen } from "../api/events";
import { addresses, type AddressOf } from "../api/tickets";
import type { Film, FilmEvent, Screenplay, Shot } from "../api/types";
import { problemIn, useLoaded, type Loaded } from "./loading";

const LIVE = ["queued", "running", "paused"];
const LOOK_EVERY_MS = 3000;
const SOON_MS = 250;

export interface Desk {
  film: Film;
  atWork: boolean;
  addressOf: AddressOf;
  shots: Loaded<Shot[]>;
  screenplay: Loaded<Screenplay>;
  /** Of the job that was begun last: seconds by stage, and what it warned of. */
  took: Record<string, number>;
  warnings: string[];
  heard: boolean;
  /** How many seconds of the film can be watched already that the job makes; null: none yet. */
  live: { job: number; seconds: number } | null;
  /** The shots that were changed and not made again yet. */
  waiting: string[];
  wait: (shots: string[]) => void;
  /** Read the film, its shots and its screenplay again. */
  refresh: () => void;
  frameOf: (shot: string) => string | null;
  /** A shot's place in the film, from 1; null for one that is not in it yet. */
  numberOf: (shot: string) => number | null;
}

export const FilmDesk = createContext<Desk | null>(null);
export const useDesk = (): Desk => useContext(FilmDesk)!;

/** Open the desk of a film; null until it is known. */
export function useFilmDesk(ident: string): { desk: Desk | null; problem: Problem | null; again: () => void } {
  const film = useLoaded((signal) => get<Film>(`v1/films/${ident}`, signal), [ident]);
  const [addressOf, setAddressOf] = useState<AddressOf | null>(null);
  const made = film.value?.made;
  const has = { shots: made?.includes("shots"), screenplay: made?.includes("screenplay") };
  const shots = useLoaded(
    film.value ? (signal) => (has.shots ? all<Shot>(`v1/films/${ident}/shots`, signal) : none<Shot[]>([])) : null,
    [ident, has.shots],
  );
  const screenplay = useLoaded(
    has.screenplay ? (signal) => get<Screenplay>(`v1/films/${ident}/screenplay`, signal) : null,
    [ident, has.screenplay],
  );
  const [waiting, setWaiting] = useWaiting(ident);
  const [ticketProblem, setTicketProblem] = useState<Problem | null>(null);
  useEffect(() => {
    addresses(ident).then(
      (found) => setAddressOf(() => found),
      (error) => setTicketProblem(problemIn(error)),
    );
  }, [ident]);

  const refresh = useCallback(() => {
    film.again();
    shots.again();
    screenplay.again();
  }, []);
  const news = useNews(ident, refresh, shots.again, film.put);

  const frames = useMemo(() => new Map(shots.value?.map((shot) => [shot.id, shot.take]) ?? []), [shots.value]);
  if (film.value === null || addressOf === null) {
    return { desk: null, problem: film.problem ?? ticketProblem, again: film.again };
  }
  const atWork = LIVE.includes(film.value.state);
  const numberOf = (shot: string) => {
    const at = shots.value?.findIndex((one) => one.id === shot) ?? -1;
    return at < 0 ? null : at + 1;
  };
  const frameOf = (shot: string) => (frames.get(shot) ? addressOf(`takes/${frames.get(shot)}.jpg`) : null);
  const desk: Desk = {
    film: film.value, atWork, addressOf, shots, screenplay, waiting, refresh, frameOf, numberOf,
    took: news.took, warnings: news.warnings, heard: news.alive, live: news.live,
    wait: (more) => setWaiting(more.length ? [...new Set([...waiting, ...more])] : []),
  };
  return { desk, problem: film.problem, again: film.again };
}

interface News {
  took: Record<string, number>;
  warnings: string[];
  alive: boolean;
  live: { job: number; seconds: number } | null;
}

/** Listen to a film's events, from its beginning: what was said of earlier jobs is passed over. */
function useNews(ident: string, refresh: () => void, look: () => void, put: (film: Film) => void): News {
  const [news, setNews] = useState<News>({ took: {}, warnings: [], alive: true, live: null });
  const looked = useRef(0);
  const job = useRef<number | null>(null);
  useEffect(() => {
    const leave = new AbortController();
    let due: ReturnType<typeof setTimeout> | undefined;
    // What was said before comes all at once: it is looked at once.
    const soon = () => {
      clearTimeout(due);
      due = setTimeout(refresh, SOON_MS);
    };
    const heard = (event: FilmEvent) => {
      if (event.kind === "state") {
        const fresh = event.job !== job.current && LIVE.includes(event.state);
        job.current = event.job;
        if (fresh) setNews((now) => ({ ...now, took: {}, warnings: [], live: null }));
        soon();
      } else if (event.kind === "stage") {
        setNews((now) => ({ ...now, took: { ...now.took, [event.stage]: event.seconds } }));
        soon();
      } else if (event.kind === "warning") {
        setNews((now) => ({ ...now, warnings: [...new Set([...now.warnings, event.said])] }));
      } else if (event.kind === "live") {
        setNews((now) => ({ ...now, live: { job: event.job, seconds: event.seconds } }));
      } else if (Date.now() - looked.current >= LOOK_EVERY_MS) {
        looked.current = Date.now();
        look();
        get<Film>(`v1/films/${ident}`).then(put, () => {});
      }
    };
    const alive = (is: boolean) => {
      setNews((now) => ({ ...now, alive: is }));
      // Who is not told asks: as many may listen as can be, or the line is broken.
      if (!is) get<Film>(`v1/films/${ident}`).then(put, () => {});
    };
    void listen(ident, leave.signal, heard, alive);
    return () => {
      clearTimeout(due);
      leave.abort();
    };
  }, [ident]);
  return news;
}

/** The shots that wait to be made again, kept in this browser: only the next making needs to know. */
function useWaiting(ident: string): [string[], (shots: string[]) => void] {
  const name = `bookfilm.waiting.${ident}`;
  const [waiting, setWaiting] = useState<string[]>(() => JSON.parse(localStorage.getItem(name) ?? "[]") as string[]);
  const keep = (shots: string[]) => {
    if (shots.length) localStorage.setItem(name, JSON.stringify(shots));
    else localStorage.removeItem(name);
    setWaiting(shots);
  };
  return [waiting, keep];
}

/** What is not made yet is not asked for: there is nothing of it to show. */
async function none<T>(instead: T): Promise<T> {
  return instead;
}
