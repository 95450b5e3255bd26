import { session } from '$lib/state/session.svelte';
import { words } from '$lib/messages/words.svelte';

const WITHOUT_SESSION = /^\/(log-in|setup|invitation)\b/;

// Who this is and the sentences travel while the page's own code does. What went wrong is told where it is waited for.
words.ready().catch(() => {});
if (!WITHOUT_SESSION.test(location.pathname)) session.ensure().catch(() => {});
