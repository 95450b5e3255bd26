import { describe, expect, it } from 'vitest';
import { ApiError, type Channel } from '$lib/api';
import { m } from '$lib/messages';
import { calledThere, KINDS, kindOf, MESSENGERS, messenger, type MessengerKind, verifyToken } from './kinds';
import { changedMessenger, isWrong, newMessenger, readSettings, refusal } from './settings';

const kinds = Object.keys(MESSENGERS) as MessengerKind[];

const channel = (kind: MessengerKind, config: Channel['config']): Channel => ({
  id: 'chan_1', kind, name: 'Ours', state: 'active', config, last_inbound_at: null, last_outbound_at: null, open_cases: 0,
  created_at: '2026-01-01T00:00:00Z', secrets: [], hook_url: null, health: null, hints: []
});

const refused = (pointer: string, code: string, detail: string) =>
  new ApiError({ status: 400, code: 'invalid-request', title: 'Invalid', fields: [{ pointer, code, detail }] });

describe('messengers', () => {
  it('have words for each: what it is, what one needs, its secrets, and what to paste where there is something', () => {
    for (const kind of KINDS) expect(m.channelKind[kind], kind).toBeTruthy();
    for (const kind of kinds) {
      expect(m.messengers.text[kind], kind).toBeTruthy();
      const needs = kind === 'email' ? m.email.needs : kind === 'matrix' ? m.matrix.needs : m.messengers.needs[kind];
      expect(Object.keys(needs ?? {}).length, kind).toBeGreaterThan(1);
      expect(Boolean(m.messengers.paste[kind]), kind).toBe(MESSENGERS[kind].paste !== undefined);
      for (const secret of MESSENGERS[kind].secrets) expect(m.messengers.secret[secret], secret).toBeTruthy();
    }
  });

  it('are known by their words alone', () => {
    expect(kindOf('telegram')).toBe('telegram');
    expect(kindOf('constructor')).toBeNull();
    expect(messenger('constructor')).toBeNull();
    expect(messenger('web_chat')).toBeNull();
  });

  it('are written to by links made of what looks like a name, and of nothing else', () => {
    expect(MESSENGERS.telegram.link({ username: 'acme_bot' })).toBe('https://t.me/acme_bot');
    expect(MESSENGERS.telegram.link({ username: 'x/../y?z' })).toBeNull();
    expect(MESSENGERS.whatsapp.link({ display_phone_number: '+1 555-078-3881' })).toBe('https://wa.me/15550783881');
    expect(MESSENGERS.messenger.link({ page_id: '104', username: '' })).toBe('https://m.me/104');
    expect(MESSENGERS.sms.link({ from: '+15005550006' })).toBe('sms:+15005550006');
    expect(MESSENGERS.sms.link({ from: 'MG0123' })).toBeNull();
    expect(MESSENGERS.line.link({ basic_id: '@acme' })).toBe('https://line.me/R/ti/p/%40acme');
    expect(MESSENGERS.matrix.link({ user_id: '@desk:acme.test' })).toBe('https://matrix.to/#/@desk:acme.test');
    expect(MESSENGERS.matrix.link({ user_id: '@desk:acme.test?via=evil.test' })).toBeNull();
    for (const kind of kinds) expect(MESSENGERS[kind].link({}), kind).toBeNull();
  });

  it('say what they are called at the provider', () => {
    expect(calledThere(channel('telegram', { username: 'acme_bot' }))).toBe('@acme_bot');
    expect(calledThere(channel('messenger', { page_id: '104' }))).toBe('104');
    expect(calledThere(channel('sms', { from: 'MG0123' }))).toBe('MG0123');
    expect(calledThere(channel('line', {}))).toBeNull();
    expect(verifyToken(channel('whatsapp', {}))).toBe('chan_1');
    expect(verifyToken(channel('whatsapp', { verify_token: 'mine' }))).toBe('mine');
  });
});

describe('the form of a messenger', () => {
  it('leaves to the server what nobody said', () => {
    const settings = readSettings('telegram', null, 'Telegram');
    settings.secrets.bot_token = ' 1:A ';
    expect(newMessenger('telegram', settings)).toEqual({ name: 'Telegram', config: { receive: 'poll' }, secrets: { bot_token: '1:A' } });
    expect(newMessenger('whatsapp', readSettings('whatsapp', null, 'W')).config).toEqual({ template: null });
  });

  it('tells people in rooms of Matrix what they need to know in the language of whoever connects it', () => {
    const settings = readSettings('matrix', null, 'Matrix');
    settings.texts.homeserver_url = 'matrix.example.org';
    const { config } = newMessenger('matrix', settings);
    expect(config).toMatchObject({ homeserver_url: 'matrix.example.org', invitations: 'direct', other_rooms: 'leave', other_notice: m.matrix.otherNotice });
    const before = channel('matrix', { ...config, user_id: '@desk:acme.test' });
    expect(changedMessenger('matrix', readSettings('matrix', before, ''), before)).toEqual({ name: 'Ours' });
  });

  it('sends only what changed', () => {
    const before = channel('whatsapp', { phone_number_id: '1', display_phone_number: '+1', template: null, api_url: 'https://graph.facebook.com' });
    const settings = readSettings('whatsapp', before, '');
    settings.name = 'Another';
    expect(changedMessenger('whatsapp', settings, before)).toEqual({ name: 'Another' });
    settings.template = { name: 'hello', language: 'en_US' };
    settings.secrets.app_secret = 'x';
    const body = changedMessenger('whatsapp', settings, before);
    expect(body.config).toEqual({ ...before.config, template: { name: 'hello', language: 'en_US' } });
    expect(body.secrets).toEqual({ app_secret: 'x' });
  });

  it('tells what the provider refused from what a field got wrong', () => {
    const said = refused('', 'provider-refused', 'The provider does not take these settings: Telegram does not know this token.');
    expect(refusal(said)).toEqual({ isDown: false, why: 'Telegram does not know this token.' });
    const down = refused('', 'provider-unavailable', 'The provider does not answer: Telegram answered 502. Nothing was saved.');
    expect(refusal(down)).toEqual({ isDown: true, why: 'Telegram answered 502.' });
    const field = refused('/config/api_url', 'address-not-allowed', 'Only https:// addresses are allowed.');
    expect(refusal(field)).toBeNull();
    expect(isWrong(field, 'config', ['api_url'])).toBe(true);
    expect(isWrong(field, 'secrets', ['api_url'])).toBe(false);
  });
});
