import './without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './components/boundary.tsx';
import { Broken } from './components/broken.tsx';
import { workspaceApi } from './state/workspace-api.ts';
import './styles/base.css';
import './styles/shell.css';
import './styles/messages.css';
import './styles/composer.css';
import './styles/controls.css';
import './styles/blocks.css';
import './styles/tables.css';
import './styles/drawer.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary fallback={(error) => <Broken error={error} />}>
        <App api={workspaceApi} />
      </Boundary>
    </StrictMode>,
  );
}
