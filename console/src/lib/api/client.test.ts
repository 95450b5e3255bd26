import { describe, expect, it, vi } from 'vitest';
import { Client, queryString } from './client';
import { ApiError, seconds } from './problem';

function answer(status: number, body: unknown = null, headers: Record<string, string> = {}) {
  return new Response(body === null ? null : JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers }
  });
}

function setUp(...answers: (Response | Error)[]) {
  const sent: { url: string; init: RequestInit; headers: Headers }[] = [];
  const onUnauthenticated = vi.fn();
  const sleep = vi.fn(async () => {});
  const client = new Client({
    csrf: () => 'token',
    onUnauthenticated,
    sleep,
    fetch: async (input, init = {}) => {
      sent.push({ url: String(input), init, headers: new Headers(init.headers) });
      const next = answers.shift();
      if (!next || next instanceof Error) throw next ?? new TypeError('no more answers');
      return next;
    }
  });
  return { client, sent, onUnauthenticated, sleep };
}

describe('requests', () => {
  it('carries the CSRF token on every change and never on a read', async () => {
    const { client, sent } = setUp(answer(200, {}), answer(200, {}), answer(204));
    await client.get('/v1/cases');
    await client.patch('/v1/cases/case_1', { status: 'closed' });
    await client.delete('/v1/widgets/wid_1');
    expect(sent.map((s) => s.headers.get('x-csrf-token'))).toEqual([null, 'token', 'token']);
    expect(sent[1]?.headers.get('content-type')).toBe('application/json');
  });

  it('takes what was asked for ahead once, and not what somebody else left', async () => {
    const { client, sent } = setUp(answer(200, { n: 1 }), answer(200, { n: 2 }), answer(200, { n: 3 }), answer(200, { n: 4 }));
    client.ahead('/v1/cases', { status: 'open' });
    client.ahead('/v1/cases', { status: 'open' });
    expect(await client.get('/v1/cases', { status: 'open' })).toEqual({ n: 1 });
    expect(await client.get('/v1/cases', { status: 'open' })).toEqual({ n: 2 });
    client.ahead('/v1/cases');
    client.forgetAhead();
    expect(await client.get('/v1/cases')).toEqual({ n: 4 });
    expect(sent).toHaveLength(4);
  });

  it('leaves empty query values out', () => {
    expect(queryString({ status: 'open', cursor: undefined, assignee: null, q: '', limit: 50 })).toBe('?status=open&limit=50');
    expect(queryString({})).toBe('');
  });

  it('reads 204 as nothing', async () => {
    const { client } = setUp(answer(204));
    expect(await client.post('/v1/cases/case_1/read')).toBeUndefined();
  });
});

describe('problems', () => {
  it('keeps code, hint, request id and the fields', async () => {
    const { client } = setUp(
      answer(400, {
        title: 'The request is not valid.',
        code: 'invalid-request',
        hint: 'Correct the fields.',
        request_id: 'req_1',
        errors: [{ pointer: '/email', code: 'invalid', detail: 'Not an e-mail.' }]
      })
    );
    const error = await client.post('/v1/users', {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: 'invalid-request', hint: 'Correct the fields.', requestId: 'req_1' });
    expect((error as ApiError).field('email')).toBe('Not an e-mail.');
    expect((error as ApiError).field('name')).toBeNull();
  });

  it('gives a list the complaint about one of its lines, and nothing of what is deeper', () => {
    const error = new ApiError({
      status: 400, code: 'invalid-request', title: 'Invalid',
      fields: [{ pointer: '/config/origins/1', code: 'x', detail: 'No origin.' }, { pointer: '/config/questions/0/label', code: 'x', detail: 'No label.' }]
    });
    expect(error.field('config/origins')).toBe('No origin.');
    expect(error.field('config/questions')).toBeNull();
    expect(error.field('config')).toBeNull();
  });

  it("survives a proxy's HTML page", async () => {
    const { client } = setUp(
      new Response('<html>Bad gateway', { status: 502, headers: { 'content-type': 'text/html', 'x-request-id': 'req_2' } })
    );
    await expect(client.get('/v1/cases')).rejects.toMatchObject({ status: 502, code: 'http-502', requestId: 'req_2' });
  });

  it('says that the server cannot be reached', async () => {
    const { client } = setUp(new TypeError('failed'));
    await expect(client.get('/v1/cases')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('leads to the log-in when the session ended, but not from the log-in itself', async () => {
    const { client, onUnauthenticated } = setUp(answer(401, {}), answer(401, {}));
    await client.post('/v1/auth/login', {}, { anonymous: true }).catch(() => {});
    expect(onUnauthenticated).not.toHaveBeenCalled();
    await client.get('/v1/cases').catch(() => {});
    expect(onUnauthenticated).toHaveBeenCalledOnce();
  });
});

describe('retries', () => {
  it('reads again after 503 with Retry-After', async () => {
    const { client, sent, sleep } = setUp(answer(503, {}, { 'retry-after': '2' }), answer(200, { ok: true }));
    expect(await client.get('/v1/cases')).toEqual({ ok: true });
    expect(sent).toHaveLength(2);
    expect(sleep).toHaveBeenCalledWith(2000, undefined);
  });

  it('does not wait longer than a person would', async () => {
    const { client, sent } = setUp(answer(503, {}, { 'retry-after': '600' }));
    await expect(client.get('/v1/cases')).rejects.toMatchObject({ retryAfter: 600 });
    expect(sent).toHaveLength(1);
  });

  it('never repeats a change by itself', async () => {
    const { client, sent } = setUp(answer(503, {}, { 'retry-after': '1' }));
    await client.post('/v1/widgets', {}).catch(() => {});
    expect(sent).toHaveLength(1);
  });

  it('reads Retry-After as seconds or a date', () => {
    expect(seconds('7')).toBe(7);
    expect(seconds('Sat, 21 Nov 2026 10:00:05 GMT', Date.parse('2026-11-21T10:00:00Z'))).toBe(5);
    expect(seconds('soon')).toBeNull();
  });
});

describe('idempotency', () => {
  const key = (sent: { headers: Headers }[], at: number) => sent[at]?.headers.get('idempotency-key');

  it('sends the same key again while it is unknown whether the server acted', async () => {
    const { client, sent } = setUp(new TypeError('cut'), answer(500, {}), answer(201, {}), answer(201, {}));
    const body = { text: 'Hello' };
    await client.post('/v1/cases/case_1/messages', body).catch(() => {});
    await client.post('/v1/cases/case_1/messages', body).catch(() => {});
    await client.post('/v1/cases/case_1/messages', body);
    expect(key(sent, 0)).toMatch(/^[0-9a-f]{32}$/);
    expect(key(sent, 1)).toBe(key(sent, 0));
    expect(key(sent, 2)).toBe(key(sent, 0));
    // It was done: the same words again are a new message.
    await client.post('/v1/cases/case_1/messages', body);
    expect(key(sent, 3)).not.toBe(key(sent, 0));
  });

  it('takes a new key for other words and after a refusal', async () => {
    const { client, sent } = setUp(new TypeError('cut'), answer(422, {}), answer(201, {}));
    await client.post('/v1/users', { email: 'a@example.com' }).catch(() => {});
    await client.post('/v1/users', { email: 'b@example.com' }).catch(() => {});
    await client.post('/v1/users', { email: 'b@example.com' });
    expect(new Set([0, 1, 2].map((at) => key(sent, at))).size).toBe(3);
  });

  it('does not put a key on other methods', async () => {
    const { client, sent } = setUp(answer(200, {}), answer(200, {}));
    await client.get('/v1/me');
    await client.patch('/v1/me', {});
    expect(key(sent, 0)).toBeNull();
    expect(key(sent, 1)).toBeNull();
  });
});
