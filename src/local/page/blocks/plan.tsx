import * as z from 'zod';
import { safeLink } from '../text/safe-link.ts';
import type { BlockProps } from './block-props.ts';
import { OutsideLink } from './inlines.tsx';
import { RichText, RichTextShape } from './rich-text.tsx';

const RichTextBlock = RichTextShape.extend({ type: z.literal('rich_text') });

export const TaskCardShape = z.object({
  task_id: z.string(),
  title: z.string(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']).default('pending'),
  details: RichTextBlock.optional(),
  output: RichTextBlock.optional(),
  sources: z.array(z.object({ url: z.string(), text: z.string() })).optional(),
});

export const PlanShape = z.object({ title: z.string(), tasks: z.array(TaskCardShape).default([]) });

type Task = z.infer<typeof TaskCardShape>;

const statusWords = { pending: 'Waiting', in_progress: 'Running', complete: 'Done', error: 'Failed' };

export function Plan({ block: { title, tasks } }: BlockProps<typeof PlanShape>) {
  const ended = tasks.filter(({ status }) => status === 'complete').length;
  const hasFailed = tasks.some(({ status }) => status === 'error');
  return (
    <section className="plan" aria-label={title}>
      <strong className="plan__title">{title}</strong>
      <progress
        className="plan__bar"
        data-failed={hasFailed}
        value={ended}
        max={Math.max(tasks.length, 1)}
        aria-label={`${ended} of ${tasks.length} done`}
      >
        {ended} of {tasks.length}
      </progress>
      <ol className="plan__tasks">
        {tasks.map((task) => (
          <li key={task.task_id}>
            <TaskView task={task} />
          </li>
        ))}
      </ol>
    </section>
  );
}

export function TaskCard({ block }: BlockProps<typeof TaskCardShape>) {
  return (
    <div className="task-alone">
      <TaskView task={block} />
    </div>
  );
}

function TaskView({ task }: { readonly task: Task }) {
  const { title, status, details, output, sources = [] } = task;
  return (
    <div className="task" data-status={status}>
      <StatusMark status={status} />
      <div className="task__words">
        <div className="task__head">
          <span className="task__title">{title}</span>
          <span className="task__status">{statusWords[status]}</span>
        </div>
        {details && <RichText block={details} />}
        {output && (
          <div className="task__output">
            <RichText block={output} />
          </div>
        )}
        {sources.length > 0 && <Sources sources={sources} />}
      </div>
    </div>
  );
}

function Sources({ sources }: { readonly sources: NonNullable<Task['sources']> }) {
  return (
    <ul className="task__sources">
      {sources.map(({ url, text }) => {
        const address = safeLink(url);
        return <li key={url}>{address === null ? text : <OutsideLink url={address}>{text}</OutsideLink>}</li>;
      })}
    </ul>
  );
}

/** A shape for each status, so that it is not the colour alone that tells them apart. */
function StatusMark({ status }: { readonly status: Task['status'] }) {
  return (
    <svg className="task__mark" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="8" />
      {status === 'in_progress' && <path className="task__spin" d="M10 2a8 8 0 0 1 8 8" />}
      {status === 'complete' && <path d="m6.2 10.4 2.6 2.6 5-5.6" />}
      {status === 'error' && <path d="m7 7 6 6m0-6-6 6" />}
    </svg>
  );
}
