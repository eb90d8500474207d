// Makes the demonstration town once, and daemons on copies of it: each file of tests works in a town of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

const TARGET = resolve(import.meta.dirname, '../../target');
export const PROGRAM = process.env.TRUYVET_BIN ?? join(TARGET, 'release/truyvet');
const MAKER = process.env.TOWN_BIN ?? join(TARGET, 'release/examples/town');
const TOWNS = join(TARGET, 'page');
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

/** Once before all tests. */
export default function makeTown(): void {
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
    const town = new Town(folder, `http://127.0.0.1:${port}`, daemon);
    for (let tries = 0; ; tries++) {
      const ready = await fetch(`${town.url}/readyz`).then(
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
    rmSync(this.folder, { recursive: true, force: true });
  }
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
