import type { Translation } from '../shape';
import { email } from './email';
import { firings } from './firings';
import { imports } from './imports';
import { manage } from './manage';
import { messengers } from './messengers';
import { pages } from './pages';
import { replies } from './replies';
import { rules } from './rules';
import { server } from './server';
import { setup } from './setup';
import { team } from './team';
import { search } from './search';

/** What all other pages say: loaded before the first of them is drawn. */
const rest = { ...setup, ...manage, ...messengers, ...email, ...pages, ...rules, ...server, ...team, ...firings, ...imports, ...search, ...replies } satisfies Translation;

export default rest;
