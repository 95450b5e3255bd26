/** What a stranger is asked before the first message. Answers go along with it, as claims. */
import { h } from "../shared/dom";
import type { Question, Session, Text } from "./backend";

const TYPES: Record<string, [string, string]> = { email: ["email", "email"], phone: ["tel", "tel"], name: ["text", "name"] };

export class Before {
  readonly element: HTMLElement;
  #fields: { question: Question; field: HTMLInputElement | HTMLSelectElement; error: HTMLElement }[] = [];

  constructor(session: Session, isKnown: boolean, text: Text) {
    const questions = isKnown ? [] : session.questions.slice();
    if (!session.online && !isKnown) {
      // Nobody is here to ask: who it is and where to answer.
      for (const [key, label, kind] of [["email", text.your_email, "email"], ["name", text.your_name, "text"]] as const) {
        if (!questions.some((question) => question.key === key)) questions.unshift({ key, label, kind, options: [], required: false });
      }
    }
    const away = !session.online && [h("h2", {}, text.away), h("p", {}, session.offline_text || text.away_text)];
    this.element = h("div", { class: "before", hidden: !away && questions.length === 0 }, ...(away || []), ...questions.map((question) => this.#row(question, text)));
  }

  #row(question: Question, text: Text): HTMLElement {
    const id = `before-${question.key}`;
    const [type, autocomplete] = TYPES[question.kind] ?? TYPES[question.key] ?? ["text", "off"];
    const field =
      question.kind === "choice"
        ? h("select", { id, "aria-describedby": `${id}-error` }, h("option", { value: "" }), ...question.options.map((option) => h("option", {}, option)))
        : h("input", { id, type, autocomplete, maxlength: 500, "aria-describedby": `${id}-error` });
    const error = h("p", { id: `${id}-error`, class: "error" });
    this.#fields.push({ question, field, error });
    const label = h("label", { for: id }, h("bdi", {}, question.label), question.required ? "" : h("span", { class: "soft" }, ` (${text.optional})`));
    return h("div", {}, label, field, error);
  }

  /** The answers; undefined, and the first one that is missing focused, when one that is needed is not there. */
  answers(text: Text): Record<string, string> | undefined {
    let first: HTMLElement | undefined;
    const given: Record<string, string> = {};
    for (const { question, field, error } of this.#fields) {
      const value = field.value.trim();
      const wrong = (question.required && value === "") || !field.checkValidity();
      error.textContent = wrong ? text.needed : "";
      field.setAttribute("aria-invalid", String(wrong));
      if (wrong) first ??= field;
      else if (value !== "") given[question.key] = value;
    }
    first?.focus();
    return first ? undefined : given;
  }
}
