import type { FilmState } from "../api/types";

/** The colours of an hour, from the sky down: top, middle, horizon, far sheet, near sheet, ink, lamp. */
const HOURS = [
  ["2b4a6a", "7fa0b0", "ffdcae", "a3a2a6", "222c40", "080a12", "ffcf7a"],
  ["b4682c", "e2a255", "ffeec2", "d8a05c", "34170c", "120603", "ffdc94"],
  ["231c4a", "6a4a86", "ffcf94", "b98094", "2a1d4a", "0b0716", "ffcf7a"],
  ["0b1c33", "2c5a78", "c8e6de", "78a8b0", "0a1626", "04080e", "ffb14a"],
];

/** A lantern slide for a film that has no picture yet: hills, roofs and a lamp, drawn from its id and always the same. */
export function Slide({ seed, state }: { seed: string; state: FilmState }) {
  const chance = chances(seed);
  const [top, middle, horizon, far, near, ink, lamp] = HOURS[Math.floor(chance() * HOURS.length)]!.map((hex) => `#${hex}`);
  const id = `slide-${seed.replace(/\W/g, "")}`;
  const lit = state === "done" || state === "slates";
  const at = 70 + chance() * 180;
  return (
    <svg class="slide" viewBox="0 0 320 180" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <defs>
        <linearGradient id={id} x2="0" y2="1">
          <stop offset="0" stop-color={top} />
          <stop offset=".55" stop-color={middle} />
          <stop offset="1" stop-color={horizon} />
        </linearGradient>
        <radialGradient id={`${id}-glow`}>
          <stop offset="0" stop-color={lamp} stop-opacity=".9" />
          <stop offset=".25" stop-color={lamp} stop-opacity=".4" />
          <stop offset="1" stop-color={lamp} stop-opacity="0" />
        </radialGradient>
      </defs>
      <rect width="320" height="180" fill={`url(#${id})`} />
      <circle cx={40 + chance() * 240} cy={40 + chance() * 30} r={10 + chance() * 8} fill={horizon} opacity=".8" />
      <path d={hills(chance, 104, 16)} fill={far} opacity=".8" />
      <path d={roofs(chance, 138)} fill={near} />
      <path d={hills(chance, 160, 6)} fill={ink} />
      {lit && <circle cx={at} cy="104" r="72" fill={`url(#${id}-glow)`} />}
      <path d={lampPost(at)} fill={ink} />
      <path d={`M${at - 5} 99h10l-2 12h-6z`} fill={lit ? lamp : near} />
    </svg>
  );
}

function chances(seed: string): () => number {
  let state = 2166136261;
  // The first draws of such a row are much alike; letters of the seed are mixed in one by one.
  for (const letter of `${seed}${seed}`) state = Math.imul(state ^ letter.codePointAt(0)!, 16777619) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hills(chance: () => number, level: number, height: number): string {
  let path = `M0 180V${level}`;
  for (let x = 0; x < 320; x += 40) {
    const rise = level - height * (chance() - 0.3);
    path += `Q${x + 20} ${(rise - height * chance()).toFixed(1)} ${x + 40} ${rise.toFixed(1)}`;
  }
  return `${path}V180Z`;
}

function roofs(chance: () => number, level: number): string {
  let path = `M0 180V${level}`;
  let x = 0;
  while (x < 320) {
    const width = 16 + chance() * 26;
    const wall = level - 6 - chance() * 34;
    const peak = wall - (chance() < 0.6 ? 8 + chance() * 14 : 0);
    path += `V${wall.toFixed(1)}L${(x + width / 2).toFixed(1)} ${peak.toFixed(1)}L${(x + width).toFixed(1)} ${wall.toFixed(1)}`;
    x += width;
  }
  return `${path}V180Z`;
}

function lampPost(at: number): string {
  return `M${at - 7} 99L${at} 91L${at + 7} 99ZM${at - 4} 111h8v3h-8ZM${at - 1.5} 114h3v52h-3Z`;
}
