import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** As far from the end as this still counts as being there, in pixels. */
const NEAR_PX = 48;

/**
 * Follows the newest message as long as one is at the end, and leaves whoever reads further up alone. What grows by an
 * edit is followed too.
 */
export function useStickToBottom(count: number) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  const [isAtBottom, setAtBottom] = useState(true);
  const [seen, setSeen] = useState(count);

  const toBottom = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    const grown = content.current;
    if (!element || !grown) return;
    const look = () => {
      isStuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      setAtBottom(isStuck.current);
    };
    const follow = () => {
      if (isStuck.current) element.scrollTop = element.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    observer.observe(grown);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    follow();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  useEffect(() => {
    if (isAtBottom) setSeen(count);
  }, [isAtBottom, count]);

  return { scroller, content, isAtBottom, missed: Math.max(0, count - seen), toBottom };
}
