/** The form of a messenger as it is filled in, and as the server takes it. */
import type { ApiError, Channel, ChannelConfig, ChannelInput, MailServer, MailboxConfig, MatrixConfig } from '$lib/api';
import { m } from '$lib/messages';
import { MESSENGERS, type MessengerKind, type SecretName, type TextSetting } from './kinds';

export interface MessengerSettings {
  name: string;
  texts: Partial<Record<TextSetting, string>>;
  receive: 'poll' | 'webhook';
  template: { name: string; language: string };
  mailbox: MailboxConfig;
  matrix: MatrixConfig;
  /** Only what is typed now: what the server has is never read back. */
  secrets: Partial<Record<SecretName, string>>;
}

const textFields = (kind: MessengerKind) => [...MESSENGERS[kind].fields, ...MESSENGERS[kind].advanced];

export function readSettings(kind: MessengerKind, channel: Channel | null, name: string): MessengerSettings {
  const config = channel?.config ?? {};
  return {
    name: channel?.name ?? name,
    texts: Object.fromEntries(textFields(kind).map((field) => [field.name, config[field.name] ?? ''])),
    receive: config.receive ?? 'poll',
    template: { name: config.template?.name ?? '', language: config.template?.language ?? '' },
    mailbox: readMailbox(config),
    matrix: readMatrix(config),
    secrets: {}
  };
}

/** What people in rooms are told is in the language of whoever connects the account, until they say it otherwise. */
const readMatrix = (config: ChannelConfig): MatrixConfig => ({
  invitations: config.invitations === 'all' ? 'all' : 'direct',
  other_rooms: config.other_rooms ?? 'leave',
  encrypted_notice: config.encrypted_notice ?? m.matrix.encryptedNotice,
  other_notice: config.other_notice ?? m.matrix.otherNotice
});

/** The ports that mail servers have, by how the connection is encrypted. */
export const PORTS: Record<'imap' | 'smtp', Record<MailServer['security'], number>> = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 25 }
};

function readMailbox(config: ChannelConfig): MailboxConfig {
  const server = (which: 'imap' | 'smtp'): MailServer => ({
    host: '', port: PORTS[which].tls, security: 'tls', username: '', ...config[which]
  });
  return {
    address: config.address ?? '',
    sender_name: config.sender_name ?? '',
    imap: server('imap'),
    smtp: server('smtp'),
    folder: config.folder ?? 'INBOX',
    mark_seen: config.mark_seen ?? true,
    authserv_id: config.authserv_id ?? ''
  };
}

/** Settings of a mailbox; where reading began goes back as it came, unless it is another mailbox now. */
function writeMailbox({ mailbox }: MessengerSettings, before: ChannelConfig): ChannelConfig {
  const { authserv_id, ...rest } = mailbox;
  const authserv = authserv_id?.trim();
  const config = { ...before, ...rest, ...(authserv && { authserv_id: authserv }) };
  if (!authserv) delete config.authserv_id;
  const place = ({ imap, folder }: ChannelConfig) => JSON.stringify([imap?.host, imap?.username, folder]);
  if (place(before) !== place(config)) delete (config as Record<string, unknown>).since;
  return config;
}

/** What is not said is left to the server; what it filled in before goes back as it came. */
function writeConfig(kind: MessengerKind, settings: MessengerSettings, before: ChannelConfig): ChannelConfig {
  if (kind === 'email') return writeMailbox(settings, before);
  const config: ChannelConfig = { ...before };
  for (const { name } of textFields(kind)) {
    const text = settings.texts[name]?.trim();
    if (text) config[name] = text;
    else delete config[name];
  }
  if (kind === 'matrix') Object.assign(config, settings.matrix);
  if (MESSENGERS[kind].hasReceive) config.receive = settings.receive;
  if (MESSENGERS[kind].hasTemplate) {
    const template = { name: settings.template.name.trim(), language: settings.template.language.trim() };
    config.template = template.name || template.language ? template : null;
  }
  return config;
}

function writeSecrets(settings: MessengerSettings): Record<string, string> {
  const given = Object.entries(settings.secrets).map(([name, text]) => [name, text.trim()] as const);
  return Object.fromEntries(given.filter(([, text]) => text));
}

export function newMessenger(kind: MessengerKind, settings: MessengerSettings): ChannelInput {
  return { name: settings.name.trim(), config: writeConfig(kind, settings, {}), secrets: writeSecrets(settings) };
}

/** Only what changed: new settings begin the conversation with the provider anew, and a new name should not. */
export function changedMessenger(kind: MessengerKind, settings: MessengerSettings, channel: Channel): Partial<ChannelInput> {
  const config = writeConfig(kind, settings, channel.config);
  const secrets = writeSecrets(settings);
  const isSame = sorted(config) === sorted({ ...channel.config, ...(MESSENGERS[kind].hasTemplate && { template: channel.config.template ?? null }) });
  return {
    name: settings.name.trim(),
    ...(!isSame && { config }),
    ...(Object.keys(secrets).length > 0 && { secrets })
  };
}

const inOrder = (_: string, value: unknown) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const sorted = (config: ChannelConfig) => JSON.stringify(config, inOrder);

/** What belongs to no field: that the provider refused, or did not answer. */
export function refusal(error: ApiError | null): { isDown: boolean; why: string } | null {
  const found = error?.fields.find(({ pointer }) => pointer === '' || pointer === '/config');
  if (!found) return null;
  const why = found.detail.replace(/^The provider does not (?:take these settings|answer): /, '').replace(/ ?Nothing was saved\.$/, '');
  return { isDown: found.code === 'provider-unavailable', why };
}

/** The fields of the form that the server complains about, by the last part of their pointers. */
export const isWrong = (error: ApiError | null, area: 'config' | 'secrets', names: string[]) =>
  names.some((name) => error?.fields.some(({ pointer }) => pointer === `/${area}/${name}` || pointer.startsWith(`/${area}/${name}/`)) ?? false);
