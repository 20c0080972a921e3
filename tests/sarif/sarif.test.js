// The reports of `party lint` are SARIF 2.1.0, as the standard's own schema says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";

const require = createRequire(import.meta.url);
const packageFolder = dirname(require.resolve("@microsoft/jest-sarif/package.json"));
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

const root = join(import.meta.dirname, "../..");
const program = process.env.PARTY ?? join(root, "target/debug/party");

const ajv = new Ajv({ schemaId: "auto", allErrors: true, unknownFormats: "ignore" });
ajv.addMetaSchema(read(require.resolve("ajv/lib/refs/json-schema-draft-04.json")));
const isSarif = ajv.compile(read(join(packageFolder, "lib/schemas/sarif-2.1.0-rtm.5.json")));

const lint = (...options) => {
  const { status, stdout, stderr } = spawnSync(program, ["lint", "--format", "sarif", ...options], { encoding: "utf8", cwd: root });
  assert.ok(status === 0 || status === 1, stderr);
  return { status, report: JSON.parse(stdout) };
};

const assertValid = (report) => assert.ok(isSarif(report), JSON.stringify(isSarif.errors, null, 2));

test("a report with findings and an exemption is valid", () => {
  const exemptions = join(mkdtempSync(join(tmpdir(), "party-sarif-")), "exemptions.toml");
  writeFileSync(exemptions, '[[exempt]]\nwhere = "leads.lead_name"\nrule = "PL003"\npurpose = "x"\nretention = "1 day"\n');
  const { status, report } = lint("--migrations", "tests/it/lint/old_migrations", "--exemptions", exemptions);
  assertValid(report);
  assert.equal(status, 1);
  assert.equal(report.runs[0].results.length, 32);
  assert.equal(report.runs[0].results.filter((result) => result.suppressions).length, 1);
});

test("a report without findings is valid", () => {
  const folder = mkdtempSync(join(tmpdir(), "party-sarif-"));
  writeFileSync(join(folder, "engine.graphql"), "type Query { opportunity(id: ID!): Int }");
  const { status, report } = lint("--schema", join(folder, "engine.graphql"));
  assertValid(report);
  assert.equal(status, 0);
  assert.deepEqual(report.runs[0].results, []);
});

test("the schema refuses what is not SARIF", () => {
  assert.equal(isSarif({ version: "2.1.0", runs: [{ results: [{ ruleId: "PL001" }] }] }), false);
});
