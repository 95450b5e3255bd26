import { install } from "./host";

const script =
  (document.currentScript as HTMLScriptElement | null) ?? document.querySelector<HTMLScriptElement>('script[src*="/widget/1/loader.js"]');
if (script) install(script);
