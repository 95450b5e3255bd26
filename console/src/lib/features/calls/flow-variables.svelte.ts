import { api } from '$lib/api';
import { setBy } from './variables';

/** Flows whose drafts are read for their variables: a workspace with more has other ways to know them. */
const FLOWS_MAX = 20;

/** What the workspace's flows set. It is offered where texts have variables; whoever does not get it types. */
class FlowVariables {
  names = $state.raw<readonly string[]>([]);

  async load(): Promise<void> {
    const { data } = await api.phoneNumbers.flows();
    const flows = await Promise.all(data.slice(0, FLOWS_MAX).map(({ id }) => api.phoneNumbers.draft(id)));
    this.names = [...new Set(flows.flatMap(({ draft }) => setBy(draft.nodes ?? {})))].sort();
  }
}

export const flowVariables = new FlowVariables();

export const wantVariables = () => void flowVariables.load().catch(() => {});
