/** What the loaders put on `window`, for pages in TypeScript. */
interface CountersignWidget {
  /** A token of the signed-in customer, freshly signed each time; or a function that fetches one. */
  token?: string | (() => string | null | undefined | Promise<string | null | undefined>);
  tokenUrl?: string;
  language?: string;
  /** Plain mode only. */
  email?: string;
  phone?: string;
  custom_id?: string;
  custom_channel?: string;
  name?: string;
  attributes?: Record<string, unknown>;
  open?(widget?: string): void;
  close?(): void;
  reset?(): void;
}

interface CountersignChat {
  token?: CountersignWidget["token"];
  tokenUrl?: string;
  language?: string;
  open?(): void;
  close?(): void;
  propose?(text: string): void;
  refresh?(): void;
}

interface Window {
  countersign?: CountersignWidget;
  countersignChat?: CountersignChat;
}
