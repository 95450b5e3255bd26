import type { Translation } from '../shape';
import { closing } from './closing';
import { email } from './email';
import { firings } from './firings';
import { flows } from './flows';
import { history } from './history';
import { habits } from './habits';
import { imports } from './imports';
import { invitations } from './invitations';
import { manage } from './manage';
import { masking } from './masking';
import { matrix } from './matrix';
import { merge } from './merge';
import { messengers } from './messengers';
import { pages } from './pages';
import { calls } from './calls';
import { phone } from './phone';
import { privacy } from './privacy';
import { prompts } from './prompts';
import { replies } from './replies';
import { reports } from './reports';
import { rules } from './rules';
import { server } from './server';
import { setup } from './setup';
import { team } from './team';
import { search } from './search';
import { sites } from './sites';
import { telephone } from './telephone';
import { unify } from './unify';
import { policies } from './policies';
import { mandates } from './mandates';
import { verify } from './verify';
import { visits } from './visits';

/** What all other pages say: loaded before the first of them is drawn. */
const rest = { ...setup, ...manage, ...masking, ...messengers, ...email, ...pages, ...rules, ...server, ...team, ...telephone, ...firings, ...flows, ...habits, ...history, ...imports, ...invitations, ...search, ...replies, ...closing, ...matrix, ...merge, ...unify, ...phone, ...calls, ...reports, ...privacy, ...prompts, ...sites, ...verify, ...mandates, ...policies, ...visits } satisfies Translation;

export default rest;
