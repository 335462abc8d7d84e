/** The last resort: what happened, and that nothing but the page is affected. */
export function Broken({ error }: { readonly error: unknown }) {
  return (
    <main className="starting" role="alert">
      <p>This page has made a mistake and stopped. The bot and its deployments go on without it.</p>
      <p>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <button type="button" className="button" data-style="primary" onClick={() => window.location.reload()}>
        Load the page again
      </button>
    </main>
  );
}
