declare global {
  /** Languages that lack sentences in this build; English is loaded beneath them. */
  const __LANGUAGES_WITH_GAPS__: string[];

  namespace App {
    interface Error {
      message: string;
    }
    interface PageState {
      /** What the palette was asked to find; never in the address, because it may be personal. */
      search?: string;
    }
  }
}

export {};
