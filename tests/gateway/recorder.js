// Stands between the gateways and a subgraph, writes down what is asked, and can play dead.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Starts a recorder before a subgraph and gives `{ url, calls, setDown, stop }`.
 * A call is `{ headers, query, variables, representations }`; `calls` is emptied by whoever counts.
 */
export async function record(target) {
  const calls = [];
  let down = false;
  const server = createServer(async (request, response) => {
    if (down) return request.socket.destroy();
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    // Subscriptions may come in the address.
    const { search, searchParams } = new URL(request.url, target.url);
    const { query, variables = {} } = request.method === 'GET' ? fromAddress(searchParams) : JSON.parse(body);
    const representations = Object.values(variables).filter(Array.isArray).flat().filter((value) => value?.__typename);
    calls.push({ headers: request.headers, query, variables, representations });
    const headers = Object.fromEntries(['authorization', 'x-company-id', 'accept'].map((name) => [name, request.headers[name]]).filter(([, value]) => value));
    // An event stream ends with whoever listens.
    const left = new AbortController();
    response.once('close', () => left.abort());
    try {
      const { method } = request;
      const sent = method === 'GET' ? { headers } : { body, headers: { ...headers, 'content-type': 'application/json' } };
      const answer = await fetch(target.url + search, { method, ...sent, signal: left.signal });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.flushHeaders();
      await pipeline(Readable.fromWeb(answer.body), response);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  const setDown = (value) => {
    down = value;
  };
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, calls, setDown, stop };
}

function fromAddress(parameters) {
  return { query: parameters.get('query'), variables: JSON.parse(parameters.get('variables') ?? '{}') };
}
