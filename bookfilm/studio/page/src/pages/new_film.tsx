import { useEffect, useRef, useState } from "preact/hooks";
import { get, send, type Problem } from "../api/client";
import type { Basis, Film, Offers } from "../api/types";
import { upload, type Sent } from "../api/upload";
import { TextField, toFirstFault } from "../parts/form";
import { problemIn, useLoaded } from "../parts/loading";
import { Trouble } from "../parts/trouble";
import { go } from "../route";
import { size, useWords, type Key } from "../words";

const KINDS = ".txt,.md,.markdown,.html,.htm,.xhtml,.epub,.fb2,.zip,.docx";
const BASES: Basis[] = ["public domain", "author", "licence"];

/** Drop a book, say by what right it is filmed, and go on to its film. */
export function NewFilm() {
  const say = useWords();
  const offers = useLoaded((signal) => get<Offers>("v1/offers", signal), []);
  const [book, setBook] = useState<File | null>(null);
  const [basis, setBasis] = useState<Basis | null>(null);
  const [right, setRight] = useState({ holder: "", territory: "", term: "" });
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [missing, setMissing] = useState<Key | null>(null);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef<Sent | null>(null);
  const asked = useRef<{ said: string; key: string } | null>(null);
  const faultOf = (name: RightField) =>
    tried && basis !== null && needed(basis).includes(name) && !right[name].trim() ? say("field.missing") : null;
  useEffect(() => {
    document.title = `${say("new.title")} · bookfilm`;
  }, [say]);
  const largest = offers.value?.largest_book_bytes ?? Infinity;

  const begin = async (event: Event) => {
    event.preventDefault();
    if (share !== null) return;
    const lacks = book === null ? "new.no.book" : book.size === 0 ? "new.empty" : book.size > largest ? "new.large" : null;
    setMissing(lacks ?? (basis === null ? "new.no.right" : null));
    setTried(true);
    const known = basis !== null && needed(basis).every((name) => right[name].trim());
    if (lacks !== null || book === null || basis === null || !known) return toFirstFault(form.current);
    setProblem(null);
    setShare(0);
    try {
      // Of what was sent before nothing is sent again, and what came of it is not done twice.
      if (sent.current?.file !== book) sent.current = { file: book, place: null };
      const uploaded = await upload(sent.current, setShare);
      const body = { upload: uploaded, right: { basis, ...right }, start: false };
      const said = JSON.stringify(body);
      if (asked.current?.said !== said) asked.current = { said, key: crypto.randomUUID() };
      const film = await send<Film>("POST", "v1/films", body, { once: asked.current.key });
      go({ page: "film", film: film.id, tab: "film", shot: null });
    } catch (error) {
      setProblem(problemIn(error));
      setShare(null);
    }
  };
  return (
    <form class="new-film" noValidate ref={form} onSubmit={begin}>
      <h1>{say("new.title")}</h1>
      <Drop book={book} onBook={setBook} wrong={missing !== null && missing !== "new.no.right"} />
      <fieldset class="right">
        <legend>{say("right.legend")}</legend>
        <p class="hint">{say("right.hint")}</p>
        {BASES.map((one) => (
          <label key={one} class="radio">
            <input
              type="radio"
              name="basis"
              aria-invalid={missing === "new.no.right" && basis === null ? true : undefined}
              checked={basis === one}
              onChange={() => {
                setBasis(one);
                if (missing === "new.no.right") setMissing(null);
              }}
            />
            <span>
              <strong>{say.named("right", one)}</strong>
              <small>{say.named("right.about", one)}</small>
            </span>
          </label>
        ))}
        {basis !== null && (
          <div class="right-more">
            <TextField
              label={basis === "public domain" ? say("right.author_name") : say("right.holder")}
              value={right.holder}
              required={needed(basis).includes("holder")}
              fault={faultOf("holder")}
              onValue={(holder) => setRight({ ...right, holder })}
            />
            <TextField
              label={say("right.territory")}
              hint={say("right.territory.hint")}
              value={right.territory}
              required={needed(basis).includes("territory")}
              fault={faultOf("territory")}
              onValue={(territory) => setRight({ ...right, territory })}
            />
            <TextField
              label={say("right.term")}
              hint={say("right.term.hint")}
              value={right.term}
              required={needed(basis).includes("term")}
              fault={faultOf("term")}
              onValue={(term) => setRight({ ...right, term })}
            />
          </div>
        )}
      </fieldset>
      {missing && (
        <p class="trouble" role="alert">
          {say(missing, { most: size(largest === Infinity ? 0 : largest, say.language) })}
        </p>
      )}
      <Trouble problem={problem} />
      <div class="sending">
        {share !== null && <progress max={1} value={share} aria-label={say("new.sending")} />}
        <p role="status">{share === null ? "" : share < 1 ? say("new.sending") : say("new.reading")}</p>
      </div>
      <div class="row">
        <button type="submit" class="main" aria-disabled={share !== null}>
          {say("new.go")}
        </button>
        <p class="hint">{say("new.go.hint")}</p>
      </div>
    </form>
  );
}

type RightField = "holder" | "territory" | "term";

/** What has to be said of a right, by its basis. */
function needed(basis: Basis): RightField[] {
  if (basis === "public domain") return [];
  return basis === "author" ? ["holder"] : ["holder", "territory", "term"];
}

interface DropProps {
  book: File | null;
  onBook: (book: File) => void;
  wrong: boolean;
}

function Drop({ book, onBook, wrong }: DropProps) {
  const say = useWords();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) onBook(file);
  };
  return (
    <div
      class={`drop ${over ? "over" : ""} ${book ? "has" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <svg viewBox="0 0 64 48" aria-hidden="true">
        <path d="M32 10C24 4 14 3 4 5v34c10-2 20-1 28 5 8-6 18-7 28-5V5C50 3 40 4 32 10Z" class="cover" />
        <path d="M32 10v34M10 13c6-1 11 0 16 3M10 21c6-1 11 0 16 3M54 13c-6-1-11 0-16 3M54 21c-6-1-11 0-16 3" class="lines" />
      </svg>
      <p class="drop-name" aria-live="polite">
        {book ? (
          <>
            <strong>{book.name}</strong> {size(book.size, say.language)}
          </>
        ) : (
          say("new.drop")
        )}
      </p>
      <input
        ref={input}
        class="hidden-file"
        type="file"
        id="book"
        accept={KINDS}
        aria-invalid={wrong ? true : undefined}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onBook(file);
        }}
      />
      <label class="button" for="book">
        {book ? say("new.other") : say("new.choose")}
      </label>
      <p class="hint">{say("new.kinds")}</p>
    </div>
  );
}
