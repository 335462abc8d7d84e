import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { App } from './app.tsx';
import { workspaceApi } from './state/workspace-api.ts';
import './styles/base.css';
import './styles/shell.css';
import './styles/messages.css';
import './styles/composer.css';
import './styles/controls.css';
import './styles/blocks.css';
import './styles/tables.css';
import './styles/drawer.css';

// zod compiles its checks with `new Function`, which a strict content security policy refuses.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App api={workspaceApi} />
    </StrictMode>,
  );
}
