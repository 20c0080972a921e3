// The committed schema must compose with an engine's schema in every composer that a gateway may use.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { buildASTSchema, parse, validate } from 'graphql';
import { composers } from './compose.js';
import { tagsByCoordinate } from './fields.js';

const SCHEMA = new URL('../../schema.graphql', import.meta.url);
const STUB = new URL('./stub-engine.graphql', import.meta.url);

const party = { name: 'party', url: 'http://party.example/graphql', sdl: readSchema() };
const engine = { name: 'engine', url: 'http://engine.example/graphql', sdl: readFileSync(STUB, 'utf8') };

// What a frontend asks: one goes from an engine's record to the party, one from the party to an engine's field.
const CLIENT_QUERIES = parse(`
  query FromTheRecord { opportunity(id: "1") { title lead { party { id displayName openOpportunityValue } } } }
  query FromTheParty { partyByEmail(email: "john.doe@example.com") { id canonicalId allIds openOpportunityValue } }
`);

for (const [composer, compose] of Object.entries(composers)) {
  describe(composer, () => {
    it('composes the schema with an engine and keeps every field and tag', () => {
      const { errors, supergraph, client } = compose([party, engine]);
      assert.deepEqual(errors, []);

      const clientFields = tagsByCoordinate(client);
      const supergraphFields = tagsByCoordinate(supergraph);
      const expected = [...tagsByCoordinate(parse(party.sdl)), ...tagsByCoordinate(parse(engine.sdl))];
      const missing = expected.map(([coordinate]) => coordinate).filter((name) => !clientFields.has(name));
      assert.deepEqual(missing, [], 'fields that clients of the composed graph do not see');

      const untagged = expected.flatMap(([coordinate, tags]) =>
        tags.filter((tag) => !supergraphFields.get(coordinate)?.includes(tag)).map((tag) => `${coordinate} ${tag}`),
      );
      assert.deepEqual(untagged, [], 'tags that the composed graph has lost');

      for (const name of ['Query._service', 'Query._entities']) {
        assert.ok(!clientFields.has(name), `${name} is not for clients`);
      }
    });

    it('lets a client go from an engine to the party and back', () => {
      const { client } = compose([party, engine]);
      const problems = validate(buildASTSchema(client), CLIENT_QUERIES);
      assert.deepEqual(problems.map((problem) => problem.message), []);
    });

    it('refuses an engine that expects another type of allIds', () => {
      const sdl = engine.sdl.replace('allIds: [ID!]! @external', 'allIds: Int @external');
      assert.notEqual(sdl, engine.sdl);
      const { errors } = compose([party, { ...engine, sdl }]);
      assert.ok(errors.some((error) => error.includes('allIds')), errors.join('\n'));
    });
  });
}

const engines = ['crm', 'auction', 'website'].map((name) => ({
  name,
  url: `http://${name}.example/graphql`,
  sdl: readFileSync(new URL(`../../engines/schemas/${name}.graphql`, import.meta.url), 'utf8'),
}));

for (const [composer, compose] of Object.entries(composers)) {
  describe(`${composer}, with the engines`, () => {
    it('composes all of them', () => {
      const { errors, client } = compose([party, ...engines]);
      assert.deepEqual(errors, []);
      const fields = tagsByCoordinate(client);
      for (const name of ['prospects', 'openOpportunityValue', 'buyerAccounts', 'wonBids', 'websiteProfile', 'displayName']) {
        assert.ok(fields.has(`Party.${name}`), name);
      }
      assert.ok(fields.has('SourceRecord.carts'));
    });

    it('names the field and the engine that redefines it', () => {
      const [crm, ...others] = engines;
      const sdl = crm.sdl.replace('allIds: [ID!]! @external', '$&\n  displayName: String!');
      assert.notEqual(sdl, crm.sdl);
      const { errors } = compose([party, { ...crm, sdl }, ...others]);
      assert.ok(errors.some((error) => error.includes('displayName') && error.includes('crm')), errors.join('\n'));
    });

    it('says where an SDL is not GraphQL', () => {
      const sdl = engines[0].sdl.replace('type Mutation {', 'type Mutation');
      assert.throws(() => compose([party, { ...engines[0], sdl }]), (error) => /Syntax Error/.test(error.message) && error.locations[0].line > 1);
    });
  });
}

function readSchema() {
  assert.ok(
    existsSync(SCHEMA),
    'schema.graphql is missing from the repository root. Write it with: cargo run -- schema > schema.graphql',
  );
  return readFileSync(SCHEMA, 'utf8');
}
