/** What the API tells, as GET /openapi.json has it; only what this page shows. */

export type FilmState = "new" | "queued" | "running" | "paused" | "done" | "slates" | "failed" | "stopped" | "cancelled";
export type Basis = "public domain" | "author" | "licence";

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** What is told in English, by its code and by what stands in its places. */
export interface Wording {
  code: string | null;
  params: Record<string, string>;
  said: string;
}

export interface Me {
  team: string;
  user: string;
  scopes: string[];
  allowance: Record<string, number>;
  used: Record<string, number>;
}

export interface Film {
  id: string;
  title: string;
  author: string | null;
  state: FilmState;
  created_at: string;
  book: { title: string; author: string | null; language: "en" | "ru"; chapters: number; words: number; format: string };
  right: { basis: string; holder: string; territory: string; term: string };
  order: { preset: string; runtime_s: number | null; width: number | null; height: number | null; style: string | null; until: string; dub: string | null };
  job: number | null;
  errors: Wording[];
  made: string[];
  stages: string[];
  shots: Record<string, number>;
  film: boolean;
}

export interface Between {
  low: number;
  expected: number;
  high: number;
}

export interface Estimate {
  shots: number;
  film_s: number;
  chapters: number;
  measured_takes: number;
  gpus_a_take: number;
  wall_s: Between | null;
  gpu_h: Between | null;
  usd: Between | null;
  disk_bytes: number | null;
}

export interface Offers {
  presets: {
    name: string;
    about: string;
    width: number;
    height: number;
    style: string;
    styles: { name: string; about: string }[];
    keyframes: boolean;
  }[];
  largest_book_bytes: number;
}

export interface Options {
  preset?: string;
  runtime?: string | null;
  size?: string | null;
  style?: string | null;
  until?: string;
}

export interface Shot {
  id: string;
  scene: string | null;
  kind: string;
  size: string;
  camera: string;
  hold_ms: number;
  reasons: Wording[];
  heard: { line: string; speaker: string | null; text: string }[];
  start_s: number | null;
  seconds: number | null;
  take: string | null;
  locked: boolean;
  slate: boolean;
}

export interface Take {
  key: string;
  chosen: boolean;
  engine: string;
  frames: number;
  created_at: string;
  flagged: Wording[];
}

/** The keyframes of a shot, by their keys. */
export interface Board {
  shot: string;
  first: string | null;
  last: string | null;
  redraw: number;
  locked: boolean;
}

export interface Portrait {
  who: string;
  name: string;
  look: Look;
  key: string | null;
  redraw: number;
  locked: boolean;
}

export interface Line {
  id: string;
  kind: string;
  speaker: string | null;
  text: string;
  emotion: string;
}

export interface Look {
  creature: string;
  sex: string;
  age: string;
  build: string;
  hair: string;
  beard: string;
  hat: string;
  dress: string;
  carries: string;
  words: string;
}

export interface Character {
  id: string;
  name: string;
  aliases: string[];
  kind: string;
  line_count: number;
  look: Look;
  voice: string | null;
}

export interface Scene {
  id: string;
  chapter: number;
  chapter_title: string | null;
  heading: string;
  place: string;
  hour: string;
  weather: string;
  beats: { lines: Line[]; action: string }[];
}

export interface Screenplay {
  title: string;
  language: "en" | "ru";
  characters: Character[];
  places: { id: string; kind: string; name: string }[];
  scenes: Scene[];
}

export interface EditTold {
  shots: string[];
  laid_aside: string[];
  everything: boolean;
}

export interface Voices {
  voices: { id: string; sex: string; age: string; narrates: boolean }[];
  cast: Record<string, string>;
}

export interface FileTold {
  name: string;
  bytes: number;
  type: string;
}

export interface Timeline {
  rate: { num: number; den: number };
  chapters: { title: string; start_frame: number }[];
}

export interface Book {
  chapters: { title: string | null; paragraphs: { kind: string; source: [number, number]; text: string }[] }[];
}

export interface Coverage {
  paragraphs: { source: [number, number]; status: "played" | "narrated" | "condensed" | "cut"; why: string }[];
}

/** What happens to a film, as its events tell. */
export type FilmEvent =
  | { kind: "state"; at: string; state: FilmState; job: number | null }
  | { kind: "stage"; at: string; stage: string; seconds: number; note: string }
  | { kind: "shots"; at: string; [state: string]: number | string }
  | { kind: "live"; at: string; job: number; seconds: number }
  | ({ kind: "warning"; at: string } & Wording);
