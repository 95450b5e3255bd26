declare global {
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
