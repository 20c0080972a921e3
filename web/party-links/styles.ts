// How the widget looks; hosts change it through custom properties and parts.
import { css } from 'lit';

export const styles = css`
  :host { display: block; }
  h3 { margin: 0.9rem 0 0; font-size: 1em; }
  ul { margin: 0; padding: 0; list-style: none; }
  li { padding: 0.5rem 0; border-bottom: 1px solid var(--party-links-border, #8884); }
  li.ended { opacity: 0.85; }
  .key { font-weight: 600; overflow-wrap: anywhere; }
  .row { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-top: 0.3rem; align-items: end; }
  button { padding: 0.2rem 0.6rem; border: 1px solid currentColor; border-radius: 4px; background: none; color: var(--party-links-color, inherit); font: inherit; cursor: pointer; }
  .found button { width: 100%; text-align: start; overflow-wrap: anywhere; }
  :focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
  input { max-width: 100%; padding: 0.2rem; border: 1px solid; border-radius: 4px; background: transparent; color: inherit; font: inherit; }
  pre { overflow-x: auto; margin: 0.25rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  table { width: 100%; border-collapse: collapse; }
  td, th { padding: 0.15rem 0; border-bottom: 1px solid var(--party-links-border, #8884); text-align: start; font-weight: normal; }
  .bits { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .found { margin: 0.4rem 0; max-height: 16rem; overflow-y: auto; }
  .found li { padding: 0.15rem 0; border: 0; }
`;
