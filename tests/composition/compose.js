// Gives the three composers one shape: subgraphs in, errors or {supergraph, client} as GraphQL documents out.
import { composeServices as composeWithApollo } from '@apollo/composition';
import { composeServices as composeWithTheGuild } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { parse, printSchema } from 'graphql';

/**
 * One entry per composer. Each function takes `[{ name, url, sdl }]` and returns
 * `{ errors: string[], supergraph?: DocumentNode, client?: DocumentNode }`: what routers read, and what clients see.
 */
export const composers = {
  '@apollo/composition': (subgraphs) => {
    const result = composeWithApollo(subgraphs.map(toService));
    if (result.errors?.length) return failed(result.errors);
    const client = printSchema(result.schema.toAPISchema().toGraphQLJSSchema());
    return { errors: [], supergraph: parse(result.supergraphSdl), client: parse(client) };
  },

  '@theguild/federation-composition': (subgraphs) => {
    const result = composeWithTheGuild(subgraphs.map(toService));
    if (result.errors?.length) return failed(result.errors);
    return { errors: [], supergraph: parse(result.supergraphSdl), client: parse(result.publicSdl) };
  },

  '@wundergraph/composition': (subgraphs) => {
    const result = federateSubgraphs({
      subgraphs: subgraphs.map(({ name, url, sdl }) => ({ name, url, definitions: parse(sdl) })),
    });
    if (!result.success) return failed(result.errors);
    const client = printSchema(result.federatedGraphClientSchema);
    return { errors: [], supergraph: result.federatedGraphAST, client: parse(client) };
  },
};

function toService({ name, url, sdl }) {
  return { name, url, typeDefs: parse(sdl) };
}

function failed(errors) {
  return { errors: errors.map((error) => error.message) };
}
