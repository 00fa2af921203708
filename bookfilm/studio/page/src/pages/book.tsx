import { useMemo, useState } from "preact/hooks";
import type { Book, Coverage } from "../api/types";
import { useDesk } from "../parts/desk";
import { useLoaded } from "../parts/loading";
import { read } from "../parts/player";
import { Said } from "../parts/said";
import { Trouble } from "../parts/trouble";
import { Choice } from "../parts/form";
import { worded } from "../sayings";
import { useWords, type Key } from "../words";

type Status = Coverage["paragraphs"][number]["status"];
const STATUSES: Status[] = ["played", "narrated", "condensed", "cut"];

/** The book, paragraph by paragraph, beside what became of each. */
export function BookTab() {
  const say = useWords();
  const { film } = useDesk();
  const there = film.made.includes("book") && film.made.includes("screenplay");
  const found = useLoaded(
    !there ? null : async (signal) => {
      const [book, coverage] = await Promise.all([
        read<Book>(film.id, "book.json", signal),
        read<Coverage>(film.id, "coverage.json", signal),
      ]);
      return { book, coverage };
    },
    [there, film.id, film.job, film.state],
  );
  const [chapter, setChapter] = useState(0);
  const told = useMemo(
    () => new Map(found.value?.coverage.paragraphs.map((one) => [one.source[0], one]) ?? []),
    [found.value],
  );
  if (!there) return <p class="lead empty">{say("book.none")}</p>;
  if (found.value === null) {
    return found.problem ? <Trouble problem={found.problem} again={found.again} /> : <p class="lead">{say("loading")}</p>;
  }
  const { book, coverage } = found.value;
  const shown = book.chapters[chapter] ?? book.chapters[0]!;
  return (
    <div class="book">
      <Shares coverage={coverage} />
      {book.chapters.length > 1 && (
        <Choice
          label={say("book.chapter")}
          value={String(chapter)}
          choices={book.chapters.map((one, at) => [String(at), one.title ?? say("book.untitled", { number: at + 1 })])}
          onValue={(value) => setChapter(Number(value))}
        />
      )}
      <ol class="paragraphs">
        {shown.paragraphs.map((paragraph) => {
          const became = told.get(paragraph.source[0]);
          return (
            <li key={paragraph.source[0]} class={became?.status ?? "cut"}>
              <p class={paragraph.kind} lang={film.book.language}>
                {paragraph.text}
              </p>
              {became && (
                <p class="became">
                  <b>{say(`coverage.${became.status}` as Key)}</b> <Said told={worded(became.why)} />
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** How much of the book came to what, by its letters. */
function Shares({ coverage }: { coverage: Coverage }) {
  const say = useWords();
  const lengths = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { source, status } of coverage.paragraphs) lengths[status] += source[1] - source[0];
  const whole = Object.values(lengths).reduce((sum, length) => sum + length, 0) || 1;
  return (
    <div class="shares">
      <div class="bar" aria-hidden="true">
        {STATUSES.filter((status) => lengths[status] > 0).map((status) => (
          <span key={status} class={status} style={{ flexGrow: lengths[status] }} />
        ))}
      </div>
      <ul aria-label={say("book.shares")}>
        {STATUSES.map((status) => (
          <li key={status} class={status}>
            <b>{percentOf(lengths[status] / whole)} %</b> {say(`coverage.${status}` as Key)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Return a share in percent: what is little is not shown as nothing, nor nearly all as all. */
function percentOf(share: number): string {
  const percent = Math.round(share * 100);
  if (share > 0 && percent === 0) return "<1";
  return share < 1 && percent === 100 ? ">99" : String(percent);
}
