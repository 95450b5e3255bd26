/** The web chat as the console shows it while it is being set up: sample talk, settings and texts not yet saved. */
import { phrases } from "../shared/i18n";
import { paint, preview, type Wish } from "../shared/preview";
import type { Backend, Question, Session, Text } from "./backend";
import { type Page, showSample, showStop, start } from "./chat";
import type { PublicMessage } from "./conversation";
import english from "./phrases/en.json";

const never = () => new Promise<never>(() => undefined);
let count = 0;
const backend: Backend = {
  text: (language) => phrases("webchat", language, english),
  open: never,
  follow: never,
  send: (_, message) => Promise.resolve({ id: `sample-${count++}`, direction: "in", text: message.text, at: new Date().toISOString() }),
  typing: () => undefined,
  receipt: () => undefined,
  upload: (_, file) => Promise.resolve({ id: `file-${count++}`, name: file.name, mime_type: "application/octet-stream", size_bytes: file.size }),
  file: never,
};
const page: Page = { embedded: true, send: () => undefined, identity: () => Promise.resolve({}) };

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const talk = (): PublicMessage[] => [
  { id: "1", direction: "in", text: "Hi! My parcel has not arrived.", at: ago(9) },
  { id: "2", direction: "out", text: "Good morning! Let me look.", at: ago(8), author_name: "Mia" },
  { id: "3", direction: "in", text: "", at: ago(6), attachments: [{ name: "receipt.pdf", mime_type: "application/pdf", size_bytes: 84_000 }] },
  { id: "4", direction: "out", text: "Thank you. It comes tomorrow before noon.", at: ago(2), author_name: "Mia" },
];

const text = (value: unknown) => (typeof value === "string" ? value : "");
const isQuestion = (value: unknown): value is Question => typeof value === "object" && value !== null && typeof (value as Question).key === "string" && typeof (value as Question).label === "string";

/** The channel's settings, as the console edits them. */
function session(asked: Wish, isNew: boolean): Session {
  const config = (typeof asked["config"] === "object" && asked["config"] !== null ? asked["config"] : {}) as Record<string, unknown>;
  const questions = (Array.isArray(config["questions"]) ? config["questions"] : []).filter(isQuestion);
  return {
    session: "sample",
    assurance: "al0",
    customer_name: asked.state === "signed_in" ? "Anna Standard" : null,
    title: text(config["title"]),
    greeting: text(config["greeting"]),
    accent: text(config["accent"]),
    online: asked.state !== "away",
    offline_text: text(config["offline_text"]),
    files: config["files"] !== false,
    questions: questions.map((question) => ({ ...question, kind: text(question.kind) || "text", options: Array.isArray(question.options) ? question.options.map(text) : [], required: question.required === true })),
    messages: isNew ? [] : talk(),
    read_until: "3",
  };
}

start(backend, page, "");
preview(async (asked) => {
  const state = asked.state ?? "talk";
  const language = asked.language ?? "en";
  const over = Object.fromEntries(Object.entries(asked.phrases ?? {}).filter(([, words]) => typeof words === "string" && words.trim() !== "")) as Partial<Text>;
  const isNew = state === "new" || state === "away";
  const found = session(asked, isNew);
  await showSample(found, state === "signed_in", language, over, state === "typing", state === "ended");
  paint({ accent: found.accent || null, ...asked.theme });
  const words = { ...(await backend.text(language)), ...over };
  if (state === "no_net") showStop(words.no_net, words.no_net_text, () => undefined);
  if (state === "unavailable") showStop(words.unavailable, words.unavailable_text, () => undefined);
});
