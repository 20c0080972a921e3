// The icons that the components and pages use, as files of this build: nothing comes from a CDN.
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';

const FILES = import.meta.glob<string>(
  '../node_modules/bootstrap-icons/icons/{arrow-left,arrow-right,arrow-repeat,box-arrow-right,building,calendar3,check-lg,chevron-down,copy,dash-lg,download,exclamation-triangle,eye,eye-slash,info-circle,moon,patch-check,person,plus-lg,search,sliders,sun,three-dots,x-circle,x-lg}.svg',
  { query: '?url', import: 'default', eager: true },
);

/** The names that Web Awesome's own components ask for. */
const SYSTEM: Record<string, string> = {
  check: 'check-lg',
  'circle-xmark': 'x-circle',
  ellipsis: 'three-dots',
  minus: 'dash-lg',
  plus: 'plus-lg',
  user: 'person',
  xmark: 'x-lg',
};

function resolver(name: string): string {
  return FILES[`../node_modules/bootstrap-icons/icons/${SYSTEM[name] ?? name}.svg`] ?? '';
}

registerIconLibrary('default', { resolver });
registerIconLibrary('system', { resolver });
