import { useEffect, useState } from "preact/hooks";
import { get, type Problem } from "../api/client";
import { addresses } from "../api/tickets";
import type { Film, Me, Page } from "../api/types";
import { problemIn, useLoaded } from "../parts/loading";
import { stateOf } from "../parts/state";
import { Slide } from "../parts/slide";
import { Trouble } from "../parts/trouble";
import { hrefOf } from "../route";
import { size, useWords } from "../words";

const A_PAGE = 24;

/** All films of the team, the newest first. */
export function Films({ me }: { me: Me }) {
  const say = useWords();
  const first = useLoaded((signal) => get<Page<Film>>(`v1/films?limit=${A_PAGE}`, signal), []);
  const [more, setMore] = useState<Film[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    document.title = `${say("films.title")} · bookfilm`;
  }, [say]);
  const shown = [...(first.value?.items ?? []), ...more];
  const after = next === undefined ? first.value?.next : next;

  const older = async () => {
    try {
      const page = await get<Page<Film>>(`v1/films?limit=${A_PAGE}&after=${encodeURIComponent(after!)}`);
      setMore([...more, ...page.items]);
      setNext(page.next);
    } catch (error) {
      setProblem(problemIn(error));
    }
  };
  return (
    <>
      <div class="head">
        <h1>{say("films.title")}</h1>
        <a class="button main" href={hrefOf({ page: "new" })}>
          {say("films.new")}
        </a>
      </div>
      <Trouble problem={first.problem} again={first.again} />
      {first.value === null && !first.problem && <p class="lead">{say("loading")}</p>}
      {first.value && shown.length === 0 && (
        <div class="empty-stage">
          <Slide seed="an empty stage" state="new" />
          <div>
            <p class="lead">{say("films.none")}</p>
            <p>{say("films.none.hint")}</p>
          </div>
        </div>
      )}
      <ul class="slides">
        {shown.map((film) => (
          <li key={film.id}>
            <a class="slide-card" href={hrefOf({ page: "film", film: film.id, tab: "film", shot: null })}>
              <Poster film={film} />
              <span class="slide-title" lang={film.book.language}>
                {film.title}
              </span>
              <span class="slide-author" lang={film.book.language}>
                {film.author ?? say("films.anonymous")}
              </span>
              <span class={`state ${film.state}`}>{stateOf(film, say)}</span>
            </a>
          </li>
        ))}
      </ul>
      <Trouble problem={problem} />
      {after && (
        <button type="button" class="quiet" onClick={older}>
          {say("films.older")}
        </button>
      )}
      {first.value && <Used me={me} />}
    </>
  );
}

/** A frame of the film; a slide where there is none yet. */
function Poster({ film }: { film: Film }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (film.film) addresses(film.id).then(({ of }) => setAddress(of("poster.jpg")), () => {});
  }, [film.id, film.film]);
  if (address === null) return <Slide seed={film.id} state={film.state} />;
  return <img class="slide" src={address} alt="" loading="lazy" onError={() => setAddress(null)} />;
}

function Used({ me }: { me: Me }) {
  const say = useWords();
  const { used, allowance } = me;
  return (
    <p class="used">
      {say("films.used", { films: used["films"] ?? 0, most: allowance["films"] ?? 0 })}{" "}
      {say("films.stored", {
        bytes: size(used["stored_bytes"] ?? 0, say.language),
        most: size(allowance["stored_bytes"] ?? 0, say.language),
      })}
    </p>
  );
}
