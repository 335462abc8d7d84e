export { askControl } from './ask.ts';
export { type ControlNeeds, carryOut } from './carry-out.ts';
export type { AuditRequest, CommandRequest, Request, Response, Said } from './protocol.ts';
export { serveControl } from './serve.ts';
