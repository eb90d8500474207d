// Makes the demonstration town once, and daemons on copies of it: each file of tests works in a town of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { preview, type PreviewServer } from 'vite';

const TARGET = resolve(import.meta.dirname, '../../target');
export const PROGRAM = process.env.TRUYVET_BIN ?? join(TARGET, 'release/truyvet');
const MAKER = process.env.TOWN_BIN ?? join(TARGET, 'release/examples/town');
// Runs side by side need a folder each.
const TOWNS = process.env.TRUYVET_TOWNS ?? join(TARGET, 'page');
const FIRST = join(TOWNS, 'first');

/** Runs the program on a town. Code 3 says that damaged files are in quarantine, which the town has on purpose. */
function run(town: string, words: string[], input = ''): string {
  try {
    return execFileSync(PROGRAM, ['--config', join(town, 'site.toml'), ...words], { input, encoding: 'utf8' });
  } catch (error) {
    const ended = error as { status?: number; stdout?: string };
    if (ended.status === 3) return ended.stdout ?? '';
    throw error;
  }
}

/** Once before all tests. TRUYVET_KEEP_TOWN=1: the town of the last run serves again, which saves minutes while writing a test. */
export default function makeTown(): void {
  if (process.env.TRUYVET_KEEP_TOWN === '1' && existsSync(FIRST)) return;
  rmSync(TOWNS, { recursive: true, force: true });
  mkdirSync(TOWNS, { recursive: true });
  execFileSync(MAKER, [`${FIRST}.being-made`]);
  renameSync(`${FIRST}.being-made`, FIRST);
  run(FIRST, ['index']);
  if (existsSync(join(FIRST, 'roads.geojson'))) run(FIRST, ['places', 'import', join(FIRST, 'roads.geojson')]);
}

export const PASSWORD = 'mưa rào Kỳ Anh';

export interface Truth {
  incident: { at: string; lat: number; lon: number };
  [more: string]: unknown;
}

export class Town {
  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly daemon: ChildProcess,
    private readonly built: PreviewServer | undefined,
  ) {}

  /** A daemon on a fresh copy of the town, ready to answer. `more` is added to its site file. */
  static async start(name: string, more = ''): Promise<Town> {
    const folder = join(TOWNS, name);
    rmSync(folder, { recursive: true, force: true });
    cpSync(FIRST, folder, { recursive: true, preserveTimestamps: true });
    if (more) {
      const { appendFileSync } = await import('node:fs');
      appendFileSync(join(folder, 'site.toml'), more);
    }
    const port = await freePort();
    const log = openSync(join(folder, 'serve.log'), 'a');
    const words = ['--config', join(folder, 'site.toml'), 'serve', '--listen', `127.0.0.1:${port}`];
    const daemon = spawn(PROGRAM, words, { stdio: ['ignore', log, log] });
    const itself = `http://127.0.0.1:${port}`;
    const built = process.env.TRUYVET_PAGE === 'dist' ? await pageBefore(itself) : undefined;
    const town = new Town(folder, built?.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? itself, daemon, built);
    for (let tries = 0; ; tries++) {
      const ready = await fetch(`${itself}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return town;
      if (tries > 600 || daemon.exitCode !== null) {
        throw new Error(`the daemon is not ready: ${readFileSync(join(folder, 'serve.log'), 'utf8').slice(-2000)}`);
      }
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  /** Makes an account; its password is PASSWORD and needs no change. */
  account(name: string, role: string, groups: string[] = []): void {
    const named = groups.flatMap((group) => ['--group', group]);
    run(this.folder, ['user', 'add', name, '--role', role, ...named, '--password-stdin'], PASSWORD);
  }
  run(...words: string[]): string {
    return run(this.folder, words);
  }
  get truth(): Truth {
    return JSON.parse(readFileSync(join(this.folder, 'truth.json'), 'utf8')) as Truth;
  }
  async stop(): Promise<void> {
    const over = new Promise((done) => this.daemon.once('exit', done));
    this.daemon.kill('SIGTERM');
    await over;
    await this.built?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** TRUYVET_PAGE=dist: the page that `vite build` made last, before a program that was built with an older one. */
async function pageBefore(daemon: string): Promise<PreviewServer> {
  const port = await freePort();
  const proxy = { '/api': { target: daemon, changeOrigin: true } };
  const root = resolve(import.meta.dirname, '..');
  return preview({ root, preview: { host: '127.0.0.1', port, strictPort: true, proxy } });
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => found(port));
    });
  });
}
