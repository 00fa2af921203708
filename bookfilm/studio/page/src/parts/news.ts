/** What happens to a film, heard as it happens. */

import { useEffect, useRef, useState } from "preact/hooks";
import { listen } from "../api/events";
import type { FilmEvent, Wording } from "../api/types";
import { paced } from "./loading";

export const LIVE = ["queued", "running", "paused"];
/** What was said before comes all at once: it is looked at once. */
const SOON_MS = 250;
const LOOK_EVERY_MS = 3000;

export interface News {
  /** Of the job that was begun last: seconds by stage, and what it warned of. */
  took: Record<string, number>;
  warnings: Wording[];
  alive: boolean;
  live: { job: number; seconds: number } | null;
}

/** Ways to read what has changed: all of it, or the shots alone and how far the film is. */
interface Readers {
  refresh: () => Promise<unknown>;
  look: () => Promise<unknown>;
  film: () => Promise<unknown>;
}

/** Listen to a film's events, from its beginning: what was said of earlier jobs is passed over. */
export function useNews(ident: string, { refresh, look, film }: Readers): News {
  const [news, setNews] = useState<News>({ took: {}, warnings: [], alive: true, live: null });
  const job = useRef<number | null>(null);
  useEffect(() => {
    const leave = new AbortController();
    const whole = paced(refresh, SOON_MS, SOON_MS);
    const shots = paced(look, 0, LOOK_EVERY_MS);
    const heard = (event: FilmEvent) => {
      if (event.kind === "state") {
        const fresh = event.job !== job.current && LIVE.includes(event.state);
        job.current = event.job;
        if (fresh) setNews((now) => ({ ...now, took: {}, warnings: [], live: null }));
        whole.ask();
      } else if (event.kind === "stage") {
        setNews((now) => ({ ...now, took: { ...now.took, [event.stage]: event.seconds } }));
        whole.ask();
      } else if (event.kind === "warning") {
        const { code = null, params = {}, said } = event;
        setNews((now) => ({
          ...now,
          warnings: [...now.warnings.filter((one) => one.said !== said), { code, params, said }],
        }));
      } else if (event.kind === "live") {
        setNews((now) => ({ ...now, live: { job: event.job, seconds: event.seconds } }));
      } else {
        shots.ask();
      }
    };
    const alive = (is: boolean) => {
      setNews((now) => ({ ...now, alive: is }));
      // Who is not told asks: as many may listen as can be, or the line is broken.
      if (!is) void film();
    };
    void listen(ident, leave.signal, heard, alive);
    return () => {
      whole.end();
      shots.end();
      leave.abort();
    };
  }, [ident]);
  return news;
}
