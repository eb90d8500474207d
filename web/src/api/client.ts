// Talks to the daemon: JSON in and out, the session's code with every change, errors in the user's language.
import { lang } from '../text/index.svelte';

const BASE = '/api/v1';

/** What the daemon refused, and why, in the user's language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

/** The session's code for changes; kept in memory only. */
let csrf: string | null = null;
let whenOut: () => void = () => undefined;

export function setCsrf(code: string | null): void {
  csrf = code;
}
/** Called whenever the daemon says that nobody is in: the session ended. */
export function onSessionEnd(run: () => void): void {
  whenOut = run;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** The address of a route, with what is asked after the question mark. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

async function problemOf(response: Response): Promise<Problem> {
  let code = 'failed';
  let detail = `${response.status} ${response.statusText}`;
  try {
    const body = (await response.json()) as { code?: string; detail?: string };
    code = body.code ?? code;
    detail = body.detail ?? detail;
  } catch {
    // Not from the daemon: what stands between says what it can.
  }
  return new Problem(response.status, code, detail);
}

/** Any request; gives the response where it was answered well. */
export async function request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': lang(), ...options.headers };
  if (csrf && method !== 'GET') headers['X-Truyvet-Csrf'] = csrf;
  let body: BodyInit | undefined;
  if (options.body instanceof Blob) body = options.body;
  else if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    headers['Content-Type'] = 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.query), { method, headers, body, signal: options.signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'unreachable', 'unreachable');
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === 'not_logged_in') whenOut();
    throw problem;
  }
  return response;
}

export interface RequestOptions {
  query?: Query;
  /** An object is sent as JSON, a Blob as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

async function json<T>(method: string, path: string, options: RequestOptions): Promise<T> {
  const response = await request(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => json<T>('GET', path, { query, signal });
export const post = <T>(path: string, body: unknown = {}, signal?: AbortSignal) =>
  json<T>('POST', path, { body, signal });
export const put = <T>(path: string, body: unknown) => json<T>('PUT', path, { body });
export const del = <T>(path: string, query?: Query) => json<T>('DELETE', path, { query });
