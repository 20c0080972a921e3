// The typed client: one function that asks the graph, one kind of error.
import type { TypedDocumentString } from './gen/operations';
import { authorization, signOut } from './session';

interface GraphError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; requestId?: string };
}

/** What went wrong, for people, with the code for programs. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly currentVersion: number | null = null,
  ) {
    super(message);
  }
}

/** What mutations answer with. */
interface UserError {
  code: string;
  message: string;
  currentVersion: number | null;
}

/** Asks the graph. Throws a `Problem` unless everything was answered that the token may see. */
export async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const body = JSON.stringify({ query: String(document), variables });
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...authorization() };
  let response: Response;
  try {
    response = await fetch('/graphql', { method: 'POST', headers, body, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    window.dispatchEvent(new Event('party-offline'));
    throw new Problem('The server does not answer.', 'OFFLINE');
  }
  const answer = (await response.json().catch(() => null)) as { data?: (Result & object) | null; errors?: GraphError[] } | null;
  // A value that the token may not see is null and has an error, while its neighbours still answer.
  const isAnswered = answer?.data ? Object.values(answer.data).every((field) => field !== null) : false;
  const [error] = (answer?.errors ?? []).filter(({ extensions }) => !isAnswered || extensions?.code !== 'FORBIDDEN');
  if (error?.extensions?.code === 'UNAUTHENTICATED') void signOut(error.message);
  if (error) throw new Problem(error.message, error.extensions?.code ?? 'UNKNOWN');
  if (!answer?.data) throw new Problem(`The server answered ${response.status} without data.`, 'UNKNOWN');
  return answer.data;
}

/** Takes a mutation's payload apart: throws its first user error, or gives it back. */
export function done<Payload extends { userErrors: UserError[] }>(payload: Payload | null): Payload {
  if (!payload) throw new Problem('The server did not answer with a result.', 'UNKNOWN');
  const [error] = payload.userErrors;
  if (error) throw new Problem(error.message, error.code, error.currentVersion);
  return payload;
}

/** Whether an error only says that a newer request took the place of an older one. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What to tell people of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
