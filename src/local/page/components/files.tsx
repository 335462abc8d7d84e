import type { MessageView } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { byteCount } from '../text/time.ts';

/** Files to open in a tab of their own or to keep. */
export function Files({ files }: { readonly files: MessageView['files'] }) {
  const { fileAddress } = useWorkspace();
  if (files.length === 0) return null;
  return (
    <ul className="files" aria-label="Files">
      {files.map(({ id, name, title, bytes }) => (
        <li key={id} className="file">
          <span className="file__kind" aria-hidden="true">
            {/\.(\w{1,4})$/.exec(name)?.[1]?.toUpperCase() ?? 'FILE'}
          </span>
          <span className="file__words">
            <a href={fileAddress(id)} target="_blank" rel="noopener noreferrer">
              {title || name}
            </a>
            <span className="file__size">
              {name}, {byteCount(bytes)}
            </span>
          </span>
          <a className="button" href={fileAddress(id)} download={name} aria-label={`Download ${name}`}>
            Download
          </a>
        </li>
      ))}
    </ul>
  );
}
