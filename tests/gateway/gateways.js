// Two gateways that nobody here wrote. Each hands the caller's token and company on to every subgraph.
import { createServer } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

/** What a gateway hands on. */
const HEADERS = ['authorization', 'x-company-id'];

/** Starts `@apollo/gateway` and gives `{ url, stop }`. */
export async function startApollo(supergraphSdl) {
  class Subgraph extends RemoteGraphQLDataSource {
    willSendRequest({ request, context }) {
      for (const [name, value] of Object.entries(context.headers ?? {})) request.http.headers.set(name, value);
    }
  }
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Subgraph({ url }), logger: silent() });
  const server = new ApolloServer({ gateway, logger: silent() });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ headers: handedOn((name) => req.headers[name]) }),
  });
  return { url, stop: () => server.stop() };
}

/** Starts Hive Gateway and gives `{ url, stop }`. */
export async function startHive(supergraphSdl, { port = 0 } = {}) {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: false,
    maskedErrors: false,
    propagateHeaders: { fromClientToSubgraphs: ({ request }) => handedOn((name) => request.headers.get(name)) },
  });
  const server = createServer(gateway);
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await gateway[Symbol.asyncDispose]();
  };
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, stop };
}

function handedOn(header) {
  return Object.fromEntries(HEADERS.map((name) => [name, header(name)]).filter(([, value]) => value));
}

function silent() {
  const nothing = () => {};
  return { debug: nothing, info: nothing, warn: nothing, error: nothing };
}
