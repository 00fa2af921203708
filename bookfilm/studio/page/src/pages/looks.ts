import type { Look } from "../api/types";
import type { Say } from "../words";

/** What can be said of a look, as the bible of the screenplay has it; a test holds it to that. */
export const LOOKS: [keyof Look, string[]][] = [
  ["creature", ["human", "cat", "dog", "rabbit", "mouse", "bird", "horse", "beast"]],
  ["sex", ["female", "male", "unknown"]],
  ["age", ["child", "young", "adult", "old"]],
  ["build", ["slight", "plain", "broad", "stout"]],
  ["hair", ["short", "tousled", "bald", "bun", "ringlets", "braids", "long"]],
  ["beard", ["none", "moustache", "whiskers", "short", "full"]],
  ["hat", ["none", "top", "soft", "bowler", "officer", "boy_cap", "bonnet", "hood", "fur", "kerchief", "tiara"]],
  [
    "dress",
    [
      "coat", "tailcoat", "uniform", "frock", "shirt", "dome_skirt", "bell_skirt", "straight_skirt", "smock", "cloak",
      "robe",
    ],
  ],
  ["carries", ["nothing", "stick", "lamp", "book", "basket", "bag", "umbrella", "letter", "sword", "fan"]],
];

/** A look in a few words: what is as usual is not said. */
export function lookOf(look: Look, say: Say): string {
  if (look.creature !== "human") return say.named("creature", look.creature);
  const said = [say.named("sex", look.sex), say.named("age", look.age)];
  if (look.build !== "plain") said.push(say.named("build", look.build));
  for (const part of ["hair", "beard", "hat", "dress", "carries"] as const) {
    if (look[part] !== "none" && look[part] !== "nothing") {
      said.push(`${say.named("look", part).toLowerCase()}: ${say.named(part, look[part])}`);
    }
  }
  return said.join(", ");
}
