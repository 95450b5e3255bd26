import type { Translation } from '../shape';
import { common } from './common';
import { customers } from './customers';
import { inbox } from './inbox';
import { manage } from './manage';
import { server } from './server';
import { setup } from './setup';

export default { ...common, ...inbox, ...customers, ...setup, ...manage, ...server } satisfies Translation;
