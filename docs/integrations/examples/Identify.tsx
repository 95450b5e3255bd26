// React 18 or newer. The loader is put into the page once, whatever the number of buttons.
import { useEffect } from "react";

interface Props {
  /** Where Countersign is, such as https://id.example. */
  server: string;
  widget: string;
  /** Asks your own server for a token of the person who is signed in; null when nobody is. */
  getToken: () => Promise<string | null>;
  /** Changes with the person: the code of one must never stay for the next. */
  person: string | null;
  onLinked?: () => void;
}

export function Identify({ server, widget, getToken, person, onLinked }: Props) {
  useEffect(() => {
    window.countersign = { token: getToken };
  }, [person]);

  useEffect(() => {
    const src = `${server}/widget/1/loader.js`;
    if (document.querySelector(`script[src="${src}"]`)) return;
    const script = document.createElement("script");
    script.async = true;
    script.crossOrigin = "anonymous";
    script.dataset.widget = widget;
    script.src = src;
    document.head.append(script);
  }, [server, widget]);

  useEffect(() => {
    const linked = () => onLinked?.();
    document.addEventListener("countersign:linked", linked);
    return () => document.removeEventListener("countersign:linked", linked);
  }, [onLinked]);

  return (
    <button type="button" className="countersign-identify">
      Get identification code
    </button>
  );
}
