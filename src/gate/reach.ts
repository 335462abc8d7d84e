import type { AnsweredOnce, AskedOnce } from '../http/answer-once.ts';
import type { Certificate } from '../http/certificate.ts';
import type { RecordType } from '../http/records.ts';

/** How gates see the world besides platforms, sources and `outside`: each call asks once, and keeps nothing. */
export type Reach = {
  /**
   * A file of this machine; a path that is not absolute starts in the folder of the services.
   * @throws {Failed} `not-found` where there is none, `rejected` where it is too large or cannot be read
   */
  file(path: string): Promise<{ readonly text: string; readonly changedAtMs: number }>;

  /** The certificate that a server shows to whoever asks for this name. Null: there was no answer in time. */
  certificate(host: string, port: number): Promise<Certificate | null>;

  /** What a name stands for; none where there is no such record. @throws {Failed} */
  records(name: string, type: RecordType): Promise<readonly string[]>;

  /** One request without any retry, whose redirect is an answer. Null: there was no answer in time. */
  answer(asked: AskedOnce): Promise<AnsweredOnce | null>;
};
