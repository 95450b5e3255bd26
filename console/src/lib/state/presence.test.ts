import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isIdle, readShared, tabName, writeShared } from './presence';

describe('what tabs know of each other', () => {
  beforeEach(() => vi.unstubAllGlobals());

  it('is written by one and read by the next', () => {
    const kept = new Map<string, string>();
    vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
    writeShared({ chosen: 'away', input: 7 });
    expect(readShared({ tab: 'mine', input: 1 })).toEqual({ tab: 'mine', chosen: 'away', input: 7 });
  });

  it('is what the tab knows itself where nothing can be kept', () => {
    vi.stubGlobal('localStorage', { getItem: () => { throw new Error('off'); }, setItem: () => { throw new Error('off'); } });
    writeShared({ input: 7 });
    expect(readShared({ tab: 'mine' })).toEqual({ tab: 'mine' });
  });

  it('says that five minutes without input are away', () => {
    expect([isIdle(0, 299_999), isIdle(0, 300_000)]).toEqual([false, true]);
  });

  it('calls a window the same after a reload, and another one otherwise', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    vi.stubGlobal('sessionStorage', storage);
    const name = tabName();
    expect(tabName()).toBe(name);
    kept.clear();
    expect(tabName()).not.toBe(name);
  });
});
