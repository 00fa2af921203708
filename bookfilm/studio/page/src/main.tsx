import { render } from "preact";
import { App } from "./app";
import "./look/base.css";
import "./look/parts.css";
import "./look/pages.css";
import "./look/film.css";
import "./look/keyframes.css";

render(<App />, document.getElementById("page")!);
