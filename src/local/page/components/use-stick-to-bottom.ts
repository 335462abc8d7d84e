import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** As far from the end as this still counts as being there, in pixels. */
const NEAR_PX = 48;

/**
 * Follows the newest message as long as one is at the end, and leaves whoever reads further up alone. What grows by an
 * edit is followed too, and whoever says something (`said` counts it) is taken to where the answer will be.
 */
export function useStickToBottom(count: number, said = 0) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  const lastTop = useRef(0);
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
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      // Only a person scrolls up. That the end moves away, when something grows, is no reason to let go of it.
      if (isNear) isStuck.current = true;
      else if (element.scrollTop < lastTop.current) isStuck.current = false;
      lastTop.current = element.scrollTop;
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
    const element = scroller.current;
    if (said === 0 || !element) return;
    isStuck.current = true;
    element.scrollTop = element.scrollHeight;
  }, [said]);

  useEffect(() => {
    if (isAtBottom) setSeen(count);
  }, [isAtBottom, count]);

  return { scroller, content, isAtBottom, missed: Math.max(0, count - seen), toBottom };
}
