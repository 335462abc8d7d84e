import { Component, type ReactNode } from 'react';

type BoundaryProps = { readonly children: ReactNode; readonly fallback: (error: unknown) => ReactNode };
type BoundaryState = { readonly caught: { readonly error: unknown } | null };

/** Keeps a mistake in one part of the page from taking the rest with it. React offers this to classes only. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { caught: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { caught: { error } };
  }

  override render(): ReactNode {
    const { caught } = this.state;
    return caught ? this.props.fallback(caught.error) : this.props.children;
  }
}
