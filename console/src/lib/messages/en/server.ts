/**
 * What the server says in English sentences of its own. English shows those; another language has a sentence for each
 * code here, and shows the server's where a code is newer than the catalogue (see `server.ts`).
 */
export const server = {
  server: {
    /** By the type of the event, in timelines and for webhooks. */
    event: {} as Record<string, string>,
    /** By the word of the permission. */
    permission: {} as Record<string, string>,
    /** By the code of a problem. */
    problem: {} as Record<string, string>,
    /** By the code of a refused field. */
    field: {} as Record<string, string>
  }
};
