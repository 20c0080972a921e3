// The federated graph through two gateways: same answers, equal to what the databases hold, with few calls.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { ALL_SCOPES, COMPANY, OTHER_COMPANY, ask, askBoth, blob, counts, eventually, sqlite, startGraph, subscribe, token, uuid } from './graph.js';

const JOHN = '019300ea-ad00-7001-be5a-069934cc0618';

/** The rows of the company that asks, in SQL. */
const OURS = `company_id = ${blob(COMPANY)}`;

let graph;

before(async () => {
  graph = await startGraph();
});

after(() => graph?.stop());

/** The answer of both gateways, which must have no errors. */
async function both(query, options) {
  const answer = await askBoth(graph, query, options);
  assert.deepEqual([answer.errors, answer.hiveErrors], [[], []], answer.messages.join('\n'));
  return answer;
}

/** A mutation through one gateway, which must succeed. */
async function change(query, options) {
  const { data, errors } = await ask(graph.gateways.hive.url, query, options);
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

describe('reading over all engines', () => {
  it('answers the query of the README as the README says', async () => {
    const [, query, answer] = /## The whole graph[\s\S]*?```graphql\n([\s\S]*?)```[\s\S]*?```json\n([\s\S]*?)```/.exec(
      readFileSync(new URL('../../README.md', import.meta.url), 'utf8'),
    );
    const { data, calls } = await both(query);
    assert.deepEqual({ data }, JSON.parse(answer), `the README's answer should read:\n${JSON.stringify({ data }, null, 2)}`);
    for (const gateway of Object.keys(calls)) {
      assert.deepEqual(counts(calls[gateway]), { party: 1, crm: 1, auction: 1, website: 2 }, gateway);
    }
  });

  it('fetches the parties of a hundred opportunities with one call', async () => {
    const { data, calls } = await both(
      '{ opportunities(first: 100) { id title value { amount currency } party { id displayName openOpportunityValue { amount currency } } } }',
    );
    const rows = await sqlite(
      graph.files.crm,
      `SELECT hex(o.id) AS id, o.title, o.value_minor, o.currency, hex(o.party_id) AS party, p.display_name,
         (SELECT json_group_array(json_array(s.currency, s.sum)) FROM (SELECT i.currency, sum(i.value_minor) AS sum FROM opportunities i
          WHERE i.party_id = o.party_id AND i.stage IN ('OPEN', 'PROPOSED') GROUP BY i.currency ORDER BY i.currency) s) AS open
       FROM opportunities o JOIN hub.party p ON p.id = o.party_id AND p.company_id = o.company_id ORDER BY o.id LIMIT 100`,
      { hub: graph.files.party },
    );
    const money = (minor, currency) => ({ amount: (minor / 100).toFixed(2), currency });
    const expected = rows.map((row) => ({
      id: uuid(row.id),
      title: row.title,
      value: money(row.value_minor, row.currency),
      party: {
        id: uuid(row.party),
        displayName: row.display_name,
        openOpportunityValue: JSON.parse(row.open).map(([currency, sum]) => money(sum, currency)),
      },
    }));
    assert.equal(expected.length, 100);
    assert.deepEqual(data.opportunities, expected);
    for (const gateway of Object.values(calls)) {
      assert.deepEqual(counts(gateway), { crm: 2, party: 1 });
      assert.match(gateway.party[0].query, /_entities/);
      assert.deepEqual(new Set(gateway.party[0].representations.map(({ id }) => id)), new Set(rows.map((row) => uuid(row.party))));
    }
  });

  it('reaches from a cart to its party and back', async () => {
    const { data, calls } = await both('{ carts(status: CHECKED_OUT, first: 50) { id account { id party { id displayName } } } }');
    const rows = await sqlite(
      graph.files.website,
      `SELECT c.cart_id AS id, c.account_id, hex(l.party_id) AS party, p.display_name FROM shopping_carts c
       JOIN hub.party_link l ON l.company_id = c.company_id AND l.system = 'website' AND l.record_type = 'customer' AND l.record_id = c.account_id AND l.status = 'ACTIVE'
       JOIN hub.party p ON p.company_id = l.company_id AND p.id = l.party_id
       WHERE c.status = 'CHECKED_OUT' ORDER BY c.cart_id LIMIT 50`,
      { hub: graph.files.party },
    );
    assert.equal(rows.length, 50);
    assert.deepEqual(
      data.carts,
      rows.map((row) => ({ id: row.id, account: { id: row.account_id, party: { id: uuid(row.party), displayName: row.display_name } } })),
    );
    for (const gateway of Object.values(calls)) assert.deepEqual(counts(gateway), { website: 1, party: 1 });
  });

  it('hands thousands of representations on at once', async () => {
    const rows = await sqlite(graph.files.party, `SELECT system, record_type AS type, record_id AS id FROM party_link WHERE ${OURS} AND status = 'ACTIVE' ORDER BY 1, 2, 3 LIMIT 2500`);
    const variables = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`s${i}`, [...rows, ...rows].slice(i * 500, i * 500 + 1000)]));
    const declared = Object.keys(variables).map((name) => `$${name}: [SourceKeyInput!]!`).join(', ');
    const fields = Object.keys(variables).map((name) => `${name}: resolveParties(sources: $${name}) { id prospects { id } }`).join(' ');
    const { data, calls } = await both(`query(${declared}) { ${fields} }`, { variables });
    const leads = await sqlite(graph.files.crm, 'SELECT hex(party_id) AS party, lead_id FROM crm_prospect_metadata ORDER BY lead_id');
    const leadsOf = Map.groupBy ? Map.groupBy(leads, (lead) => uuid(lead.party)) : leads.reduce((map, lead) => map.set(uuid(lead.party), [...(map.get(uuid(lead.party)) ?? []), lead]), new Map());
    const answered = Object.values(data).flat();
    assert.equal(answered.length, 5_000);
    for (const party of answered) assert.deepEqual(party.prospects, (leadsOf.get(party.id) ?? []).map((lead) => ({ id: lead.lead_id })));
    for (const gateway of Object.values(calls)) {
      assert.equal(gateway.party.length, 1);
      assert.ok(gateway.crm.length <= 5, `${gateway.crm.length} calls to the CRM`);
    }
  });

  it('answers five thousand representations in one call', async () => {
    const ids = (await sqlite(graph.files.party, `SELECT hex(id) AS id FROM party WHERE ${OURS} AND status = 'ACTIVE' ORDER BY id LIMIT 1250`)).map((row) => uuid(row.id));
    const representations = Array.from({ length: 5_000 }, (_, i) => ({ __typename: 'Party', id: ids[i % ids.length], allIds: [ids[i % ids.length]] }));
    const query = (fields) => `query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { id ${fields} } } }`;
    for (const [name, fields] of Object.entries({ party: 'displayName roles { role { code } }', crm: 'prospects { id }', auction: 'wonBids { id }', website: 'websiteProfile { tier }' })) {
      const { data, errors } = await ask(graph.real[name], query(fields), { variables: { r: representations } });
      assert.equal(errors, undefined, JSON.stringify(errors));
      assert.deepEqual(data._entities.map((entity) => entity.id), representations.map(({ id }) => id), name);
    }
  });
});

describe('what goes wrong in one place', () => {
  it('leaves the others their answers when an engine is down', async () => {
    const query = '{ partyByEmail(email: "john.doe@example.com") { displayName prospects { id } websiteProfile { tier } buyerAccounts { id } } }';
    graph.subgraphs.website.setDown(true);
    try {
      const { data, errors, hiveErrors } = await askBoth(graph, query);
      assert.deepEqual(data.partyByEmail, { displayName: 'John Doe', prospects: [{ id: '4711' }], websiteProfile: null, buyerAccounts: [{ id: 'bidder-88' }] });
      assert.equal(errors.length, 1);
      assert.equal(hiveErrors.length, 1);
    } finally {
      graph.subgraphs.website.setDown(false);
    }
    const { data } = await both(query);
    assert.deepEqual(data.partyByEmail.websiteProfile, { tier: 'SILVER' });
  });

  it('shows a missing party as null with an error, and its neighbours', async () => {
    const missing = '01930000-0000-7000-8000-0000deadbeef';
    const { createOpportunity } = await change(
      `mutation { createOpportunity(input: { partyId: "${missing}", title: "Of nobody", value: { amount: "1", currency: "EUR" } }) { id } }`,
    );
    const all = (await ask(graph.real.crm, '{ opportunities(first: 100, stage: OPEN) { id party { id } } }')).data.opportunities;
    const neighbours = [...all.slice(0, 5), { id: createOpportunity.id, party: { id: missing } }];
    const fields = neighbours.map(({ id }, i) => `o${i}: opportunity(id: "${id}") { title party { displayName openOpportunityValue { currency } } }`).join(' ');
    const { data, errors, hiveErrors } = await askBoth(graph, `{ ${fields} }`);
    assert.deepEqual(data.o5, { title: 'Of nobody', party: null });
    for (const i of [0, 1, 2, 3, 4]) assert.match(data[`o${i}`].party.displayName, /\w/);
    assert.ok(errors.some((error) => error.startsWith('PARTY_NOT_FOUND at o5.party')), errors.join('\n'));
    assert.ok(hiveErrors.some((error) => error.startsWith('PARTY_NOT_FOUND')), hiveErrors.join('\n'));
  });

  it('hides personal data from a caller without the scope, and nothing else', async () => {
    const query = `{ party(id: "${JOHN}") { displayName primaryEmail primaryPhone prospects { id } websiteProfile { tier } revenue { currency } } }`;
    const { data, errors, hiveErrors } = await askBoth(graph, query, { caller: token({ scope: 'party:read crm:read website:read' }) });
    assert.deepEqual(data.party, {
      displayName: 'John Doe', primaryEmail: null, primaryPhone: null, prospects: [{ id: '4711' }], websiteProfile: { tier: 'SILVER' }, revenue: null,
    });
    const expected = ['primaryEmail', 'primaryPhone', 'revenue'].map((field) => `FORBIDDEN at party.${field}`);
    assert.deepEqual([errors, hiveErrors], [expected, expected]);
  });

  it("hides an engine's fields from a caller without that engine's scope", async () => {
    const query = `{ party(id: "${JOHN}") { displayName prospects { id } buyerAccounts { id } } }`;
    const { data, errors, hiveErrors } = await askBoth(graph, query, { caller: token({ scope: 'party:read auction:read' }) });
    assert.deepEqual(data.party, { displayName: 'John Doe', prospects: null, buyerAccounts: [{ id: 'bidder-88' }] });
    assert.deepEqual([errors, hiveErrors], [['FORBIDDEN at party.prospects'], ['FORBIDDEN at party.prospects']]);
  });

  it('lets nobody in without a token', async () => {
    for (const { url } of Object.values(graph.gateways)) {
      const { data, errors } = await ask(url, `{ party(id: "${JOHN}") { displayName } leads { id } }`, { caller: 'nonsense' });
      assert.deepEqual(data, { party: null, leads: null });
      assert.ok(errors.length >= 2);
    }
  });
});

describe('companies', () => {
  it("hands the caller's token on to every subgraph", async () => {
    const caller = token({ subject: 'maria.keller' });
    const { calls } = await both(`{ party(id: "${JOHN}") { prospects { id } buyerAccounts { id } websiteProfile { tier } } }`, { caller });
    for (const gateway of Object.values(calls)) {
      assert.deepEqual(Object.keys(gateway).sort(), ['auction', 'crm', 'party', 'website']);
      for (const call of Object.values(gateway).flat()) assert.equal(call.headers.authorization, `Bearer ${caller}`);
    }
  });

  it('shows a company nothing of another', async () => {
    const caller = token({ company: OTHER_COMPANY });
    const { data } = await both(
      '{ partyByEmail(email: "john.doe@example.com") { id } leads { id } opportunities { id } lots { id } carts { id } lead(id: "4711") { id } cart(id: "cart-john") { id } }',
      { caller },
    );
    assert.deepEqual(data, { partyByEmail: null, leads: [], opportunities: [], lots: [], carts: [], lead: null, cart: null });
    const { data: hidden, errors } = await askBoth(graph, `{ party(id: "${JOHN}") { displayName prospects { id } } }`, { caller });
    assert.deepEqual(hidden, { party: null });
    assert.deepEqual(errors, ['PARTY_NOT_FOUND at party']);
  });
});

describe('identity moves', () => {
  /** Four persons with one lead each. */
  const FOUR = `SELECT hex(l.party_id) AS id, min(l.lead_id) AS lead FROM crm_prospect_metadata l
    JOIN hub.party p ON p.company_id = l.company_id AND p.id = l.party_id AND p.kind = 'PERSON' AND p.status = 'ACTIVE'
    GROUP BY l.party_id HAVING count(*) = 1 AND min(l.lead_id) <> '4711' ORDER BY 1 LIMIT 4`;

  it('finds every row of a party that was merged, before and after the merge is undone, and engines acknowledge both', async () => {
    const four = await sqlite(graph.files.crm, FOUR, { hub: graph.files.party });
    const ids = four.map((row) => uuid(row.id));
    const leads = four.map((row) => row.lead).sort();
    const acknowledged = async (merges, step) => {
      const asked = merges.map(({ id }, i) => `m${i}: partyMerge(id: "${id}") { state acknowledgements { system step state counts { name rows } } }`).join(' ');
      const of = (merge) => merge.acknowledgements.filter((said) => said.step === step);
      const found = await eventually(
        async () => Object.values((await ask(graph.real.party, `{ ${asked} }`)).data),
        (all) => all.every((merge) => of(merge).length === 3 && of(merge).every((said) => said.state === 'DONE')),
      );
      const leadsOf = (merge) => of(merge).find((said) => said.system === 'crm').counts.find((count) => count.name === 'leads').rows;
      return found.map((merge) => [merge.state, leadsOf(merge)]);
    };
    await eventually(async () => (await ask(graph.real.party, '{ partyEngines { system } }')).data.partyEngines, (engines) => engines.length === 3);
    const fields = ids.map((id, i) => `p${i}: party(id: "${id}") { id allIds prospects { id } }`).join(' ');
    const apart = (await both(`{ ${fields} }`)).data;
    assert.deepEqual(Object.values(apart).map((party) => party.prospects.length), [1, 1, 1, 1]);

    const [survivor, ...absorbed] = ids;
    const versions = (await change(`{ ${ids.map((id, i) => `p${i}: party(id: "${id}") { version }`).join(' ')} }`));
    const seen = (id) => `{ partyId: "${id}", expectedVersion: ${versions[`p${ids.indexOf(id)}`].version} }`;
    const { mergeParties } = await change(
      `mutation { mergeParties(input: { survivor: ${seen(survivor)}, absorbed: [${absorbed.map(seen).join(', ')}] }) { merges { id } userErrors { code message } } }`,
    );
    assert.deepEqual(mergeParties.userErrors, []);
    assert.deepEqual(await acknowledged(mergeParties.merges, 'MERGED'), absorbed.map(() => ['DONE', 1]));
    const merged = (await both(`{ ${fields} }`)).data;
    for (const party of Object.values(merged)) {
      assert.equal(party.id, survivor);
      assert.deepEqual([...party.allIds].sort(), [...ids].sort());
      assert.deepEqual(party.prospects.map((lead) => lead.id), leads);
    }
    // Engines still have the old ids, and each of them leads to the survivor and to all four rows.
    const byLead = leads.map((id, i) => `l${i}: lead(id: "${id}") { party { displayName prospects { id } } }`).join(' ');
    const through = (await both(`{ ${byLead} }`)).data;
    assert.deepEqual(Object.values(through).map((lead) => lead.party.prospects.length), [4, 4, 4, 4]);
    assert.equal(new Set(Object.values(through).map((lead) => lead.party.displayName)).size, 1);

    const back = `absorbedIds: [${absorbed.map((id) => `"${id}"`).join(', ')}]`;
    assert.deepEqual(await change(`mutation { unmergeParties(input: { ${back} }) { userErrors { code message } } }`), { unmergeParties: { userErrors: [] } });
    assert.deepEqual(await acknowledged(mergeParties.merges, 'UNMERGED'), absorbed.map(() => ['UNMERGED', 1]));
    assert.deepEqual((await both(`{ ${fields} }`)).data, apart);
  });

  it('shows a cart with its new party when the hub moves the link', async () => {
    const query = '{ cart(id: "cart-john") { account { id party { id } } } }';
    const carts = (id) => `{ party(id: "${id}") { sourceRecords(system: "website") { id carts { id } } } }`;
    assert.equal((await both(query)).data.cart.account.party.id, JOHN);
    const [{ id: hex }] = await sqlite(graph.files.party, `SELECT hex(id) AS id FROM party WHERE ${OURS} AND status = 'ACTIVE' AND id <> ${blob(JOHN)} AND id NOT IN (SELECT party_id FROM party_link WHERE system = 'website') ORDER BY id LIMIT 1`);
    const other = uuid(hex);
    const move = (to) =>
      change(`mutation { linkToParty(input: { source: { system: "website", type: "customer", id: "web-5150" }, partyId: "${to}", moveExisting: true }) { userErrors { code } link { party { id } } } }`);
    assert.deepEqual((await move(other)).linkToParty, { userErrors: [], link: { party: { id: other } } });
    assert.equal((await both(query)).data.cart.account.party.id, other);
    assert.deepEqual((await both(carts(other))).data.party.sourceRecords, [{ id: 'web-5150', carts: [{ id: 'ORDER-90210' }, { id: 'cart-john' }] }]);
    assert.deepEqual((await both(carts(JOHN))).data.party.sourceRecords, []);
    await move(JOHN);
    assert.equal((await both(query)).data.cart.account.party.id, JOHN);
  });
});

describe('what happens to parties', () => {
  it('arrives through the gateway with what the engines know', async () => {
    const query = `subscription { partyChanged(types: ["party.updated"], partyIds: ["${JOHN}"]) { event { type } party { givenName prospects { id } websiteProfile { tier } } } }`;
    const feed = await subscribe(graph.gateways.hive.url, query);
    try {
      for (const givenName of ['Johnny', 'John']) {
        const { party } = await change(`{ party(id: "${JOHN}") { version } }`);
        const update = `partyId: "${JOHN}", expectedVersion: ${party.version}, givenName: "${givenName}"`;
        assert.deepEqual(await change(`mutation { updateParty(input: { ${update} }) { userErrors { code } } }`), { updateParty: { userErrors: [] } });
        const expected = { givenName, prospects: [{ id: '4711' }], websiteProfile: { tier: 'SILVER' } };
        assert.deepEqual(await feed.next(), { data: { partyChanged: { event: { type: 'party.updated' }, party: expected } } });
      }
    } finally {
      feed.stop();
    }
  });

  it('is told to those alone who may see it', async () => {
    const feed = await subscribe(graph.gateways.hive.url, 'subscription { partyChanged { event { type } } }', { caller: token({ scope: 'crm:read' }) });
    const { data, errors } = await feed.next();
    assert.equal(data?.partyChanged ?? null, null);
    assert.equal(errors[0].extensions.code, 'FORBIDDEN');
    feed.stop();
  });
});

describe('what engines tell the hub', () => {
  it('arrives, even when the hub was down in between, and once', async () => {
    await graph.hub.pause();
    const lead = (id) =>
      ask(graph.real.crm, `mutation { createLead(input: { id: "${id}", leadSource: "web form", presented: { displayName: "Nina Faber", email: "nina.faber@example.com" } }) { id } }`);
    assert.deepEqual((await lead('N-1')).data, { createLead: { id: 'N-1' } });
    const waiting = () => sqlite(graph.files.crm, 'SELECT record_id, attempts FROM outbox');
    await eventually(waiting, (rows) => rows.length === 1 && rows[0].attempts > 0);
    await graph.hub.resume();
    const record = '{ sourceRecord(source: { system: "crm", type: "lead", id: "N-1" }) { state displayName email } }';
    await eventually(async () => (await ask(graph.real.party, record)).data.sourceRecord, (found) => found?.email === 'nina.faber@example.com');
    await eventually(waiting, (rows) => rows.length === 0);
    const events = await sqlite(graph.files.party, "SELECT actor FROM party_event WHERE type = 'source_record.registered' AND json_extract(payload, '$.source') = 'crm/lead/N-1'");
    assert.deepEqual(events, [{ actor: 'engine:crm' }]);
  });

  it('lets a lead find its party, and money its customer', async () => {
    const [party] = (await change('mutation { findOrCreateParty(input: { displayName: "Nina Faber", email: "nina.faber@example.com", source: { system: "crm", type: "lead", id: "N-1" } }) { party { id } } }')).findOrCreateParty ? [1] : [];
    assert.equal(party, 1);
    const lead = await eventually(async () => (await ask(graph.gateways.apollo.url, '{ lead(id: "N-1") { party { id displayName } } }')).data.lead, (found) => found.party);
    assert.equal(lead.party.displayName, 'Nina Faber');

    // She buys on the website: the money waits until the account is linked, and then it is hers.
    const cart = (await change('mutation { createWebsiteCustomer(input: { id: "web-nina" }) { id } createCart(input: { sessionId: "s", accountId: "web-nina" }) { id } }')).createCart.id;
    await change(`mutation { addCartItem(input: { cartId: "${cart}", sku: "DOCK-14", quantity: 2, unitPrice: { amount: "99.95", currency: "EUR" } }) { id } checkOutCart(id: "${cart}") { status } }`);
    const revenue = async () => (await ask(graph.gateways.hive.url, `{ party(id: "${lead.party.id}") { revenue { gross { amount } entryCount } websiteProfile { loyaltyPoints } } }`)).data.party;
    await eventually(() => sqlite(graph.files.website, 'SELECT kind, attempts FROM outbox'), (rows) => rows.length === 1 && rows[0].kind === '2_REVENUE' && rows[0].attempts > 0);
    assert.deepEqual((await revenue()).revenue, []);
    await change(`mutation { linkToParty(input: { source: { system: "website", type: "customer", id: "web-nina" }, partyId: "${lead.party.id}" }) { userErrors { code } } }`);
    const known = await eventually(revenue, (found) => found.revenue.length === 1 && found.websiteProfile);
    assert.deepEqual(known, { revenue: [{ gross: { amount: '199.90' }, entryCount: 1 }], websiteProfile: { loyaltyPoints: 199 } });
  });

  it("is refused without the engine's scope, and for records of another engine", async () => {
    const register = (system) =>
      `mutation { registerSourceRecords(input: { records: [{ system: "${system}", type: "lead", id: "X-1", presented: { displayName: "X" } }] }) { results { created } userErrors { code } } }`;
    const record = (system) =>
      `mutation { recordRevenue(input: { entries: [{ source: { system: "${system}", type: "invoice", id: "X-1" }, partyId: "${JOHN}", channel: "direct", amount: "1", currency: "EUR", occurredAt: "2026-01-01T00:00:00Z" }] }) { recorded } }`;
    const before = await sqlite(graph.files.party, 'SELECT (SELECT count(*) FROM source_record) AS records, (SELECT count(*) FROM revenue_entry) AS entries');
    for (const [scope, document] of [
      ['party:read', register('crm')], ['party:read crm:write', register('crm')], ['engine:crm', register('auction')], ['engine:auction', register('crm')],
      ['party:read', record('crm')], ['engine:crm party:read', record('auction')],
    ]) {
      const { data, errors } = await askBoth(graph, document, { caller: token({ scope }) });
      assert.deepEqual([Object.values(data), errors.map((error) => error.split(' ')[0])], [[null], ['FORBIDDEN']], `${scope}: ${document}`);
    }
    assert.deepEqual(await sqlite(graph.files.party, 'SELECT (SELECT count(*) FROM source_record) AS records, (SELECT count(*) FROM revenue_entry) AS entries'), before);
    assert.ok(!ALL_SCOPES.includes('engine:'));
  });
});
