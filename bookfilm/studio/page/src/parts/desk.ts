/** All that the page knows of one film, and how it is kept up to date: shared by the film's tabs. */

import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import { get, getTagged, type Problem } from "../api/client";
import { readShots } from "../api/shots";
import { addresses, type AddressOf } from "../api/tickets";
import type { Film, Screenplay, Shot } from "../api/types";
import { problemIn, useLoaded, type Loaded } from "./loading";
import { LIVE, useNews, type News } from "./news";

const TRY_AGAIN_MS = 20_000;

export interface Desk extends News {
  film: Film;
  atWork: boolean;
  addressOf: AddressOf;
  shots: Loaded<Shot[]>;
  screenplay: Loaded<Written>;
  /** The shots that were changed and not made again yet. */
  waiting: string[];
  wait: (shots: string[]) => void;
  /** Read the film, its shots and its screenplay again. */
  refresh: () => Promise<unknown>;
  frameOf: (shot: string) => string | null;
  /** A shot's place in the film, from 1; null for one that is not in it yet. */
  numberOf: (shot: string) => number | null;
}

/** The screenplay, and which version of it: its `ETag`. */
export interface Written extends Screenplay {
  tag: string | null;
}

export const FilmDesk = createContext<Desk | null>(null);
export const useDesk = (): Desk => useContext(FilmDesk)!;

/** Open the desk of a film; null until it is known. */
export function useFilmDesk(ident: string): { desk: Desk | null; problem: Problem | null; again: () => void } {
  const film = useLoaded((signal) => get<Film>(`v1/films/${ident}`, signal), [ident]);
  const made = film.value?.made;
  const has = { shots: made?.includes("shots"), screenplay: made?.includes("screenplay") };
  // What is not made yet is not asked for: there is nothing of it to show.
  const shots = useLoaded<Shot[]>(
    film.value ? async (signal, before) => (has.shots ? readShots(ident, before, signal) : []) : null,
    [ident, has.shots],
  );
  const screenplay = useLoaded<Written>(
    has.screenplay ? (signal, before) => readScreenplay(ident, before, signal) : null,
    [ident, has.screenplay],
  );
  const [waiting, setWaiting] = useWaiting(ident, film.value?.job);
  const ticket = useAddresses(ident);

  const refresh = useCallback(() => Promise.all([film.again(), shots.again(), screenplay.again()]), []);
  const look = useCallback(() => Promise.all([film.again(), shots.again()]), []);
  const news = useNews(ident, { refresh, look, film: film.again });

  const frames = useMemo(() => new Map(shots.value?.map((shot) => [shot.id, shot.take]) ?? []), [shots.value]);
  const places = useMemo(() => new Map(shots.value?.map((shot, at) => [shot.id, at + 1]) ?? []), [shots.value]);
  const again = () => {
    void film.again();
    ticket.again();
  };
  const { addressOf } = ticket;
  if (film.value === null || addressOf === null) return { desk: null, problem: film.problem ?? ticket.problem, again };
  const desk: Desk = {
    ...news,
    film: film.value, atWork: LIVE.includes(film.value.state), addressOf, shots, screenplay, waiting, refresh,
    numberOf: (shot) => places.get(shot) ?? null,
    frameOf: (shot) => (frames.get(shot) ? addressOf(`takes/${frames.get(shot)}.jpg`) : null),
    wait: (more) => setWaiting(more.length ? [...new Set([...waiting, ...more])] : []),
  };
  return { desk, problem: film.problem, again };
}

async function readScreenplay(film: string, before: Written | null, signal: AbortSignal): Promise<Written> {
  const found = await getTagged<Screenplay>(`v1/films/${film}/screenplay`, before?.tag ?? null, signal);
  return found === null ? before! : { ...found.told, tag: found.tag };
}

/** The addresses of a film's files, as long as the page is open: before a ticket ends there is another. */
function useAddresses(ident: string): { addressOf: AddressOf | null; problem: Problem | null; again: () => void } {
  const [addressOf, setAddressOf] = useState<AddressOf | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const renew = async () => {
      let nextMs = TRY_AGAIN_MS;
      try {
        const found = await addresses(ident);
        nextMs = found.renewInMs;
        if (!gone) setAddressOf(() => found.of);
        if (!gone) setProblem(null);
      } catch (error) {
        if (!gone) setProblem(problemIn(error));
      }
      if (!gone) due = setTimeout(renew, nextMs);
    };
    void renew();
    return () => {
      gone = true;
      clearTimeout(due);
    };
  }, [ident, turn]);
  return { addressOf, problem, again: () => setTurn(turn + 1) };
}

/** The shots that wait to be made again, kept in this browser: whatever job of the film begins next makes them, here or
 * elsewhere, and they are forgotten. */
function useWaiting(ident: string, job: number | null | undefined): [string[], (shots: string[]) => void] {
  const name = `bookfilm.waiting.${ident}`;
  const [kept, setKept] = useState<{ job: number | null; shots: string[] } | null>(() =>
    JSON.parse(localStorage.getItem(name) ?? "null"),
  );
  const waiting = job !== undefined && kept?.job === job ? kept.shots : [];
  const keep = (shots: string[]) => {
    const now = shots.length ? { job: job ?? null, shots } : null;
    if (now) localStorage.setItem(name, JSON.stringify(now));
    else localStorage.removeItem(name);
    setKept(now);
  };
  return [waiting, keep];
}
