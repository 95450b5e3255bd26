/** The same in every language: what a page calls. The closing tag is written apart, because this may stand in a page. */
export const SIGN_IN_CODE = `<script>
  window.countersignTracker = window.countersignTracker || [];

  // When a customer has logged in: the token comes from your server.
  countersignTracker.push(["signIn", { token: "…" }]);

  // When they log out.
  countersignTracker.push(["signOut"]);
</${'script'}>`;

/** What a page calls once its visitor agreed. */
export const CONSENT_CALL = 'countersignTracker.push(["consent", true])';

/** A long tag with each attribute on a line of its own: the same HTML, which a person can read. */
export const inLines = (html: string): string => html.replace(/ (?=(?:src|integrity|crossorigin|data-[a-z-]+)(?:=|>| ))/g, '\n  ');
