import type { Translation } from '../shape';
import { manage } from './manage';
import { messengers } from './messengers';
import { pages } from './pages';
import { server } from './server';
import { setup } from './setup';
import { team } from './team';

/** What all other pages say: loaded before the first of them is drawn. */
const rest = { ...setup, ...manage, ...messengers, ...pages, ...server, ...team } satisfies Translation;

export default rest;
