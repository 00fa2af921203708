import { useEffect, useRef, useState } from "preact/hooks";
import { get, token, whenSlow, type Problem } from "./api/client";
import { forgetTickets } from "./api/tickets";
import type { Me } from "./api/types";
import { Lantern } from "./parts/lantern";
import { problemIn } from "./parts/loading";
import { Trouble } from "./parts/trouble";
import { FilmPage } from "./pages/film";
import { Films } from "./pages/films";
import { NewFilm } from "./pages/new_film";
import { SignIn } from "./pages/sign_in";
import { hrefOf, useRoute } from "./route";
import { firstLanguage, keepLanguage, sayIn, Words, type Language } from "./words";

/** The page: who has shown no token sees the door; everybody else is where the address says. */
export function App() {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [me, setMe] = useState<Me | null>(null);
  const [turnedAway, setTurnedAway] = useState(false);
  const [waiting, setWaiting] = useState(token.get() !== null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [slow, setSlow] = useState(false);
  const say = sayIn(language);

  useEffect(() => {
    document.documentElement.lang = language;
    keepLanguage(language);
  }, [language]);

  const leave = (sent: boolean) => {
    token.drop();
    forgetTickets();
    setProblem(null);
    setMe(null);
    setTurnedAway(sent);
  };
  useEffect(() => {
    token.whenTurnedAway(() => leave(true));
    whenSlow(setSlow);
    if (token.get() === null) return;
    void greet();
  }, []);
  // Who is not known any more is turned away by that alone; whatever else goes wrong leaves them where they are.
  const greet = async () => {
    setProblem(null);
    try {
      setMe(await get<Me>("v1/me"));
    } catch (error) {
      const found = problemIn(error);
      if (found.status !== 401) setProblem(found);
    }
    setWaiting(false);
  };

  return (
    <Words.Provider value={say}>
      <a class="skip" href="#main" onClick={skipToMain}>
        {say("skip")}
      </a>
      <header class="top">
        <a class="brand" href="#/" aria-label={say("home")}>
          <Lantern />
          <span>bookfilm</span>
        </a>
        {me && (
          <nav aria-label={say("nav")}>
            <a href={hrefOf({ page: "films" })}>{say("nav.films")}</a>
            <a href={hrefOf({ page: "new" })}>{say("nav.new")}</a>
          </nav>
        )}
        <div class="top-end">
          <Languages language={language} onLanguage={setLanguage} />
          {(me || problem) && (
            <button type="button" class="quiet" onClick={() => leave(false)}>
              {say("sign.out")}
            </button>
          )}
        </div>
      </header>
      {waiting ? (
        <main id="main" tabIndex={-1}>
          <p class="lead">{say("loading")}</p>
        </main>
      ) : problem ? (
        <main id="main" tabIndex={-1}>
          <h1>{say("away.title")}</h1>
          <Trouble problem={problem} again={greet} />
        </main>
      ) : me ? (
        <Inside me={me} />
      ) : (
        <SignIn turnedAway={turnedAway} onIn={setMe} />
      )}
      <p class="slow" role="status">
        {slow ? say("slow") : ""}
      </p>
    </Words.Provider>
  );
}

function Inside({ me }: { me: Me }) {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = route.page === "film" ? `${route.film} ${route.tab}` : route.page;
  const first = useRef(true);
  useEffect(() => {
    // Who reads by ear is told of a new page by its heading; on the first one the browser does so itself.
    if (!first.current) main.current?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [place]);
  return (
    <main id="main" ref={main} tabIndex={-1}>
      {route.page === "films" && <Films me={me} />}
      {route.page === "new" && <NewFilm />}
      {route.page === "film" && <FilmPage key={route.film} film={route.film} tab={route.tab} shot={route.shot} />}
    </main>
  );
}

function Languages({ language, onLanguage }: { language: Language; onLanguage: (one: Language) => void }) {
  const names: [Language, string, string][] = [
    ["en", "EN", "English"],
    ["ru", "RU", "Русский"],
  ];
  return (
    <div class="languages" role="group" aria-label={language === "ru" ? "Язык" : "Language"}>
      {names.map(([one, shown, name]) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-label={name}
          aria-pressed={one === language}
          onClick={() => onLanguage(one)}
        >
          {shown}
        </button>
      ))}
    </div>
  );
}

function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
