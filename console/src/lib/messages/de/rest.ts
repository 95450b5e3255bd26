import type { Translation } from '../shape';
import { firings } from './firings';
import { manage } from './manage';
import { messengers } from './messengers';
import { pages } from './pages';
import { replies } from './replies';
import { rules } from './rules';
import { server } from './server';
import { setup } from './setup';
import { team } from './team';

/** What all other pages say: loaded before the first of them is drawn. */
const rest = { ...setup, ...manage, ...messengers, ...pages, ...rules, ...server, ...team, ...firings, ...replies } satisfies Translation;

export default rest;
