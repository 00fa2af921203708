import { clock, useWords, type Key } from "../words";

export const STAGES = ["cluster", "screenplay", "speech", "picture", "soundtrack", "film"] as const;

interface LampsProps {
  /** How many seconds each stage took that is done. */
  took: Record<string, number>;
  /** Whether somebody is at work now. */
  atWork: boolean;
  shots: { done: number; all: number } | null;
}

/** The stages of a film as a row of street lamps, which are lit one after another. */
export function Lamps({ took, atWork, shots }: LampsProps) {
  const say = useWords();
  const now = atWork ? STAGES.find((stage) => !(stage in took)) : undefined;
  return (
    <ol class="lamps">
      {STAGES.map((stage) => {
        const state = stage in took ? "lit" : stage === now ? "now" : "dark";
        return (
          <li key={stage} class={`lamp ${state}`} aria-current={state === "now" ? "step" : undefined}>
            <svg viewBox="0 0 40 96" aria-hidden="true">
              <circle class="halo" cx="20" cy="24" r="20" />
              <path class="post" d="M11 17l9-11 9 11zM14 35h12v4H14zM18.500 39h3v50h-3zM12 89h16v4H12z" />
              <path class="flame" d="M13 17h14l-3 18h-8z" />
            </svg>
            <span class="lamp-name">{say(`stage.${stage}` as Key)}</span>
            <span class="lamp-note">
              {state === "lit" && say("stage.took", { time: clock(took[stage]!) })}
              {state === "now" && (stage === "picture" && shots ? say("stage.of", shots) : say("stage.now"))}
              {state === "dark" && say("stage.waits")}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
