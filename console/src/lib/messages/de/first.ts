import type { Translation } from '../shape';
import { answering } from './answering';
import { common } from './common';
import { customers } from './customers';
import { inbox } from './inbox';
import { queue } from './queue';
import { savedViews } from './saved-views';
import { together } from './together';

/** What the log-in, the shell and the inbox say: loaded before anything is drawn. */
const first = { ...common, ...inbox, ...customers, ...queue, ...together, ...answering, ...savedViews } satisfies Translation;

export default first;
