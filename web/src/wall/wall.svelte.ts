// The wall: players that keep to one clock, which waits for them.
import { Master, RUNS_UP_TO } from './master';
import { Player, type Wish } from './player.svelte';

/** How often players are looked after, milliseconds. */
const BEAT = 50;
/** Clips that are fetched at once: the daemon makes few at a time. */
const FETCHES = 3;
/** So long is a player waited for, milliseconds; then the others go on without it. */
const PATIENCE = 8000;
/** Players that are there begin within this, milliseconds; who does not is waited for again. */
const LONGEST = 500;
/** A wait as short as this is not spoken of. */
const SPOKEN = 400;

export class Wall {
  players = $state.raw<Player[]>([]);
  /** The wall's time, milliseconds; told a few times a second while it runs. */
  t = $state(0);
  playing = $state(false);
  speed = $state(1);
  /** The cameras that the clock waits for, once that takes a while. */
  waitsFor = $state.raw<string[]>([]);

  readonly #master = new Master(0);
  readonly #told: (t: number) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Since when the clock waits. */
  #since: number | null = null;
  #starting = false;
  #toldAt = 0;

  /** `told` hears the wall's time while it runs. */
  constructor(told: (t: number) => void) {
    this.#told = told;
  }

  /** Shows these cameras, of them only `awake` on the screen; those that were there already stay as they are. */
  show(cameras: string[], awake: string[], wish: (camera: string) => Wish): void {
    const before = this.players;
    this.players = cameras.map((camera) => {
      const known = before.find((one) => one.camera === camera);
      known?.use(wish(camera));
      return known ?? new Player(camera, wish(camera));
    });
    for (const player of this.players) player.asleep = !awake.includes(player.camera);
  }
  player(camera: string | null): Player | undefined {
    return this.players.find((player) => player.camera === camera);
  }
  get awake(): Player[] {
    return this.players.filter((player) => !player.asleep);
  }
  open(): () => void {
    this.#timer = setInterval(() => this.#beat(), BEAT);
    return () => {
      clearInterval(this.#timer);
      for (const player of this.players) player.rest();
    };
  }

  play(): void {
    if (this.playing) return;
    this.playing = true;
    this.#wait(performance.now());
  }
  pause(): void {
    this.playing = false;
    this.#stop();
  }
  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }
  /** True time, milliseconds. */
  now(): number {
    return this.#master.at(performance.now());
  }
  /** Goes to an instant; plays on from there if it played. */
  seek(t: number): void {
    this.#master.stop(performance.now(), t);
    this.#tell(t, true);
    if (this.playing) this.#wait(performance.now());
  }
  setSpeed(speed: number): void {
    const now = performance.now();
    const slides = this.slides;
    this.speed = speed;
    if (this.#master.runs) this.#master.run(now, this.#master.at(now), speed);
    if (this.playing && slides !== this.slides) this.#wait(now);
  }
  /** Too fast for players: they show single pictures. */
  get slides(): boolean {
    return this.speed > RUNS_UP_TO;
  }

  #wait(now: number): void {
    this.#since ??= now;
    this.#master.stop(now);
  }
  #stop(): void {
    const now = performance.now();
    this.#master.stop(now, Math.round(this.#master.at(now)));
    this.#since = null;
    this.waitsFor = [];
    this.#tell(this.#master.at(now), true);
  }
  #tell(t: number, now: boolean): void {
    const moment = performance.now();
    if (!now && moment - this.#toldAt < 200) return;
    this.#toldAt = moment;
    this.t = t;
    this.#told(t);
  }

  #beat(): void {
    const now = performance.now();
    if (document.hidden) {
      if (this.playing) this.pause();
      for (const player of this.players) player.rest();
      return;
    }
    const t = this.#master.at(now);
    if (this.#master.runs) this.#tell(t, false);
    if (this.slides && this.playing) {
      if (!this.#master.runs) this.#master.run(now, t, this.speed);
      this.#since = null;
      this.waitsFor = [];
      for (const player of this.players) player.rest();
      return;
    }
    const awake = this.awake;
    for (const player of this.players) if (player.asleep) player.rest();
    this.#fetch(awake, t, now);
    if (this.#starting) return;
    const waiting = awake.filter((player) => player.tick(t, this.#master.runs, this.speed, now) === 'wait');
    if (!this.playing) return;
    const late = waiting.filter((player) => !player.left);
    if (late.length > 0) {
      this.#wait(now);
      const waited = now - this.#since!;
      if (waited > SPOKEN) this.waitsFor = late.map((player) => player.camera);
      // All of them lack something: then there is nothing to go on with.
      const others = awake.length > late.length;
      if (waited > PATIENCE && others) for (const player of late) player.left = true;
    } else if (!this.#master.runs) void this.#start(t);
  }
  /** All are there: they begin together. */
  async #start(t: number): Promise<void> {
    this.#starting = true;
    const all = Promise.all(this.awake.map((player) => player.start(this.speed)));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, LONGEST))]);
    this.#starting = false;
    this.#since = null;
    this.waitsFor = [];
    if (this.playing && this.#master.at(0) === t) this.#master.run(performance.now(), t, this.speed);
  }
  #fetch(players: Player[], t: number, now: number): void {
    const wants = players.map((player) => ({ player, want: player.wants(t, this.playing ? this.speed : 0, now) }));
    let fetching = this.players.filter((player) => player.fetches).length;
    const short = wants.filter(({ want }) => want).sort((one, other) => one.want!.ahead - other.want!.ahead);
    for (const { player, want } of short) {
      if (fetching >= FETCHES) return;
      if (player.fetches) continue;
      player.fetch(want!);
      fetching += 1;
    }
  }
}
