import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore, ServerRefused } from '../../src/store/index.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';
import { beginning } from './store-world.ts';

const server = await startPostgres();

if ('unavailable' in server) {
  skipped('what only a real Postgres server can do', server.unavailable, server.install);
} else {
  const open = (databaseUrl: string) => openStore({ databaseUrl, folder: '/nowhere', nowMs: Date.now });
  const delivery = (key: string) => ({ key, kind: 'command' as const, body: null });

  describe('the store on a real server', () => {
    afterAll(() => server.stop());

    test('is opened with its schema, and knows what it is', async () => {
      const url = await server.createDatabase();
      const opened = await open(url);
      expect(opened.kind).toBe('postgres');
      expect(await opened.store.journal.begin(beginning('d-1'))).toEqual({ kind: 'begun' });
      const { rows } = await opened.queuePool.query('show search_path');
      expect(rows).toEqual([{ search_path: 'bullmq,public' }]);
      await opened.store.close();
      await opened.close();
    });

    test('goes on after the server crashed, with everything that was acknowledged', async () => {
      const { store, close } = await open(await server.createDatabase());
      const acknowledged: string[] = [];
      let isOver = false;
      const write = async (writer: number) => {
        for (let index = 0; !isOver; index += 1) {
          const key = `${writer}-${index}`;
          // What failed may have been written all the same: only an answer counts.
          const isNew = await store.inbox.receive(delivery(key)).catch(() => null);
          if (isNew) acknowledged.push(key);
        }
      };
      const begin = async () => {
        for (let index = 0; !isOver; index += 1) {
          await store.journal
            .begin(beginning(`d-${index}`, { target: `t-${index}/staging` }))
            .catch(() => null);
        }
      };
      const writers = [begin(), begin(), ...Array.from({ length: 6 }, (_, writer) => write(writer))];
      for (let crash = 0; crash < 3; crash += 1) {
        const before = acknowledged.length;
        await server.restartImmediate();
        await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before + 20);
      }
      isOver = true;
      await Promise.all(writers);
      const found = new Set(await store.inbox.waiting(0, 1_000_000));
      expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
      await close();
    });

    test('gives up waiting for a lock, and says so', async () => {
      const url = await server.createDatabase();
      const { store, close } = await open(url);
      const other = new Client({ connectionString: url });
      await other.connect();
      await other.query('begin; lock table slipway.inbox');
      await expect(store.inbox.receive(delivery('k-1'))).rejects.toThrow('lock timeout');
      await other.query('rollback');
      expect(await store.inbox.receive(delivery('k-1'))).toBe(true);
      await other.end();
      await close();
    });

    test('gives up on a server that falls silent, and goes on when it speaks again', async () => {
      const url = new URL(await server.createDatabase());
      const hole = await silence(Number(url.port));
      url.port = `${hole.port}`;
      const { store, close } = await open(url.href);
      await Promise.all(Array.from({ length: 20 }, () => store.nowMs()));
      hole.setSilent(true);
      const asked = Array.from({ length: 20 }, () => store.nowMs());
      const answers = await Promise.allSettled(asked);
      expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
      hole.setSilent(false);
      // Every connection that fell silent was thrown away: none of these waits behind a query of before.
      const again = Array.from({ length: 20 }, () => store.nowMs());
      await expect(Promise.all(again)).resolves.toHaveLength(20);
      await close();
      await hole.close();
    });

    test('the queue has its own patience, and can listen for as long as it likes', async () => {
      const { queuePool, close } = openPostgres({ url: await server.createDatabase() });
      const heard: unknown[] = [];
      const client = await queuePool.connect();
      client.on('notification', ({ payload }) => heard.push(payload));
      await client.query('listen bells');
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      await queuePool.query("notify bells, 'ring'");
      await expect.poll(() => heard).toEqual(['ring']);
      client.release(true);
      await close();
    });

    test('a database that refuses writes is refused', async () => {
      const url = await server.createDatabase();
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(
        'alter database current_database_placeholder set default_transaction_read_only = on'.replace(
          'current_database_placeholder',
          new URL(url).pathname.slice(1),
        ),
      );
      await client.end();
      await expect(open(url)).rejects.toThrow(ServerRefused);
      await expect(open(url)).rejects.toThrow('refuses writes');
    });

    test('a standby is refused', async () => {
      const url = await server.createDatabase();
      await server.becomeStandby();
      await expect(open(url)).rejects.toThrow(ServerRefused);
      await expect(open(url)).rejects.toThrow('is a standby');
    });
  });
}

/** A way to the server on which, when silent, nothing gets through and nothing is refused. */
async function silence(port: number) {
  let isSilent = false;
  const sockets = new Set<Socket>();
  const proxy = createServer((here) => {
    const there = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!isSilent) to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    setSilent: (now: boolean) => {
      isSilent = now;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
