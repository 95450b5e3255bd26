import { common } from './common';
import { customers } from './customers';
import { inbox } from './inbox';
import { manage } from './manage';
import { pages } from './pages';
import { server } from './server';
import { setup } from './setup';

/** English, the language every other catalogue is translated from. */
export const en = { ...common, ...inbox, ...customers, ...setup, ...manage, ...pages, ...server };

export default en;
