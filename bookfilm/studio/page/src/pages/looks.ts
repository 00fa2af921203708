import type { Look } from "../api/types";

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
