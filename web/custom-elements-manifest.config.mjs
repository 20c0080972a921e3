// Describes the links widget in custom-elements.json, for editors, documentation and its tests.
export default {
  globs: ['party-links/party-links.ts', 'party-links/define.ts'],
  outdir: 'party-links/dist',
  litelement: true,
};
