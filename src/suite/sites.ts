import { check } from '../contract/options.ts';
import { isSecretRef } from '../contract/secret.ts';
import { isMap, type Reading, tell, tellIssues } from './report.ts';
import { SITE_NAME, SITE_NAME_WORDS, siteSchema } from './schema.ts';
import type { Vault } from './secrets.ts';
import { HERE, type SuiteSite } from './suite.ts';

const MAX_SITES = 1000;

export interface SitesRead {
  sites: SuiteSite[];
  /** The names in file order, also of sites that are not valid: links to those are not wrong as well. */
  names: string[];
}

/** Reads `sites`. `here` is added in front when it is not declared. */
export function readSites(reading: Reading, json: unknown, vault: Vault): SitesRead {
  const path = ['sites'];
  if (!isMap(json) || Object.keys(json).length > MAX_SITES) {
    const expected = isMap(json) ? `at most ${MAX_SITES} sites` : 'a map of names to sites';
    tell(reading, path, { message: 'wrong value for "sites"', expected });
    return { sites: [], names: [HERE] };
  }
  const names = Object.keys(json);
  if (names.every((name) => name === HERE))
    tell(reading, path, { message: 'no site to measure', expected: 'at least one site other than here' });
  const read = names.map((name) => readSite(reading, name, json[name], vault));
  const sites = read.filter((site) => site !== undefined);
  const usable = names.filter((name) => SITE_NAME.test(name));
  if (usable.includes(HERE)) return { sites, names: usable };
  return { sites: [emptySite(HERE), ...sites], names: [HERE, ...usable] };
}

function emptySite(name: string): SuiteSite {
  return {
    name,
    role: null,
    provider: null,
    location: null,
    capacityBps: null,
    agent: null,
    token: null,
    targets: {},
    family: null,
  };
}

function readSite(reading: Reading, name: string, json: unknown, vault: Vault): SuiteSite | undefined {
  const path = ['sites', name];
  if (!SITE_NAME.test(name)) {
    const message = `wrong site name ${JSON.stringify(name.slice(0, 60))}`;
    return void tell(reading, path, { message, expected: SITE_NAME_WORDS }, 'key');
  }
  if (isMap(json) && isSecretRef(json['token']) && 'held' in json['token']) {
    const expected = 'a text, { env: NAME } or { file: PATH }';
    return void tell(reading, [...path, 'token'], { message: '{ held: … } is for netprobe itself', expected });
  }
  const given = holdToken(json ?? {}, vault);
  const result = check(siteSchema, given);
  if (!result.ok) return void tellIssues(reading, path, result.issues, ['token']);
  const { role, provider, location, capacity, agent, token, targets, family } = result.value;
  for (const url of Object.values(targets ?? {})) rememberUserInfo(url, vault);
  const site: SuiteSite = {
    ...emptySite(name),
    role: role ?? null,
    provider: provider ?? null,
    location: (location as SuiteSite['location'] | undefined) ?? null,
    capacityBps: capacity ?? null,
    agent: agent ?? null,
    token: isSecretRef(token) ? token : null,
    targets: (targets as SuiteSite['targets'] | undefined) ?? {},
    family: family ?? null,
  };
  return name === HERE ? readHere(reading, site) : readThere(reading, site, path);
}

/** `here` is only a source: it serves nothing, and nothing there needs a token. */
function readHere(reading: Reading, site: SuiteSite): SuiteSite {
  const wrong = (key: string, expected: string) =>
    tell(
      reading,
      ['sites', HERE, key],
      { message: `"${key}" is not for here, this process's own machine`, expected },
      'key',
    );
  if (site.agent !== null && site.agent !== 'embedded') wrong('agent', 'agent: embedded, or no agent');
  if (Object.keys(site.targets).length > 0) wrong('targets', 'no targets');
  if (site.token !== null) wrong('token', 'no token');
  return { ...site, agent: null };
}

function readThere(reading: Reading, site: SuiteSite, path: string[]): SuiteSite {
  if (site.agent === null && Object.keys(site.targets).length === 0) {
    const message = `nothing to measure at "${site.name}"`;
    tell(reading, path, { message, expected: 'an agent, or targets with tcp, http, ws or stamp' }, 'key');
  }
  return site;
}

/** The site with a literal token put into the vault. */
function holdToken(json: unknown, vault: Vault): unknown {
  if (!isMap(json) || typeof json['token'] !== 'string') return json;
  return { ...json, token: vault.hold(json['token']) };
}

/** Passwords of URLs must not show up elsewhere either; query values may be common words, and may. */
function rememberUserInfo(url: string | undefined, vault: Vault): void {
  if (url === undefined || !URL.canParse(url)) return;
  const { username, password } = new URL(url);
  const secret = password === '' ? username : password;
  vault.remember(secret);
  try {
    vault.remember(decodeURIComponent(secret));
  } catch {
    // A lone % is not an escape: the text itself is all there is to remember.
  }
}
