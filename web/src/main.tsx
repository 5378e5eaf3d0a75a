import { render } from "preact";
import { App } from "./app";
import { live } from "./live";
import { startTheme } from "./theme";
import "./style/page.css";
import "./style/parts.css";
import "./style/views.css";

startTheme();
live.start();
render(<App />, document.getElementById("page")!);
