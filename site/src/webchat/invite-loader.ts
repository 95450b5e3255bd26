import { type Beside, install } from "./invite";

const script = document.currentScript as (HTMLScriptElement & { beside?: Beside }) | null;
if (script?.beside) install(script.beside, script.src);
