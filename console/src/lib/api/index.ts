import { Client, queryString, type Query } from './client';
import { callWidgets } from './call-widgets';
import { calls, type Call } from './calls';
import type { BenchInput, BenchMoment, NewBenchCall } from './bench';
import type * as C from './channels';
import type * as F from './flows';
import type { Habits } from './habits';
import type * as I from './imports';
import { lookUps } from './look-ups';
import type * as M from './masking';
import type { Merge, MergePreview } from './merges';
import { phoneNumbers } from './phone-numbers';
import type * as P from './privacy';
import type { Prompt, RecordingSource, Voice } from './prompts';
import type { CannedReply, CannedReplyInput } from './replies';
import type { Report, ReportName, ReportOverview } from './reports';
import type * as R from './rules';
import type * as N from './invitations';
import type * as S from './sites';
import type * as T from './types';
import type * as U from './unify';
import { engagements, locks, mandates, policies, topics } from './verification';
import type * as V from './visits';

export { ApiError, type FieldProblem } from './problem';
export { isAbort } from './client';
export { CALL_OUTCOMES, recordingUrl } from './calls';
export { LOOK_UP_AUTHS, LOOK_UP_METHODS } from './look-ups';
export { PHONE_ADAPTERS, PHONE_PROVIDERS } from './phone-numbers';
export { NO_LANGUAGE } from './prompts';
export { NODE_KINDS, TEST_OPS } from './flows';
export { REPORTS } from './reports';
export { ACTION_KINDS } from './rules';
export {
  ANSWER_KINDS, ENGAGEMENT_CHANNELS, ENGAGEMENT_RESULTS, ENGAGEMENT_STATES, MANDATE_KINDS, MANDATE_STATES
} from './verification';
export { VISIT_STATES } from './visits';
export type * from './call-widgets';
export type * from './calls';
export type * from './channels';
export type * from './flows';
export type * from './habits';
export type * from './imports';
export type * from './look-ups';
export type * from './masking';
export type * from './merges';
export type * from './phone-numbers';
export type * from './privacy';
export type * from './prompts';
export type * from './replies';
export type * from './reports';
export type * from './rules';
export type * from './invitations';
export type * from './sites';
export type * from './types';
export type * from './unify';
export type * from './verification';
export type * from './visits';

export const client = new Client();

type Signal = AbortSignal | undefined;
const id = encodeURIComponent;

/** Every call of docs/API.md that the console makes, in its order. */
export const api = {
  setup: {
    state: () => client.request<{ state: 'needed' | 'done' }>('GET', '/v1/setup', { anonymous: true }),
    run: (body: { token: string; workspace_name: string; name: string; email: string; password: string }) =>
      client.post<T.LogIn>('/v1/setup', body, { anonymous: true })
  },
  auth: {
    logIn: (email: string, password: string) =>
      client.post<T.LogIn>('/v1/auth/login', { email, password }, { anonymous: true }),
    logOut: () => client.post<void>('/v1/auth/logout', undefined, { anonymous: true }),
    invitee: (token: string, signal: Signal) =>
      client.request<T.Invitee>('POST', '/v1/invitations/look', { body: { token }, anonymous: true, signal }),
    accept: (body: { token: string; name?: string; password: string }) =>
      client.post<T.LogIn>('/v1/invitations/accept', body, { anonymous: true })
  },
  me: {
    get: () => client.request<T.Me>('GET', '/v1/me', { anonymous: true }),
    update: (body: { name?: string; language?: string; theme?: T.Theme }) => client.patch<T.User>('/v1/me', body),
    password: (current_password: string, new_password: string) =>
      client.post<void>('/v1/me/password', { current_password, new_password }),
    telephone: (signal: Signal) => client.get<T.Telephone>('/v1/me/telephone', undefined, signal),
    updateTelephone: (body: T.Telephone) => client.put<T.Telephone>('/v1/me/telephone', body),
    sessions: (signal: Signal) => client.get<T.Page<T.Session>>('/v1/me/sessions', undefined, signal),
    endSession: (session: string) => client.delete(`/v1/me/sessions/${id(session)}`),
    views: (signal?: Signal) => client.get<T.Page<T.SavedView>>('/v1/me/views', undefined, signal),
    saveView: (body: { page: string; name: string; query: string } & Partial<T.ViewAudience>) => client.post<T.SavedView>('/v1/me/views', body),
    updateView: (view: string, body: { name?: string; query?: string } & Partial<T.ViewAudience>) =>
      client.patch<T.SavedView>(`/v1/me/views/${id(view)}`, body),
    orderViews: (views: string[]) => client.put<undefined>('/v1/me/view-order', { views }),
    viewCounts: () => client.get<T.Page<T.ViewCount>>('/v1/me/view-counts'),
    removeView: (view: string) => client.delete(`/v1/me/views/${id(view)}`),
    notices: () => client.get<T.Page<T.Told>>('/v1/me/notices', { limit: 30 }),
    readNotices: () => client.post<void>('/v1/me/notices/read'),
    present: (sign: { state: T.PresenceState; case: string | null; is_writing?: boolean; tab: string }) =>
      client.put<void>('/v1/me/presence', sign),
    /** A window closes. */
    leave: (tab: string) =>
      client.request<void>('PUT', '/v1/me/presence', { body: { state: 'away', case: null, tab }, anonymous: true, keepalive: true })
  },
  workspace: {
    get: (signal: Signal) => client.get<T.Workspace>('/v1/workspace', undefined, signal),
    update: (body: Partial<T.Workspace>) => client.patch<T.Workspace>('/v1/workspace', body)
  },
  users: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<T.User>>('/v1/users', query, signal),
    invite: (body: { email: string; name: string; role: T.Role }) => client.post<T.Invitation>('/v1/users', body),
    update: (user: string, body: { name?: string; role?: T.Role; state?: 'active' | 'disabled' }) =>
      client.patch<T.User>(`/v1/users/${id(user)}`, body),
    telephone: (user: string, signal: Signal) => client.get<T.Telephone>(`/v1/users/${id(user)}/telephone`, undefined, signal),
    updateTelephone: (user: string, body: T.Telephone) => client.put<T.Telephone>(`/v1/users/${id(user)}/telephone`, body),
    renew: (user: string) => client.post<T.Invitation>(`/v1/users/${id(user)}/invitation`)
  },
  groups: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<T.Group>>('/v1/groups', query, signal),
    create: (body: { name: string; members: string[] }) => client.post<T.Group>('/v1/groups', body),
    update: (group: string, body: { name?: string; members?: string[] }) =>
      client.patch<T.Group>(`/v1/groups/${id(group)}`, body),
    remove: (group: string) => client.delete(`/v1/groups/${id(group)}`)
  },
  prompts: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<Prompt>>('/v1/prompts', query, signal),
    create: (body: { name: string }) => client.post<Prompt>('/v1/prompts', body),
    update: (prompt: string, body: { name: string }) => client.patch<Prompt>(`/v1/prompts/${id(prompt)}`, body),
    remove: (prompt: string) => client.delete(`/v1/prompts/${id(prompt)}`),
    put: (prompt: string, language: string, source: RecordingSource, file: Blob) =>
      client.bytes<Prompt>(`/v1/prompts/${id(prompt)}/recordings/${id(language)}?source=${source}`, 'audio/wav', file),
    speak: (prompt: string, body: { language: string; text: string }) =>
      client.post<Prompt>(`/v1/prompts/${id(prompt)}/speech`, body),
    removeRecording: (prompt: string, language: string) =>
      client.delete(`/v1/prompts/${id(prompt)}/recordings/${id(language)}`),
    voice: (signal?: Signal) => client.get<Voice>('/v1/voice', {}, signal),
    /** Where a recording is heard. */
    audio: (prompt: string, language: string) => `/v1/prompts/${id(prompt)}/audio${queryString({ language })}`
  },
  calendars: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<T.Calendar>>('/v1/calendars', query, signal),
    create: (body: T.CalendarInput) => client.post<T.Calendar>('/v1/calendars', body),
    update: (calendar: string, body: Partial<T.CalendarInput>) =>
      client.patch<T.Calendar>(`/v1/calendars/${id(calendar)}`, body),
    remove: (calendar: string) => client.delete(`/v1/calendars/${id(calendar)}`)
  },
  replies: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<CannedReply>>('/v1/canned-replies', query, signal),
    create: (body: CannedReplyInput) => client.post<CannedReply>('/v1/canned-replies', body),
    update: (reply: string, body: Partial<CannedReplyInput>) =>
      client.patch<CannedReply>(`/v1/canned-replies/${id(reply)}`, body),
    remove: (reply: string) => client.delete(`/v1/canned-replies/${id(reply)}`),
    fill: (reply: string, item: string) =>
      client.post<{ text: string; left_out: string[] }>(`/v1/canned-replies/${id(reply)}/fill`, { case: item })
  },
  presence: () => client.get<T.Page<T.Presence>>('/v1/presence'),
  profiles: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.Profile>>('/v1/profiles', query, signal),
    create: (body: Record<string, unknown>) => client.post<T.Profile>('/v1/profiles', body),
    get: (profile: string, signal?: Signal) =>
      client.get<T.Profile>(`/v1/profiles/${id(profile)}`, undefined, signal),
    update: (profile: string, body: Record<string, unknown>) =>
      client.patch<T.Profile>(`/v1/profiles/${id(profile)}`, body),
    remove: (profile: string) => client.delete(`/v1/profiles/${id(profile)}`),
    block: (profile: string, reason: string) =>
      client.post<T.Profile>(`/v1/profiles/${id(profile)}/block`, { reason }),
    unblock: (profile: string, reason: string) =>
      client.post<T.Profile>(`/v1/profiles/${id(profile)}/unblock`, { reason }),
    identifiers: (profile: string, signal: Signal) =>
      client.get<T.Page<T.Identifier>>(`/v1/profiles/${id(profile)}/identifiers`, undefined, signal),
    links: (profile: string, signal?: Signal) =>
      client.get<T.Page<T.Link>>(`/v1/profiles/${id(profile)}/links`, undefined, signal),
    evidence: (profile: string, signal: Signal) =>
      client.get<T.Page<T.Evidence>>(`/v1/profiles/${id(profile)}/evidence`, undefined, signal),
    timeline: (profile: string, query: Query, signal: Signal) =>
      client.get<T.Page<T.TimelineEntry>>(`/v1/profiles/${id(profile)}/timeline`, query, signal),
    viewers: (profile: string, signal: Signal) =>
      client.get<T.Page<T.Viewer>>(`/v1/profiles/${id(profile)}/viewers`, undefined, signal),
    habits: (profile: string, signal?: Signal) => client.get<Habits>(`/v1/profiles/${id(profile)}/habits`, undefined, signal),
    link: (profile: string, body: { channel: string; user_id: string; reason: string }) =>
      client.post<T.Link>(`/v1/profiles/${id(profile)}/links`, body),
    mergePreview: (into: string, from: string, signal?: Signal) =>
      client.post<MergePreview>(`/v1/profiles/${id(into)}/merge`, { from, preview: true }, { signal }),
    merge: (into: string, from: string, reason: string) =>
      client.post<Merge>(`/v1/profiles/${id(into)}/merge`, { from, reason }),
    visits: (profile: string, query: Query, signal?: Signal) =>
      client.get<T.Page<V.Visit>>(`/v1/profiles/${id(profile)}/visits`, query, signal)
  },
  merges: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<Merge>>('/v1/merges', query, signal),
    get: (merge: string, signal?: Signal) => client.get<Merge>(`/v1/merges/${id(merge)}`, undefined, signal),
    undo: (merge: string) => client.post<Merge>(`/v1/merges/${id(merge)}/undo`)
  },
  links: {
    unlink: (link: string, reason: string) => client.delete<T.Link>(`/v1/links/${id(link)}`, { reason }),
    undo: (link: string) => client.post<T.Link>(`/v1/links/${id(link)}/undo`)
  },
  exports: {
    preview: (query: Query, signal: Signal) =>
      client.get<I.ExportPreview>('/v1/profiles/export/preview', query, signal),
    /** By a request, not by an address: what was searched for is personal and stays out of the history. */
    file: (query: Query) => client.file('/v1/profiles/export', query)
  },
  imports: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<I.Import>>('/v1/profile-imports', query, signal),
    get: (one: string, signal?: Signal) => client.get<I.Import>(`/v1/profile-imports/${id(one)}`, undefined, signal),
    upload: (file: File) => client.upload<I.Import>('/v1/profile-imports', file),
    preview: (one: string, body: { fields: (string | null)[]; create_missing: boolean }) =>
      client.post<I.Import>(`/v1/profile-imports/${id(one)}/preview`, body),
    rows: (one: string, signal?: Signal) =>
      client.get<T.Page<I.ImportRow>>(`/v1/profile-imports/${id(one)}/rows`, undefined, signal),
    failures: (one: string, after: number, signal?: Signal) =>
      client.get<T.Page<I.ImportFailure>>(`/v1/profile-imports/${id(one)}/failures`, { after }, signal),
    failuresHref: (one: string) => `/v1/profile-imports/${id(one)}/failures.csv`,
    apply: (one: string) => client.post<I.Import>(`/v1/profile-imports/${id(one)}/apply`),
    cancel: (one: string) => client.post<I.Import>(`/v1/profile-imports/${id(one)}/cancel`)
  },
  privacy: {
    requests: (query: Query, signal?: Signal) => client.get<T.Page<P.PrivacyRequest>>('/v1/privacy/requests', query, signal),
    record: (body: { kind: 'export' | 'erasure'; profile_id: string; reason: string }) =>
      client.post<P.PrivacyRequest>('/v1/privacy/requests', body),
    refuse: (request: string, reason: string) =>
      client.post<P.PrivacyRequest>(`/v1/privacy/requests/${id(request)}/close`, { outcome: 'refused', reason }),
    export: (profile_id: string, reason: string) => client.post<P.PrivacyRequest>('/v1/privacy/exports', { profile_id, reason }),
    /** A plain address: the browser saves the answer as a file. */
    fileHref: (request: string, format: 'json' | 'html') => `/v1/privacy/exports/${id(request)}/file?format=${format}`,
    preview: (profile_id: string, signal?: Signal) =>
      client.get<P.ErasurePreview>('/v1/privacy/erasures/preview', { profile_id }, signal),
    erase: (profile_id: string, reason: string) => client.post<P.PrivacyRequest>('/v1/privacy/erasures', { profile_id, reason }),
    of: (profile: string, signal?: Signal) => client.get<P.ProfilePrivacy>(`/v1/profiles/${id(profile)}/privacy`, undefined, signal),
    holds: (signal?: Signal) => client.get<T.Page<P.HeldCustomer>>('/v1/privacy/holds', undefined, signal),
    hold: (profile: string, reason: string) => client.put<P.Hold>(`/v1/profiles/${id(profile)}/hold`, { reason }),
    lift: (profile: string) => client.delete(`/v1/profiles/${id(profile)}/hold`),
    recordHref: '/v1/privacy/registry?format=csv',
    retention: (signal?: Signal) => client.get<P.Retention>('/v1/settings/retention', undefined, signal),
    keep: (body: P.Retention) => client.put<P.Retention>('/v1/settings/retention', body)
  },
  suggestions: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<U.MergeSuggestion>>('/v1/merge-suggestions', query, signal),
    accept: (suggestion: string) => client.post<Merge>(`/v1/merge-suggestions/${id(suggestion)}/accept`),
    refuse: (suggestion: string) => client.post<void>(`/v1/merge-suggestions/${id(suggestion)}/refuse`),
    postpone: (suggestion: string) => client.post<void>(`/v1/merge-suggestions/${id(suggestion)}/postpone`)
  },
  unification: {
    get: (signal?: Signal) => client.get<U.Unification>('/v1/settings/unification', undefined, signal),
    simulate: (query: Query, signal?: Signal) => client.get<U.UnificationSimulation>('/v1/settings/unification/simulation', query, signal),
    put: (body: U.Unification) => client.put<U.Unification>('/v1/settings/unification', body)
  },
  attributes: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<T.Attribute>>('/v1/attributes', query, signal),
    create: (body: Omit<T.Attribute, 'id' | 'mask'>) => client.post<T.Attribute>('/v1/attributes', body),
    update: (attribute: string, body: Partial<T.Attribute>) =>
      client.patch<T.Attribute>(`/v1/attributes/${id(attribute)}`, body),
    remove: (attribute: string) => client.delete(`/v1/attributes/${id(attribute)}`)
  },
  codes: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.Code>>('/v1/identification-codes', query, signal),
    revoke: (code: string) => client.delete(`/v1/identification-codes/${id(code)}`),
    status: (signal?: Signal) =>
      client.get<T.IdentificationStatus>('/v1/identification/status', undefined, signal)
  },
  widgets: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.Widget>>('/v1/widgets', query, signal),
    create: (body: T.WidgetInput) => client.post<T.Widget>('/v1/widgets', body),
    get: (widget: string, signal: Signal) => client.get<T.Widget>(`/v1/widgets/${id(widget)}`, undefined, signal),
    update: (widget: string, body: Partial<T.WidgetInput>) =>
      client.patch<T.Widget>(`/v1/widgets/${id(widget)}`, body),
    remove: (widget: string) => client.delete(`/v1/widgets/${id(widget)}`),
    addKey: (widget: string, body: { algorithm: T.Algorithm; public_key?: string }) =>
      client.post<T.WidgetKey>(`/v1/widgets/${id(widget)}/keys`, body),
    removeKey: (widget: string, kid: string) => client.delete(`/v1/widgets/${id(widget)}/keys/${id(kid)}`),
    snippet: (widget: string, signal: Signal) =>
      client.get<T.Snippets>(`/v1/widgets/${id(widget)}/snippet`, undefined, signal)
  },
  sites: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<S.Site>>('/v1/sites', query, signal),
    get: (site: string, signal?: Signal) => client.get<S.Site>(`/v1/sites/${id(site)}`, undefined, signal),
    create: (body: { name: string; config: Partial<S.SiteConfig> }) => client.post<S.Site>('/v1/sites', body),
    update: (site: string, body: { name?: string; state?: S.Site['state']; config?: S.SiteConfig }) =>
      client.patch<S.Site>(`/v1/sites/${id(site)}`, body),
    remove: (site: string) => client.delete(`/v1/sites/${id(site)}`),
    inspector: (site: string, query: Query, signal?: Signal) =>
      client.get<T.Page<S.InspectedEvent>>(`/v1/sites/${id(site)}/inspector`, query, signal)
  },
  invitations: {
    list: (signal?: Signal) => client.get<T.Page<N.ChatInvitation>>('/v1/invitations', undefined, signal),
    create: (body: N.InvitationInput) => client.post<N.ChatInvitation>('/v1/invitations', body),
    update: (invitation: string, body: Partial<N.InvitationInput>) =>
      client.patch<N.ChatInvitation>(`/v1/invitations/${id(invitation)}`, body),
    remove: (invitation: string) => client.delete(`/v1/invitations/${id(invitation)}`)
  },
  visits: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<V.Visit>>('/v1/visits', query, signal),
    get: (visit: string, signal?: Signal) => client.get<V.WholeVisit>(`/v1/visits/${id(visit)}`, undefined, signal),
    events: (visit: string, query: Query, signal?: Signal) =>
      client.get<T.Page<V.VisitEvent>>(`/v1/visits/${id(visit)}/events`, query, signal),
    decide: (visit: string, body: { identity: string; decision: 'confirm' | 'reject'; reason: string }) =>
      client.post<unknown>(`/v1/visits/${id(visit)}/identity`, body)
  },
  channels: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<C.Channel>>('/v1/channels', query, signal),
    get: (channel: string, signal?: Signal) => client.get<C.Channel>(`/v1/channels/${id(channel)}`, undefined, signal),
    create: (body: C.ChannelInput & { kind: C.ChannelKind }) => client.post<C.Channel>('/v1/channels', body),
    update: (channel: string, body: Partial<C.ChannelInput> & { state?: 'active' | 'paused' }) =>
      client.patch<C.Channel>(`/v1/channels/${id(channel)}`, body),
    remove: (channel: string) => client.delete(`/v1/channels/${id(channel)}`),
    rotate: (channel: string) => client.post<{ secret: string }>(`/v1/channels/${id(channel)}/secret`),
    test: (channel: string) => client.post<C.TestResult>(`/v1/channels/${id(channel)}/test`)
  },
  cases: {
    list: (query: Query, signal?: Signal) => client.get<T.Page<T.Case>>('/v1/cases', query, signal),
    get: (item: string, signal?: Signal) => client.get<T.Case>(`/v1/cases/${id(item)}`, undefined, signal),
    /** The website's visit beside it; nothing where none is known. */
    visit: (item: string, signal?: Signal) => client.get<V.Visit | undefined>(`/v1/cases/${id(item)}/visit`, undefined, signal),
    update: (
      item: string,
      body: Partial<Pick<T.Case, 'status' | 'labels' | 'priority' | 'attributes' | 'group'>> & { assignee?: string | null }
    ) => client.patch<T.Case>(`/v1/cases/${id(item)}`, body),
    messages: (item: string, query: Query, signal?: Signal) =>
      client.get<T.Page<T.Message>>(`/v1/cases/${id(item)}/messages`, query, signal),
    firings: (item: string, query: Query, signal?: Signal) =>
      client.get<T.Page<R.Firing>>(`/v1/cases/${id(item)}/firings`, query, signal),
    /** What is searched for may be personal: it travels in the body. */
    search: (body: Query, signal?: Signal) => client.post<T.Found>('/v1/cases/search', body, { signal }),
    send: (item: string, text: string, kind: 'reply' | 'note', attachments: string[] = [], seen?: string) =>
      client.post<T.Message>(`/v1/cases/${id(item)}/messages`, {
        text, kind, ...(attachments.length > 0 && { attachments }), ...(seen && { last_seen: seen })
      }),
    upload: (item: string, file: File) => client.upload<T.Uploaded>(`/v1/cases/${id(item)}/attachments`, file),
    typing: (item: string) => client.post<void>(`/v1/cases/${id(item)}/typing`),
    read: (item: string) => client.post<void>(`/v1/cases/${id(item)}/read`),
    askForCode: (item: string) => client.post<T.Message>(`/v1/cases/${id(item)}/ask-for-code`, {}),
    end: (item: string, status?: T.CaseStatus) =>
      client.post<T.Case>(`/v1/cases/${id(item)}/end`, status ? { status } : {}),
    extend: (item: string, minutes: number) => client.post<T.Case>(`/v1/cases/${id(item)}/extend`, { minutes }),
    retry: (message: string) => client.post<T.Message>(`/v1/messages/${id(message)}/retry`)
  },
  rules: {
    list: (signal?: Signal) => client.get<T.Page<R.Rule>>('/v1/rules', undefined, signal),
    get: (rule: string, signal?: Signal) => client.get<R.Rule>(`/v1/rules/${id(rule)}`, undefined, signal),
    create: (body: R.RuleBody) => client.post<R.Rule>('/v1/rules', body),
    update: (rule: string, body: Partial<R.RuleBody> & { version?: number }) =>
      client.patch<R.Rule>(`/v1/rules/${id(rule)}`, body),
    remove: (rule: string) => client.delete(`/v1/rules/${id(rule)}`),
    order: (rules: string[]) => client.put<T.Page<R.Rule>>('/v1/rule-order', { rules }),
    firings: (rule: string, query: Query, signal: Signal) =>
      client.get<T.Page<R.Firing>>(`/v1/rules/${id(rule)}/firings`, query, signal),
    versions: (rule: string, signal?: Signal) =>
      client.get<T.Page<R.RuleVersion>>(`/v1/rules/${id(rule)}/versions`, undefined, signal),
    restore: (rule: string, version: number) => client.post<R.Rule>(`/v1/rules/${id(rule)}/restore`, { version }),
    dryRun: (body: R.DryRequest) => client.post<T.Page<R.DryStep>>('/v1/rules/dry-run', body),
    settings: (signal?: Signal) => client.get<R.RuleSettings>('/v1/settings/rules', undefined, signal),
    change: (body: Partial<R.RuleSettings>) => client.patch<R.RuleSettings>('/v1/settings/rules', body),
    templates: (signal?: Signal) => client.get<T.Page<R.RuleTemplate>>('/v1/rule-templates', undefined, signal),
    install: (body: { language?: string; new_customers_only: boolean }) =>
      client.post<R.Installed>('/v1/rule-templates/chat-identification/install', body)
  },
  ruleGroups: {
    list: (signal?: Signal) => client.get<T.Page<R.RuleGroup>>('/v1/rule-groups', undefined, signal),
    create: (name: string) => client.post<R.RuleGroup>('/v1/rule-groups', { name }),
    update: (group: string, body: { name?: string; enabled?: boolean }) =>
      client.patch<R.RuleGroup>(`/v1/rule-groups/${id(group)}`, body),
    remove: (group: string) => client.delete(`/v1/rule-groups/${id(group)}`)
  },
  flows: {
    list: (signal?: Signal) => client.get<T.Page<F.FlowRow>>('/v1/ivr-flows', undefined, signal),
    create: (body: { name: string } & F.FlowDocument) => client.post<F.Flow>('/v1/ivr-flows', body),
    get: (flow: string, signal?: Signal) => client.get<F.Flow>(`/v1/ivr-flows/${id(flow)}`, undefined, signal),
    rename: (flow: string, name: string) => client.patch<F.Flow>(`/v1/ivr-flows/${id(flow)}`, { name }),
    remove: (flow: string) => client.delete(`/v1/ivr-flows/${id(flow)}`),
    save: (flow: string, body: F.FlowDocument & { version?: number }) => client.put<F.Flow>(`/v1/ivr-flows/${id(flow)}/draft`, body),
    validate: (flow: string) => client.post<F.FlowFindings>(`/v1/ivr-flows/${id(flow)}/validate`),
    publish: (flow: string, version: number) => client.post<F.FlowVersion>(`/v1/ivr-flows/${id(flow)}/publish`, { version }),
    versions: (flow: string, query: Query, signal?: Signal) =>
      client.get<T.Page<F.FlowVersionRow>>(`/v1/ivr-flows/${id(flow)}/versions`, query, signal),
    version: (flow: string, number: number, signal?: Signal) =>
      client.get<F.FlowVersion>(`/v1/ivr-flows/${id(flow)}/versions/${number}`, undefined, signal),
    restore: (flow: string, number: number) => client.post<F.Flow>(`/v1/ivr-flows/${id(flow)}/versions/${number}/restore`)
  },
  bench: {
    call: (body: NewBenchCall) => client.post<Call>('/v1/bench/calls', body),
    moment: (call: string, signal?: Signal) => client.get<BenchMoment>(`/v1/bench/calls/${id(call)}`, undefined, signal),
    input: (call: string, input: BenchInput) => client.post<BenchMoment>(`/v1/bench/calls/${id(call)}/inputs`, input)
  },
  keys: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.ApiKey>>('/v1/api-keys', query, signal),
    create: (body: { name: string; scopes: string[]; expires_at?: string; allowed_ips?: string[] }) =>
      client.post<T.ApiKey>('/v1/api-keys', body),
    remove: (key: string) => client.delete(`/v1/api-keys/${id(key)}`),
    rotate: (key: string) => client.post<T.ApiKey>(`/v1/api-keys/${id(key)}/rotate`),
    permissions: (signal?: Signal) => client.get<T.Page<T.PermissionInfo>>('/v1/permissions', undefined, signal)
  },
  webhooks: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.Webhook>>('/v1/webhooks', query, signal),
    get: (hook: string, signal: Signal) => client.get<T.Webhook>(`/v1/webhooks/${id(hook)}`, undefined, signal),
    create: (body: Pick<T.Webhook, 'url' | 'events'> & { description?: string; with_personal_data?: boolean }) =>
      client.post<T.Webhook>('/v1/webhooks', body),
    update: (hook: string, body: Partial<T.Webhook>) => client.patch<T.Webhook>(`/v1/webhooks/${id(hook)}`, body),
    remove: (hook: string) => client.delete(`/v1/webhooks/${id(hook)}`),
    rotate: (hook: string) => client.post<{ secret: string }>(`/v1/webhooks/${id(hook)}/secret`),
    test: (hook: string) => client.post<unknown>(`/v1/webhooks/${id(hook)}/test`),
    deliveries: (hook: string, query: Query, signal: Signal) =>
      client.get<T.Page<T.WebhookDelivery>>(`/v1/webhooks/${id(hook)}/deliveries`, query, signal),
    replay: (delivery: string) => client.post<T.WebhookDelivery>(`/v1/webhook-deliveries/${id(delivery)}/replay`),
    eventTypes: (signal?: Signal) => client.get<T.Page<T.EventType>>('/v1/event-types', undefined, signal)
  },
  deadLetters: {
    list: (query: Query, signal: Signal) => client.get<T.Page<T.DeadLetter>>('/v1/dead-letters', query, signal),
    replay: (letter: string) => client.post<unknown>(`/v1/dead-letters/${id(letter)}/replay`)
  },
  progress: (signal?: Signal) => client.get<T.Progress>('/v1/progress', undefined, signal),
  events: (query: Query, signal: Signal) => client.get<T.Page<T.LoggedEvent>>('/v1/events', query, signal),
  requests: async (query: Query, signal: Signal): Promise<T.Page<T.LoggedRequest & { id: string }>> => {
    const page = await client.get<T.Page<T.LoggedRequest>>('/v1/request-log', query, signal);
    return { ...page, data: page.data.map((row) => ({ ...row, id: row.request_id })) };
  },
  audit: {
    /** A plain address: the browser saves the answer as a file while it comes. */
    exportHref: (format: 'csv' | 'jsonl', query: Query) => `/v1/audit/export${queryString({ ...query, format })}`,
    list: (query: Query, signal: Signal) => client.get<T.Page<T.AuditEntry>>('/v1/audit', query, signal),
    verify: () => client.post<T.AuditVerdict>('/v1/audit/verify')
  },
  reports: {
    overview: (query: Query, signal: Signal) => client.get<ReportOverview>('/v1/analytics/overview', query, signal),
    read: (report: ReportName, query: Query, signal: Signal) => client.get<Report>(`/v1/analytics/${report}`, query, signal),
    /** A plain address: the browser saves the answer as a file. */
    csvHref: (report: ReportName, query: Query) => `/v1/analytics/${report}${queryString({ ...query, format: 'csv' })}`
  },
  masking: {
    get: (signal: Signal) => client.get<M.Masking>('/v1/masking', undefined, signal),
    put: (body: M.Masking) => client.put<M.Masking>('/v1/masking', body),
    examples: (signal: Signal) => client.get<T.Page<M.MaskingExample>>('/v1/masking/examples', undefined, signal),
    patterns: (signal?: Signal) => client.get<{ patterns: M.TextPattern[] }>('/v1/masking/patterns', undefined, signal),
    putPatterns: (patterns: M.TextPattern[]) => client.put<{ patterns: M.TextPattern[] }>('/v1/masking/patterns', { patterns }),
    tryPatterns: (patterns: M.TextPattern[], text: string) =>
      client.post<{ masked: string }>('/v1/masking/patterns/try', { patterns, text }),
    reveal: (of: string, field: string, reason: string) =>
      client.post<{ value: string; hide_after_seconds: number }>('/v1/reveals', { of, field, reason })
  },
  lookUps: lookUps(client),
  callWidgets: callWidgets(client),
  phoneNumbers: phoneNumbers(client),
  calls: calls(client),
  engagements: engagements(client),
  topics: topics(client),
  policies: policies(client),
  mandates: mandates(client),
  locks: locks(client),
  system: (signal: Signal) => client.get<T.System>('/v1/system', undefined, signal),
  systemHistory: (signal: Signal) => client.get<{ data: T.SystemEvent[] }>('/v1/system/history', undefined, signal)
};
