// The supergraph, composed from the committed schemas of the hub and the engines.
import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const SCHEMAS = {
  party: '../../schema.graphql',
  crm: '../../engines/schemas/crm.graphql',
  auction: '../../engines/schemas/auction.graphql',
  website: '../../engines/schemas/website.graphql',
};

/** The committed SDL of a subgraph. */
export function committedSdl(name) {
  return readFileSync(new URL(SCHEMAS[name], import.meta.url), 'utf8');
}

/** The supergraph's SDL. `urls` tells where each subgraph is: `{ party, crm, auction, website }`. */
export function supergraph(urls) {
  const services = Object.entries(urls).map(([name, url]) => ({ name, url, typeDefs: parse(committedSdl(name)) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors?.length) throw new Error(errors.map((error) => error.message).join('\n'));
  return supergraphSdl;
}
