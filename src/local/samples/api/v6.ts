import { crash } from '../crash.ts';

await crash('api v6', 'cannot read the price list: LEDGER_URL is not set');
