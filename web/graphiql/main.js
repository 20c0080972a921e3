// Mounts GraphiQL over the `/graphql` endpoint of the origin that served this page.
import 'graphiql/setup-workers/vite';
// These are the parts of graphiql/style.css without its embedded fonts and its second copy of Monaco's styles.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { FIRST_QUERY } from './first-query.js';

const fetcher = createGraphiQLFetcher({ url: new URL('/graphql', window.location.href).href });

createRoot(document.getElementById('graphiql')).render(
  createElement(GraphiQL, {
    fetcher,
    defaultQuery: FIRST_QUERY,
    defaultEditorToolsVisibility: 'headers',
    // A bearer token typed into the header editor stays in the page. The history plugin is left out because
    // it would write the headers of every request to local storage.
    plugins: [],
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
  }),
);
