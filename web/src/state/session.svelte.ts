// Who is in, what the site is, and what one looks for (the purpose).
import { get, onSessionEnd, post, put, setCsrf } from '../api/client';
import type { Me, Purpose, RightWord, Site } from '../api/types';

class Session {
  /** `undefined`: not asked yet. */
  me = $state<Me | null | undefined>(undefined);
  site = $state<Site | null>(null);
  purposes = $state<Purpose[]>([]);
  purpose = $state<Purpose | null>(null);
  /** The session ended while somebody was working: what they look at stays, the door stands before it. */
  ended = $state(false);

  constructor() {
    onSessionEnd(() => {
      if (this.me) this.ended = true;
      setCsrf(null);
    });
  }

  may(right: RightWord): boolean {
    return this.me?.rights.includes(right) ?? false;
  }
  get zone(): string {
    return this.site?.timezone ?? 'Asia/Ho_Chi_Minh';
  }

  async enter(): Promise<void> {
    try {
      await this.#in(await get<Me>('/me'));
    } catch {
      this.me = null;
    }
  }
  async login(name: string, password: string): Promise<void> {
    const me = await post<Me>('/login', { name, password });
    if (this.ended && this.me?.name !== me.name) location.reload();
    this.ended = false;
    await this.#in(me);
  }
  async changePassword(old: string, fresh: string): Promise<void> {
    await put('/me/password', { old, new: fresh });
    await this.enter();
  }
  async logout(): Promise<void> {
    await post('/logout');
    // Nothing of what was looked at stays in memory.
    location.assign('/');
  }
  async #in(me: Me): Promise<void> {
    setCsrf(me.csrf);
    if (!me.must_change) {
      this.site = await get<Site>('/site');
      if (me.rights.includes('look')) this.purposes = await get<Purpose[]>('/me/purposes');
    }
    this.me = me;
  }
  /** States what one looks for from now on. */
  async state(text: string, emergency = false): Promise<Purpose> {
    const stated = await post<Purpose>('/me/purposes', { text, emergency });
    this.purposes = [stated, ...this.purposes.filter((one) => one.number !== stated.number)];
    this.purpose = stated;
    return stated;
  }
  use(number: number): void {
    this.purpose = this.purposes.find((one) => one.number === number) ?? this.purpose;
  }
}

export const session = new Session();
