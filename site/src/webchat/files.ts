/** Files on their way out (the tray above the field), and files of the conversation. */
import { h, icon } from "../shared/dom";
import { Problem } from "../shared/http";
import { fill } from "../shared/i18n";
import type { Attachment } from "./conversation";
import type { Backend, Text, Uploaded } from "./backend";

export const FILE_BYTES_MAX = 25 * 1024 * 1024;
export const FILES_MAX = 10;
/** A picture over this is shown when it is asked for. */
const PREVIEW_BYTES_MAX = 3 * 1024 * 1024;

export function size(bytes: number, language: string): string {
  const kilo = bytes / 1024;
  const [value, unit] = kilo < 1000 ? [Math.max(1, Math.round(kilo)), "kilobyte"] : [kilo / 1024, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

interface Entry {
  name: string;
  done?: Uploaded;
}

/** What was chosen and is not sent yet. */
export class Tray {
  readonly element = h("ul", { class: "tray", hidden: true });
  #entries: Entry[] = [];

  constructor(
    private readonly backend: Backend,
    private readonly session: () => string | undefined,
    private readonly text: () => Text,
    private readonly changed: () => void,
    private readonly trouble: (words: string) => void,
  ) {}

  get busy(): boolean {
    return this.#entries.some((entry) => !entry.done);
  }

  get ready(): Uploaded[] {
    return this.#entries.flatMap((entry) => entry.done ?? []);
  }

  clear(): void {
    this.#entries = [];
    this.#draw();
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      if (this.#entries.length >= FILES_MAX) return;
      if (file.size > FILE_BYTES_MAX) this.trouble(fill(this.text().too_big, { name: file.name }));
      else void this.#upload(file);
    }
  }

  async #upload(file: File): Promise<void> {
    const session = this.session();
    if (!session) return;
    const entry: Entry = { name: file.name };
    this.#entries.push(entry);
    this.#draw();
    try {
      const done = await this.backend.upload(session, file);
      if (this.session() === session) entry.done = done;
    } catch (error) {
      this.#entries = this.#entries.filter((other) => other !== entry);
      const wrong = error instanceof Problem && error.status === 415;
      const big = error instanceof Problem && error.status === 413;
      this.trouble(fill(wrong ? this.text().wrong_type : big ? this.text().too_big : this.text().upload_failed, { name: file.name }));
    }
    this.#draw();
  }

  #draw(): void {
    const rows = this.#entries.map((entry) => {
      const label = fill(this.text().remove, { name: entry.name });
      const drop = h("button", { class: "square", type: "button", "aria-label": label, title: label }, icon("close"));
      drop.onclick = () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
        this.#draw();
      };
      return h("li", {}, icon(entry.done ? "file" : "sending"), h("bdi", {}, entry.done?.name ?? fill(this.text().uploading, { name: entry.name })), drop);
    });
    this.element.replaceChildren(...rows);
    this.element.hidden = rows.length === 0;
    this.changed();
  }
}

/** Pictures that were fetched, so that a row that is drawn again does not fetch them again. */
const pictures = new Map<string, string>();

export function forgetPictures(): void {
  for (const url of pictures.values()) URL.revokeObjectURL(url);
  pictures.clear();
}

/** A file in a bubble: a picture is shown, anything else is saved on a press. Without `fetchFile` it is on its way yet. */
export function fileView(file: Attachment, language: string, fetchFile: ((id: string) => Promise<Blob>) | undefined, loaded: () => void): HTMLElement {
  const about = h("span", {}, h("bdi", {}, file.name), " ", h("span", { class: "size" }, size(file.size_bytes, language)));
  if (!file.id || !fetchFile) return h("span", { class: "file" }, icon("file"), about);
  const id = file.id;
  const button = h("button", { class: "file", type: "button" }, icon("file"), about);
  button.onclick = async () => {
    const blob = await fetchFile(id).catch(() => undefined);
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    const link = h("a", { href: url, download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  if (!file.mime_type.startsWith("image/") || file.size_bytes > PREVIEW_BYTES_MAX) return button;
  const show = (url: string) => {
    const image = h("img", { src: url, alt: file.name, class: "picture" });
    image.onload = loaded;
    button.replaceChildren(image);
    button.className = "file whole";
  };
  const known = pictures.get(id);
  if (known) show(known);
  else
    void fetchFile(id).then(
      (blob) => {
        if (!blob.type.startsWith("image/")) return;
        const url = URL.createObjectURL(blob);
        pictures.set(id, url);
        show(url);
      },
      () => undefined,
    );
  return button;
}
