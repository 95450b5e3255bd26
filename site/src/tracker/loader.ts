import { install } from "./tracker";

install(document.currentScript as HTMLScriptElement);
