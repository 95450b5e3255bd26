import { common } from './en/common';
import { customers } from './en/customers';
import { inbox } from './en/inbox';
import { manage } from './en/manage';
import { setup } from './en/setup';

/** English, the language every other catalogue is translated from. */
export const en = { ...common, ...inbox, ...customers, ...setup, ...manage };
