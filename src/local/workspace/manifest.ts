import { z } from 'zod';

const Command = z.object({
  command: z.string().regex(/^\/\S{1,31}$/, 'a command starts with a slash and has at most 32 characters'),
  description: z.string().max(2_000),
  usage_hint: z.string().max(1_000).default(''),
  should_escape: z.boolean().default(false),
});

const Shortcut = z.object({
  name: z.string().max(24),
  type: z.enum(['global', 'message']),
  callback_id: z.string().max(255),
  description: z.string().max(150),
});

/**
 * What the workspace reads of an app's manifest; the rest is left alone. Limits: slackapi/manifest-schema 0.5.0.
 */
export const Manifest = z.object({
  display_information: z.object({ name: z.string().max(35) }).optional(),
  features: z
    .object({
      app_home: z
        .object({
          home_tab_enabled: z.boolean().default(false),
          messages_tab_enabled: z.boolean().default(true),
        })
        .optional(),
      slash_commands: z.array(Command).max(50).default([]),
      shortcuts: z.array(Shortcut).max(10).default([]),
    })
    .default({ slash_commands: [], shortcuts: [] }),
  oauth_config: z
    .object({ scopes: z.object({ bot: z.array(z.string()).max(255).default([]) }).default({ bot: [] }) })
    .default({ scopes: { bot: [] } }),
  settings: z
    .object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()).max(100).default([]) }).optional(),
      interactivity: z.object({ is_enabled: z.boolean() }).optional(),
      org_deploy_enabled: z.boolean().optional(),
    })
    .default({}),
});
export type Manifest = z.infer<typeof Manifest>;
