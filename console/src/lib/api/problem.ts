/** What went wrong, in the terms a person can act on. */
import { fieldText } from '../messages/server';

export interface FieldProblem {
  pointer: string;
  code: string;
  detail: string;
}

interface ProblemBody {
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  hint?: string;
  request_id?: string;
  errors?: FieldProblem[];
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly requestId: string | null;
  readonly fields: FieldProblem[];
  readonly retryAfter: number | null;

  constructor(init: {
    status: number;
    code: string;
    title: string;
    detail?: string;
    hint?: string;
    requestId?: string | null;
    fields?: FieldProblem[];
    retryAfter?: number | null;
  }) {
    super(init.title);
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail ?? '';
    this.hint = init.hint ?? '';
    this.requestId = init.requestId ?? null;
    this.fields = init.fields ?? [];
    this.retryAfter = init.retryAfter ?? null;
  }

  /** The complaint about one field, by JSON pointer or by its last part; one about a line of a list belongs to the list. */
  field(name: string): string | null {
    const found =
      this.fields.find((f) => f.pointer === `/${name}` || f.pointer === name) ??
      this.fields.find((f) => f.pointer.startsWith(`/${name}/`) && /^\d+$/.test(f.pointer.slice(name.length + 2)));
    return found ? fieldText(found.code, found.detail) : null;
  }

  /** Nobody knows whether the server acted: the same key may be sent again. */
  get uncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** Reads an error answer. A proxy's HTML page is an error as well, so nothing about the body is taken for granted. */
export async function readProblem(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const retryAfter = seconds(response.headers.get('retry-after'));
  let body: ProblemBody = {};
  if (/json/.test(response.headers.get('content-type') ?? '')) {
    try {
      body = (await response.json()) as ProblemBody;
    } catch {
      body = {};
    }
  }
  return new ApiError({
    status: response.status,
    code: body.code ?? `http-${response.status}`,
    title: body.title ?? `The server answered ${response.status}.`,
    detail: body.detail ?? '',
    hint: body.hint ?? '',
    requestId: body.request_id ?? requestId,
    fields: body.errors ?? [],
    retryAfter
  });
}

export function unreachable(cause: unknown): ApiError {
  const error = new ApiError({
    status: 0,
    code: 'unreachable',
    title: 'The server cannot be reached.',
    hint: 'Check the connection; nothing you typed is lost.'
  });
  error.cause = cause;
  return error;
}

/** `Retry-After` in seconds, from a number or a date. */
export function seconds(header: string | null, now = Date.now()): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
