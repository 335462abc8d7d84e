import * as z from 'zod';

// zod compiles its checks with `new Function`, which the page's content security policy refuses and complains of.
// Shapes look at this when they are made, so it has to be imported before any of them.
z.config({ jitless: true });
