import { crash } from '../crash.ts';

await crash('web v4', 'cannot find the templates: TEMPLATE_FOLDER is not set');
