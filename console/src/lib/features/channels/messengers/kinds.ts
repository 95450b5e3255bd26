/** What is to be known of each messenger to connect it. The words stand in the catalogues, by the same names. */
import type { Channel, ChannelConfig, ChannelKind } from '$lib/api';

export type MessengerKind = Exclude<ChannelKind, 'custom' | 'web_chat' | 'website'>;
export type SecretName = 'imap_password' | 'smtp_password' | 'bot_token' | 'access_token' | 'page_access_token' | 'app_secret' | 'auth_token' | 'channel_access_token' | 'channel_secret';
/** Settings that are one line of text. */
export type TextSetting = 'phone_number_id' | 'account_sid' | 'from' | 'verify_token' | 'api_url' | 'homeserver_url';
export type FilledSetting = 'address' | 'username' | 'display_phone_number' | 'page_id' | 'uri' | 'basic_id' | 'user_id';

export interface TextField {
  name: TextSetting;
  isOptional?: boolean;
  placeholder?: string;
}

export interface Messenger {
  /** Where what is needed is found: the provider's own page. */
  source?: { url: string; label: string };
  /** In the order in which the provider shows them. */
  fields: TextField[];
  secrets: SecretName[];
  /** What few need. */
  advanced: TextField[];
  hasReceive?: boolean;
  hasTemplate?: boolean;
  /** What the provider says of itself once it is connected: the first that is there names the channel. */
  filled: FilledSetting[];
  /** What is to be pasted at the provider. */
  paste?: 'address' | 'address and token';
  /** Where somebody writes to it. */
  link: (config: ChannelConfig) => string | null;
}

const META = { url: 'https://developers.facebook.com/apps', label: 'developers.facebook.com/apps' };
const GRAPH = 'https://graph.facebook.com';

/** A link out of what a provider said: only where it looks as such names do. */
function to(start: string, name: string | undefined, pattern: RegExp): string | null {
  return name && pattern.test(name) ? start + encodeURIComponent(name) : null;
}

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const digits = (text: string | undefined) => text?.replace(/[\s()+-]/g, '');

export const MESSENGERS: Record<MessengerKind, Messenger> = {
  email: {
    fields: [],
    secrets: [],
    advanced: [],
    filled: ['address'],
    link: ({ address }) => to('mailto:', address, /^[^@\s?&]{1,64}@[^@\s?&]{1,190}$/)?.replace('%40', '@') ?? null
  },
  telegram: {
    source: { url: 'https://t.me/BotFather', label: '@BotFather' },
    fields: [],
    secrets: ['bot_token'],
    advanced: [{ name: 'api_url', placeholder: 'https://api.telegram.org' }],
    hasReceive: true,
    filled: ['username'],
    link: ({ username }) => to('https://t.me/', username, NAME)
  },
  whatsapp: {
    source: META,
    fields: [{ name: 'phone_number_id' }],
    secrets: ['access_token', 'app_secret'],
    advanced: [{ name: 'verify_token', isOptional: true }, { name: 'api_url', placeholder: GRAPH }],
    hasTemplate: true,
    filled: ['display_phone_number'],
    paste: 'address and token',
    link: ({ display_phone_number }) => to('https://wa.me/', digits(display_phone_number), /^\d{5,15}$/)
  },
  messenger: {
    source: META,
    fields: [],
    secrets: ['page_access_token', 'app_secret'],
    advanced: [{ name: 'verify_token', isOptional: true }, { name: 'api_url', placeholder: GRAPH }],
    filled: ['username', 'page_id'],
    paste: 'address and token',
    link: ({ username, page_id }) => to('https://m.me/', username || page_id, NAME)
  },
  instagram: {
    source: META,
    fields: [],
    secrets: ['access_token', 'app_secret'],
    advanced: [{ name: 'verify_token', isOptional: true }, { name: 'api_url', placeholder: 'https://graph.instagram.com' }],
    filled: ['username'],
    paste: 'address and token',
    link: ({ username }) => to('https://ig.me/m/', username, NAME)
  },
  sms: {
    source: { url: 'https://console.twilio.com', label: 'console.twilio.com' },
    fields: [{ name: 'account_sid', placeholder: 'AC…' }, { name: 'from', placeholder: '+15005550006' }],
    secrets: ['auth_token'],
    advanced: [{ name: 'api_url', placeholder: 'https://api.twilio.com' }],
    filled: [],
    paste: 'address',
    // A messaging service has no number to write to.
    link: ({ from }) => to('sms:', from, /^\+\d{5,15}$/)?.replace('%2B', '+') ?? null
  },
  viber: {
    source: { url: 'https://partners.viber.com', label: 'partners.viber.com' },
    fields: [],
    secrets: ['auth_token'],
    advanced: [{ name: 'api_url', placeholder: 'https://chatapi.viber.com' }],
    filled: ['uri'],
    link: ({ uri }) => to('viber://pa?chatURI=', uri, NAME)
  },
  line: {
    source: { url: 'https://developers.line.biz/console/', label: 'developers.line.biz' },
    fields: [],
    secrets: ['channel_access_token', 'channel_secret'],
    advanced: [{ name: 'api_url', placeholder: 'https://api.line.me' }],
    filled: ['basic_id'],
    paste: 'address',
    link: ({ basic_id }) => to('https://line.me/R/ti/p/', basic_id, /^@?[A-Za-z0-9._-]{1,64}$/)
  },
  matrix: {
    source: { url: 'https://matrix.org/ecosystem/servers/', label: 'matrix.org' },
    fields: [{ name: 'homeserver_url', placeholder: 'https://matrix.example.org' }],
    secrets: ['access_token'],
    advanced: [],
    filled: ['user_id'],
    link: ({ user_id }) => to('https://matrix.to/#/', user_id, /^@[A-Za-z0-9._=/+-]{1,200}:[A-Za-z0-9.-]{1,200}(:\d{1,5})?$/)?.replace('%40', '@').replaceAll('%3A', ':') ?? null
  }
};

/** In the order in which they are offered. */
export const KINDS: ChannelKind[] = ['web_chat', ...(Object.keys(MESSENGERS) as MessengerKind[]), 'custom'];

export const messenger = (kind: string): Messenger | null =>
  Object.hasOwn(MESSENGERS, kind) ? MESSENGERS[kind as MessengerKind] : null;

export const kindOf = (text: string | null): ChannelKind | null => KINDS.find((kind) => kind === text) ?? null;

/** What the provider calls this channel: a bot's name, a number. */
export function calledThere({ kind, config }: Pick<Channel, 'kind' | 'config'>): string | null {
  const name = messenger(kind)?.filled.find((field) => config[field]);
  const text = name ? config[name] : kind === 'sms' ? config.from : undefined;
  if (!text) return null;
  return name === 'username' ? `@${text}` : text;
}

/** What it asks for when it checks the address. */
export const verifyToken = (channel: Pick<Channel, 'id' | 'config'>) => channel.config.verify_token || channel.id;
