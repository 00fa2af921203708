/** Server-sent events (WHATWG HTML, 9.2) by fetch, which can send a token; after a broken line they go on by the last id. */

import { ask, Problem } from "./client";
import type { FilmEvent } from "./types";

const LONGEST_PAUSE_MS = 15_000;

/** Tell `heard` of each event of a film, from its beginning, until `signal` ends it. `alive` says whether it is heard now. */
export async function listen(
  film: string,
  signal: AbortSignal,
  heard: (event: FilmEvent) => void,
  alive: (is: boolean) => void,
): Promise<void> {
  let last = "0";
  let pauseMs = 1000;
  while (!signal.aborted) {
    try {
      const answer = await ask(`v1/films/${film}/events`, { headers: { "Last-Event-ID": last }, signal });
      alive(true);
      for await (const { id, event, data } of frames(answer)) {
        pauseMs = 1000;
        if (id) last = id;
        if (data) heard({ kind: event, ...JSON.parse(data) } as FilmEvent);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && [401, 403, 404].includes(error.status)) return;
      if (error instanceof Problem && error.waitS) pauseMs = error.waitS * 1000;
    }
    if (signal.aborted) return;
    alive(false);
    await new Promise((wake) => setTimeout(wake, pauseMs));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

interface Frame {
  id: string;
  event: string;
  data: string;
}

async function* frames(answer: Response): AsyncGenerator<Frame> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      const lines = rest.split(/\r\n\r\n|\n\n|\r\r/);
      rest = lines.pop()!;
      for (const text of lines) yield frameOf(text);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function frameOf(text: string): Frame {
  const frame: Frame = { id: "", event: "message", data: "" };
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const name = line.slice(0, colon);
    if (name === "id") frame.id = value;
    else if (name === "event") frame.event = value;
    else if (name === "data") frame.data += (frame.data ? "\n" : "") + value;
  }
  return frame;
}
