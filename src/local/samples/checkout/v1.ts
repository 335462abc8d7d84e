import { noted } from './statements.ts';
import { openTill } from './till.ts';

openTill({ statements: noted });
